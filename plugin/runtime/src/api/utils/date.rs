//! `utils.date`: `now()`, `format(date, pattern?, zone?)`, `parse(text, pattern?, zone?)`, `addDays(date, days)`.
//!
//! Dates are `Date` objects, ISO date strings or milliseconds since 1970. Wall-clock times are in the tenant's zone
//! (`context.tenant.timezone`, default UTC) or in the given IANA zone; a string without an offset is a wall-clock time.
//! Names of months and days are English, unless the third argument is `{zone?, locale?}` with another language.

use std::rc::Rc;

use boa_engine::{Context, JsArgs, JsNativeError, JsObject, JsResult, JsString, JsValue, object::builtins::JsDate};
use chrono::{DateTime, Days, Utc};
use chrono_tz::Tz;

use super::{
    arguments::{instant, language, not_a_date, text, zone},
    date_pattern::{Pattern, local_time},
    iso_date,
};
use crate::{
    api::{namespace, options::Options},
    builtins::Formatters,
    intl::{date::Names, language::Language},
    isolate::Session,
    zones,
};

/// The default pattern of `format`.
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

fn parse(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (zone, names) = place("utils.date.parse", args.get_or_undefined(2), context)?;
    let Some(given) = args.get_or_undefined(0).as_string() else {
        return Err(JsNativeError::typ().with_message("utils.date.parse needs a string as its first argument").into());
    };
    let given = given.to_std_string_lossy();
    let parsed = match text("utils.date.parse", "pattern", args.get_or_undefined(1))? {
        Some(pattern) => Pattern::read(&pattern).parse(&given, zone, &names).map_err(|error| {
            JsNativeError::range()
                .with_message(format!("utils.date.parse: `{given}` does not match `{pattern}`: {error}"))
        })?,
        None => iso_date::parse(&given, zone).ok_or_else(|| not_a_date("utils.date.parse", &given))?,
    };
    date_object(parsed, context)
}

fn add_days(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let zone = Session::of(context)?.with(|run| run.region.zone)?;
    let at = instant("utils.date.addDays", args.get_or_undefined(0), zone, context)?;
    let days = args.get_or_undefined(1).as_number().filter(|days| days.fract() == 0.0 && days.abs() < 1e9);
    let Some(days) = days else {
        return Err(JsNativeError::range()
            .with_message("utils.date.addDays needs a whole number of days as its second argument")
            .into());
    };
    // Calendar days: the wall-clock time stays the same, also across a change to daylight saving time.
    let wall = at.with_timezone(&zones::offset(zone, at)).naive_local();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number below 1e9")]
    let count = Days::new(days.abs() as u64);
    let moved = if days < 0.0 { wall.checked_sub_days(count) } else { wall.checked_add_days(count) };
    let moved = moved.and_then(|wall| local_time(wall, zone));
    let moved = moved
        .ok_or_else(|| JsNativeError::range().with_message("utils.date.addDays: the resulting date is out of range"))?;
    date_object(moved, context)
}

fn date_object(at: DateTime<Utc>, context: &mut Context) -> JsResult<JsValue> {
    let date = JsDate::new(context);
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of the calendar fit an f64")]
    date.set_time(at.timestamp_millis() as f64, context)?;
    Ok(JsObject::from(date).into())
}

/// Returns the zone of a call and the names of its language, from `zone` or `{zone?, locale?}`.
fn place(function: &'static str, value: &JsValue, context: &mut Context) -> JsResult<(Tz, Rc<Names>)> {
    if !value.is_object() {
        let zone = zone(function, text(function, "zone", value)?, context)?;
        return Ok((zone, Formatters::names(Language::english(), context)?));
    }
    let options = Options::read(function, value, &["zone", "locale"], context)?;
    let zone = zone(function, options.text("zone", context)?, context)?;
    let language = match options.text("locale", context)? {
        Some(tag) => language(function, Some(tag), context)?,
        None => Language::english(),
    };
    Ok((zone, Formatters::names(language, context)?))
}
