//! Reads arguments of `utils.date` and `utils.format`: instants, languages, time zones.

use boa_engine::{Context, JsNativeError, JsObject, JsResult, JsValue, builtins::date::Date, object::builtins::JsDate};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::iso_date;
use crate::{intl::language::Language, isolate::Session};

/// Returns the instant of a `Date`, an ISO date string or a number of milliseconds.
pub(super) fn instant(function: &str, value: &JsValue, zone: Tz, context: &mut Context) -> JsResult<DateTime<Utc>> {
    let millis = if let Some(text) = value.as_string() {
        let text = text.to_std_string_lossy();
        return iso_date::parse(&text, zone).ok_or_else(|| not_a_date(function, &text).into());
    } else if let Some(date) = value.as_object().filter(JsObject::is::<Date>) {
        JsDate::from_object(date)?.get_time(context)?.as_number()
    } else {
        value.as_number()
    };
    let Some(millis) = millis else {
        return Err(JsNativeError::typ()
            .with_message(format!("{function} needs a Date, an ISO date string or milliseconds"))
            .into());
    };
    #[expect(clippy::cast_possible_truncation, reason = "out of range and NaN are refused next to it")]
    let at = DateTime::from_timestamp_millis(millis as i64).filter(|_| millis.is_finite());
    at.ok_or_else(|| JsNativeError::range().with_message(format!("{function}: the date is invalid")).into())
}

pub(super) fn not_a_date(function: &str, text: &str) -> JsNativeError {
    let text: String = text.chars().take(100).collect();
    JsNativeError::range()
        .with_message(format!("{function}: `{text}` is not an ISO date, such as 2024-05-31 or 2024-05-31T17:00:00Z"))
}

pub(super) fn text(function: &str, what: &str, value: &JsValue) -> JsResult<Option<String>> {
    if value.is_undefined() {
        return Ok(None);
    }
    let text = value.as_string().map(|text| text.to_std_string_lossy());
    let text =
        text.ok_or_else(|| JsNativeError::typ().with_message(format!("{function}: the {what} must be a string")))?;
    Ok(Some(text))
}

/// Returns a language by its tag, or the tenant's.
pub(super) fn language(function: &str, tag: Option<String>, context: &Context) -> JsResult<Language> {
    let Some(tag) = tag else { return Session::of(context)?.with(|run| run.region.language.clone()) };
    Language::named(&tag).ok_or_else(|| {
        let tag: String = tag.chars().take(50).collect();
        let message = format!("{function}: unknown locale `{tag}`; use a tag such as 'ru', 'uz-Cyrl' or 'en-GB'");
        JsNativeError::range().with_message(message).into()
    })
}

pub(super) fn zone(function: &str, name: Option<String>, context: &Context) -> JsResult<Tz> {
    match name {
        None => Session::of(context)?.with(|run| run.region.zone),
        Some(name) => name.parse().map_err(|_| {
            JsNativeError::range().with_message(format!("{function}: `{name}` is not an IANA time zone")).into()
        }),
    }
}
