//! Retries of failed background runs: their number and the delays between them.
//!
//! Background runs are those of schedules, of "run later" and of events. A caller that waits for the result of a run decides itself whether
//! to retry.

use std::time::Duration;

use crate::{FieldError, FieldErrors, FieldProblem, LimitRange};

/// The number of retries and the first delay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    retries: u32,
    delay_seconds: u32,
}

impl RetryPolicy {
    /// Number of retries.
    pub const RETRIES: LimitRange = LimitRange { min: 0, default: 0, max: 10 };
    /// Delay before the first retry in seconds. Each further delay is twice as long.
    pub const DELAY_SECONDS: LimitRange = LimitRange { min: 1, default: 30, max: 3600 };
    /// Default number of retries of event handlers.
    pub const RETRIES_OF_HANDLERS: u32 = 3;
    /// Maximum delay.
    pub const LONGEST_DELAY: Duration = Duration::from_secs(3600);

    /// Validates both values. The defaults are `default_retries` and the default delay. Returns `None` if an error was added to `errors`.
    pub(super) fn parse(
        retries: Option<i64>,
        delay_seconds: Option<i64>,
        default_retries: u32,
        errors: &mut FieldErrors,
    ) -> Option<Self> {
        let retries = errors.keep(value_in_range("retries", retries, default_retries, Self::RETRIES, "retries"));
        let default_delay = u32::try_from(Self::DELAY_SECONDS.default).unwrap_or(30);
        let delay = value_in_range("retry_delay_seconds", delay_seconds, default_delay, Self::DELAY_SECONDS, "seconds");
        let delay_seconds = errors.keep(delay);
        Some(Self { retries: retries?, delay_seconds: delay_seconds? })
    }

    /// Returns the number of retries.
    #[must_use]
    pub const fn retries(self) -> u32 {
        self.retries
    }

    /// Returns the delay before the first retry in seconds.
    #[must_use]
    pub const fn delay_seconds(self) -> u32 {
        self.delay_seconds
    }

    /// Returns the delay after a failed attempt (the first is 1); `None` if it was the last.
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

fn value_in_range(
    field: &'static str,
    value: Option<i64>,
    default: u32,
    range: LimitRange,
    unit: &str,
) -> Result<u32, FieldError> {
    let Some(value) = value else { return Ok(default) };
    match u32::try_from(value) {
        Ok(value) if (range.min..=range.max).contains(&u64::from(value)) => Ok(value),
        _ => {
            let message = format!("must be {} to {} {unit}", range.min, range.max);
            Err(FieldError::new(field, FieldProblem::OutOfRange, message))
        }
    }
}

/// No retries.
impl Default for RetryPolicy {
    fn default() -> Self {
        Self { retries: 0, delay_seconds: 30 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_an_hour() {
        let policy = RetryPolicy { retries: 10, delay_seconds: 600 };
        let minutes = |attempt| policy.delay_after(attempt).map(|delay| delay.as_secs() / 60);
        assert_eq!([1, 2, 3, 4, 10, 11].map(minutes), [Some(10), Some(20), Some(40), Some(60), Some(60), None]);
        let none = RetryPolicy { retries: 0, delay_seconds: 1 };
        assert_eq!(none.delay_after(1), None);
    }

    #[test]
    fn values_out_of_range_are_rejected() {
        let mut errors = FieldErrors::default();
        assert_eq!(RetryPolicy::parse(Some(11), Some(0), 0, &mut errors), None);
        assert_eq!(
            errors.to_string(),
            "retries: must be 0 to 10 retries; retry_delay_seconds: must be 1 to 3600 seconds"
        );
    }
}
