//! Reading dates by a pattern.

use chrono::{DateTime, FixedOffset, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;
use thiserror::Error;

use super::{DAYS, Field, MONTHS, Pattern, Piece, SHORT, local_time};

/// Why a text does not match a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(in crate::api::utils::date) enum Mismatch {
    #[error("{0} is expected at `{1}`")]
    Expected(&'static str, String),
    #[error("`{0}` is left over")]
    LeftOver(String),
    #[error("there is no such date")]
    NoSuchDate,
}

/// What the fields have said so far; what is not said is the start of 1970.
struct Said {
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
    /// Reads a text that this pattern could have written. Days of the week are read and not compared.
    pub(in crate::api::utils::date) fn parse(&self, text: &str, zone: Tz) -> Result<DateTime<Utc>, Mismatch> {
        let mut said = Said {
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
                Piece::Field(field) => said.field(*field, rest)?,
            };
        }
        if rest.is_empty() { said.instant(zone) } else { Err(Mismatch::LeftOver(excerpt(rest))) }
    }
}

impl Said {
    /// Reads one field; the text after it.
    fn field<'t>(&mut self, field: Field, text: &'t str) -> Result<&'t str, Mismatch> {
        let (value, rest) = match field {
            Field::Year => {
                let (digits, negative) = text.strip_prefix('-').map_or((text, false), |digits| (digits, true));
                let (year, rest) = digits_of(digits, 4, 6, "a year")?;
                let year = i32::try_from(year).unwrap_or(i32::MAX);
                self.year = if negative { -year } else { year };
                return Ok(rest);
            }
            Field::MonthName | Field::MonthShort => {
                let (index, rest) = name_of(text, &MONTHS, field == Field::MonthShort, "a month's name")?;
                self.month = index + 1;
                return Ok(rest);
            }
            Field::DayName | Field::DayShort => {
                return name_of(text, &DAYS, field == Field::DayShort, "a day's name").map(|(_, rest)| rest);
            }
            Field::HalfUpper | Field::HalfLower => {
                let half = text.get(..2).map(str::to_ascii_lowercase);
                self.afternoon = Some(match half.as_deref() {
                    Some("am") => false,
                    Some("pm") => true,
                    _ => return Err(Mismatch::Expected("AM or PM", excerpt(text))),
                });
                return Ok(&text[2..]);
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
            // As everybody does since POSIX: up to 68 is this century.
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

fn name_of<'t>(text: &'t str, names: &[&str], short: bool, what: &'static str) -> Result<(u32, &'t str), Mismatch> {
    for (index, name) in (0..).zip(names) {
        let name = if short { &name[..SHORT] } else { name };
        if text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)) {
            return Ok((index, &text[name.len()..]));
        }
    }
    Err(Mismatch::Expected(what, excerpt(text)))
}

/// `Z`, `+05:30` or `+0530`.
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

    fn read(pattern: &str, text: &str) -> Result<String, Mismatch> {
        Pattern::read(pattern).parse(text, Tz::Asia__Tashkent).map(|at| at.to_rfc3339())
    }

    #[test]
    fn a_time_without_offset_is_the_zones() {
        assert_eq!(read("YYYY-MM-DD HH:mm", "2024-05-31 17:00").unwrap(), "2024-05-31T12:00:00+00:00");
        assert_eq!(read("D/M/YY h:mm a", "1/2/24 12:05 am").unwrap(), "2024-01-31T19:05:00+00:00");
    }

    #[test]
    fn a_mismatch_says_where() {
        assert_eq!(read("YYYY-MM", "2024/05"), Err(Mismatch::Expected("other text", "/05".to_owned())));
        assert_eq!(read("MMM", "Foo"), Err(Mismatch::Expected("a month's name", "Foo".to_owned())));
        assert_eq!(read("YYYY", "2024!"), Err(Mismatch::LeftOver("!".to_owned())));
        assert_eq!(read("YYYY-MM-DD", "2024-02-30"), Err(Mismatch::NoSuchDate));
    }
}
