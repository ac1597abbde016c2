//! Chooses the pattern for date options: the pattern of the data for the same fields, with each field in the requested
//! width.

mod fields;

use icu_calendar::{Date, Gregorian};
use icu_datetime::{
    DateTimeFormatterPreferences, FixedCalendarDateTimeFormatter,
    fieldsets::{
        builder::{DateFields, FieldSetBuilder, ZoneStyle},
        enums::CompositeFieldSet,
    },
    options::{Length as DataLength, SubsecondDigits, TimePrecision, YearStyle},
    preferences::HourCycle as DataHours,
    unchecked::DateTimeInputUnchecked,
};
use icu_locale::extensions::unicode::key;

pub(crate) use self::fields::Fields;
use self::fields::{Piece, pieces};
use super::{
    DateOptions, Digit, HourCycle, Length, Month, Name, ZoneName, data,
    exceptions::{self, Numeric},
};
use crate::intl::{IntlError, language::Language};

/// Returns the pattern in the syntax of CLDR.
pub(super) fn of(language: &Language, options: &DateOptions) -> Result<String, IntlError> {
    let preferences = preferences(language, options);
    if options.date_style.is_some() || options.time_style.is_some() {
        return of_style(language, preferences, options);
    }
    let mut request = PatternRequest { date: date_fields(options), ..PatternRequest::default() };
    request.length = match options.month {
        Some(Month::Name(_)) => DataLength::Long,
        Some(Month::Digit(_)) => DataLength::Short,
        None => DataLength::Medium,
    };
    request.short_month = matches!(options.month, Some(Month::Name(Name::Short | Name::Narrow)));
    request.year = match (options.year, options.era) {
        (_, Some(_)) => Some(YearStyle::WithEra),
        (Some(_), None) => Some(YearStyle::Full),
        (None, None) => None,
    };
    request.time = match (options.hour, options.minute, options.second.or(options.fraction.map(|_| Digit::Numeric))) {
        (Some(_), None, None) => Some(TimePrecision::Hour),
        (Some(_), Some(_), None) => Some(TimePrecision::Minute),
        (Some(_), _, Some(_)) => {
            Some(options.fraction.map_or(TimePrecision::Second, |digits| TimePrecision::Subsecond(subsecond(digits))))
        }
        (None, ..) => None,
    };
    request.zone = options.zone_name.map(zone_style);
    let without_hour = request.time.is_none().then(|| minutes_and_seconds(options)).flatten();
    if request.date.is_none()
        && request.time.is_none()
        && let Some(pattern) = without_hour
    {
        return Ok(pattern);
    }
    let numeric = if request.length == DataLength::Short { numeric(options) } else { None };
    let pattern = request.pattern(language, preferences, numeric)?;
    let short_hour = is_short_hour(options) && !is_forced_to_24_hours(language, options)?;
    let pattern = adjusted(&pattern, options, short_hour);
    Ok(match without_hour {
        Some(time) => format!("{pattern}, {time}"),
        None => pattern,
    })
}

fn of_style(
    language: &Language,
    preferences: DateTimeFormatterPreferences,
    options: &DateOptions,
) -> Result<String, IntlError> {
    let date = options.date_style.map(|style| if style == Length::Full { DateFields::YMDE } else { DateFields::YMD });
    let mut request = PatternRequest { date, ..PatternRequest::default() };
    request.length = match options.date_style.or(options.time_style) {
        Some(Length::Full | Length::Long) => DataLength::Long,
        Some(Length::Medium) | None => DataLength::Medium,
        Some(Length::Short) => DataLength::Short,
    };
    request.time = options
        .time_style
        .map(|style| if style == Length::Short { TimePrecision::Minute } else { TimePrecision::Second });
    request.zone = match options.time_style {
        Some(Length::Full) => Some(ZoneStyle::SpecificLong),
        Some(Length::Long) => Some(ZoneStyle::SpecificShort),
        Some(Length::Medium | Length::Short) | None => None,
    };
    let numeric = (options.date_style == Some(Length::Short)).then_some(Numeric::Short);
    request.pattern(language, preferences, numeric)
}

fn preferences(language: &Language, options: &DateOptions) -> DateTimeFormatterPreferences {
    let mut preferences =
        DateTimeFormatterPreferences::from(language.clone().keeping(&[key!("nu"), key!("hc")]).locale());
    if let Some(hours) = options.hours {
        preferences.hour_cycle = Some(match hours {
            HourCycle::H11 => DataHours::H11,
            HourCycle::H12 => DataHours::H12,
            HourCycle::H23 => DataHours::H23,
        });
    }
    preferences
}

/// The fields for which the data is asked.
#[derive(Debug, Clone, Copy)]
struct PatternRequest {
    date: Option<DateFields>,
    length: DataLength,
    short_month: bool,
    year: Option<YearStyle>,
    time: Option<TimePrecision>,
    zone: Option<ZoneStyle>,
}

