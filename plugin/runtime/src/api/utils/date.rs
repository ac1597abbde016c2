//! `utils.date`: `now()`, `format(date, pattern?, zone?)`, `parse(text, pattern?, zone?)`, `addDays(date, days)`.
//!
//! Dates are `Date` objects, ISO texts or milliseconds since 1970. Wall-clock times are in the tenant's zone
//! (`context.tenant.timezone`, else UTC) or in the IANA zone that is given; a text without an offset is such a time.
//! Names of months and days are English, unless the third argument is `{zone?, locale?}` with another language.

mod iso;
mod pattern;

use std::rc::Rc;

use boa_engine::{
    Context, JsArgs, JsNativeError, JsObject, JsResult, JsString, JsValue, builtins::date::Date,
    object::builtins::JsDate,
};
use chrono::{DateTime, Days, Utc};
use chrono_tz::Tz;

use self::pattern::{Pattern, local_time};
use super::format;
use crate::{
    api::{namespace, options::Options},
    builtins::Formatters,
    intl::{
        date::{DateOptions, Length, Names, Spaces, Zone},
        language::Language,
    },
    isolate::Session,
    zones,
};

/// What `format` writes when no pattern is given.
const ISO: &str = "YYYY-MM-DDTHH:mm:ssZ";

pub(super) fn build(context: &mut Context) -> JsResult<JsObject> {
    namespace(&[("now", 0, now), ("format", 2, format_pattern), ("parse", 2, parse), ("addDays", 2, add_days)], context)
}

fn now(_: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    Ok(JsObject::from(JsDate::new(context)).into())
}

fn format_pattern(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (zone, names) = place("utils.date.format", args.get_or_undefined(2), context)?;
    let at = instant("utils.date.format", args.get_or_undefined(0), zone, context)?;
    let pattern = text("utils.date.format", "pattern", args.get_or_undefined(1))?.unwrap_or_else(|| ISO.to_owned());
    Ok(JsString::from(Pattern::read(&pattern).format(at.with_timezone(&zones::offset(zone, at)), &names)).into())
}

/// `utils.format.date(date, style = 'medium', {zone?, locale?})`: a style of the language, or a pattern.
pub(super) fn format_style(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    const NAME: &str = "utils.format.date";
    let options = Options::read(NAME, args.get_or_undefined(2), &["zone", "locale"], context)?;
    let zone = zone(NAME, options.text("zone", context)?, context)?;
    let language = format::language(NAME, options.text("locale", context)?, context)?;
    let at = instant(NAME, args.get_or_undefined(0), zone, context)?;
    let given = text(NAME, "style", args.get_or_undefined(1))?;
    let (date_style, time_style) = match given.as_deref() {
        None | Some("medium") => (Some(Length::Medium), None),
        Some("short") => (Some(Length::Short), None),
        Some("long") => (Some(Length::Long), None),
        Some("full") => (Some(Length::Full), None),
        Some("time") => (None, Some(Length::Short)),
        Some("datetime") => (Some(Length::Medium), Some(Length::Short)),
        Some(pattern) => {
            let names = Formatters::names(language, context)?;
            return Ok(JsString::from(
                Pattern::read(pattern).format(at.with_timezone(&zones::offset(zone, at)), &names),
            )
            .into());
        }
    };
    let options = DateOptions { date_style, time_style, ..DateOptions::default() };
    let formatter = Formatters::date(language, options, Zone::Named(zone), Spaces::NoBreak, context)?;
    let written = formatter.format(at.timestamp_millis());
    let written = written.ok_or_else(|| JsNativeError::range().with_message(format!("{NAME}: the date is invalid")))?;
    Ok(JsString::from(written.as_str()).into())
}

fn parse(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (zone, names) = place("utils.date.parse", args.get_or_undefined(2), context)?;
    let Some(given) = args.get_or_undefined(0).as_string() else {
        return Err(JsNativeError::typ().with_message("utils.date.parse needs a text as its first argument").into());
    };
    let given = given.to_std_string_lossy();
    let parsed = match text("utils.date.parse", "pattern", args.get_or_undefined(1))? {
        Some(pattern) => Pattern::read(&pattern).parse(&given, zone, &names).map_err(|error| {
            JsNativeError::range()
                .with_message(format!("utils.date.parse: `{given}` does not match `{pattern}`: {error}"))
        })?,
        None => iso::parse(&given, zone).ok_or_else(|| not_a_date("utils.date.parse", &given))?,
    };
    date_object(parsed, context)
}

