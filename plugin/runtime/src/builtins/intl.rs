//! `Intl`, and the methods of numbers, texts and dates that format and compare by language. The engine's own lack
//! currencies, percentages, units, relative times and parts.
//!
//! The default language and time zone are the tenant's. Options and errors are those of ECMA-402. Not supported: calendars
//! other than the Gregorian, ranges, `DisplayNames` and `DurationFormat`.

mod class;
mod collator;
mod date_options;
mod date_time_format;
mod digit_options;
mod formatters;
mod list_format;
mod locale;
mod locales;
mod methods;
mod number_format;
mod number_options;
mod options;
mod plural_rules;
mod relative_time_format;
mod segmenter;
mod tag;

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsString, JsSymbol, JsValue, js_string,
    object::builtins::JsArray,
    property::{Attribute, PropertyDescriptor},
};

pub(crate) use self::formatters::Formatters;
use crate::intl::{IntlError, language::Language, text::Text};

pub(super) fn install(context: &mut Context) -> JsResult<()> {
    context.insert_data(Formatters::default());
    let intl = JsObject::with_object_proto(context.intrinsics());
    let tag = PropertyDescriptor::builder().value(js_string!("Intl")).configurable(true);
    intl.define_property_or_throw(JsSymbol::to_string_tag(), tag, context)?;
    class::add_function(&intl, "getCanonicalLocales", 1, locales::get_canonical_locales, context)?;
    class::add_function(&intl, "supportedValuesOf", 1, locales::supported_values_of, context)?;
    number_format::install(&intl, context)?;
    date_time_format::install(&intl, context)?;
    plural_rules::install(&intl, context)?;
    relative_time_format::install(&intl, context)?;
    list_format::install(&intl, context)?;
    collator::install(&intl, context)?;
    segmenter::install(&intl, context)?;
    locale::install(&intl, context)?;
    context.register_global_property(js_string!("Intl"), intl, Attribute::WRITABLE | Attribute::CONFIGURABLE)?;
    methods::install(context)
}

/// Returns the pieces of a text as `[{type, value}]`, each with further members.
fn parts(text: &Text, further: &[(&str, JsValue)], context: &mut Context) -> JsResult<JsValue> {
    let mut parts = Vec::new();
    for (kind, piece) in text.pieces() {
        let part = JsObject::with_object_proto(context.intrinsics());
        part.create_data_property_or_throw(js_string!("type"), JsString::from(kind), context)?;
        part.create_data_property_or_throw(js_string!("value"), JsString::from(piece), context)?;
        for (name, value) in further.iter().filter(|_| kind != crate::intl::text::LITERAL) {
            part.create_data_property_or_throw(JsString::from(*name), value.clone(), context)?;
        }
        parts.push(part.into());
    }
    Ok(JsArray::from_iter::<Vec<JsValue>>(parts, context).into())
}

/// Returns an object of the resolved options, without undefined ones.
fn resolved(members: &[(&str, Option<JsValue>)], context: &mut Context) -> JsResult<JsValue> {
    let object = JsObject::with_object_proto(context.intrinsics());
    for (name, value) in members {
        if let Some(value) = value {
            object.create_data_property_or_throw(JsString::from(*name), value.clone(), context)?;
        }
    }
    Ok(object.into())
}

/// Returns the name of a choice.
fn word<T: Copy + PartialEq>(words: &[(&str, T)], choice: T) -> Option<JsValue> {
    words.iter().find(|(_, meaning)| *meaning == choice).map(|(name, _)| text(name))
}

fn text(text: &str) -> JsValue {
    JsString::from(text).into()
}

fn language_name(language: &Language) -> JsValue {
    text(&language.to_string())
}

fn failed(error: &IntlError) -> boa_engine::JsError {
    JsNativeError::range().with_message(error.to_string()).into()
}