impl Default for PatternRequest {
    fn default() -> Self {
        Self { date: None, length: DataLength::Medium, short_month: false, year: None, time: None, zone: None }
    }
}

impl PatternRequest {
    /// Returns the pattern of the data, with the language's numeric date.
    fn pattern(
        self,
        language: &Language,
        preferences: DateTimeFormatterPreferences,
        numeric: Option<Numeric>,
    ) -> Result<String, IntlError> {
        if self.date.is_some() && self.time.is_none() && self.zone.is_some() {
            return self.with_zone_in_place_of_time(language, preferences, numeric);
        }
        let pattern = self.joined(preferences)?;
        let Some(exception) = numeric.and_then(|numeric| exceptions::of(language.id(), numeric)) else {
            return Ok(pattern);
        };
        let date = match self.date {
            Some(DateFields::YMDE) => Some(DateFields::YMD),
            Some(DateFields::MDE) => Some(DateFields::MD),
            other => other,
        };
        let usual = Self { date, time: None, zone: None, ..self }.of_data(preferences)?;
        Ok(pattern.replacen(&usual, exception, 1))
    }

    /// Derives a date with a short month name from the one with the long name, joined to a time as dates of medium length
    /// are.
    fn joined(self, preferences: DateTimeFormatterPreferences) -> Result<String, IntlError> {
        if self.date == Some(DateFields::E) && self.time == Some(TimePrecision::Hour) {
            // For a weekday with only an hour, the data has a 12-hour pattern in every language.
            let timed = Self { time: Some(TimePrecision::Minute), ..self };
            let time = |request: Self| Self { date: None, zone: None, ..request }.of_data(preferences);
            return Ok(timed.of_data(preferences)?.replacen(&time(timed)?, &time(self)?, 1));
        }
        if self.time.is_some() && matches!(self.date, Some(DateFields::M | DateFields::YM | DateFields::Y)) {
            // The data cannot join months to times, only days.
            let day = Self { date: Some(DateFields::YMD), ..self };
            let date = |request: Self| Self { time: None, zone: None, ..request }.of_data(preferences);
            return Ok(day.of_data(preferences)?.replacen(&date(day)?, &date(self)?, 1));
        }
        if !self.short_month || self.date.is_none() || self.time.is_none() {
            return self.of_data(preferences);
        }
        let medium = Self { length: DataLength::Medium, ..self };
        let date = |request: Self| Self { time: None, zone: None, ..request }.of_data(preferences);
        Ok(medium.of_data(preferences)?.replacen(&date(medium)?, &date(self)?, 1))
    }

    /// Joins a date and a zone as the data joins a date and a time.
    fn with_zone_in_place_of_time(
        self,
        language: &Language,
        preferences: DateTimeFormatterPreferences,
        numeric: Option<Numeric>,
    ) -> Result<String, IntlError> {
        let timed = Self { time: Some(TimePrecision::Minute), zone: None, ..self };
        let time = Self { date: None, ..timed }.of_data(preferences)?;
        let zone = Self { date: None, ..self }.of_data(preferences)?;
        Ok(timed.pattern(language, preferences, numeric)?.replacen(&time, &zone, 1))
    }

    fn of_data(self, preferences: DateTimeFormatterPreferences) -> Result<String, IntlError> {
        let mut builder = FieldSetBuilder::new();
        builder.date_fields = self.date;
        builder.time_precision = self.time;
        builder.zone_style = self.zone;
        // A zone alone has no length.
        if self.date.is_some() || self.time.is_some() {
            builder.length = Some(self.length);
        }
        if self.date.is_some_and(has_year) {
            builder.year_style = self.year;
        }
        let fields = builder.build_composite().map_err(|error| data(&error))?;
        let formatter = FixedCalendarDateTimeFormatter::<Gregorian, CompositeFieldSet>::try_new(preferences, fields)
            .map_err(|error| data(&error))?;
        // The data adds an era to years that are ambiguous without one.
        let mut recent = DateTimeInputUnchecked::default();
        recent.set_date_fields_unchecked(Date::try_new_gregorian(2024, 1, 1).map_err(|error| data(&error))?);
        Ok(formatter.format_unchecked(recent).pattern().to_string())
    }
}

const fn has_year(fields: DateFields) -> bool {
    matches!(fields, DateFields::Y | DateFields::YM | DateFields::YMD | DateFields::YMDE)
}

