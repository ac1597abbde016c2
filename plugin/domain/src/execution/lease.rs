//! Leases: a node renews a lease while it is alive. A run whose lease has expired is lost.
//!
//! The store writes and checks leases by its own clock, because the clocks of nodes may differ. The decisions that a node makes itself
//! use its monotonic clock.

use std::time::Duration;

use crate::{ExecutionId, Monotonic, Timestamp};

/// A renewal that the store has recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewal {
    /// Time of the renewal by the store's clock.
    pub at: Timestamp,
    /// Runs that the node still holds. The others have ended, or another node has ended them.
    pub held: Vec<ExecutionId>,
}

/// The history of a node's own renewals. A node that lost its connection to the store, or was suspended, must not declare other nodes dead:
/// the same failure may have affected them. They get the length of one lease to come back.
#[derive(Debug, Clone)]
pub struct LeaseState {
    lease: Duration,
    /// First and last of the renewals without a gap, and the store's clock at the last.
    streak: Option<(Monotonic, Monotonic, Timestamp)>,
}

impl LeaseState {
    /// Creates the state of a node that has not renewed its lease yet.
    #[must_use]
    pub const fn new(lease: Duration) -> Self {
        Self { lease, streak: None }
    }

    /// Records a successful renewal that was sent at `sent`, when the store's clock showed `store`.
    pub fn renewed(&mut self, sent: Monotonic, store: Timestamp) {
        let first = match self.streak {
            Some((first, last, before))
                if sent.since(last) <= self.lease && self.clocks_agree(sent, last, store, before) =>
            {
                first
            }
            _ => sent,
        };
        self.streak = Some((first, sent, store));
    }

    /// Returns whether the node may declare other nodes dead.
    #[must_use]
    pub fn may_judge(&self, now: Monotonic) -> bool {
        self.streak.is_some_and(|(first, last, _)| last.since(first) >= self.lease && now.since(last) <= self.lease)
    }

    /// Returns whether the store's clock was not set between two renewals, which could make all leases appear expired at once.
    fn clocks_agree(&self, sent: Monotonic, last: Monotonic, store: Timestamp, before: Timestamp) -> bool {
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
    fn a_node_may_judge_after_renewing_for_a_whole_lease() {
        assert!(!renewed_at(&[]).may_judge(after(1_000)), "it has never renewed it");
        assert!(!renewed_at(&[0, 10, 20]).may_judge(after(25)));
        assert!(renewed_at(&[0, 10, 20, 30]).may_judge(after(31)));
        assert!(renewed_at(&[0, 25, 50]).may_judge(after(51)), "one missed renewal is tolerated");
    }

    #[test]
    fn a_gap_between_renewals_starts_a_new_streak() {
        let long = [0, 10, 20, 30, 40];
        assert!(!renewed_at(&long).may_judge(after(71)), "the last renewal is too old");
        assert!(!renewed_at(&[0, 10, 20, 30, 40, 80, 90, 100]).may_judge(after(101)), "renewals had a gap");
        assert!(renewed_at(&[0, 10, 20, 30, 40, 80, 90, 100, 110]).may_judge(after(111)));
    }

    #[test]
    fn a_change_of_the_stores_clock_starts_a_new_streak() {
        for set_to in [store(3_600), store(1)] {
            let mut lease_state = renewed_at(&[0, 10, 20, 30]);
            lease_state.renewed(after(40), set_to);
            assert!(!lease_state.may_judge(after(41)));
        }
    }
}
