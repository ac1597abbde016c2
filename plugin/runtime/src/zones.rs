//! Offsets of time zones, in every year that a date can have.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// The tables end here, in seconds since 1970: the year 2100 begins.
const END_OF_TABLES: i64 = 4_102_444_800;
/// The last years of the tables, among them one of each length that begins on each day of the week.
const LAST_YEARS: std::ops::RangeInclusive<i32> = 2072..=2099;
/// After 400 years the calendar comes again, with the same days of the week.
const CALENDAR: i64 = 146_097 * 86_400;
/// No zone had changed its offset by then, and every date of the script's language is less than this before 1970.
const BEGIN: i64 = -8_000_000_000_000;

/// Seconds that the clocks of a zone are ahead of UTC.
pub(crate) fn offset_seconds(zone: Tz, unix_seconds: i64) -> i32 {
    let tabled = if unix_seconds < END_OF_TABLES { Some(unix_seconds) } else { year_like(zone, unix_seconds) };
    let at = tabled.and_then(|seconds| DateTime::from_timestamp(seconds.max(BEGIN), 0));
    at.map_or(0, |at| in_tables(zone, at.naive_utc()))
}

/// The same as an offset.
pub(crate) fn offset(zone: Tz, at: DateTime<Utc>) -> FixedOffset {
    FixedOffset::east_opt(offset_seconds(zone, at.timestamp())).unwrap_or_else(|| Utc.fix())
}

fn in_tables(zone: Tz, utc: NaiveDateTime) -> i32 {
    zone.offset_from_utc_datetime(&utc).fix().local_minus_utc()
}

/// The same moment of a year in the tables that has the same calendar. Rules of zones go by days of the week in a month.
fn year_like(zone: Tz, unix_seconds: i64) -> Option<i64> {
    let since = (unix_seconds - END_OF_TABLES).rem_euclid(CALENDAR);
    let at = DateTime::from_timestamp(END_OF_TABLES + since, 0)?.naive_utc();
    let begin = NaiveDate::from_ymd_opt(at.year(), 1, 1)?;
    let like = LAST_YEARS
        .filter_map(|year| NaiveDate::from_ymd_opt(year, 1, 1))
        .find(|first| first.weekday() == begin.weekday() && first.leap_year() == begin.leap_year());
    // Where summer is as winter in the last year, years before it may have had exceptions by another calendar.
    let last = NaiveDate::from_ymd_opt(*LAST_YEARS.end(), 1, 1)?;
    let [winter, summer] = [last, last + TimeDelta::days(181)].map(|day| in_tables(zone, day.into()));
    let first = if winter == summer { last } else { like? };
    Some((first.and_time(at.time()) + (at.date() - begin)).and_utc().timestamp())
}
