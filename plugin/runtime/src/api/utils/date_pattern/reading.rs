//! Parses dates by a pattern.

use chrono::{DateTime, FixedOffset, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;
use thiserror::Error;

use super::{Field, Pattern, Piece, local_time};
use crate::intl::date::Names;

/// Why a text does not match a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(in crate::api::utils) enum Mismatch {
    #[error("expected {0} at `{1}`")]
    Expected(&'static str, String),
    #[error("unexpected `{0}` at the end")]
    LeftOver(String),
    #[error("the date does not exist")]
    NoSuchDate,
}

/// The values of the fields parsed so far; missing ones are those of the start of 1970.
struct ParsedFields {
    year: i32,
    month: u32,
    day: u32,
    hour: u32,
    afternoon: Option<bool>,
    minute: u32,
    second: u32,
    millisecond: u32,
    offset: Option<FixedOffset>,
}

impl Pattern {
    /// Parses a text that this pattern could have written. Days of the week are parsed but not compared.
    pub(in crate::api::utils) fn parse(&self, text: &str, zone: Tz, names: &Names) -> Result<DateTime<Utc>, Mismatch> {
        let mut parsed = ParsedFields {
            year: 1970,
            month: 1,
            day: 1,
            hour: 0,
            afternoon: None,
            minute: 0,
            second: 0,
            millisecond: 0,
            offset: None,
        };
        let mut rest = text;
        for piece in &self.pieces {
            rest = match piece {
                Piece::Text(expected) => rest
                    .strip_prefix(expected.as_str())
                    .ok_or_else(|| Mismatch::Expected("other text", excerpt(rest)))?,
                Piece::Field(field) => parsed.field(*field, rest, names)?,
            };
        }
        if rest.is_empty() { parsed.instant(zone) } else { Err(Mismatch::LeftOver(excerpt(rest))) }
    }
}

impl ParsedFields {
    /// Parses one field and returns the text after it.
    fn field<'t>(&mut self, field: Field, text: &'t str, names: &Names) -> Result<&'t str, Mismatch> {
        let (value, rest) = match field {
            Field::Year => {
                let (digits, negative) = text.strip_prefix('-').map_or((text, false), |digits| (digits, true));
                let (year, rest) = digits_of(digits, 4, 6, "a year")?;
                let year = i32::try_from(year).unwrap_or(i32::MAX);
                self.year = if negative { -year } else { year };
                return Ok(rest);
            }
            // Any form of a month's name is accepted.
            Field::MonthName => {
                let forms = [&names.months, &names.months_alone];
                let (index, rest) = name_of(text, forms.into_iter().flatten(), "a month's name")?;
                self.month = index % 12 + 1;
                return Ok(rest);
            }
            Field::MonthShort => {
                let forms = [&names.months_short, &names.months_short_alone];
                let (index, rest) = name_of(text, forms.into_iter().flatten(), "a month's name")?;
                self.month = index % 12 + 1;
                return Ok(rest);
            }
            Field::DayName => return name_of(text, &names.days, "a day's name").map(|(_, rest)| rest),
            Field::DayShort => return name_of(text, &names.days_short, "a day's name").map(|(_, rest)| rest),
            Field::HalfUpper | Field::HalfLower => {
                let (half, rest) = name_of(text, &names.halves, "AM or PM")?;
                self.afternoon = Some(half == 1);
                return Ok(rest);
            }
            Field::OffsetColon | Field::OffsetPlain => {
                let (offset, rest) = offset_of(text)?;
                self.offset = Some(offset);
                return Ok(rest);
            }
            Field::YearOfCentury => digits_of(text, 2, 2, "a two-digit year")?,
            Field::Month(least) => digits_of(text, least, 2, "a month")?,
            Field::Day(least) => digits_of(text, least, 2, "a day")?,
            Field::Hour(least) | Field::Hour12(least) => digits_of(text, least, 2, "an hour")?,
            Field::Minute(least) => digits_of(text, least, 2, "a minute")?,
            Field::Second(least) => digits_of(text, least, 2, "a second")?,
            Field::Millisecond => digits_of(text, 3, 3, "milliseconds")?,
        };
        match field {
            // As in POSIX: up to 68 is this century.
            Field::YearOfCentury => {
                self.year = i32::try_from(if value <= 68 { 2000 + value } else { 1900 + value }).unwrap_or_default()
            }
            Field::Month(_) => self.month = value,
            Field::Day(_) => self.day = value,
            Field::Hour(_) => self.hour = value,
            Field::Hour12(_) => {
                self.hour = value;
                self.afternoon.get_or_insert(false);
            }
            Field::Minute(_) => self.minute = value,
            Field::Second(_) => self.second = value,
            _ => self.millisecond = value,
        }
        Ok(rest)
    }

    fn instant(&self, zone: Tz) -> Result<DateTime<Utc>, Mismatch> {
        let hour = match self.afternoon {
            None => self.hour,
            Some(_) if self.hour > 12 => return Err(Mismatch::NoSuchDate),
            Some(afternoon) => self.hour % 12 + if afternoon { 12 } else { 0 },
        };
        let wall = NaiveDate::from_ymd_opt(self.year, self.month, self.day)
            .and_then(|day| day.and_hms_milli_opt(hour, self.minute, self.second, self.millisecond))
            .ok_or(Mismatch::NoSuchDate)?;
        let at = match self.offset {
            Some(offset) => offset.from_local_datetime(&wall).single().map(|at| at.with_timezone(&Utc)),
            None => local_time(wall, zone),
        };
        at.ok_or(Mismatch::NoSuchDate)
    }
}

