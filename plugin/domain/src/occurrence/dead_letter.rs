//! Dead letters: events whose handler failed permanently. A user replays or dismisses each.

use serde::Serialize;

use super::{Cause, Occurrence, OccurrenceState};
use crate::{OccurrenceId, Stamp, Timestamp};

/// How a dead letter was handled, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Handled {
    /// Action taken.
    pub how: Handling,
    /// User who handled it, and the time.
    #[serde(flatten)]
    pub stamp: Stamp,
}

/// A way to handle a dead letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Handling {
    /// The event was delivered again.
    Replayed,
    /// A user decided that it needs no action.
    Dismissed,
}

impl Handling {
    /// Returns the name on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Replayed => "replayed",
            Self::Dismissed => "dismissed",
        }
    }

    /// Parses the name.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Replayed, Self::Dismissed].into_iter().find(|known| known.as_str() == word)
    }
}

impl Occurrence {
    /// Returns whether it is a dead letter: an event whose handler failed permanently, not handled yet.
    #[must_use]
    pub fn is_dead_letter(&self) -> bool {
        (self.cause, self.state) == (Cause::Event, OccurrenceState::Failed) && self.handled.is_none()
    }

    /// Returns whether the event was stored. An event that is too large is not.
    #[must_use]
    pub fn has_event(&self) -> bool {
        self.args != crate::JsonText::empty_list()
    }

    /// Creates an occurrence that delivers the same event to the same handler, due now. Its key contains the id of the dead letter, so that
    /// repeated requests deliver it again only once.
    #[must_use]
    pub fn replay(&self, now: Timestamp) -> Self {
        let whose = (self.tenant.clone(), self.script, self.script_name.clone());
        Self {
            id: OccurrenceId::generate(),
            args: self.args.clone(),
            requested_by: self.requested_by.clone(),
            depth: self.depth,
            replay_of: Some(self.id),
            ..Self::due(whose, Cause::Event, format!("replay:{}", self.id), now, now)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{JsonText, ScriptId, ScriptName, TenantId};

    #[test]
    fn a_replay_delivers_the_same_event_again() {
        let now = Timestamp::from_micros(1_700_000_000_000_000);
        let whose = (TenantId::parse("acme").unwrap(), ScriptId::generate(), ScriptName::parse("Handler").unwrap());
        let event = JsonText::parse(r#"[{"id": "e1"}]"#.into()).unwrap();
        let due = Occurrence { args: event, depth: 2, ..Occurrence::due(whose, Cause::Event, "e1".into(), now, now) };
        assert!(!due.is_dead_letter());
        let letter = due.settled(OccurrenceState::Failed, "SCRIPT_ERROR: no luck", now);
        assert!(letter.is_dead_letter() && letter.has_event());
        let replay = letter.replay(now);
        assert_eq!((replay.replay_of, replay.state, replay.attempt), (Some(letter.id), OccurrenceState::Due, 1));
        assert_eq!((&replay.args, replay.depth, replay.script), (&letter.args, 2, letter.script));
        assert_eq!(replay.key, letter.replay(now).key, "two requests have one key");
        let stamp = Stamp { at: now, by: crate::UserId::parse("ann").unwrap() };
        let handled = Some(Handled { how: Handling::Dismissed, stamp });
        assert!(!Occurrence { handled, ..letter }.is_dead_letter());
    }

    #[test]
    fn names_of_handlings_round_trip() {
        for how in [Handling::Replayed, Handling::Dismissed] {
            assert_eq!(Handling::parse(how.as_str()), Some(how));
        }
        assert_eq!(Handling::parse("lost"), None);
    }
}
