//! The times at which an expression fires, in the local time of its zone.
//!
//! A local time that daylight saving time skips in spring fires once, at the moment of the change. A local time that is repeated in autumn
//! fires only the first time. An expression whose hour starts with `*` is an interval and follows elapsed time: it fires in both repeated
//! hours, and fires no extra time for a skipped hour.

use std::str::FromStr as _;

use chrono::{DateTime, Duration, FixedOffset, NaiveDateTime, Offset as _, TimeZone as _, Utc};
use chrono_tz::Tz;
use cron::Schedule;

use super::{CronExpression, CronField, CronFields, TimeZone};
use crate::Timestamp;

impl CronExpression {
    /// Returns the first occurrence after a time, on a whole minute. `None` after the year 2099.
    #[must_use]
    pub fn next_after(&self, after: Timestamp, zone: TimeZone) -> Option<Timestamp> {
        let schedule = LocalSchedule::of(&self.fields());
        let found = if self.as_str().split(' ').nth(1).is_some_and(|hour| hour.starts_with('*')) {
            schedule.next_by_elapsed_time(after.to_utc(), zone.tz())
        } else {
            schedule.next_by_local_time(after.to_utc(), zone.tz())
        };
        found.map(Timestamp::from)
    }
}

/// An expression as schedules of the `cron` crate, evaluated in local time: one schedule, or the union of two.
struct LocalSchedule(Vec<Schedule>);

impl LocalSchedule {
    fn of(fields: &CronFields) -> Self {
        let list = |field: &CronField, shift: u8| {
            if field.is_any {
                return "*".to_owned();
            }
            field.values.iter().map(|value| (value + shift).to_string()).collect::<Vec<_>>().join(",")
        };
        // The crate requires seconds, numbers weekdays from Sunday = 1, and requires that both day fields match.
        let schedule = |day_of_month: &str, day_of_week: &str| {
            let (minute, hour, month) = (list(&fields.minute, 0), list(&fields.hour, 0), list(&fields.month, 0));
            Schedule::from_str(&format!("0 {minute} {hour} {day_of_month} {month} {day_of_week}")).ok()
        };
        let (day_of_month, day_of_week) = (list(&fields.day_of_month, 0), list(&fields.day_of_week, 1));
        let schedules = if fields.day_of_month.is_any || fields.day_of_week.is_any {
            vec![schedule(&day_of_month, &day_of_week)]
        } else {
            vec![schedule(&day_of_month, "*"), schedule("*", &day_of_week)]
        };
        Self(schedules.into_iter().flatten().collect())
    }

    /// Returns the next local time, ignoring changes of the offset.
    fn next(&self, after: NaiveDateTime) -> Option<NaiveDateTime> {
        let next = |schedule: &Schedule| schedule.after(&after.and_utc()).next();
        self.0.iter().filter_map(next).min().map(|time| time.naive_utc())
    }

    fn next_by_local_time(&self, after: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        // A repeated hour was handled the first time, so local time is treated as if it never went back.
        let mut local = latest_local_time(after, zone);
        loop {
            local = self.next(local)?;
            let moment = utc_of(local, zone)?;
            if moment > after {
                return Some(moment);
            }
        }
    }

    fn next_by_elapsed_time(&self, after: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        // Between two changes of the offset, local time is continuous.
        let (mut after, mut period) = (after, after);
        loop {
            let offset = offset_at(period, zone);
            let local = self.next(after.with_timezone(&offset).naive_local())?;
            let moment = offset.from_local_datetime(&local).single()?.with_timezone(&Utc);
            match change_of_offset(period, moment, zone) {
                None => return Some(moment),
                // The time of the change may be an occurrence itself.
                Some(change) => (after, period) = (change - Duration::seconds(1), change),
            }
        }
    }
}

/// Maximum length of a repeated period of local time: no zone went further back in this century.
const MAX_REPEATED: Duration = Duration::hours(3);

fn offset_at(moment: DateTime<Utc>, zone: Tz) -> FixedOffset {
    zone.offset_from_utc_datetime(&moment.naive_utc()).fix()
}

/// Returns the latest local time of a zone up to a moment: in a repeated hour, the end of that hour.
fn latest_local_time(moment: DateTime<Utc>, zone: Tz) -> NaiveDateTime {
    let now = moment.with_timezone(&zone).naive_local();
    let start = moment - MAX_REPEATED;
    match change_of_offset(start, moment, zone) {
        None => now,
        Some(change) => {
            let last = change - Duration::seconds(1);
            now.max(last.with_timezone(&offset_at(start, zone)).naive_local())
        }
    }
}

/// Converts a local time to UTC: a repeated time to its first instance, a skipped time to the moment of the change.
fn utc_of(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    if let Some(moment) = zone.from_local_datetime(&local).earliest() {
        return Some(moment.with_timezone(&Utc));
    }
    // Skipped: find an existing local time up to a day earlier, and from there the change of the offset.
    let before = (1..=288).map(|steps| local - Duration::minutes(5 * steps));
    let known = before.into_iter().find_map(|earlier| zone.from_local_datetime(&earlier).latest())?;
    let start = known.with_timezone(&Utc);
    change_of_offset(start, start + Duration::days(1), zone)
}

/// Returns the first moment in a period, to the second, at which a zone's offset differs from that at the start.
fn change_of_offset(from: DateTime<Utc>, to: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
    let first = offset_at(from, zone);
    // Offsets change at most a few times a year, and never back within a day.
    let mut low = from;
    let mut high = loop {
        if low >= to {
            return None;
        }
        let next = (low + Duration::hours(12)).min(to);
        if offset_at(next, zone) != first {
            break next;
        }
        low = next;
    };
    while high - low > Duration::seconds(1) {
        let middle = low + (high - low) / 2;
        if offset_at(middle, zone) == first { low = middle } else { high = middle }
    }
    // Offsets change on a whole second.
    DateTime::from_timestamp(high.timestamp(), 0)
}

#[cfg(test)]
mod tests;
