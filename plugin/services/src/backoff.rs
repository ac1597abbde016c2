//! Exponential backoff: each pause is twice as long as the one before, up to a maximum. Computes the pauses; does not sleep.

use std::time::Duration;

/// The pauses of one kind of attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
}

impl Backoff {
    /// Creates pauses from `first` up to `longest`.
    #[must_use]
    pub const fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest }
    }

    /// Returns the pause after `earlier` other pauses.
    #[must_use]
    pub fn pause(self, earlier: u32) -> Duration {
        self.first.saturating_mul(2_u32.saturating_pow(earlier)).min(self.longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_maximum() {
        let backoff = Backoff::new(Duration::from_millis(50), Duration::from_millis(300));
        assert_eq!([0, 1, 2, 3, 4].map(|earlier| backoff.pause(earlier).as_millis()), [50, 100, 200, 300, 300]);
        assert_eq!(backoff.pause(u32::MAX), Duration::from_millis(300));
        assert_eq!(Backoff::new(Duration::MAX, Duration::MAX).pause(7), Duration::MAX);
    }
}
