//! The kind of change of a version without a change note, as data, which pages show in the reader's language.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Version;
use crate::{FaultCode, Timestamp};

/// A kind of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Change {
    /// The script was created.
    Created,
    /// It was edited.
    Edited,
    /// It was edited and now runs as another user.
    RunsAsAnother,
    /// It was activated.
    Activated,
    /// It was activated after a quarantine.
    ActivatedAfterQuarantine {
        /// The most frequent fault of its runs.
        fault: FaultCode,
    },
    /// It was deactivated.
    Deactivated,
    /// It was deactivated because its runs hit hard limits.
    Quarantined {
        /// The most frequent fault of its runs.
        fault: FaultCode,
        /// Number of runs that hit a hard limit.
        times: u32,
        /// When the first of them ended.
        since: Timestamp,
    },
    /// An old version was restored.
    Restored {
        /// The restored version.
        version: Version,
    },
}

impl Change {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Edited => "edited",
            Self::RunsAsAnother => "runs_as_another",
            Self::Activated => "activated",
            Self::ActivatedAfterQuarantine { .. } => "activated_after_quarantine",
            Self::Deactivated => "deactivated",
            Self::Quarantined { .. } => "quarantined",
            Self::Restored { .. } => "restored",
        }
    }

    /// Parses a summary that an older release generated; `None` for an author's change note.
    #[must_use]
    pub fn of_summary(summary: &str) -> Option<Self> {
        let plain = [Self::Created, Self::Edited, Self::RunsAsAnother, Self::Activated, Self::Deactivated];
        if let Some(known) = plain.into_iter().find(|change| change.to_string() == summary) {
            return Some(known);
        }
        if summary == "Edited; it runs as another user from now on" {
            return Some(Self::RunsAsAnother);
        }
        if let Some(number) = summary.strip_prefix("Restored version ") {
            return Version::new(number.parse().ok()?).map(|version| Self::Restored { version });
        }
        let former = summary.strip_prefix("Activated after the quarantine for ");
        let current = || summary.strip_prefix("Activated after quarantine (")?.strip_suffix(')');
        if let Some(word) = former.or_else(current) {
            return FaultCode::parse(word).map(|fault| Self::ActivatedAfterQuarantine { fault });
        }
        let (word, rest) = summary.strip_prefix("Quarantined: ")?.split_once(", ")?;
        let (times, since) = rest.split_once(" times since ")?;
        let (fault, times) = (FaultCode::parse(word)?, times.parse().ok()?);
        Timestamp::parse(since).ok().map(|since| Self::Quarantined { fault, times, since })
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Created => f.write_str("Created"),
            Self::Edited => f.write_str("Edited"),
            Self::RunsAsAnother => f.write_str("Edited; now runs as another user"),
            Self::Activated => f.write_str("Activated"),
            Self::ActivatedAfterQuarantine { fault } => write!(f, "Activated after quarantine ({fault})"),
            Self::Deactivated => f.write_str("Deactivated"),
            Self::Quarantined { fault, times, since } => write!(f, "Quarantined: {fault}, {times} times since {since}"),
            Self::Restored { version } => write!(f, "Restored version {version}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_round_trips_by_data_and_by_summary() {
        let since = Timestamp::parse("2026-11-29T12:38:50.604936Z").unwrap();
        for change in [
            Change::Created,
            Change::Edited,
            Change::RunsAsAnother,
            Change::Activated,
            Change::ActivatedAfterQuarantine { fault: FaultCode::Timeout },
            Change::Deactivated,
            Change::Quarantined { fault: FaultCode::MemoryLimit, times: 5, since },
            Change::Restored { version: Version::FIRST },
        ] {
            let json = serde_json::to_value(change).unwrap();
            assert_eq!(json["code"], change.code());
            assert_eq!(serde_json::from_value::<Change>(json).unwrap(), change);
            assert_eq!(Change::of_summary(&change.to_string()), Some(change));
        }
        for (summary, change) in [
            ("Edited; it runs as another user from now on", Change::RunsAsAnother),
            (
                "Activated after the quarantine for TIMEOUT",
                Change::ActivatedAfterQuarantine { fault: FaultCode::Timeout },
            ),
        ] {
            assert_eq!(Change::of_summary(summary), Some(change), "{summary}");
        }
        assert_eq!(Change::of_summary("Created by hand"), None);
    }
}
