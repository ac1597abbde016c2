//! Planning of a due schedule: which times have passed, which of them still run, and the next time.

use std::time::Duration;

use super::{MissCause, PlanningGaps};
use crate::{CronExpression, TimeZone, Timestamp};

/// One scheduled time, or several consecutive ones that the clock jumped past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedTime {
    /// The time; the first of several.
    pub at: Timestamp,
    /// Why it was missed; `None` if it is still to run.
    pub missed: Option<MissCause>,
}

/// The scheduled times that have passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduledTimes {
    /// Times in ascending order, at most `limit`.
    pub times: Vec<PlannedTime>,
    /// First time after these; `None` if the schedule never fires again.
    pub next: Option<Timestamp>,
}

impl ScheduledTimes {
    /// Returns the times from `due` to `now`, at most `limit`. The newest runs if it is not older than `grace`. The others are missed, so
    /// that an outage of a day does not produce a day of reports at once. Times that the clock jumped past are one entry.
    #[must_use]
    pub fn of(
        expression: &CronExpression,
        zone: TimeZone,
        (due, now): (Timestamp, Timestamp),
        grace: Duration,
        absences: &PlanningGaps,
        limit: usize,
    ) -> Self {
        let fresh = now.minus(grace);
        let mut times: Vec<PlannedTime> = Vec::new();
        let mut next = Some(due);
        while let Some(at) = next.filter(|at| *at <= now)
            && times.len() < limit
        {
            let (absence, until) = absences.at(at);
            times.push(PlannedTime { at, missed: Some(absence) });
            // Skip all times that the clock jumped past, except those recent enough to run.
            let passed = if absence == MissCause::Clock { until.min(fresh).minus(TICK).max(at) } else { at };
            next = expression.next_after(passed, zone);
        }
        let is_newest = next.is_none_or(|next| next > now);
        if let Some(newest) = times.last_mut()
            && is_newest
            && newest.at >= fresh
        {
            newest.missed = None;
        }
        times.dedup_by(|later, earlier| {
            (later.missed, earlier.missed) == (Some(MissCause::Clock), Some(MissCause::Clock))
        });
        Self { times, next }
    }
}

/// Resolution of [`Timestamp`].
const TICK: Duration = Duration::from_micros(1);

#[cfg(test)]
mod tests {
    use super::*;

    const GRACE: Duration = Duration::from_secs(60);

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_micros((1_700_000_040 + minutes * 60) * 1_000_000)
    }

    fn times(due: i64, now: Timestamp, limit: usize) -> (Vec<(i64, bool)>, Option<i64>) {
        let minutely = CronExpression::parse("* * * * *").unwrap();
        let found =
            ScheduledTimes::of(&minutely, TimeZone::UTC, (at(due), now), GRACE, &PlanningGaps::default(), limit);
        let minute = |time: Timestamp| (time.as_micros() / 1_000_000 - 1_700_000_040) / 60;
        (found.times.iter().map(|time| (minute(time.at), time.missed.is_some())).collect(), found.next.map(minute))
    }

    #[test]
    fn a_due_time_runs_and_the_next_is_known() {
        assert_eq!(times(0, at(0), 500), (vec![(0, false)], Some(1)));
        assert_eq!(times(1, at(0), 500), (vec![], Some(1)));
    }

    #[test]
    fn after_an_outage_only_a_time_within_grace_runs() {
        assert_eq!(times(0, at(3), 500), (vec![(0, true), (1, true), (2, true), (3, false)], Some(4)));
        let hourly = CronExpression::parse("0 * * * *").unwrap();
        let due = Timestamp::parse("2025-01-01T09:00:00Z").unwrap();
        let late = due.plus(Duration::from_secs(61));
        let found = ScheduledTimes::of(&hourly, TimeZone::UTC, (due, late), GRACE, &PlanningGaps::default(), 500);
        assert_eq!(found.times, [PlannedTime { at: due, missed: Some(MissCause::NoNode) }]);
    }

    #[test]
    fn a_long_outage_is_planned_in_batches() {
        assert_eq!(times(0, at(5), 2), (vec![(0, true), (1, true)], Some(2)));
        assert_eq!(times(4, at(5), 2), (vec![(4, true), (5, false)], Some(6)));
    }

    fn with(
        absences: &PlanningGaps,
        due: i64,
        now: Timestamp,
    ) -> (Vec<(Timestamp, Option<MissCause>)>, Option<Timestamp>) {
        let minutely = CronExpression::parse("* * * * *").unwrap();
        let found = ScheduledTimes::of(&minutely, TimeZone::UTC, (at(due), now), GRACE, absences, 500);
        (found.times.iter().map(|time| (time.at, time.missed)).collect(), found.next)
    }

    #[test]
    fn a_clock_jump_of_any_length_is_one_entry() {
        let year = 525_600;
        let now = at(year).plus(Duration::from_secs(20));
        let mut absences = PlanningGaps::default();
        absences.note(at(0).plus(Duration::from_secs(1)), now, MissCause::Clock);
        let (times, next) = with(&absences, 1, now);
        assert_eq!(times, [(at(1), Some(MissCause::Clock)), (at(year), None)]);
        assert_eq!(next, Some(at(year + 1)));
    }

    #[test]
    fn a_clock_correction_of_seconds_misses_no_run() {
        let now = at(1).plus(Duration::from_secs(5));
        let mut absences = PlanningGaps::default();
        absences.note(at(1).minus(Duration::from_secs(5)), now, MissCause::Clock);
        assert_eq!(with(&absences, 1, now), (vec![(at(1), None)], Some(at(2))));
    }

    #[test]
    fn each_missed_time_has_its_own_cause() {
        let now = at(6).plus(Duration::from_secs(5));
        let mut absences = PlanningGaps::default();
        absences.note(at(2), at(4), MissCause::Database);
        absences.note(at(4), at(6), MissCause::Clock);
        let (times, _) = with(&absences, 1, now);
        let expected = [
            (at(1), Some(MissCause::NoNode)),
            (at(2), Some(MissCause::Database)),
            (at(3), Some(MissCause::Database)),
            (at(4), Some(MissCause::Clock)),
            (at(6), None),
        ];
        assert_eq!(times, expected);
    }
}
