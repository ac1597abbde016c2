//! The options of `Intl.DateTimeFormat` and of `toLocaleString` and its kin of dates.

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

/// What a call writes if its options name nothing, and what of it they must not leave out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Usual {
    /// `Intl.DateTimeFormat`: any part will do, else the date.
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

/// The language, the options and the zone of a call.
pub(super) fn read(
    locales: &JsValue,
    options: &JsValue,
    usual: Usual,
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
    Ok((language, DateOptions { hours: cycle, ..completed(named, usual)? }, zone))
}

/// Other calendars are not there; their names are refused where they would change what is written.
fn calendar(options: &Options, context: &mut Context) -> JsResult<()> {
    match options.text("calendar", context)?.as_deref() {
        None | Some("gregory" | "iso8601") => Ok(()),
        Some(other) => Err(options.out_of_range("calendar", other)),
    }
}

/// The zone that is named, else the tenant's.
fn zone(options: &Options, context: &mut Context) -> JsResult<Zone> {
    match options.text("timeZone", context)? {
        Some(name) => Zone::parse(&name).ok_or_else(|| {
            let name: String = name.chars().take(50).collect();
            JsNativeError::range().with_message(format!("Invalid time zone specified: {name}")).into()
        }),
        None => Ok(Zone::Named(CurrentRegion::of(context).zone())),
    }
}

/// With what is usual if nothing is named.
fn completed(named: DateOptions, usual: Usual) -> JsResult<DateOptions> {
    let has_date = named.weekday.is_some() || named.year.is_some() || named.month.is_some() || named.day.is_some();
    let has_time = named.hour.is_some() || named.minute.is_some() || named.second.is_some() || named.fraction.is_some();
    if named.date_style.is_some() || named.time_style.is_some() {
        let style = if named.date_style.is_some() { "dateStyle" } else { "timeStyle" };
        if has_date || has_time || named.era.is_some() || named.zone_name.is_some() {
            let message = format!("Can't set parts of a date or a time when {style} is used");
            return Err(JsNativeError::typ().with_message(message).into());
        }
        let refused = match usual {
            Usual::Date if named.time_style.is_some() => Some("timeStyle"),
            Usual::Time if named.date_style.is_some() => Some("dateStyle"),
            _ => None,
        };
        if let Some(style) = refused {
            return Err(JsNativeError::typ().with_message(format!("Invalid option : {style}")).into());
        }
        return Ok(named);
    }
    let needs_usual = match usual {
        Usual::Any | Usual::DateAndTime => !has_date && !has_time,
        Usual::Date => !has_date,
        Usual::Time => !has_time,
    };
    let mut completed = named;
    if needs_usual && usual != Usual::Time {
        completed.year = Some(Digit::Numeric);
        completed.month = Some(Month::Digit(Digit::Numeric));
        completed.day = Some(Digit::Numeric);
    }
    if needs_usual && matches!(usual, Usual::Time | Usual::DateAndTime) {
        completed.hour = Some(Digit::Numeric);
        completed.minute = Some(Digit::Numeric);
        completed.second = Some(Digit::Numeric);
    }
    Ok(completed)
}
