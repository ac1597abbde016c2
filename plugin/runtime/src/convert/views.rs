//! Views for logs and messages: how objects of the API's classes are shown. The API registers them.

use std::rc::Rc;

use boa_engine::{Context, JsObject};
use serde_json::Value;

/// Views of the objects of some classes, which run no code of the script. Each returns `None` for any other object.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ObjectView {
    /// Returns an object as text.
    pub(crate) text: fn(&JsObject) -> Option<String>,
    /// Returns an object as data.
    pub(crate) data: fn(&JsObject) -> Option<Value>,
}

/// All views of a context. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Views(Option<Rc<[ObjectView]>>);

impl Views {
    pub(crate) fn new(views: Vec<ObjectView>) -> Self {
        Self(Some(views.into()))
    }

    /// Returns the views of a context, empty if the context has no API.
    pub(super) fn of(context: &Context) -> Self {
        context.get_data::<Self>().cloned().unwrap_or_default()
    }

    pub(super) fn text(&self, object: &JsObject) -> Option<String> {
        self.iter().find_map(|view| (view.text)(object))
    }

    pub(super) fn data(&self, object: &JsObject) -> Option<Value> {
        self.iter().find_map(|view| (view.data)(object))
    }

    fn iter(&self) -> impl Iterator<Item = &ObjectView> {
        self.0.iter().flat_map(|views| views.iter())
    }
}
