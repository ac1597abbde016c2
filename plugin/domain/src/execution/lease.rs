//! Leases: a node's promise to be alive, which it renews; a run whose lease has passed is lost.
//!
//! The store writes leases and judges them, by its own clock: those of two nodes need not agree. What a node itself decides about them,
//! it decides by a clock that nobody can set.

use std::time::Duration;

use crate::{ExecutionId, Monotonic, Timestamp};

/// The store has taken a node's word that it is alive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewal {
    /// What the store's clock showed.
    pub at: Timestamp,
    /// Which of the runs are still the node's; the others have ended, or another node has ended them.
    pub held: Vec<ExecutionId>,
}

/// How well a node has kept its own lease. One that was cut off from the store, or stood still, must not take others for dead: they may
/// have been cut off by the same thing, and get as long to come back as it takes to become lost.
#[derive(Debug, Clone)]
pub struct LeaseState {
    lease: Duration,
    /// The first of the renewals that followed each other in time, the last of them, and the store's clock at that.
    unbroken: Option<(Monotonic, Monotonic, Timestamp)>,
}

impl LeaseState {
    /// A node that has not renewed its lease yet.
    #[must_use]
    pub const fn new(lease: Duration) -> Self {
        Self { lease, unbroken: None }
    }

    /// A renewal succeeded that was sent at `sent`, when the store's clock showed `store`.
    pub fn renewed(&mut self, sent: Monotonic, store: Timestamp) {
        let first = match self.unbroken {
            Some((first, last, before))
                if sent.since(last) <= self.lease && self.went_evenly(sent, last, store, before) =>
            {
                first
            }
            _ => sent,
        };
        self.unbroken = Some((first, sent, store));
    }

    /// Whether the node may take others for dead.
    #[must_use]
    pub fn may_judge(&self, now: Monotonic) -> bool {
        self.unbroken.is_some_and(|(first, last, _)| last.since(first) >= self.lease && now.since(last) <= self.lease)
    }

    /// Whether the store's clock was not set in between: all leases would seem to have passed at once.
    fn went_evenly(&self, sent: Monotonic, last: Monotonic, store: Timestamp, before: Timestamp) -> bool {
        let (here, there) = (sent.since(last), store.since(before));
        store >= before && here.abs_diff(there) <= self.lease / 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEASE: Duration = Duration::from_secs(30);

    fn after(seconds: u64) -> Monotonic {
        Monotonic::after_start(Duration::from_secs(seconds))
    }

    fn store(seconds: u64) -> Timestamp {
        Timestamp::from_micros(1_700_000_000_000_000).plus(Duration::from_secs(seconds))
    }

    fn renewed_at(seconds: &[u64]) -> LeaseState {
        let mut lease_state = LeaseState::new(LEASE);
        seconds.iter().for_each(|second| lease_state.renewed(after(*second), store(*second)));
        lease_state
    }

    #[test]
    fn a_node_judges_others_once_it_has_renewed_its_own_lease_for_a_whole_one() {
        assert!(!renewed_at(&[]).may_judge(after(1_000)), "it has never renewed it");
        assert!(!renewed_at(&[0, 10, 20]).may_judge(after(25)));
        assert!(renewed_at(&[0, 10, 20, 30]).may_judge(after(31)));
        assert!(renewed_at(&[0, 25, 50]).may_judge(after(51)), "one missed beat costs nothing");
    }

    #[test]
    fn who_was_cut_off_or_stood_still_begins_again() {
        let long = [0, 10, 20, 30, 40];
        assert!(!renewed_at(&long).may_judge(after(71)), "it is cut off");
        assert!(!renewed_at(&[0, 10, 20, 30, 40, 80, 90, 100]).may_judge(after(101)), "it was");
        assert!(renewed_at(&[0, 10, 20, 30, 40, 80, 90, 100, 110]).may_judge(after(111)));
    }

    #[test]
    fn who_sees_the_store_s_clock_set_begins_again() {
        for set_to in [store(3_600), store(1)] {
            let mut lease_state = renewed_at(&[0, 10, 20, 30]);
            lease_state.renewed(after(40), set_to);
            assert!(!lease_state.may_judge(after(41)));
        }
    }
}
