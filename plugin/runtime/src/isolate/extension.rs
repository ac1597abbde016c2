//! The API of scripts in the form that an isolate gets it. The isolate does not depend on the parts of the API.

use boa_engine::{Context, JsObject, JsResult, JsValue};

use crate::{convert::ObjectView, language::Deprecated, protocol::ServiceSignature};

/// Objects by their global names.
pub(crate) type Globals = Vec<(&'static str, JsObject)>;

/// The complete API of scripts.
#[derive(Debug)]
pub(crate) struct Api {
    pub(crate) extensions: &'static [Extension],
    /// Builds the `services` object of a script from the bound host services and the script's source text.
    pub(crate) services: fn(&[ServiceSignature], &str, &mut Context) -> JsResult<JsObject>,
    /// Deprecated calls with their replacements.
    pub(crate) deprecated: &'static [Deprecated],
}

/// One part of the API. Unused fields have the value of [`Extension::NONE`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extension {
    /// Builds its globals. They are the same for all runs, constant, and frozen with everything reachable from them.
    pub(crate) globals: fn(&mut Context) -> JsResult<Globals>,
    /// Adds its classes to the globals, after the globals of all parts.
    pub(crate) register_classes: fn(&mut Context) -> JsResult<()>,
    /// Converts a value that a run returns to a value that JSON can represent; returns other values unchanged.
    pub(crate) result: Option<fn(&JsValue, &mut Context) -> JsResult<JsValue>>,
    /// Renders its objects for logs and messages.
    pub(crate) view: Option<ObjectView>,
    /// Its calls that return promises, for the check: dotted names, in which `*` matches one name.
    pub(crate) promises: &'static [&'static str],
}

impl Extension {
    /// A part that adds nothing.
    pub(crate) const NONE: Self =
        Self { globals: |_| Ok(Vec::new()), register_classes: |_| Ok(()), result: None, view: None, promises: &[] };
}

impl Api {
    /// Converts the value that a run returns to a value that JSON can represent.
    pub(super) fn result(&self, value: &JsValue, context: &mut Context) -> JsResult<JsValue> {
        let mut value = value.clone();
        for result in self.extensions.iter().filter_map(|extension| extension.result) {
            value = result(&value, context)?;
        }
        Ok(value)
    }

    /// Returns the renderers of API objects for logs and messages.
    pub(super) fn views(&self) -> Vec<ObjectView> {
        self.extensions.iter().filter_map(|extension| extension.view).collect()
    }

    /// Returns all calls that return promises.
    pub(super) fn promises(&self) -> Vec<&'static str> {
        self.extensions.iter().flat_map(|extension| extension.promises).copied().collect()
    }
}
