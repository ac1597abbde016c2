//! Times of the ERP: UTC, to the millisecond, stored as `2026-01-31T09:00:00.000Z`.
//!
//! The text sorts in the order of time, is the same in both databases, and equals the JSON form of a script's `Date`. Only this file
//! reads the machine's clock.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeZone, Utc};
use chrono_tz::Tz;

/// The current time.
#[expect(clippy::disallowed_methods, reason = "the one place of the ERP that asks the machine")]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// The stored form of a time.
pub fn to_text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Reads RFC 3339, or a plain date, which means the start of that day in `zone`.
pub fn parse(text: &str, zone: Tz) -> Option<DateTime<Utc>> {
    match DateTime::parse_from_rfc3339(text) {
        Ok(at) => Some(at.with_timezone(&Utc)),
        Err(_) => parse_date(text).map(|date| start_of_day(date, zone)),
    }
}

/// Reads `2026-01-31`.
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
}

/// The first instant of a day in a zone. If the clocks skip midnight, it is the first time after the gap.
pub fn start_of_day(date: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let midnight = date.and_time(NaiveTime::MIN);
    (0..4)
        .map(|hours| midnight + chrono::Duration::hours(hours))
        .find_map(|local| zone.from_local_datetime(&local).earliest())
        .map_or_else(|| midnight.and_utc(), |at| at.with_timezone(&Utc))
}

/// The day of a stored time, in a zone.
pub fn local_date(at: DateTime<Utc>, zone: Tz) -> NaiveDate {
    at.with_timezone(&zone).date_naive()
}

/// A stored time for display: `31 Jan 2026 14:00` in a zone. A text that is not a time is returned unchanged.
pub fn display(text: &str, zone: Tz) -> String {
    local(text, zone).map_or_else(|| text.to_owned(), |at| at.format("%-d %b %Y %H:%M").to_string())
}

/// A stored time or date for display, without the time of day.
pub fn display_date(text: &str, zone: Tz) -> String {
    let date = parse_date(text).or_else(|| local(text, zone).map(|at| at.date()));
    date.map_or_else(|| text.to_owned(), |date| date.format("%-d %b %Y").to_string())
}

fn local(text: &str, zone: Tz) -> Option<NaiveDateTime> {
    parse(text, zone).map(|at| at.with_timezone(&zone).naive_local())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_times_round_trip_and_sort() {
        let early = parse("2026-01-31T09:00:00+05:00", Tz::UTC).expect("a time");
        assert_eq!(to_text(early), "2026-01-31T04:00:00.000Z");
        assert!(to_text(early) < to_text(early + chrono::Duration::milliseconds(1)));
        assert_eq!(parse(&to_text(early), Tz::UTC), Some(early));
    }

    #[test]
    fn a_plain_date_is_the_start_of_the_day_in_the_zone() {
        let tashkent = parse("2026-01-31", Tz::Asia__Tashkent).expect("a date");
        assert_eq!(to_text(tashkent), "2026-01-30T19:00:00.000Z");
        assert_eq!(display("2026-01-30T19:00:00.000Z", Tz::Asia__Tashkent), "31 Jan 2026 00:00");
    }

    #[test]
    fn a_day_without_midnight_still_starts() {
        let date = parse_date("2018-11-04").expect("a date");
        assert_eq!(to_text(start_of_day(date, Tz::America__Sao_Paulo)), "2018-11-04T03:00:00.000Z");
    }
}
