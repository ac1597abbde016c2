//! Date patterns such as `YYYY-MM-DD HH:mm`: parsed once, then used to format and to parse dates.
//!
//! Tokens: `YYYY YY MMMM MMM MM M DD D dddd ddd HH H hh h mm m ss s SSS A a Z ZZ`. Text in `[brackets]` and all other characters
//! are literal. Names of months and days are those of a language.

mod reading;

use std::fmt::Write;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDateTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;

use crate::{intl::date::Names, zones};

/// The tokens, longer ones before their prefixes.
const TOKENS: [(&str, Field); 23] = [
    ("YYYY", Field::Year),
    ("YY", Field::YearOfCentury),
    ("MMMM", Field::MonthName),
    ("MMM", Field::MonthShort),
    ("MM", Field::Month(2)),
    ("M", Field::Month(1)),
    ("dddd", Field::DayName),
    ("ddd", Field::DayShort),
    ("DD", Field::Day(2)),
    ("D", Field::Day(1)),
    ("HH", Field::Hour(2)),
    ("H", Field::Hour(1)),
    ("hh", Field::Hour12(2)),
    ("h", Field::Hour12(1)),
    ("mm", Field::Minute(2)),
    ("m", Field::Minute(1)),
    ("ss", Field::Second(2)),
    ("SSS", Field::Millisecond),
    ("s", Field::Second(1)),
    ("A", Field::HalfUpper),
    ("a", Field::HalfLower),
    ("ZZ", Field::OffsetPlain),
    ("Z", Field::OffsetColon),
];

/// One token; numbers have a minimum number of digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Year,
    YearOfCentury,
    MonthName,
    MonthShort,
    Month(usize),
    Day(usize),
    DayName,
    DayShort,
    Hour(usize),
    Hour12(usize),
    Minute(usize),
    Second(usize),
    Millisecond,
    HalfUpper,
    HalfLower,
    OffsetColon,
    OffsetPlain,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Field(Field),
    Text(String),
}

/// A parsed pattern; every text is a valid pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    pieces: Vec<Piece>,
    /// Whether the pattern has a day of the month, which changes the form of month names.
    has_day: bool,
}

impl Pattern {
    pub(super) fn read(text: &str) -> Self {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(sign) = rest.chars().next() {
            if sign == '['
                && let Some(end) = rest.find(']')
            {
                push_text(&mut pieces, &rest[1..end]);
                rest = &rest[end + 1..];
            } else if let Some((token, field)) = TOKENS.iter().find(|(token, _)| rest.starts_with(token)) {
                pieces.push(Piece::Field(*field));
                rest = &rest[token.len()..];
            } else {
                push_text(&mut pieces, &rest[..sign.len_utf8()]);
                rest = &rest[sign.len_utf8()..];
            }
        }
        let has_day = pieces.iter().any(|piece| matches!(piece, Piece::Field(Field::Day(_))));
        Self { pieces, has_day }
    }

    pub(super) fn format(&self, at: DateTime<FixedOffset>, names: &Names) -> String {
        let mut out = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Field(field) => self.write_field(&mut out, *field, at, names),
            }
        }
        out
    }

    /// Returns the names of months in the form that this pattern needs.
    fn months<'n>(&self, names: &'n Names, short: bool) -> &'n [String] {
        match (self.has_day, short) {
            (true, false) => &names.months,
            (true, true) => &names.months_short,
            (false, false) => &names.months_alone,
            (false, true) => &names.months_short_alone,
        }
    }

    fn write_field(&self, out: &mut String, field: Field, at: DateTime<FixedOffset>, names: &Names) {
        let (afternoon, hour12) = at.hour12();
        let name = |names: &[String], index: u32| names.get(index as usize).cloned().unwrap_or_default();
        let month = |short| name(self.months(names, short), at.month0());
        let day = at.weekday().num_days_from_monday();
        let mut number = |value: u32, digits: usize| {
            // Writing to memory cannot fail.
            let _ = write!(out, "{value:0digits$}");
        };
        match field {
            Field::Month(digits) => number(at.month(), digits),
            Field::Day(digits) => number(at.day(), digits),
            Field::Hour(digits) => number(at.hour(), digits),
            Field::Hour12(digits) => number(hour12, digits),
            Field::Minute(digits) => number(at.minute(), digits),
            Field::Second(digits) => number(at.second(), digits),
            Field::Millisecond => number(at.timestamp_subsec_millis(), 3),
            Field::YearOfCentury => number(at.year().rem_euclid(100).unsigned_abs(), 2),
            Field::Year if at.year() < 0 => {
                out.push('-');
                let _ = write!(out, "{:04}", at.year().unsigned_abs());
            }
            Field::Year => number(at.year().unsigned_abs(), 4),
            Field::MonthName => out.push_str(&month(false)),
            Field::MonthShort => out.push_str(&month(true)),
            Field::DayName => out.push_str(&name(&names.days, day)),
            Field::DayShort => out.push_str(&name(&names.days_short, day)),
            Field::HalfUpper => out.push_str(&name(&names.halves, afternoon.into())),
            Field::HalfLower => out.push_str(&name(&names.halves, afternoon.into()).to_lowercase()),
            Field::OffsetColon | Field::OffsetPlain => {
                let seconds = at.offset().local_minus_utc();
                let minutes = seconds.unsigned_abs() / 60;
                let colon = if field == Field::OffsetColon { ":" } else { "" };
                let sign = if seconds < 0 { '-' } else { '+' };
                let _ = write!(out, "{sign}{:02}{colon}{:02}", minutes / 60, minutes % 60);
            }
        }
    }
}

fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    if let Some(Piece::Text(before)) = pieces.last_mut() {
        before.push_str(text);
    } else {
        pieces.push(Piece::Text(text.to_owned()));
    }
}

/// Returns the instant at which clocks of the zone show a time. For a repeated time, the first; for a skipped time, the instant
/// that is as long after the start of the gap as the time is.
pub(super) fn local_time(wall: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    // No zone is further from UTC than this, and none changes its offset twice within this time.
    const REACH: TimeDelta = TimeDelta::hours(16);
    let offset = |at: NaiveDateTime| zones::offset(zone, at.and_utc());
    let before = offset(wall.checked_sub_signed(REACH)?);
    let after = offset(wall.checked_add_signed(REACH)?);
    let [first, second] = [wall.checked_sub_offset(before)?, wall.checked_sub_offset(after)?];
    let at = if offset(first) != before && offset(second) == after { second } else { first };
    Some(at.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intl::language::Language;
    use proptest::prelude::*;

    fn names(language: &str) -> Names {
        Names::new(&Language::named(language).unwrap()).unwrap()
    }

    fn at(text: &str, zone: Tz) -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&zone).fixed_offset()
    }

    #[test]
    fn every_token_is_written() {
        let at = at("2024-03-05T14:07:09.045Z", Tz::Asia__Kolkata);
        let written = |pattern: &str| Pattern::read(pattern).format(at, &names("en"));
        assert_eq!(written("YYYY YY MMMM MMM MM M DD D dddd ddd"), "2024 24 March Mar 03 3 05 5 Tuesday Tue");
        assert_eq!(written("HH H hh h mm m ss s SSS A a Z ZZ"), "19 19 07 7 37 37 09 9 045 PM pm +05:30 +0530");
        assert_eq!(written("[Year] YYYY, [D]D"), "Year 2024, D5");
    }

    #[test]
    fn the_form_of_a_month_name_depends_on_a_day() {
        let at = at("2024-03-05T14:07:09.045Z", Tz::UTC);
        let written = |language: &str, pattern: &str| Pattern::read(pattern).format(at, &names(language));
        assert_eq!((written("ru", "D MMMM"), written("ru", "MMMM YYYY")), ("5 марта".into(), "март 2024".into()));
        assert_eq!((written("uz", "D-MMMM"), written("uz", "MMMM YYYY")), ("5-mart".into(), "Mart 2024".into()));
        assert_eq!(written("uz", "dddd h A"), "seshanba 2 TK");
    }

    #[test]
    fn a_skipped_hour_is_the_hour_after() {
        let wall = chrono::NaiveDate::from_ymd_opt(2024, 3, 31).unwrap().and_hms_opt(2, 30, 0).unwrap();
        assert_eq!(local_time(wall, Tz::Europe__Berlin).unwrap().to_rfc3339(), "2024-03-31T01:30:00+00:00");
    }

    const LANGUAGES: [&str; 5] = ["en", "ru", "uz", "uz-Cyrl", "de"];
    const PATTERNS: [&str; 4] = [
        "YYYY-MM-DDTHH:mm:ss.SSSZ",
        "dddd, D MMMM YYYY hh:mm:ss.SSS A ZZ",
        "ddd D MMM YYYY h:m:s.SSS a Z",
        "[on] MMM DD YYYY h:m:s.SSS a Z",
    ];

    proptest! {
        #[test]
        fn a_formatted_date_can_be_parsed(millis in -2_000_000_000_000_i64..8_000_000_000_000, zone in prop::sample::select(vec![
            Tz::UTC, Tz::Asia__Tashkent, Tz::America__New_York, Tz::Asia__Kathmandu,
        ])) {
            let at = DateTime::from_timestamp_millis(millis).unwrap();
            let languages = LANGUAGES.map(names);
            for (pattern, names) in PATTERNS.iter().flat_map(|pattern| languages.iter().map(|names| (*pattern, names))) {
                let pattern = Pattern::read(pattern);
                let offset = zones::offset(zone, at);
                // Old local mean times have offsets with seconds, which no token shows.
                prop_assume!(offset.local_minus_utc() % 60 == 0);
                let written = pattern.format(at.with_timezone(&offset), names);
                prop_assert_eq!(pattern.parse(&written, zone, names), Ok(at), "{}", written);
            }
        }

        #[test]
        fn any_pattern_parses_any_text_without_a_panic(pattern in ".{0,40}", text in ".{0,40}") {
            for names in LANGUAGES.map(names) {
                let _ = Pattern::read(&pattern).parse(&text, Tz::UTC, &names);
            }
        }
    }
}