fn add_days(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let zone = Session::of(context)?.with(|run| run.zone)?;
    let at = instant("utils.date.addDays", args.get_or_undefined(0), zone, context)?;
    let days = args.get_or_undefined(1).as_number().filter(|days| days.fract() == 0.0 && days.abs() < 1e9);
    let Some(days) = days else {
        return Err(JsNativeError::range()
            .with_message("utils.date.addDays needs a whole number of days as its second argument")
            .into());
    };
    // Days of the calendar: the wall clock shows the same time, also across a change to summer time.
    let wall = at.with_timezone(&zones::offset(zone, at)).naive_local();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number below 1e9")]
    let count = Days::new(days.abs() as u64);
    let moved = if days < 0.0 { wall.checked_sub_days(count) } else { wall.checked_add_days(count) };
    let moved = moved.and_then(|wall| local_time(wall, zone));
    let moved = moved.ok_or_else(|| JsNativeError::range().with_message("utils.date.addDays leaves the calendar"))?;
    date_object(moved, context)
}

fn date_object(at: DateTime<Utc>, context: &mut Context) -> JsResult<JsValue> {
    let date = JsDate::new(context);
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of the calendar fit an f64")]
    date.set_time(at.timestamp_millis() as f64, context)?;
    Ok(JsObject::from(date).into())
}

/// The instant that a `Date`, an ISO text or a number of milliseconds stands for.
pub(super) fn instant(function: &str, value: &JsValue, zone: Tz, context: &mut Context) -> JsResult<DateTime<Utc>> {
    let millis = if let Some(text) = value.as_string() {
        let text = text.to_std_string_lossy();
        return iso::parse(&text, zone).ok_or_else(|| not_a_date(function, &text).into());
    } else if let Some(date) = value.as_object().filter(JsObject::is::<Date>) {
        JsDate::from_object(date)?.get_time(context)?.as_number()
    } else {
        value.as_number()
    };
    let Some(millis) = millis else {
        return Err(JsNativeError::typ()
            .with_message(format!("{function} needs a Date, an ISO date text or milliseconds"))
            .into());
    };
    #[expect(clippy::cast_possible_truncation, reason = "out of range and NaN are refused beside it")]
    let at = DateTime::from_timestamp_millis(millis as i64).filter(|_| millis.is_finite());
    at.ok_or_else(|| JsNativeError::range().with_message(format!("{function}: the date is invalid")).into())
}

fn not_a_date(function: &str, text: &str) -> JsNativeError {
    let text: String = text.chars().take(100).collect();
    JsNativeError::range()
        .with_message(format!("{function}: `{text}` is no date in ISO form, as 2024-05-31 or 2024-05-31T17:00:00Z"))
}

fn text(function: &str, what: &str, value: &JsValue) -> JsResult<Option<String>> {
    if value.is_undefined() {
        return Ok(None);
    }
    let text = value.as_string().map(|text| text.to_std_string_lossy());
    let text =
        text.ok_or_else(|| JsNativeError::typ().with_message(format!("{function}: the {what} must be a text")))?;
    Ok(Some(text))
}

/// The zone of a call and the names of its language: `zone`, or `{zone?, locale?}`.
fn place(function: &'static str, value: &JsValue, context: &mut Context) -> JsResult<(Tz, Rc<Names>)> {
    if !value.is_object() {
        let zone = zone(function, text(function, "zone", value)?, context)?;
        return Ok((zone, Formatters::names(Language::english(), context)?));
    }
    let options = Options::read(function, value, &["zone", "locale"], context)?;
    let zone = zone(function, options.text("zone", context)?, context)?;
    let language = match options.text("locale", context)? {
        Some(tag) => format::language(function, Some(tag), context)?,
        None => Language::english(),
    };
    Ok((zone, Formatters::names(language, context)?))
}

pub(super) fn zone(function: &str, name: Option<String>, context: &Context) -> JsResult<Tz> {
    match name {
        None => Session::of(context)?.with(|run| run.zone),
        Some(name) => name.parse().map_err(|_| {
            JsNativeError::range().with_message(format!("{function}: `{name}` is no IANA time zone")).into()
        }),
    }
}
