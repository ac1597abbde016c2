//! Dates and times: `Intl.DateTimeFormat`. The calendar is the Gregorian one.

mod exceptions;
mod names;
mod pattern;
mod zone;

use chrono::{DateTime, Datelike, Timelike};
use icu_calendar::{Date, Gregorian};
use icu_datetime::{
    fieldsets::enums::CompositeFieldSet,
    pattern::{DateTimePattern, FixedCalendarDateTimeNames},
};
use icu_time::{Time, ZonedDateTime};

pub(crate) use self::{names::Names, pattern::Fields, zone::Zone};
use super::{
    IntlError,
    language::Language,
    text::{LITERAL, Text},
};

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Digit {
    Numeric,
    TwoDigit,
}

/// Length of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Name {
    Long,
    Short,
    Narrow,
}

/// How a month is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Month {
    Digit(Digit),
    Name(Name),
}

/// How a time zone is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum ZoneName {
    Short,
    Long,
    ShortOffset,
    LongOffset,
    ShortGeneric,
    LongGeneric,
}

/// Length of a date or a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Length {
    Short,
    Medium,
    Long,
    Full,
}

/// The range of the hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum HourCycle {
    H11,
    H12,
    H23,
}

/// The parts of a time to write; empty by default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct DateOptions {
    pub(crate) date_style: Option<Length>,
    pub(crate) time_style: Option<Length>,
    pub(crate) weekday: Option<Name>,
    pub(crate) era: Option<Name>,
    pub(crate) year: Option<Digit>,
    pub(crate) month: Option<Month>,
    pub(crate) day: Option<Digit>,
    pub(crate) hour: Option<Digit>,
    pub(crate) minute: Option<Digit>,
    pub(crate) second: Option<Digit>,
    /// Number of fractional digits of the second, up to three.
    pub(crate) fraction: Option<u8>,
    pub(crate) zone_name: Option<ZoneName>,
    pub(crate) hours: Option<HourCycle>,
}

/// How the narrow no-break spaces of the data are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Spaces {
    /// As a plain space, as browsers and Node.js do for programs that parse the text.
    Plain,
    /// As a no-break space, except before the day period (AM, PM).
    NoBreak,
}

/// Formats times in one language, pattern and zone.
#[derive(Debug)]
pub(crate) struct DateFormatter {
    names: FixedCalendarDateTimeNames<Gregorian, CompositeFieldSet>,
    pattern: DateTimePattern,
    zone: Zone,
    spaces: Spaces,
}

impl DateFormatter {
    /// # Errors
    /// If the data is incomplete: a defect.
    pub(crate) fn new(
        language: &Language,
        options: &DateOptions,
        zone: Zone,
        spaces: Spaces,
    ) -> Result<Self, IntlError> {
        Self::of_pattern(language, &pattern::of(language, options)?, zone, spaces)
    }

    /// # Errors
    /// If it is not a valid pattern: a defect.
    fn of_pattern(language: &Language, pattern: &str, zone: Zone, spaces: Spaces) -> Result<Self, IntlError> {
        let pattern = DateTimePattern::try_from_pattern_str(pattern).map_err(|error| data(&error))?;
        let mut names = FixedCalendarDateTimeNames::try_new(language.locale().into())?;
        names.include_for_pattern(&pattern).map_err(|error| data(&error))?;
        Ok(Self { names, pattern, zone, spaces })
    }

    /// Returns the fields of the pattern, as they are written.
    pub(crate) fn fields(&self) -> Fields {
        Fields::of(&self.pattern.to_string())
    }

    /// Formats a time in milliseconds since 1970; `None` if it is beyond the calendar.
    pub(crate) fn format(&self, at_ms: i64) -> Option<Text> {
        let at = DateTime::from_timestamp_millis(at_ms)?;
        let (local, zone) = self.zone.local(at)?;
        let month = u8::try_from(local.month()).ok()?;
        let day = u8::try_from(local.day()).ok()?;
        let date = Date::try_new_gregorian(local.year(), month, day).ok()?;
        let clock = |number: u32| u8::try_from(number).ok();
        let time = Time::try_new(
            clock(local.hour())?,
            clock(local.minute())?,
            clock(local.second())?,
            local.nanosecond() % 1_000_000_000,
        )
        .ok()?;
        let formatter = self.names.with_pattern_unchecked(&self.pattern);
        Some(self.spaced(&Text::written_date(&formatter.format(&ZonedDateTime { date, time, zone }))))
    }

    fn spaced(&self, text: &Text) -> Text {
        const NARROW: char = '\u{202f}';
        if !text.as_str().contains(NARROW) {
            return text.clone();
        }
        let pieces: Vec<_> = text.pieces().collect();
        let mut spaced = Text::default();
        for (index, (kind, piece)) in pieces.iter().enumerate() {
            let before_half = pieces.get(index + 1).is_some_and(|(next, _)| *next == "dayPeriod");
            let space = if *kind == LITERAL && before_half || self.spaces == Spaces::Plain { " " } else { "\u{a0}" };
            spaced.push(kind, &piece.replace(NARROW, space));
        }
        spaced
    }
}

fn data(error: &impl ToString) -> IntlError {
    IntlError::Data(error.to_string())
}
