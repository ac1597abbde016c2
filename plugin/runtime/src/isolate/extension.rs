//! What scripts can use beyond the language, as an isolate is given it. The isolate names no function of it.

use boa_engine::{Context, JsObject, JsResult, JsValue};

use crate::{convert::ObjectView, language::Deprecated, protocol::ServiceSignature};

/// Objects by their global names.
pub(crate) type Globals = Vec<(&'static str, JsObject)>;

/// All that scripts can use.
#[derive(Debug)]
pub(crate) struct Api {
    pub(crate) extensions: &'static [Extension],
    /// Builds the object that one script knows as `services`: of the host's services that are bound, and its source text.
    pub(crate) services: fn(&[ServiceSignature], &str, &mut Context) -> JsResult<JsObject>,
    /// Calls that have a better one.
    pub(crate) deprecated: &'static [Deprecated],
}

/// One part of it. A field that a part doesn't need is that of [`Extension::NONE`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extension {
    /// Builds its globals. They are the same for all runs, constant, and frozen with all that they lead to.
    pub(crate) globals: fn(&mut Context) -> JsResult<Globals>,
    /// Adds its classes to the globals, after the globals of all.
    pub(crate) register_classes: fn(&mut Context) -> JsResult<()>,
    /// Turns what a run returns into what JSON is made of; the value itself if it's not one of its own.
    pub(crate) result: Option<fn(&JsValue, &mut Context) -> JsResult<JsValue>>,
    /// How logs and messages show its objects.
    pub(crate) view: Option<ObjectView>,
    /// Its calls that give promises, for the check: dotted names, in which `*` is any one name.
    pub(crate) promises: &'static [&'static str],
}

impl Extension {
    /// Adds nothing.
    pub(crate) const NONE: Self =
        Self { globals: |_| Ok(Vec::new()), register_classes: |_| Ok(()), result: None, view: None, promises: &[] };
}

impl Api {
    /// What JSON is made of for what a run returns.
    pub(super) fn result(&self, value: &JsValue, context: &mut Context) -> JsResult<JsValue> {
        let mut value = value.clone();
        for result in self.extensions.iter().filter_map(|extension| extension.result) {
            value = result(&value, context)?;
        }
        Ok(value)
    }

    /// How logs and messages show objects of the API.
    pub(super) fn views(&self) -> Vec<ObjectView> {
        self.extensions.iter().filter_map(|extension| extension.view).collect()
    }

    /// All calls that give promises.
    pub(super) fn promises(&self) -> Vec<&'static str> {
        self.extensions.iter().flat_map(|extension| extension.promises).copied().collect()
    }
}
