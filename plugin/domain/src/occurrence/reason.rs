//! The reason for an occurrence's state: a code with values, which pages show in the reader's language, and an English sentence.
//!
//! Codes are stable: they are stored, and programs read them. The values are parsed from the sentence. For rows of an older release, so is
//! the code.

use std::fmt;

use super::MissCause;
use crate::{FaultCode, UserId};

/// The reason for an occurrence's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// No node was running at its time.
    MissedNoNode,
    /// The system clock jumped past its time.
    MissedClock,
    /// The database did not respond at its time.
    MissedDatabase,
    /// The previous run was still in progress.
    SkippedRunning,
    /// The previous run was still queued.
    SkippedWaiting,
    /// The previous run had failed and was waiting for its retry.
    SkippedRetrying,
    /// Its script was deleted.
    ScriptDeleted,
    /// Its script was inactive.
    ScriptOff,
    /// Its script was in quarantine.
    ScriptQuarantined,
    /// Its tenant is not active.
    TenantInactive,
    /// The node that had claimed it died before the run started.
    NodeDied,
    /// Its `run_as` user no longer exists.
    UserUnknown {
        /// The user.
        user: UserId,
    },
    /// The host could not resolve its `run_as` user.
    UserUnresolved {
        /// The user.
        user: UserId,
        /// The error of the host.
        cause: String,
    },
    /// A user cancelled it.
    CancelledBy {
        /// The user.
        user: UserId,
    },
    /// Schedules were paused.
    Paused {
        /// The name of the user who paused them.
        name: String,
        /// The reason that the user gave.
        why: String,
    },
    /// Its run failed, or could not start.
    Fault {
        /// The fault.
        fault: FaultCode,
        /// The message of the fault, which a script may have written.
        message: String,
    },
    /// A sentence without a known code; empty if there is no reason.
    Told(String),
}

/// The reasons without values: code and sentence.
static PLAIN: [(Reason, &str, &str); 11] = [
    (Reason::MissedNoNode, "missed_no_node", "no node was running at that time"),
    (Reason::MissedClock, "missed_clock", "the system clock jumped past this time, or the machine was suspended"),
    (Reason::MissedDatabase, "missed_database", "the database did not respond at that time"),
    (Reason::SkippedRunning, "skipped_running", "the previous run was still in progress"),
    (Reason::SkippedWaiting, "skipped_waiting", "the previous run was still queued"),
    (Reason::SkippedRetrying, "skipped_retrying", "the previous run had failed and was waiting for its retry"),
    (Reason::ScriptDeleted, "script_deleted", "the script was deleted"),
    (Reason::ScriptOff, "script_off", "the script was inactive"),
    (Reason::ScriptQuarantined, "script_quarantined", "the script was in quarantine"),
    (Reason::TenantInactive, "tenant_inactive", "the tenant is not active"),
    (Reason::NodeDied, "node_died", "its node died before the run started"),
];

/// Sentences of older releases.
static FORMER: [(Reason, &str); 10] = [
    (Reason::MissedNoNode, "no node was up at that time"),
    (Reason::MissedClock, "the clock was set forward past this time, or the machine was suspended"),
    (Reason::MissedDatabase, "the database did not answer at that time"),
    (Reason::SkippedRunning, "the one before had not ended"),
    (Reason::SkippedRunning, "the run before had not ended"),
    (Reason::SkippedWaiting, "the run before had not begun yet: it waited for a free place"),
    (Reason::SkippedRetrying, "the run before had failed and waited for its next attempt"),
    (Reason::ScriptOff, "the script was switched off"),
    (Reason::ScriptQuarantined, "the script is in quarantine"),
    (Reason::NodeDied, "its node died before it ran"),
];

impl Reason {
    /// Returns the empty reason.
    #[must_use]
    pub const fn none() -> Self {
        Self::Told(String::new())
    }

    /// Parses a stored reason: by its sentence, or by its code if the sentence is unknown. A node of an older release overwrites the
    /// sentence but not the code; a node of a newer release may word the same reason differently.
    #[must_use]
    pub fn stored(code: Option<&str>, sentence: String) -> Self {
        match Self::from(sentence) {
            Self::Told(sentence) if !sentence.is_empty() => {
                let known = code.and_then(|code| PLAIN.iter().find(|(_, known, _)| *known == code));
                known.map_or(Self::Told(sentence), |(reason, ..)| reason.clone())
            }
            known => known,
        }
    }

