//! `Symbol.for` and `Symbol.keyFor` with a separate registry for each run.
//!
//! The engine has one registry for the whole process, which never shrinks.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use boa_engine::{Context, JsArgs, JsNativeError, JsResult, JsString, JsSymbol, JsValue};

use super::replace;

/// The registry of the run that is currently executing.
#[derive(Debug, Clone, Default)]
pub(super) struct Registry(Rc<RefCell<SymbolRegistry>>);

/// The symbols of one run by key, and the keys by symbol.
#[derive(Debug, Default)]
pub(crate) struct SymbolRegistry {
    symbols: HashMap<JsString, JsSymbol>,
    keys: HashMap<JsSymbol, JsString>,
}

impl Registry {
    pub(super) fn swap(&self, other: SymbolRegistry) -> SymbolRegistry {
        self.0.replace(other)
    }
}

pub(super) fn install(context: &mut Context) -> JsResult<()> {
    context.insert_data(Registry::default());
    let symbol = context.intrinsics().constructors().symbol().constructor();
    replace(&symbol, &[("for", symbol_for), ("keyFor", key_for)], context)
}

fn symbol_for(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let key = args.get_or_undefined(0).to_string(context)?;
    let registry = context.get_data::<Registry>().cloned().unwrap_or_default();
    let mut known = registry.0.borrow_mut();
    if let Some(symbol) = known.symbols.get(&key) {
        return Ok(symbol.clone().into());
    }
    let symbol = JsSymbol::new(Some(key.clone()));
    let symbol = symbol.ok_or_else(|| JsNativeError::range().with_message("symbols ran out"))?;
    known.symbols.insert(key.clone(), symbol.clone());
    known.keys.insert(symbol.clone(), key);
    Ok(symbol.into())
}

fn key_for(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let symbol = args.get_or_undefined(0).as_symbol();
    let symbol =
        symbol.ok_or_else(|| JsNativeError::typ().with_message("Symbol.keyFor: the argument is not a symbol"))?;
    let registry = context.get_data::<Registry>().cloned().unwrap_or_default();
    let key = registry.0.borrow().keys.get(&symbol).cloned();
    Ok(key.map_or_else(JsValue::undefined, JsValue::from))
}
