//! Describes a schedule as a sentence: `0 9 * * 1-5` is "At 09:00, Monday to Friday".
//!
//! This file decides the content of the sentence once for all languages, from the values of the fields and not from
//! their text, so that the sentence is correct for every expression. A language only provides the words. The time zone
//! is not part of the sentence.

mod english;
mod russian;
mod uzbek;

use std::fmt;

use iota_scripts_domain::{CronField, CronFields};

use crate::locale::Locale;

/// If there are more times of day than this, they are described as minutes and hours.
const MANY_TIMES: usize = 6;
/// The minimum number of evenly spaced times that are described by their distance.
const SERIES: usize = 4;
/// The minimum number of consecutive values that are described as a range.
const RANGE: usize = 3;
const MINUTES_OF_DAY: usize = 24 * 60;

/// Returns the sentence, without a full stop.
pub(crate) fn sentence(fields: &CronFields, locale: Locale) -> String {
    let (times, days) = (Times::of(fields), Days::of(fields));
    let (times, days) = match locale {
        Locale::En => (english::times(&times), english::days(&days, times.is_round_the_clock())),
        Locale::Ru => (russian::times(&times), russian::days(&days, times.is_round_the_clock())),
        Locale::Uz => (uzbek::times(&times), uzbek::days(&days, times.is_round_the_clock())),
    };
    if days.is_empty() { times } else { format!("{times}, {days}") }
}

/// The times of a day.
#[derive(Debug, PartialEq, Eq)]
enum Times {
    /// Every so many minutes, counted from the full hour.
    EveryMinutes(usize),
    /// Every so many hours, counted from midnight.
    EveryHours { hours: usize, minute: u8 },
    /// Every so many minutes from a time to a time, both included.
    Series { minutes: usize, first: ClockTime, last: ClockTime },
    /// A few times.
    At(Vec<ClockTime>),
    /// These minutes of every hour.
    OfEveryHour(Vec<u8>),
    /// Every so many minutes, counted from the full hour, in these hours.
    EveryMinutesOf { minutes: usize, hours: Vec<u8> },
    /// These minutes of these hours.
    Of { minutes: Vec<u8>, hours: Vec<u8> },
}

impl Times {
    fn of(fields: &CronFields) -> Self {
        let (minutes, hours) = (&fields.minute.values, &fields.hour.values);
        let step = step_through_the_hour(minutes);
        if hours.len() == 24 {
            return step.map_or_else(|| Self::OfEveryHour(minutes.clone()), Self::EveryMinutes);
        }
        let times: Vec<ClockTime> =
            hours.iter().flat_map(|hour| minutes.iter().map(|minute| ClockTime(*hour, *minute))).collect();
        match (series(&times), times.as_slice()) {
            (Some(step), [ClockTime(0, minute), ..]) if step * times.len() == MINUTES_OF_DAY => {
                Self::EveryHours { hours: step / 60, minute: *minute }
            }
            (Some(minutes), [first, .., last]) => Self::Series { minutes, first: *first, last: *last },
            _ if times.len() <= MANY_TIMES => Self::At(times),
            _ => match step {
                Some(minutes) => Self::EveryMinutesOf { minutes, hours: hours.clone() },
                None => Self::Of { minutes: minutes.clone(), hours: hours.clone() },
            },
        }
    }

    /// Checks whether the times continue from one day to the next, so that a day need not be named.
    const fn is_round_the_clock(&self) -> bool {
        matches!(self, Self::EveryMinutes(_) | Self::EveryHours { .. } | Self::OfEveryHour(_))
    }
}

/// The days.
#[derive(Debug, PartialEq, Eq)]
struct Days {
    on: DaySelection,
    /// 1 to 12; `None` means all months.
    months: Option<Choice>,
}

#[derive(Debug, PartialEq, Eq)]
enum DaySelection {
    Every,
    /// Days of the month.
    Dates(Vec<u8>),
    /// 1 (Monday) to 7.
    Weekdays(Choice),
    /// A day matches if one of both matches.
    Either(Vec<u8>, Choice),
}