fn date_fields(options: &DateOptions) -> Option<DateFields> {
    let has_year = options.year.is_some() || options.era.is_some();
    match (has_year, options.month.is_some(), options.day.is_some(), options.weekday.is_some()) {
        (false, false, false, false) => None,
        (false, false, false, true) => Some(DateFields::E),
        (false, false, true, false) => Some(DateFields::D),
        (false, false, true, true) => Some(DateFields::DE),
        (false, true, false, false) => Some(DateFields::M),
        (false, true, true, false) => Some(DateFields::MD),
        // A month with a weekday needs a day, so the day is written too.
        (false, true, _, true) => Some(DateFields::MDE),
        (true, false, false, false) => Some(DateFields::Y),
        (true, true, false, false) => Some(DateFields::YM),
        (true, _, true, false) => Some(DateFields::YMD),
        (true, _, _, true) => Some(DateFields::YMDE),
    }
}

fn numeric(options: &DateOptions) -> Option<Numeric> {
    match (options.year.is_some(), options.day.is_some()) {
        (true, true) => Some(Numeric::YearMonthDay),
        (true, false) if options.month == Some(Month::Digit(Digit::TwoDigit)) => None,
        (true, false) => Some(Numeric::YearMonth),
        (false, true) => Some(Numeric::MonthDay),
        (false, false) => None,
    }
}

const fn subsecond(digits: u8) -> SubsecondDigits {
    match digits {
        1 => SubsecondDigits::S1,
        2 => SubsecondDigits::S2,
        _ => SubsecondDigits::S3,
    }
}

const fn zone_style(name: ZoneName) -> ZoneStyle {
    match name {
        ZoneName::Short => ZoneStyle::SpecificShort,
        ZoneName::Long => ZoneStyle::SpecificLong,
        ZoneName::ShortOffset => ZoneStyle::LocalizedOffsetShort,
        ZoneName::LongOffset => ZoneStyle::LocalizedOffsetLong,
        ZoneName::ShortGeneric => ZoneStyle::GenericShort,
        ZoneName::LongGeneric => ZoneStyle::GenericLong,
    }
}

/// Times without hours, for which the data has no patterns.
fn minutes_and_seconds(options: &DateOptions) -> Option<String> {
    let second = |width: &str| match options.fraction {
        Some(digits) => format!("{width}.{}", "S".repeat(usize::from(digits))),
        None => width.to_owned(),
    };
    match (options.minute, options.second.is_some() || options.fraction.is_some()) {
        (Some(_), true) => Some(format!("mm:{}", second("ss"))),
        (Some(_), false) => Some("m".to_owned()),
        (None, true) => Some(second("s")),
        (None, false) => None,
    }
}

/// Returns the pattern with each field in the requested width.
fn adjusted(pattern: &str, options: &DateOptions, short_hour: bool) -> String {
    let mut out = String::new();
    for piece in pieces(pattern) {
        let Piece::Field(letter, width) = piece else {
            out.push_str(piece.literal());
            continue;
        };
        let padded = |digit: Option<Digit>| if digit == Some(Digit::TwoDigit) { 2 } else { width };
        let named = |name: Name, width: usize| match name {
            Name::Long => 4,
            Name::Short if width < 3 => width,
            Name::Short => 3,
            Name::Narrow => 5,
        };
        let width = match letter {
            'y' => {
                if options.year == Some(Digit::TwoDigit) {
                    2
                } else {
                    1
                }
            }
            'M' | 'L' => match options.month {
                Some(Month::Digit(digit)) => padded(Some(digit)),
                // Some languages have no names of months.
                Some(Month::Name(name)) if width > 2 => named(name, width),
                Some(Month::Name(_)) | None => width,
            },
            'd' => padded(options.day),
            'E' | 'c' | 'e' => options.weekday.map_or(width, |name| named(name, width)),
            'G' => options.era.map_or(width, |name| named(name, width)),
            'h' | 'H' | 'K' | 'k' if short_hour => 1,
            'h' | 'H' | 'K' | 'k' => padded(options.hour),
            _ => width,
        };
        out.extend(std::iter::repeat_n(letter, width));
    }
    out
}

/// Whether an hour below ten has one digit, also in languages that use two: as in browsers, whose patterns depend on the
/// widths of minutes and seconds.
fn is_short_hour(options: &DateOptions) -> bool {
    let is_numeric = |digit| digit == Some(Digit::Numeric);
    let has_date = options.year.is_some() || options.month.is_some() || options.day.is_some();
    let weekday_alone = options.weekday.is_some() && !has_date;
    let like_minutes = options.minute == Some(Digit::TwoDigit) && !is_numeric(options.second);
    is_numeric(options.hour) && !weekday_alone && (like_minutes || options.zone_name.is_some())
}

/// Whether a language with a 12-hour clock is asked for 24 hours.
fn is_forced_to_24_hours(language: &Language, options: &DateOptions) -> Result<bool, IntlError> {
    if options.hours != Some(HourCycle::H23) {
        return Ok(false);
    }
    let usual = preferences(language, &DateOptions { hours: None, ..*options });
    let pattern = PatternRequest { time: Some(TimePrecision::Minute), ..PatternRequest::default() }.of_data(usual)?;
    Ok(Fields::of(&pattern).hours() != Some("h23"))
}
