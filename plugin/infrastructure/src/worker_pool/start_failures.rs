//! Counts consecutive failed starts; each one delays the next start longer.

use std::time::{Duration, Instant};

use iota_scripts_services::Backoff;

/// Delays after the first and later failed starts.
const PAUSES: Backoff = Backoff::new(Duration::from_millis(50), Duration::from_secs(5));

/// The failures since the last successful start.
#[derive(Debug, Default)]
pub(super) struct StartFailures {
    in_a_row: u32,
    last: Option<Instant>,
}

impl StartFailures {
    /// Returns how long the next start has to wait.
    pub(super) fn pause_left(&self) -> Duration {
        let Some(last) = self.last else { return Duration::ZERO };
        PAUSES.pause(self.in_a_row.saturating_sub(1)).saturating_sub(last.elapsed())
    }

    /// Records a failure, and returns the number of consecutive ones.
    pub(super) fn add(&mut self) -> u32 {
        self.in_a_row = self.in_a_row.saturating_add(1);
        self.last = Some(Instant::now());
        self.in_a_row
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_makes_the_next_start_wait_longer() {
        let pause = |in_a_row| StartFailures { in_a_row, last: Some(Instant::now()) }.pause_left();
        let (first, longest) = (PAUSES.pause(0), PAUSES.pause(u32::MAX));
        assert_eq!(StartFailures::default().pause_left(), Duration::ZERO);
        assert!(pause(1) <= first && pause(3) > first * 3);
        assert!(pause(100) > first && pause(100) <= longest);
    }
}