impl Days {
    fn of(fields: &CronFields) -> Self {
        let (dates, weekdays) = (&fields.day_of_month, &fields.day_of_week);
        let on = match (is_complete(dates, 31), is_complete(weekdays, 7)) {
            (false, false) => DaySelection::Either(dates.values.clone(), Choice::of(&from_monday(weekdays))),
            (true, false) if dates.is_any => DaySelection::Weekdays(Choice::of(&from_monday(weekdays))),
            (false, true) if weekdays.is_any => DaySelection::Dates(dates.values.clone()),
            // Also if one field names all days without being `*`: then a match of one field is enough.
            _ => DaySelection::Every,
        };
        let months = (!is_complete(&fields.month, 12)).then(|| Choice::of(&fields.month.values));
        Self { on, months }
    }
}

/// Days or months that have names, by their numbers.
#[derive(Debug, PartialEq, Eq)]
enum Choice {
    /// From one to another.
    Range(usize, usize),
    Each(Vec<usize>),
}

impl Choice {
    fn of(values: &[u8]) -> Self {
        match ranges(values).as_slice() {
            [(first, last)] if first != last => Self::Range(usize::from(*first), usize::from(*last)),
            _ => Self::Each(values.iter().copied().map(usize::from).collect()),
        }
    }
}

/// A time of day: hour, minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ClockTime(u8, u8);

impl ClockTime {
    fn minute_of_day(self) -> usize {
        usize::from(self.0) * 60 + usize::from(self.1)
    }
}

impl fmt::Display for ClockTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0, self.1)
    }
}

/// Returns weekdays from 1 (Monday) to 7.
fn from_monday(weekdays: &CronField) -> Vec<u8> {
    let mut days: Vec<u8> = weekdays.values.iter().map(|day| if *day == 0 { 7 } else { *day }).collect();
    days.sort_unstable();
    days
}

fn is_complete(field: &CronField, size: usize) -> bool {
    field.values.len() == size
}

/// Returns the distance of minutes that continue evenly from one full hour to the next.
fn step_through_the_hour(minutes: &[u8]) -> Option<usize> {
    let even = |step: usize| minutes.iter().map(|minute| usize::from(*minute)).eq((0..60).step_by(step));
    (minutes.len() > 1).then(|| 60 / minutes.len()).filter(|step| even(*step) && 60 % step == 0)
}

/// Returns the distance in minutes of evenly spaced times, if it divides an hour or a day.
fn series(times: &[ClockTime]) -> Option<usize> {
    let mut steps = times.windows(2).map(|pair| pair[1].minute_of_day() - pair[0].minute_of_day());
    let step = steps.next()?;
    let divides = 60 % step == 0 || (step % 60 == 0 && MINUTES_OF_DAY.is_multiple_of(step));
    (times.len() >= SERIES && divides && steps.all(|other| other == step)).then_some(step)
}

/// Splits ascending numbers into ranges of at least three and single numbers.
fn ranges(values: &[u8]) -> Vec<(u8, u8)> {
    let neighbours = values.chunk_by(|a, b| a + 1 == *b);
    let mut found = Vec::new();
    for run in neighbours {
        match run {
            [first, .., last] if run.len() >= RANGE => found.push((*first, *last)),
            _ => found.extend(run.iter().map(|value| (*value, *value))),
        }
    }
    found
}

/// Formats numbers for a list: `1–7`, `15`.
fn numbers(values: &[u8]) -> Vec<String> {
    let text = |(first, last): (u8, u8)| if first == last { first.to_string() } else { format!("{first}–{last}") };
    ranges(values).into_iter().map(text).collect()
}

/// Returns names for a list; the first name has the number 1.
fn names<'n>(numbers: &[usize], names: &[&'n str]) -> Vec<&'n str> {
    numbers.iter().map(|number| names[number - 1]).collect()
}

/// Formats `a, b and c`.
fn list(items: &[impl fmt::Display], and: &str) -> String {
    let mut text = String::new();
    for (index, item) in items.iter().enumerate() {
        let before = match index {
            0 => String::new(),
            _ if index + 1 == items.len() => format!(" {and} "),
            _ => ", ".to_owned(),
        };
        text.push_str(&before);
        text.push_str(&item.to_string());
    }
    text
}

#[cfg(test)]
mod tests;
