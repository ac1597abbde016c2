//! The options of `Intl.DateTimeFormat`, and of `toLocaleString` and related methods of dates.

use boa_engine::{Context, JsNativeError, JsResult, JsValue};
use icu_locale::extensions::unicode::key;

use super::{locales, options::Options};
use crate::{
    intl::{
        date::{DateOptions, Digit, HourCycle, Length, Month, Name, Zone, ZoneName},
        language::Language,
    },
    region::CurrentRegion,
};

pub(super) const DATE_TIME_FORMAT: &str = "Intl.DateTimeFormat";

/// The parts that a call writes by default, and those that its options must include.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DefaultParts {
    /// `Intl.DateTimeFormat`: any part suffices; the default is the date.
    Any,
    /// `toLocaleString`.
    DateAndTime,
    /// `toLocaleDateString`.
    Date,
    /// `toLocaleTimeString`.
    Time,
}

const DIGITS: [(&str, Digit); 2] = [("2-digit", Digit::TwoDigit), ("numeric", Digit::Numeric)];
const NAMES: [(&str, Name); 3] = [("narrow", Name::Narrow), ("short", Name::Short), ("long", Name::Long)];
const MONTHS: [(&str, Month); 5] = [
    ("2-digit", Month::Digit(Digit::TwoDigit)),
    ("numeric", Month::Digit(Digit::Numeric)),
    ("narrow", Month::Name(Name::Narrow)),
    ("short", Month::Name(Name::Short)),
    ("long", Month::Name(Name::Long)),
];
pub(super) const ZONE_NAMES: [(&str, ZoneName); 6] = [
    ("short", ZoneName::Short),
    ("long", ZoneName::Long),
    ("shortOffset", ZoneName::ShortOffset),
    ("longOffset", ZoneName::LongOffset),
    ("shortGeneric", ZoneName::ShortGeneric),
    ("longGeneric", ZoneName::LongGeneric),
];
pub(super) const LENGTHS: [(&str, Length); 4] =
    [("full", Length::Full), ("long", Length::Long), ("medium", Length::Medium), ("short", Length::Short)];
const CYCLES: [(&str, HourCycle); 4] =
    [("h11", HourCycle::H11), ("h12", HourCycle::H12), ("h23", HourCycle::H23), ("h24", HourCycle::H23)];

/// Reads the language, the options and the zone of a call.
pub(super) fn read(
    locales: &JsValue,
    options: &JsValue,
    default_parts: DefaultParts,
    context: &mut Context,
) -> JsResult<(Language, DateOptions, Zone)> {
    let language = locales::resolved(locales, context)?;
    let options = Options::coerced(DATE_TIME_FORMAT, options, context)?;
    options.word("localeMatcher", &[("lookup", ()), ("best fit", ())], context)?;
    calendar(&options, context)?;
    let language = language.with_digits(options.text("numberingSystem", context)?.as_deref());
    let hour12 = options.flag("hour12", context)?;
    let cycle = options.word("hourCycle", &CYCLES, context)?;
    let cycle = match hour12 {
        Some(true) if language.id().language.as_str() == "ja" => Some(HourCycle::H11),
        Some(true) => Some(HourCycle::H12),
        Some(false) => Some(HourCycle::H23),
        None => cycle.or_else(|| {
            let named = language.extension(key!("hc"))?;
            CYCLES.iter().find(|(name, _)| *name == named).map(|(_, cycle)| *cycle)
        }),
    };
    let zone = zone(&options, context)?;
    let named = DateOptions {
        weekday: options.word("weekday", &NAMES, context)?,
        era: options.word("era", &NAMES, context)?,
        year: options.word("year", &DIGITS, context)?,
        month: options.word("month", &MONTHS, context)?,
        day: options.word("day", &DIGITS, context)?,
        hour: options.word("hour", &DIGITS, context)?,
        minute: options.word("minute", &DIGITS, context)?,
        second: options.word("second", &DIGITS, context)?,
        fraction: options.number("fractionalSecondDigits", 1, 3, context)?.and_then(|digits| u8::try_from(digits).ok()),
        zone_name: options.word("timeZoneName", &ZONE_NAMES, context)?,
        date_style: options.word("dateStyle", &LENGTHS, context)?,
        time_style: options.word("timeStyle", &LENGTHS, context)?,
        hours: None,
    };
    if options.text("dayPeriod", context)?.is_some() {
        let message = format!("{DATE_TIME_FORMAT} does not support the option dayPeriod; hour12 writes AM and PM");
        return Err(JsNativeError::range().with_message(message).into());
    }
    Ok((language, DateOptions { hours: cycle, ..completed(named, default_parts)? }, zone))
}

/// Refuses calendars other than the Gregorian if they would change the result.
fn calendar(options: &Options, context: &mut Context) -> JsResult<()> {
    match options.text("calendar", context)?.as_deref() {
        None | Some("gregory" | "iso8601") => Ok(()),
        Some(other) => Err(options.out_of_range("calendar", other)),
    }
}

/// Returns the given zone, or the tenant's.
fn zone(options: &Options, context: &mut Context) -> JsResult<Zone> {
    match options.text("timeZone", context)? {
        Some(name) => Zone::parse(&name).ok_or_else(|| {
            let name: String = name.chars().take(50).collect();
            JsNativeError::range().with_message(format!("Invalid time zone specified: {name}")).into()
        }),
        None => Ok(Zone::Named(CurrentRegion::of(context).zone())),
    }
}

/// Adds the default parts if no part is given.
fn completed(named: DateOptions, default_parts: DefaultParts) -> JsResult<DateOptions> {
    let has_date = named.weekday.is_some() || named.year.is_some() || named.month.is_some() || named.day.is_some();
    let has_time = named.hour.is_some() || named.minute.is_some() || named.second.is_some() || named.fraction.is_some();
    if named.date_style.is_some() || named.time_style.is_some() {
        let style = if named.date_style.is_some() { "dateStyle" } else { "timeStyle" };
        if has_date || has_time || named.era.is_some() || named.zone_name.is_some() {
            let message = format!("Can't set parts of a date or a time when {style} is used");
            return Err(JsNativeError::typ().with_message(message).into());
        }
        let refused = match default_parts {
            DefaultParts::Date if named.time_style.is_some() => Some("timeStyle"),
            DefaultParts::Time if named.date_style.is_some() => Some("dateStyle"),
            _ => None,
        };
        if let Some(style) = refused {
            return Err(JsNativeError::typ().with_message(format!("Invalid option : {style}")).into());
        }
        return Ok(named);
    }
    let needs_default = match default_parts {
        DefaultParts::Any | DefaultParts::DateAndTime => !has_date && !has_time,
        DefaultParts::Date => !has_date,
        DefaultParts::Time => !has_time,
    };
    let mut completed = named;
    if needs_default && default_parts != DefaultParts::Time {
        completed.year = Some(Digit::Numeric);
        completed.month = Some(Month::Digit(Digit::Numeric));
        completed.day = Some(Digit::Numeric);
    }
    if needs_default && matches!(default_parts, DefaultParts::Time | DefaultParts::DateAndTime) {
        completed.hour = Some(Digit::Numeric);
        completed.minute = Some(Digit::Numeric);
        completed.second = Some(Digit::Numeric);
    }
    Ok(completed)
}
