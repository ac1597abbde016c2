//! `Intl.DateTimeFormat`.

use std::rc::Rc;

use boa_engine::{
    Context, Finalize, JsArgs, JsData, JsNativeError, JsObject, JsResult, JsString, JsValue, Trace,
    builtins::date::Date,
    object::builtins::{JsDate, JsFunction},
};

use super::{
    class::{self, Call, Class},
    date_options::{self, DefaultParts, LENGTHS, ZONE_NAMES},
    formatters::Formatters,
    language_name, parts, resolved, text, word,
};
use crate::intl::{
    date::{DateFormatter, DateOptions, Spaces, Zone},
    language::Language,
    text::Text,
};

const NAME: &str = "DateTimeFormat";

#[derive(Debug, Trace, Finalize, JsData)]
struct DateTimeFormat {
    #[unsafe_ignore_trace]
    formatter: Rc<DateFormatter>,
    #[unsafe_ignore_trace]
    language: Language,
    #[unsafe_ignore_trace]
    options: DateOptions,
    #[unsafe_ignore_trace]
    zone: Zone,
    format: Option<JsFunction>,
}

pub(super) fn install(intl: &JsObject, context: &mut Context) -> JsResult<()> {
    let class = Class {
        name: NAME,
        call: Call::Allowed,
        make,
        methods: &[("formatToParts", 1, format_to_parts), ("resolvedOptions", 0, resolved_options)],
        getters: &[("format", format)],
    };
    class.install(intl, context)?;
    Ok(())
}

fn make(prototype: JsObject, args: &[JsValue], context: &mut Context) -> JsResult<JsObject> {
    let (locales, options) = (args.get_or_undefined(0), args.get_or_undefined(1));
    let (language, options, zone) = date_options::read(locales, options, DefaultParts::Any, context)?;
    let formatter = Formatters::date(language.clone(), options, zone, Spaces::Plain, context)?;
    Ok(JsObject::from_proto_and_data(prototype, DateTimeFormat { formatter, language, options, zone, format: None }))
}

fn format(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let written = |this: &JsValue, args: &[JsValue], context: &mut Context| {
        Ok(JsString::from(written(this, class::first(args), context)?.as_str()).into())
    };
    let made = |context: &Context| class::bound(this, 1, written, context);
    class::cached_function(this, NAME, |this: &mut DateTimeFormat| &mut this.format, made, context)
}

fn format_to_parts(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    parts(&written(this, class::first(args), context)?, &[], context)
}

fn written(this: &JsValue, value: &JsValue, context: &mut Context) -> JsResult<Text> {
    let formatter = class::with(this, NAME, |this: &DateTimeFormat| Rc::clone(&this.formatter))?;
    let invalid = || JsNativeError::range().with_message("Invalid time value");
    let at_ms = time(value, context)?.ok_or_else(invalid)?;
    Ok(formatter.format(at_ms).ok_or_else(invalid)?)
}

/// Converts a `Date` or a number to milliseconds since 1970; undefined is the current time, `None` an invalid one.
fn time(value: &JsValue, context: &mut Context) -> JsResult<Option<i64>> {
    let number = match value.as_object() {
        _ if value.is_undefined() => JsDate::new(context).get_time(context)?.to_number(context)?,
        Some(date) if date.is::<Date>() => JsDate::from_object(date)?.get_time(context)?.to_number(context)?,
        _ => value.to_number(context)?,
    };
    Ok(milliseconds(number))
}

/// Converts a number to a time in the range of dates.
pub(super) fn milliseconds(number: f64) -> Option<i64> {
    const MAX_TIME_MS: f64 = 8.64e15;
    #[expect(clippy::cast_possible_truncation, reason = "within the range of dates")]
    (number.abs() <= MAX_TIME_MS).then_some(number.trunc() as i64)
}

fn resolved_options(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (formatter, language, options, zone) = class::with(this, NAME, |this: &DateTimeFormat| {
        (Rc::clone(&this.formatter), this.language.clone(), this.options, this.zone)
    })?;
    let fields = formatter.fields();
    let hours = fields.hours();
    let mut members = vec![
        ("locale", Some(language_name(&language))),
        ("calendar", Some(text("gregory"))),
        ("numberingSystem", Some(text(&language.digits()))),
        ("timeZone", Some(text(&zone.name()))),
        ("hourCycle", hours.map(text)),
        ("hour12", hours.map(|hours| matches!(hours, "h11" | "h12").into())),
    ];
    let name = |width: usize| {
        text(match width {
            4 => "long",
            5 => "narrow",
            _ => "short",
        })
    };
    let digits = |width: usize| text(if width == 2 { "2-digit" } else { "numeric" });
    if options.date_style.is_none() && options.time_style.is_none() {
        let month = |width: usize| if width > 2 { name(width) } else { digits(width) };
        members.extend([
            ("weekday", fields.width(&['E', 'c', 'e']).map(name)),
            ("era", fields.width(&['G']).map(name)),
            ("year", fields.width(&['y']).map(digits)),
            ("month", fields.width(&['M', 'L']).map(month)),
            ("day", fields.width(&['d']).map(digits)),
            ("hour", fields.width(&['h', 'H', 'K', 'k']).map(digits)),
            ("minute", fields.width(&['m']).map(digits)),
            ("second", fields.width(&['s']).map(digits)),
            ("fractionalSecondDigits", options.fraction.map(JsValue::from)),
            ("timeZoneName", options.zone_name.and_then(|name| word(&ZONE_NAMES, name))),
        ]);
    }
    members.extend([
        ("dateStyle", options.date_style.and_then(|style| word(&LENGTHS, style))),
        ("timeStyle", options.time_style.and_then(|style| word(&LENGTHS, style))),
    ]);
    resolved(&members, context)
}
