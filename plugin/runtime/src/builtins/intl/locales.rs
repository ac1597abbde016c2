//! The `locales` argument: the first supported language counts, otherwise the tenant's.

use boa_engine::{Context, JsArgs, JsNativeError, JsResult, JsValue, js_string, object::builtins::JsArray};
use icu_locale::Locale;

use super::{options, options::Options, tag::tag_of};
use crate::{
    intl::language::{self, Language},
    region::CurrentRegion,
};

/// Maximum number of languages that are read from a list.
const MAX_LOCALES: u64 = 100;

/// `CanonicalizeLocaleList`.
pub(super) fn requested(value: &JsValue, context: &mut Context) -> JsResult<Vec<Locale>> {
    if value.is_undefined() {
        return Ok(Vec::new());
    }
    if value.is_string() || tag_of(value).is_some() {
        return Ok(vec![tag(value, context)?]);
    }
    let list = value.to_object(context)?;
    let length = list.get(js_string!("length"), context)?.to_length(context)?;
    let mut found = Vec::new();
    for index in 0..length.min(MAX_LOCALES) {
        if !list.has_property(index, context)? {
            continue;
        }
        let item = list.get(index, context)?;
        let tag = tag(&item, context)?;
        if !found.contains(&tag) {
            found.push(tag);
        }
    }
    Ok(found)
}

fn tag(value: &JsValue, context: &mut Context) -> JsResult<Locale> {
    if let Some(tag) = tag_of(value) {
        return Ok(tag);
    }
    if !value.is_string() && !value.is_object() {
        return Err(JsNativeError::typ().with_message("Incorrect locale information provided").into());
    }
    let text = value.to_string(context)?.to_std_string_lossy();
    language::parse(&text)
        .ok_or_else(|| JsNativeError::range().with_message("Incorrect locale information provided").into())
}

/// Returns the language of a call.
pub(super) fn resolved(value: &JsValue, context: &mut Context) -> JsResult<Language> {
    let known = requested(value, context)?.iter().find_map(Language::of);
    Ok(known.unwrap_or_else(|| default_language(context)))
}

/// Returns the tenant's language; English outside of a run.
pub(super) fn default_language(context: &Context) -> Language {
    CurrentRegion::of(context).language()
}

pub(super) fn get_canonical_locales(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let tags = requested(args.get_or_undefined(0), context)?;
    Ok(options::texts(tags.iter().map(ToString::to_string), context))
}

pub(super) fn supported_locales_of(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let tags = requested(args.get_or_undefined(0), context)?;
    let options = Options::coerced("Intl", args.get_or_undefined(1), context)?;
    options.word("localeMatcher", &[("lookup", ()), ("best fit", ())], context)?;
    Ok(options::texts(tags.iter().filter(|tag| Language::of(tag).is_some()).map(ToString::to_string), context))
}

/// `Intl.supportedValuesOf`, with the keys 'timeZone' and 'calendar'; the other keys are not supported.
pub(super) fn supported_values_of(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let key = args.get_or_undefined(0).to_string(context)?.to_std_string_lossy();
    match key.as_str() {
        "timeZone" => {
            let zones = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name().to_owned());
            Ok(options::texts(zones.filter(|zone| zone.contains('/') || zone == "UTC"), context))
        }
        "calendar" => Ok(JsArray::from_iter([js_string!("gregory").into()], context).into()),
        _ => {
            let message = format!("Intl.supportedValuesOf supports 'timeZone' and 'calendar', not '{key}'");
            Err(JsNativeError::range().with_message(message).into())
        }
    }
}
