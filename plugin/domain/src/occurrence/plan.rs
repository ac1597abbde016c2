//! What a schedule that is due expects: which times have come, which of them still count, and when the next one is.

use std::time::Duration;

use super::{Absence, Absences};
use crate::{CronExpression, TimeZone, Timestamp};

/// One expected time, or several of one fate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned {
    /// When; the first of several.
    pub at: Timestamp,
    /// Why nobody was there to run it, where it is too late now.
    pub missed: Option<Absence>,
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
    /// `grace`; the others are missed: nobody wants a day of reports at once. Those that a clock skipped that was set forward
    /// were never there, and are one entry.
    #[must_use]
    pub fn of(
        expression: &CronExpression,
        zone: TimeZone,
        (due, now): (Timestamp, Timestamp),
        grace: Duration,
        absences: &Absences,
        limit: usize,
    ) -> Self {
        let fresh = now.minus(grace);
        let mut times: Vec<Planned> = Vec::new();
        let mut next = Some(due);
        while let Some(at) = next.filter(|at| *at <= now)
            && times.len() < limit
        {
            let (absence, until) = absences.at(at);
            times.push(Planned { at, missed: Some(absence) });
            // What a clock went past in one moment is not looked at one by one, but for what may still run.
            let passed = if absence == Absence::Clock { until.min(fresh).minus(INSTANT).max(at) } else { at };
            next = expression.next_after(passed, zone);
        }
        let is_newest = next.is_none_or(|next| next > now);
        if let Some(newest) = times.last_mut()
            && is_newest
            && newest.at >= fresh
        {
            newest.missed = None;
        }
        times.dedup_by(|later, earlier| (later.missed, earlier.missed) == (Some(Absence::Clock), Some(Absence::Clock)));
        Self { times, next }
    }
}

/// The shortest time that there is.
const INSTANT: Duration = Duration::from_micros(1);

#[cfg(test)]
mod tests {
    use super::*;

    const GRACE: Duration = Duration::from_secs(60);

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_micros((1_700_000_040 + minutes * 60) * 1_000_000)
    }

    fn times(due: i64, now: Timestamp, limit: usize) -> (Vec<(i64, bool)>, Option<i64>) {
        let minutely = CronExpression::parse("* * * * *").unwrap();
        let found = ScheduledTimes::of(&minutely, TimeZone::UTC, (at(due), now), GRACE, &Absences::default(), limit);
        let minute = |time: Timestamp| (time.as_micros() / 1_000_000 - 1_700_000_040) / 60;
        (found.times.iter().map(|time| (minute(time.at), time.missed.is_some())).collect(), found.next.map(minute))
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
        let found = ScheduledTimes::of(&hourly, TimeZone::UTC, (due, late), GRACE, &Absences::default(), 500);
        assert_eq!(found.times, [Planned { at: due, missed: Some(Absence::NoNode) }]);
    }

    #[test]
    fn a_long_absence_is_told_in_portions() {
        assert_eq!(times(0, at(5), 2), (vec![(0, true), (1, true)], Some(2)));
        assert_eq!(times(4, at(5), 2), (vec![(4, true), (5, false)], Some(6)));
    }

    fn with(absences: &Absences, due: i64, now: Timestamp) -> (Vec<(Timestamp, Option<Absence>)>, Option<Timestamp>) {
        let minutely = CronExpression::parse("* * * * *").unwrap();
        let found = ScheduledTimes::of(&minutely, TimeZone::UTC, (at(due), now), GRACE, absences, 500);
        (found.times.iter().map(|time| (time.at, time.missed)).collect(), found.next)
    }

    #[test]
    fn what_a_clock_went_past_is_one_entry_whatever_it_is_long() {
        let year = 525_600;
        let now = at(year).plus(Duration::from_secs(20));
        let mut absences = Absences::default();
        absences.note(at(0).plus(Duration::from_secs(1)), now, Absence::Clock);
        let (times, next) = with(&absences, 1, now);
        assert_eq!(times, [(at(1), Some(Absence::Clock)), (at(year), None)]);
        assert_eq!(next, Some(at(year + 1)));
    }

    #[test]
    fn a_clock_that_is_put_right_by_seconds_costs_no_run() {
        let now = at(1).plus(Duration::from_secs(5));
        let mut absences = Absences::default();
        absences.note(at(1).minus(Duration::from_secs(5)), now, Absence::Clock);
        assert_eq!(with(&absences, 1, now), (vec![(at(1), None)], Some(at(2))));
    }

    #[test]
    fn each_missed_time_has_the_cause_that_is_known_of_it() {
        let now = at(6).plus(Duration::from_secs(5));
        let mut absences = Absences::default();
        absences.note(at(2), at(4), Absence::Database);
        absences.note(at(4), at(6), Absence::Clock);
        let (times, _) = with(&absences, 1, now);
        let expected = [
            (at(1), Some(Absence::NoNode)),
            (at(2), Some(Absence::Database)),
            (at(3), Some(Absence::Database)),
            (at(4), Some(Absence::Clock)),
            (at(6), None),
        ];
        assert_eq!(times, expected);
    }
}
