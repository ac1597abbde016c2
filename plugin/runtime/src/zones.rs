//! Offsets of time zones, for every year that a date can have.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// End of the time zone tables, in seconds since 1970: the beginning of the year 2100.
const END_OF_TABLES: i64 = 4_102_444_800;
/// The last years of the tables. They include a common year and a leap year beginning on each day of the week.
const LAST_YEARS: std::ops::RangeInclusive<i32> = 2072..=2099;
/// Length of the calendar's cycle in seconds: the days of the week repeat after 400 years.
const CALENDAR: i64 = 146_097 * 86_400;
/// Earliest time that is looked up, in seconds since 1970; earlier ones count as this one. No zone had changed its offset by then.
const BEGIN: i64 = -8_000_000_000_000;

/// Returns by how many seconds the clocks of a zone are ahead of UTC.
pub(crate) fn offset_seconds(zone: Tz, unix_seconds: i64) -> i32 {
    let tabled = if unix_seconds < END_OF_TABLES { Some(unix_seconds) } else { year_like(zone, unix_seconds) };
    let at = tabled.and_then(|seconds| DateTime::from_timestamp(seconds.max(BEGIN), 0));
    at.map_or(0, |at| in_tables(zone, at.naive_utc()))
}

/// Returns the same as an offset.
pub(crate) fn offset(zone: Tz, at: DateTime<Utc>) -> FixedOffset {
    FixedOffset::east_opt(offset_seconds(zone, at.timestamp())).unwrap_or_else(|| Utc.fix())
}

fn in_tables(zone: Tz, utc: NaiveDateTime) -> i32 {
    zone.offset_from_utc_datetime(&utc).fix().local_minus_utc()
}

/// Returns the same time in a year of the tables with the same calendar. Zone rules use days of the week in a month.
fn year_like(zone: Tz, unix_seconds: i64) -> Option<i64> {
    let since = (unix_seconds - END_OF_TABLES).rem_euclid(CALENDAR);
    let at = DateTime::from_timestamp(END_OF_TABLES + since, 0)?.naive_utc();
    let begin = NaiveDate::from_ymd_opt(at.year(), 1, 1)?;
    let like = LAST_YEARS
        .filter_map(|year| NaiveDate::from_ymd_opt(year, 1, 1))
        .find(|first| first.weekday() == begin.weekday() && first.leap_year() == begin.leap_year());
    // If the last year has no summer time, its rules may follow another calendar with exceptions in earlier years.
    let last = NaiveDate::from_ymd_opt(*LAST_YEARS.end(), 1, 1)?;
    let [winter, summer] = [last, last + TimeDelta::days(181)].map(|day| in_tables(zone, day.into()));
    let first = if winter == summer { last } else { like? };
    Some((first.and_time(at.time()) + (at.date() - begin)).and_utc().timestamp())
}
