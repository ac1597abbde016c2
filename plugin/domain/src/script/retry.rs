//! What follows a failed run that nobody waits for: how often it is tried again, and how long after.
//!
//! Holds for runs of a schedule, of "run later" and of events. Who waits for an answer decides about a repetition.

use std::time::Duration;

use crate::{FieldError, FieldErrors, FieldProblem, LimitRange};

/// How often, and after what pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    retries: u32,
    delay_seconds: u32,
}

impl RetryPolicy {
    /// Further attempts after the first.
    pub const RETRIES: LimitRange = LimitRange { min: 0, default: 0, max: 10 };
    /// Seconds before the second attempt; each further pause is twice as long.
    pub const DELAY_SECONDS: LimitRange = LimitRange { min: 1, default: 30, max: 3600 };
    /// Further attempts at handling an event, when the author says nothing.
    pub const RETRIES_OF_HANDLERS: u32 = 3;
    /// No pause is longer.
    pub const LONGEST_DELAY: Duration = Duration::from_secs(3600);

    /// Checks both figures; what is not given is `usual_retries` and the usual pause. `None` when a mistake was added.
    pub(super) fn parse(
        retries: Option<i64>,
        delay_seconds: Option<i64>,
        usual_retries: u32,
        errors: &mut FieldErrors,
    ) -> Option<Self> {
        let retries = errors.keep(figure("retries", retries, usual_retries, Self::RETRIES, "further attempts"));
        let usual_delay = u32::try_from(Self::DELAY_SECONDS.default).unwrap_or(30);
        let delay = figure("retry_delay_seconds", delay_seconds, usual_delay, Self::DELAY_SECONDS, "seconds");
        let delay_seconds = errors.keep(delay);
        Some(Self { retries: retries?, delay_seconds: delay_seconds? })
    }

    /// Further attempts after the first.
    #[must_use]
    pub const fn retries(self) -> u32 {
        self.retries
    }

    /// Seconds before the second attempt.
    #[must_use]
    pub const fn delay_seconds(self) -> u32 {
        self.delay_seconds
    }

    /// The pause after the failed attempt of this number (the first is 1); `None` when it was the last.
    #[must_use]
    pub fn delay_after(self, attempt: u32) -> Option<Duration> {
        if attempt > self.retries {
            return None;
        }
        let doublings = attempt.saturating_sub(1).min(16);
        let seconds = u64::from(self.delay_seconds) << doublings;
        Some(Duration::from_secs(seconds).min(Self::LONGEST_DELAY))
    }
}

fn figure(
    field: &'static str,
    wish: Option<i64>,
    usual: u32,
    range: LimitRange,
    unit: &str,
) -> Result<u32, FieldError> {
    let Some(wish) = wish else { return Ok(usual) };
    match u32::try_from(wish) {
        Ok(value) if (range.min..=range.max).contains(&u64::from(value)) => Ok(value),
        _ => {
            Err(FieldError::new(field, FieldProblem::OutOfRange, format!("from {} to {} {unit}", range.min, range.max)))
        }
    }
}

/// No further attempts.
impl Default for RetryPolicy {
    fn default() -> Self {
        Self { retries: 0, delay_seconds: 30 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_an_hour_and_end_with_the_attempts() {
        let policy = RetryPolicy { retries: 10, delay_seconds: 600 };
        let minutes = |attempt| policy.delay_after(attempt).map(|delay| delay.as_secs() / 60);
        assert_eq!([1, 2, 3, 4, 10, 11].map(minutes), [Some(10), Some(20), Some(40), Some(60), Some(60), None]);
        let none = RetryPolicy { retries: 0, delay_seconds: 1 };
        assert_eq!(none.delay_after(1), None);
    }

    #[test]
    fn figures_out_of_range_are_refused() {
        let mut errors = FieldErrors::default();
        assert_eq!(RetryPolicy::parse(Some(11), Some(0), 0, &mut errors), None);
        assert_eq!(
            errors.to_string(),
            "retries: from 0 to 10 further attempts; retry_delay_seconds: from 1 to 3600 seconds"
        );
    }
}
