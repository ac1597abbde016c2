//! Which parts of a date are written, and the pattern that a language has for them.

use boa_engine::{Context, JsResult};

use crate::{api::options::Options, locale::Locale};

pub(super) const OPTIONS: [&str; 11] =
    ["dateStyle", "timeStyle", "timeZone", "weekday", "year", "month", "day", "hour", "minute", "second", "hour12"];

/// How long a name or a style is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Length {
    Short,
    Medium,
    Long,
    Full,
}

/// How a number or a name is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Plain,
    TwoDigits,
    Short,
    Long,
}

/// What is written of a time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Clock {
    Minutes,
    Seconds,
}

/// What is written of a date.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Parts {
    date_style: Option<Length>,
    time_style: Option<Length>,
    weekday: Option<Part>,
    year: Option<Part>,
    month: Option<Part>,
    day: Option<Part>,
    hour: Option<Part>,
    minute: Option<Part>,
    second: Option<Part>,
    twelve_hours: Option<bool>,
}

const STYLES: [(&str, Length); 4] =
    [("short", Length::Short), ("medium", Length::Medium), ("long", Length::Long), ("full", Length::Full)];
const NUMBERS: [(&str, Part); 2] = [("numeric", Part::Plain), ("2-digit", Part::TwoDigits)];
const NAMES: [(&str, Part); 2] = [("long", Part::Long), ("short", Part::Short)];
const MONTHS: [(&str, Part); 4] =
    [("numeric", Part::Plain), ("2-digit", Part::TwoDigits), ("long", Part::Long), ("short", Part::Short)];

impl Parts {
    pub(super) fn date() -> Self {
        let plain = Some(Part::Plain);
        Self { year: plain, month: plain, day: plain, ..Self::default() }
    }

    pub(super) fn time() -> Self {
        let plain = Some(Part::Plain);
        Self { hour: plain, minute: plain, second: plain, ..Self::default() }
    }

    pub(super) fn date_and_time() -> Self {
        let Self { hour, minute, second, .. } = Self::time();
        Self { hour, minute, second, ..Self::date() }
    }

    /// Those that the options name, else the usual ones.
    pub(super) fn read(options: &Options, usual: fn() -> Self, context: &mut Context) -> JsResult<Self> {
        let twelve_hours = options.value("hour12", context)?;
        let twelve_hours =
            if twelve_hours.is_undefined() { None } else { Some(options.flag("hour12", false, context)?) };
        let named = Self {
            date_style: options.word("dateStyle", &STYLES, context)?,
            time_style: options.word("timeStyle", &STYLES[..2], context)?,
            weekday: options.word("weekday", &NAMES, context)?,
            year: options.word("year", &NUMBERS, context)?,
            month: options.word("month", &MONTHS, context)?,
            day: options.word("day", &NUMBERS, context)?,
            hour: options.word("hour", &NUMBERS, context)?,
            minute: options.word("minute", &NUMBERS, context)?,
            second: options.word("second", &NUMBERS, context)?,
            twelve_hours: None,
        };
        let parts = if named == Self::default() { usual() } else { named };
        Ok(Self { twelve_hours, ..parts })
    }

    /// The pattern of a language; none where it has none for these parts together.
    pub(super) fn pattern(self, locale: &Locale) -> Option<String> {
        let has_parts = [self.weekday, self.year, self.month, self.day, self.hour, self.minute, self.second]
            .iter()
            .any(Option::is_some);
        if has_parts && (self.date_style.is_some() || self.time_style.is_some()) {
            return None;
        }
        let date = self.date_pattern(locale)?;
        let time = self.time_pattern(locale)?;
        match (date.is_empty(), time.is_empty()) {
            (false, false) => {
                let is_long = matches!(self.date_style, Some(Length::Long | Length::Full));
                let between = if is_long { locale.dates.between } else { ", " };
                Some(format!("{date}{between}{time}"))
            }
            _ => Some(date + &time),
        }
    }

    fn date_pattern(self, locale: &Locale) -> Option<String> {
        let dates = &locale.dates;
        let weekday = match self.weekday {
            Some(Part::Short) => "ddd",
            Some(_) => "dddd",
            None => "",
        };
        let style = self.date_style.map(|style| match style {
            Length::Short => dates.short,
            Length::Medium => dates.medium,
            Length::Long => dates.long,
            Length::Full => dates.full,
        });
        if let Some(style) = style {
            return Some(style.to_owned());
        }
        let numbers = [Some(Part::Plain), Some(Part::TwoDigits)];
        let date = match (self.year, self.month, self.day) {
            (None, None, None) => return Some(weekday.to_owned()),
            (Some(year), month, day) if numbers.contains(&month) && numbers.contains(&day) => {
                let two_digits = month == Some(Part::TwoDigits) || day == Some(Part::TwoDigits);
                let pattern = if two_digits { dates.padded } else { dates.numeric };
                if year == Part::TwoDigits { pattern.replace("YYYY", "YY") } else { pattern.to_owned() }
            }
            (Some(Part::Plain), Some(Part::Long), Some(Part::Plain)) => dates.long.to_owned(),
            (Some(Part::Plain), Some(Part::Short), Some(Part::Plain)) => dates.medium.to_owned(),
            (None, Some(Part::Long), Some(Part::Plain)) => dates.day_of_month.to_owned(),
            (None, Some(Part::Short), Some(Part::Plain)) => dates.day_of_month.replace("MMMM", "MMM"),
            (Some(Part::Plain), None, None) => "YYYY".to_owned(),
            (None, Some(Part::Long), None) => "MMMM".to_owned(),
            _ => return None,
        };
        Some(if weekday.is_empty() { date } else { format!("{weekday}, {date}") })
    }

    fn time_pattern(self, locale: &Locale) -> Option<String> {
        let clock = match (self.time_style, self.hour, self.minute, self.second) {
            (Some(Length::Short), ..) | (None, Some(_), Some(_), None) => Clock::Minutes,
            (Some(_), ..) | (None, Some(_), Some(_), Some(_)) => Clock::Seconds,
            (None, None, None, None) => return Some(String::new()),
            _ => return None,
        };
        let twelve_hours = self.twelve_hours.unwrap_or(locale.dates.time.contains('A'));
        let seconds = if clock == Clock::Seconds { ":ss" } else { "" };
        Some(match (twelve_hours, self.hour) {
            (true, Some(Part::TwoDigits)) => format!("hh:mm{seconds} A"),
            (true, _) => format!("h:mm{seconds} A"),
            (false, _) => format!("HH:mm{seconds}"),
        })
    }
}