fn digits_of<'t>(text: &'t str, least: usize, most: usize, what: &'static str) -> Result<(u32, &'t str), Mismatch> {
    let digits = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let number = text[..digits].parse().ok().filter(|_| digits >= least);
    let number = number.ok_or_else(|| Mismatch::Expected(what, excerpt(text)))?;
    Ok((number, &text[digits..]))
}

/// Finds the longest name that the text starts with, ignoring case. Returns its index and the rest of the text.
fn name_of<'t, 'n>(
    text: &'t str,
    names: impl IntoIterator<Item = &'n String>,
    what: &'static str,
) -> Result<(u32, &'t str), Mismatch> {
    let found = (0..).zip(names).filter_map(|(index, name)| Some((index, without(text, name)?)));
    found.min_by_key(|(_, rest)| rest.len()).ok_or_else(|| Mismatch::Expected(what, excerpt(text)))
}

/// Returns the text after a name at its start.
fn without<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let mut signs = text.chars();
    for expected in name.chars() {
        if !signs.next()?.to_lowercase().eq(expected.to_lowercase()) {
            return None;
        }
    }
    Some(signs.as_str())
}

/// Parses `Z`, `+05:30` or `+0530`.
fn offset_of(text: &str) -> Result<(FixedOffset, &str), Mismatch> {
    let expected = || Mismatch::Expected("an offset such as +05:30", excerpt(text));
    if let Some(rest) = text.strip_prefix('Z') {
        return Ok((FixedOffset::east_opt(0).ok_or_else(expected)?, rest));
    }
    let (sign, rest) = match text.as_bytes().first() {
        Some(b'+') => (1, &text[1..]),
        Some(b'-') => (-1, &text[1..]),
        _ => return Err(expected()),
    };
    let (hours, rest) = digits_of(rest, 2, 2, "hours of an offset")?;
    let (minutes, rest) = digits_of(rest.strip_prefix(':').unwrap_or(rest), 2, 2, "minutes of an offset")?;
    let seconds = i32::try_from(hours * 3600 + minutes * 60).map_err(|_| expected())?;
    Ok((FixedOffset::east_opt(sign * seconds).ok_or_else(expected)?, rest))
}

fn excerpt(text: &str) -> String {
    if text.is_empty() { "the end".to_owned() } else { text.chars().take(30).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intl::language::Language;

    fn read(pattern: &str, text: &str) -> Result<String, Mismatch> {
        read_in("en", pattern, text)
    }

    fn read_in(language: &str, pattern: &str, text: &str) -> Result<String, Mismatch> {
        let names = Names::new(&Language::named(language).unwrap()).unwrap();
        Pattern::read(pattern).parse(text, Tz::UTC, &names).map(|at| at.to_rfc3339())
    }

    #[test]
    fn names_are_read_in_either_form_and_case() {
        for text in ["5 марта 2024", "5 МАРТ 2024", "5 Марта 2024"] {
            assert_eq!(read_in("ru", "D MMMM YYYY", text).unwrap(), "2024-03-05T00:00:00+00:00");
        }
        assert_eq!(read_in("ru", "D MMM YYYY", "5 мая 2024").unwrap(), "2024-05-05T00:00:00+00:00");
        assert_eq!(
            read_in("uz", "dddd, D-MMMM, YYYY h A", "Juma, 5-iyul, 2024 2 TK").unwrap(),
            "2024-07-05T14:00:00+00:00"
        );
        assert_eq!(read_in("ru", "D MMMM", "5 March"), Err(Mismatch::Expected("a month's name", "March".to_owned())));
    }

    #[test]
    fn a_time_without_offset_is_in_the_zone() {
        let read = |pattern, text| {
            let names = Names::new(&Language::english()).unwrap();
            Pattern::read(pattern).parse(text, Tz::Asia__Tashkent, &names).map(|at| at.to_rfc3339())
        };
        assert_eq!(read("YYYY-MM-DD HH:mm", "2024-05-31 17:00").unwrap(), "2024-05-31T12:00:00+00:00");
        assert_eq!(read("D/M/YY h:mm a", "1/2/24 12:05 am").unwrap(), "2024-01-31T19:05:00+00:00");
    }

    #[test]
    fn a_mismatch_names_its_position() {
        assert_eq!(read("YYYY-MM", "2024/05"), Err(Mismatch::Expected("other text", "/05".to_owned())));
        assert_eq!(read("MMM", "Foo"), Err(Mismatch::Expected("a month's name", "Foo".to_owned())));
        assert_eq!(read("YYYY", "2024!"), Err(Mismatch::LeftOver("!".to_owned())));
        assert_eq!(read("YYYY-MM-DD", "2024-02-30"), Err(Mismatch::NoSuchDate));
    }
}