    /// Returns the code. For a fault, the code of the fault; `None` if no code is known.
    #[must_use]
    pub fn code(&self) -> Option<&'static str> {
        Some(match self {
            Self::UserUnknown { .. } => "user_unknown",
            Self::UserUnresolved { .. } => "user_unresolved",
            Self::CancelledBy { .. } => "cancelled_by",
            Self::Paused { .. } => "paused",
            Self::Fault { fault, .. } => fault.as_str(),
            plain => return PLAIN.iter().find(|(reason, ..)| reason == plain).map(|(_, code, _)| *code),
        })
    }

    /// Returns the codes of all reasons without values.
    pub fn plain_codes() -> impl Iterator<Item = &'static str> {
        PLAIN.iter().map(|(_, code, _)| *code)
    }

    /// Returns the user that the reason names.
    #[must_use]
    pub const fn user(&self) -> Option<&UserId> {
        match self {
            Self::UserUnknown { user } | Self::UserUnresolved { user, .. } | Self::CancelledBy { user } => Some(user),
            _ => None,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UserUnknown { user } => write!(f, "user {user} no longer exists"),
            Self::UserUnresolved { user, cause } => write!(f, "the host could not resolve user {user}: {cause}"),
            Self::CancelledBy { user } => write!(f, "cancelled by {user}"),
            Self::Paused { name, why } => write!(f, "paused by {name}: {why}"),
            Self::Fault { fault, message } => write!(f, "{fault}: {message}"),
            Self::Told(sentence) => f.write_str(sentence),
            plain => {
                let known = PLAIN.iter().find(|(reason, ..)| reason == plain);
                f.write_str(known.map_or("", |(.., sentence)| sentence))
            }
        }
    }
}

/// Parses a sentence written by this or an older release.
impl From<String> for Reason {
    fn from(sentence: String) -> Self {
        let former = FORMER.iter().map(|(reason, known)| (reason, *known));
        let mut known = PLAIN.iter().map(|(reason, _, known)| (reason, *known)).chain(former);
        if let Some((reason, _)) = known.find(|(_, known)| *known == sentence) {
            return reason.clone();
        }
        with_values(&sentence).unwrap_or(Self::Told(sentence))
    }
}

fn with_values(sentence: &str) -> Option<Reason> {
    let user = |id: &str| UserId::parse(id).ok();
    let between = |before: &str, after: &str| sentence.strip_prefix(before)?.strip_suffix(after);
    // The second of each pair is the sentence of older releases.
    if let Some(id) = between("user ", " no longer exists").or_else(|| between("there is no user ", " any more")) {
        return Some(Reason::UserUnknown { user: user(id)? });
    }
    let unresolved = [("the host could not resolve user ", ": "), ("the host could not say who ", " is: ")];
    if let Some((id, cause)) =
        unresolved.iter().find_map(|(before, after)| sentence.strip_prefix(before)?.split_once(after))
    {
        return Some(Reason::UserUnresolved { user: user(id)?, cause: cause.to_owned() });
    }
    if let Some(id) = sentence.strip_prefix("cancelled by ") {
        return Some(Reason::CancelledBy { user: user(id)? });
    }
    if let Some(rest) = sentence.strip_prefix("paused by ") {
        let (name, why) = rest.split_once(": ")?;
        return Some(Reason::Paused { name: name.to_owned(), why: why.to_owned() });
    }
    let (word, message) = sentence.split_once(": ")?;
    Some(Reason::Fault { fault: FaultCode::parse(word)?, message: message.to_owned() })
}

impl From<MissCause> for Reason {
    fn from(absence: MissCause) -> Self {
        match absence {
            MissCause::Clock => Self::MissedClock,
            MissCause::Database => Self::MissedDatabase,
            MissCause::NoNode => Self::MissedNoNode,
        }
    }
}

impl From<&str> for Reason {
    fn from(sentence: &str) -> Self {
        Self::from(sentence.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_round_trips_by_row_and_by_sentence() {
        let user = UserId::parse("ann").unwrap();
        let with_values = [
            Reason::UserUnknown { user: user.clone() },
            Reason::UserUnresolved { user: user.clone(), cause: "UNAVAILABLE: later".into() },
            Reason::CancelledBy { user },
            Reason::Paused { name: "Ann".into(), why: "moving: all day".into() },
            Reason::Fault { fault: FaultCode::ScriptError, message: "no luck: none".into() },
            Reason::Told("something else".into()),
            Reason::none(),
        ];
        for reason in PLAIN.iter().map(|(reason, ..)| reason.clone()).chain(with_values) {
            assert_eq!(Reason::stored(reason.code(), reason.to_string()), reason);
            assert_eq!(Reason::from(reason.to_string()), reason);
        }
        for (reason, sentence) in &FORMER {
            assert_eq!(Reason::from(*sentence), *reason);
        }
        let user = UserId::parse("ann").unwrap();
        assert_eq!(Reason::from("there is no user ann any more"), Reason::UserUnknown { user: user.clone() });
        let cause = "UNAVAILABLE: later".to_owned();
        let former = "the host could not say who ann is: UNAVAILABLE: later";
        assert_eq!(Reason::from(former), Reason::UserUnresolved { user, cause });
    }

    #[test]
    fn reasons_of_other_releases_are_parsed_if_known() {
        let later = Reason::stored(Some("eaten_by_the_dog"), "the dog ate it".into());
        assert_eq!(later, Reason::Told("the dog ate it".into()));
        let reworded = Reason::stored(Some("skipped_running"), "the previous run is still running".into());
        assert_eq!(reworded, Reason::SkippedRunning);
        // An older release leaves the code of the previous attempt next to its own sentence.
        assert_eq!(Reason::stored(Some("node_died"), String::new()), Reason::none());
        let failed = "SCRIPT_ERROR: no luck";
        assert_eq!(Reason::stored(Some("node_died"), failed.into()), Reason::from(failed));
    }
}
