//! The times at which an expression fires, as the clock on the wall of its zone shows them.
//!
//! A time that the clock skips in spring is due at the moment of the skip, once; a time that it shows twice in autumn is due
//! the first time only. An expression whose hour begins with `*` means "every so often" and goes on by elapsed time: it fires
//! in both of the repeated hours and has nothing to make up for a skipped one.

use std::str::FromStr as _;

use chrono::{DateTime, Duration, FixedOffset, NaiveDateTime, Offset as _, TimeZone as _, Utc};
use chrono_tz::Tz;
use cron::Schedule;

use super::{CronExpression, CronField, CronFields, TimeZone};
use crate::Timestamp;

impl CronExpression {
    /// The first occurrence after a moment, on a whole minute. `None` beyond the year 2099.
    #[must_use]
    pub fn next_after(&self, after: Timestamp, zone: TimeZone) -> Option<Timestamp> {
        let wall = Wall::of(&self.fields());
        let found = if self.as_str().split(' ').nth(1).is_some_and(|hour| hour.starts_with('*')) {
            wall.next_by_elapsed_time(after.to_utc(), zone.tz())
        } else {
            wall.next_by_the_clock(after.to_utc(), zone.tz())
        };
        found.map(Timestamp::from)
    }
}

/// What the `cron` crate makes of an expression, asked in wall-clock time: one schedule, or two whose union it is.
struct Wall(Vec<Schedule>);

impl Wall {
    fn of(fields: &CronFields) -> Self {
        let list = |field: &CronField, shift: u8| {
            if field.is_any {
                return "*".to_owned();
            }
            field.values.iter().map(|value| (value + shift).to_string()).collect::<Vec<_>>().join(",")
        };
        // The crate wants seconds, counts weekdays from Sunday = 1, and wants both kinds of days to fit.
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

    /// The next time that a wall clock without any shifts would show.
    fn next(&self, after: NaiveDateTime) -> Option<NaiveDateTime> {
        let next = |schedule: &Schedule| schedule.after(&after.and_utc()).next();
        self.0.iter().filter_map(next).min().map(|time| time.naive_utc())
    }

    fn next_by_the_clock(&self, after: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        // A repeated hour was dealt with when it was shown first, so the clock is read as if it never went back.
        let mut shown = latest_shown(after, zone);
        loop {
            shown = self.next(shown)?;
            let moment = moment_of(shown, zone)?;
            if moment > after {
                return Some(moment);
            }
        }
    }

    fn next_by_elapsed_time(&self, after: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        // From one change of the offset to the next, the clock on the wall goes on evenly.
        let (mut after, mut stretch) = (after, after);
        loop {
            let offset = offset_at(stretch, zone);
            let shown = self.next(after.with_timezone(&offset).naive_local())?;
            let moment = offset.from_local_datetime(&shown).single()?.with_timezone(&Utc);
            match change_of_offset(stretch, moment, zone) {
                None => return Some(moment),
                // The moment of the change may be an occurrence itself.
                Some(change) => (after, stretch) = (change - Duration::seconds(1), change),
            }
        }
    }
}

/// How long ago a clock that was set back can still show what it has shown before: no zone of this century went further back.
const REPEATED: Duration = Duration::hours(3);

fn offset_at(moment: DateTime<Utc>, zone: Tz) -> FixedOffset {
    zone.offset_from_utc_datetime(&moment.naive_utc()).fix()
}

/// The furthest time that the clock of a zone has shown until a moment: in a repeated hour, the end of that hour.
fn latest_shown(moment: DateTime<Utc>, zone: Tz) -> NaiveDateTime {
    let now = moment.with_timezone(&zone).naive_local();
    let start = moment - REPEATED;
    match change_of_offset(start, moment, zone) {
        None => now,
        Some(change) => {
            let last = change - Duration::seconds(1);
            now.max(last.with_timezone(&offset_at(start, zone)).naive_local())
        }
    }
}

/// When a zone's clock shows a time: the first time of two, the moment of the skip for a time that it skips.
fn moment_of(shown: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    if let Some(moment) = zone.from_local_datetime(&shown).earliest() {
        return Some(moment.with_timezone(&Utc));
    }
    // Skipped: the offset before the skip leads to the moment, counted from the time before it.
    let before = (1..=288).map(|steps| shown - Duration::minutes(5 * steps));
    let known = before.into_iter().find_map(|earlier| zone.from_local_datetime(&earlier).latest())?;
    let start = known.with_timezone(&Utc);
    change_of_offset(start, start + Duration::days(1), zone)
}

/// The first moment in a span, to the second, at which a zone's offset is another than at its start.
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
    // A change comes on a whole second.
    DateTime::from_timestamp(high.timestamp(), 0)
}

#[cfg(test)]
mod tests;
