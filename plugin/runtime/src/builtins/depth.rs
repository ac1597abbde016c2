//! The nesting depth of our built-ins on the native stack, all of them together.
//!
//! A script can make a built-in call itself through a getter, a `toJSON` or a reviver, without a call that the engine
//! counts. Ours count, and throw an error that the script can catch.

use std::{cell::Cell, rc::Rc};

use boa_engine::{Context, JsError, JsNativeError, JsResult};

/// Maximum number of levels. They fit into a fraction of an isolate's stack, and ordinary values never reach it.
pub(super) const MAX_DEPTH: usize = 10_000;

/// The depth of one context.
#[derive(Debug, Clone, Default)]
pub(super) struct Depth(Rc<Cell<usize>>);

/// One level; ends on drop.
#[derive(Debug)]
pub(super) struct Level(Rc<Cell<usize>>);

impl Drop for Level {
    fn drop(&mut self) {
        self.0.set(self.0.get().saturating_sub(1));
    }
}

/// Begins a level.
///
/// # Errors
/// A `RangeError` that names the function that nests too deep.
pub(super) fn enter(what: &str, context: &Context) -> JsResult<Level> {
    let depth = context.get_data::<Depth>().cloned().unwrap_or_default().0;
    if depth.get() >= MAX_DEPTH {
        return Err(too_deep(what));
    }
    depth.set(depth.get() + 1);
    Ok(Level(depth))
}

/// Returns the error of a function that nests too deep.
pub(super) fn too_deep(what: &str) -> JsError {
    JsNativeError::range().with_message(format!("{what}: the value nests more than {MAX_DEPTH} deep")).into()
}
