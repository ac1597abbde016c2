//! Why nobody ran what was expected: what a node that plans has noticed of its clock and of its database.

use std::time::Duration;

use crate::{Monotonic, Timestamp};

/// Stretches of time that are remembered; what lies before the oldest of them is told as a time without nodes.
const REMEMBERED: usize = 100;
/// What a clock on the wall may gain or lose against one that goes on evenly before it counts as set.
const UNEVEN: Duration = Duration::from_secs(1);

/// Why nobody was there to run something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Absence {
    /// The clock was set forward, past the time.
    Clock,
    /// The database did not answer.
    Database,
    /// No node was running.
    NoNode,
}

/// Stretches of time in which nothing was planned, as one node knows them.
#[derive(Debug, Clone, Default)]
pub struct Absences {
    /// The latest that was noticed comes last.
    stretches: Vec<Stretch>,
}

#[derive(Debug, Clone, Copy)]
struct Stretch {
    from: Timestamp,
    until: Timestamp,
    why: Absence,
}

impl Absences {
    /// Notes that nothing was planned from one moment until another, and why.
    pub fn note(&mut self, from: Timestamp, until: Timestamp, why: Absence) {
        if self.stretches.len() >= REMEMBERED {
            self.stretches.remove(0);
        }
        self.stretches.push(Stretch { from, until, why });
    }

    /// The clock was set back to a moment: what lies after it has not been yet.
    pub fn set_back(&mut self, to: Timestamp) {
        self.stretches.retain(|stretch| stretch.from < to);
        self.stretches.iter_mut().for_each(|stretch| stretch.until = stretch.until.min(to));
    }

    /// Why nobody was there at a time.
    #[must_use]
    pub fn why(&self, time: Timestamp) -> Absence {
        self.at(time).0
    }

    /// Why nobody was there at a time, and until when that was so.
    pub(super) fn at(&self, time: Timestamp) -> (Absence, Timestamp) {
        let found = self.stretches.iter().rev().find(|stretch| stretch.from <= time && time < stretch.until);
        found.map_or((Absence::NoNode, time), |stretch| (stretch.why, stretch.until))
    }
}

/// Watches a clock on the wall beside one that goes on evenly.
#[derive(Debug, Clone, Copy)]
pub struct ClockWatch {
    wall: Timestamp,
    even: Monotonic,
}

/// Somebody has set the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockStep {
    /// Past the times from the first moment until before the second.
    Forward(Timestamp, Timestamp),
    /// Back to this moment.
    Back(Timestamp),
}

impl ClockWatch {
    /// Begins with what both show.
    #[must_use]
    pub const fn new(wall: Timestamp, even: Monotonic) -> Self {
        Self { wall, even }
    }

    /// Looks at both again.
    pub fn look(&mut self, wall: Timestamp, even: Monotonic) -> Option<ClockStep> {
        let expected = self.wall.plus(even.since(self.even));
        *self = Self { wall, even };
        if wall.since(expected) > UNEVEN {
            Some(ClockStep::Forward(expected, wall))
        } else if expected.since(wall) > UNEVEN {
            Some(ClockStep::Back(wall))
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
    fn the_cause_is_what_was_noticed_last_of_a_time_and_else_that_no_node_ran() {
        let mut absences = Absences::default();
        absences.note(at(0), at(10), Absence::Database);
        absences.note(at(5), at(20), Absence::Clock);
        assert_eq!(absences.at(at(0)), (Absence::Database, at(10)));
        assert_eq!(absences.at(at(7)), (Absence::Clock, at(20)));
        assert_eq!(absences.at(at(20)), (Absence::NoNode, at(20)));
    }

    #[test]
    fn what_a_clock_that_is_set_back_has_yet_to_show_is_forgotten() {
        let mut absences = Absences::default();
        absences.note(at(0), at(100), Absence::Clock);
        absences.note(at(60), at(70), Absence::Database);
        absences.set_back(at(50));
        assert_eq!(absences.at(at(49)), (Absence::Clock, at(50)));
        assert_eq!(absences.at(at(65)), (Absence::NoNode, at(65)));
    }

    #[test]
    fn a_clock_that_is_set_is_noticed_and_one_that_goes_on_is_not() {
        let mut watch = ClockWatch::new(at(0), even(0));
        assert_eq!(watch.look(at(3_600), even(3_600)), None);
        assert_eq!(watch.look(at(90_010), even(3_610)), Some(ClockStep::Forward(at(3_610), at(90_010))));
        assert_eq!(watch.look(at(3_620), even(3_620)), Some(ClockStep::Back(at(3_620))));
        assert_eq!(watch.look(at(3_630), even(3_630)), None);
    }

    #[test]
    fn no_more_is_remembered_than_is_needed() {
        let mut absences = Absences::default();
        (0..1_000).for_each(|n| absences.note(at(n), at(n + 1), Absence::Database));
        assert_eq!(absences.at(at(999)).0, Absence::Database);
        assert_eq!(absences.at(at(0)).0, Absence::NoNode);
    }
}
