//! A pause of all schedules of a tenant. While it is in force no schedule fires; scripts do not change.
//!
//! Events, delayed runs and manual runs continue. Each script gets one skipped occurrence per pause, which counts the skipped times.

use crate::text::is_prose;
use crate::{FieldError, FieldProblem, PauseId, PlannedTime, Stamp, TenantId, Timestamp};

/// The reason for a pause: 1 to 500 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PauseReason(String);

impl PauseReason {
    /// Maximum length in characters.
    pub const MAX_CHARS: usize = 500;

    /// Trims and validates a reason.
    ///
    /// # Errors
    /// A [`FieldError`] for the field `reason`.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(FieldError::new("reason", FieldProblem::Required, "enter a reason for the pause"));
        }
        if text.chars().nth(Self::MAX_CHARS).is_some() {
            let message = format!("at most {} characters", Self::MAX_CHARS);
            return Err(FieldError::new("reason", FieldProblem::TooLong, message));
        }
        if !is_prose(text) {
            return Err(FieldError::new("reason", FieldProblem::Invalid, "control characters are not allowed"));
        }
        Ok(Self(text.to_owned()))
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A pause of all schedules of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// Id.
    pub id: PauseId,
    /// The tenant.
    pub tenant: TenantId,
    /// Reason.
    pub reason: PauseReason,
    /// User who paused the schedules, and the time.
    pub paused: Stamp,
    /// Display name of that user at the time.
    pub name: String,
    /// Time at which it ends or was ended; `None` if it lasts until a user ends it.
    pub ends_at: Option<Timestamp>,
}

impl Pause {
    /// Returns whether the pause covers a scheduled time.
    #[must_use]
    pub fn covers(&self, time: Timestamp) -> bool {
        self.paused.at <= time && self.ends_at.is_none_or(|end| time < end)
    }

    /// Returns the reason stored with a skipped occurrence.
    #[must_use]
    pub fn sentence(&self) -> String {
        format!("paused by {}: {}", self.name, self.reason.as_str())
    }

    /// Removes the times that a pause covers. Returns each pause with the first of its times and their number.
    pub fn take_out<'a>(pauses: &'a [Self], times: &mut Vec<PlannedTime>) -> Vec<(&'a Self, Timestamp, u64)> {
        let mut taken: Vec<(&Self, Timestamp, u64)> = Vec::new();
        times.retain(|planned| {
            let Some(pause) = pauses.iter().find(|pause| pause.covers(planned.at)) else { return true };
            match taken.iter_mut().find(|(known, ..)| known.id == pause.id) {
                Some((_, _, number)) => *number += 1,
                None => taken.push((pause, planned.at, 1)),
            }
            false
        });
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UserId;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_micros(second * 1_000_000)
    }

    fn pause(from: i64, to: Option<i64>) -> Pause {
        Pause {
            id: PauseId::generate(),
            tenant: TenantId::parse("acme").unwrap(),
            reason: PauseReason::parse(" moving ").unwrap(),
            paused: Stamp { at: at(from), by: UserId::parse("ann").unwrap() },
            name: "Ann".into(),
            ends_at: to.map(at),
        }
    }

    #[test]
    fn times_in_a_pause_are_counted_and_not_planned() {
        let planned = |second| PlannedTime { at: at(second), missed: None };
        let pauses = [pause(100, Some(200)), pause(300, None)];
        let mut times: Vec<PlannedTime> = [60, 100, 199, 200, 300, 360].map(planned).to_vec();
        let taken = Pause::take_out(&pauses, &mut times);
        assert_eq!(times, [planned(60), planned(200)]);
        assert_eq!(taken, [(&pauses[0], at(100), 2), (&pauses[1], at(300), 2)]);
        assert_eq!(pauses[0].sentence(), "paused by Ann: moving");
    }

    #[test]
    fn a_reason_is_required_and_limited_in_length() {
        assert_eq!(PauseReason::parse(" \n").unwrap_err().code, FieldProblem::Required);
        assert!(PauseReason::parse(&"я".repeat(500)).is_ok());
        assert_eq!(PauseReason::parse(&"я".repeat(501)).unwrap_err().code, FieldProblem::TooLong);
        assert!(PauseReason::parse("a\u{0}b").is_err());
    }
}
