//! How logs and messages show objects of classes that only the API knows: it hands over a view for them.

use std::rc::Rc;

use boa_engine::{Context, JsObject};
use serde_json::Value;

/// A look at the objects of some classes, which runs no code of the script. Each gives none for any other object.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ObjectView {
    /// An object in words.
    pub(crate) text: fn(&JsObject) -> Option<String>,
    /// An object as data.
    pub(crate) data: fn(&JsObject) -> Option<Value>,
}

/// All views of a context. A clone has them in common.
#[derive(Debug, Clone, Default)]
pub(crate) struct Views(Option<Rc<[ObjectView]>>);

impl Views {
    pub(crate) fn new(views: Vec<ObjectView>) -> Self {
        Self(Some(views.into()))
    }

    /// Those of a context; none in a context without an API.
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
