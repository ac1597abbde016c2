//! Why scheduled times were missed. A planning node records the periods in which it could not plan, and detects jumps of its clock.

use std::time::Duration;

use crate::{Monotonic, Timestamp};

/// Maximum number of recorded periods. Times before the oldest period are reported as missed because no node was running.
const MAX_PERIODS: usize = 100;
/// Maximum difference between wall clock and monotonic clock since the last check. A larger one means that the wall clock was set.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(1);

/// Why a scheduled time was missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MissCause {
    /// The clock jumped past the time.
    Clock,
    /// The database did not respond.
    Database,
    /// No node was running.
    NoNode,
}

/// The periods in which one node could not plan.
#[derive(Debug, Clone, Default)]
pub struct PlanningGaps {
    /// In order of recording.
    periods: Vec<Period>,
}

#[derive(Debug, Clone, Copy)]
struct Period {
    from: Timestamp,
    until: Timestamp,
    why: MissCause,
}

impl PlanningGaps {
    /// Records a period without planning, and the cause.
    pub fn note(&mut self, from: Timestamp, until: Timestamp, why: MissCause) {
        if self.periods.len() >= MAX_PERIODS {
            self.periods.remove(0);
        }
        self.periods.push(Period { from, until, why });
    }

    /// Removes the parts of periods after `to`: the clock was set back, so those times are still to come.
    pub fn set_back(&mut self, to: Timestamp) {
        self.periods.retain(|period| period.from < to);
        self.periods.iter_mut().for_each(|period| period.until = period.until.min(to));
    }

    /// Returns why a time was missed.
    #[must_use]
    pub fn why(&self, time: Timestamp) -> MissCause {
        self.at(time).0
    }

    /// Returns why a time was missed, and the end of that period.
    pub(super) fn at(&self, time: Timestamp) -> (MissCause, Timestamp) {
        let found = self.periods.iter().rev().find(|period| period.from <= time && time < period.until);
        found.map_or((MissCause::NoNode, time), |period| (period.why, period.until))
    }
}

/// Detects changes of the wall clock by comparing it with the monotonic clock.
#[derive(Debug, Clone, Copy)]
pub struct ClockWatch {
    wall: Timestamp,
    monotonic: Monotonic,
}

/// A jump of the wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockJump {
    /// Forward, past the times from the first timestamp (inclusive) to the second (exclusive).
    Forward(Timestamp, Timestamp),
    /// Back to this time.
    Back(Timestamp),
}

impl ClockWatch {
    /// Starts with a reading of both clocks.
    #[must_use]
    pub const fn new(wall: Timestamp, monotonic: Monotonic) -> Self {
        Self { wall, monotonic }
    }

    /// Compares new readings of both clocks with the previous ones. Returns a jump of the wall clock since then.
    pub fn look(&mut self, wall: Timestamp, monotonic: Monotonic) -> Option<ClockJump> {
        let expected = self.wall.plus(monotonic.since(self.monotonic));
        *self = Self { wall, monotonic };
        if wall.since(expected) > CLOCK_TOLERANCE {
            Some(ClockJump::Forward(expected, wall))
        } else if expected.since(wall) > CLOCK_TOLERANCE {
            Some(ClockJump::Back(wall))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(1_700_000_000_000_000 + seconds * 1_000_000)
    }

    fn even(seconds: u64) -> Monotonic {
        Monotonic::after_start(Duration::from_secs(seconds))
    }

    #[test]
    fn the_last_recorded_cause_applies_else_no_node() {
        let mut absences = PlanningGaps::default();
        absences.note(at(0), at(10), MissCause::Database);
        absences.note(at(5), at(20), MissCause::Clock);
        assert_eq!(absences.at(at(0)), (MissCause::Database, at(10)));
        assert_eq!(absences.at(at(7)), (MissCause::Clock, at(20)));
        assert_eq!(absences.at(at(20)), (MissCause::NoNode, at(20)));
    }

    #[test]
    fn setting_the_clock_back_removes_later_periods() {
        let mut absences = PlanningGaps::default();
        absences.note(at(0), at(100), MissCause::Clock);
        absences.note(at(60), at(70), MissCause::Database);
        absences.set_back(at(50));
        assert_eq!(absences.at(at(49)), (MissCause::Clock, at(50)));
        assert_eq!(absences.at(at(65)), (MissCause::NoNode, at(65)));
    }

    #[test]
    fn clock_jumps_are_detected_and_normal_progress_is_not() {
        let mut watch = ClockWatch::new(at(0), even(0));
        assert_eq!(watch.look(at(3_600), even(3_600)), None);
        assert_eq!(watch.look(at(90_010), even(3_610)), Some(ClockJump::Forward(at(3_610), at(90_010))));
        assert_eq!(watch.look(at(3_620), even(3_620)), Some(ClockJump::Back(at(3_620))));
        assert_eq!(watch.look(at(3_630), even(3_630)), None);
    }

    #[test]
    fn the_number_of_periods_is_limited() {
        let mut absences = PlanningGaps::default();
        (0..1_000).for_each(|n| absences.note(at(n), at(n + 1), MissCause::Database));
        assert_eq!(absences.at(at(999)).0, MissCause::Database);
        assert_eq!(absences.at(at(0)).0, MissCause::NoNode);
    }
}
