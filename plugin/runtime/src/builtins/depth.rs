//! How deep our builtins are nested on the native stack, all of them together.
//!
//! A script can make a builtin call itself through a getter, a `toJSON` or a reviver without a call of its own that
//! the engine would count. Ours count, and throw an error that the script can catch.

use std::{cell::Cell, rc::Rc};

use boa_engine::{Context, JsError, JsNativeError, JsResult};

/// Levels that fit into a fraction of an isolate's stack, and that no honest value has.
pub(super) const MOST: usize = 10_000;

/// The count of one context.
#[derive(Debug, Clone, Default)]
pub(super) struct Depth(Rc<Cell<usize>>);

/// One level; ends when it is dropped.
#[derive(Debug)]
pub(super) struct Level(Rc<Cell<usize>>);

impl Drop for Level {
    fn drop(&mut self) {
        self.0.set(self.0.get().saturating_sub(1));
    }
}

/// Goes one level deeper.
///
/// # Errors
/// A `RangeError` that names what nests too deep.
pub(super) fn enter(what: &str, context: &Context) -> JsResult<Level> {
    let depth = context.get_data::<Depth>().cloned().unwrap_or_default().0;
    if depth.get() >= MOST {
        return Err(too_deep(what));
    }
    depth.set(depth.get() + 1);
    Ok(Level(depth))
}

/// The error of what nests too deep.
pub(super) fn too_deep(what: &str) -> JsError {
    JsNativeError::range().with_message(format!("{what}: the value nests more than {MOST} deep")).into()
}
