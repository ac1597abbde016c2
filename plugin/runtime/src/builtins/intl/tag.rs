//! The tag of an `Intl.Locale` object.

use boa_engine::{Finalize, JsData, JsValue, Trace};
use icu_locale::Locale as Tag;

/// The data of such an object.
#[derive(Debug, Trace, Finalize, JsData)]
pub(super) struct Locale {
    #[unsafe_ignore_trace]
    pub(super) tag: Tag,
}

/// Returns the tag of such an object, or `None` for any other value.
pub(super) fn tag_of(value: &JsValue) -> Option<Tag> {
    let object = value.as_object()?;
    object.downcast_ref::<Locale>().map(|locale| locale.tag.clone())
}
