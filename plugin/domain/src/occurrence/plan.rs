//! What a schedule that is due expects: which times have come, which of them still count, and when the next one is.

use std::time::Duration;

use crate::{CronExpression, TimeZone, Timestamp};

/// One expected time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned {
    /// When.
    pub at: Timestamp,
    /// Nobody was there to run it, and it is too late now.
    pub missed: bool,
}

/// The times that have come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduledTimes {
    /// In order; at most as many as were asked for.
    pub times: Vec<Planned>,
    /// The first time that is not among them; `None` when there is none any more.
    pub next: Option<Timestamp>,
}

impl ScheduledTimes {
    /// The times from `due` on that have come by `now`, at most `limit`. The newest still runs when it is not older than
    /// `grace`; the others are missed: nobody wants a day of reports at once.
    #[must_use]
    pub fn of(
        expression: &CronExpression,
        zone: TimeZone,
        due: Timestamp,
        now: Timestamp,
        grace: Duration,
        limit: usize,
    ) -> Self {
        let mut times = Vec::new();
        let mut next = Some(due);
        while let Some(at) = next.filter(|at| *at <= now)
            && times.len() < limit
        {
            times.push(Planned { at, missed: true });
            next = expression.next_after(at, zone);
        }
        let is_newest = next.is_none_or(|next| next > now);
        if let Some(newest) = times.last_mut() {
            newest.missed = !is_newest || now.since(newest.at) > grace;
        }
        Self { times, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRACE: Duration = Duration::from_secs(60);

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_micros((1_700_000_040 + minutes * 60) * 1_000_000)
    }

    fn times(due: i64, now: Timestamp, limit: usize) -> (Vec<(i64, bool)>, Option<i64>) {
        let minutely = CronExpression::parse("* * * * *").unwrap();
        let found = ScheduledTimes::of(&minutely, TimeZone::UTC, at(due), now, GRACE, limit);
        let minute = |time: Timestamp| (time.as_micros() / 1_000_000 - 1_700_000_040) / 60;
        (found.times.iter().map(|time| (minute(time.at), time.missed)).collect(), found.next.map(minute))
    }

    #[test]
    fn a_time_that_has_come_runs_and_the_next_is_known() {
        assert_eq!(times(0, at(0), 500), (vec![(0, false)], Some(1)));
        assert_eq!(times(1, at(0), 500), (vec![], Some(1)));
    }

    #[test]
    fn after_a_time_without_nodes_each_missed_time_is_named_and_only_a_fresh_one_runs() {
        assert_eq!(times(0, at(3), 500), (vec![(0, true), (1, true), (2, true), (3, false)], Some(4)));
        let hourly = CronExpression::parse("0 * * * *").unwrap();
        let due = Timestamp::parse("2025-01-01T09:00:00Z").unwrap();
        let late = due.plus(Duration::from_secs(61));
        let found = ScheduledTimes::of(&hourly, TimeZone::UTC, due, late, GRACE, 500);
        assert_eq!(found.times, [Planned { at: due, missed: true }]);
    }

    #[test]
    fn a_long_absence_is_told_in_portions() {
        assert_eq!(times(0, at(5), 2), (vec![(0, true), (1, true)], Some(2)));
        assert_eq!(times(4, at(5), 2), (vec![(4, true), (5, false)], Some(6)));
    }
}
