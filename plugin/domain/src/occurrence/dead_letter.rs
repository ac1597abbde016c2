//! Dead letters: events whose handler failed for good. A person has each delivered again, or decides that it needs no answer.

use serde::Serialize;

use super::{Cause, Occurrence, OccurrenceState};
use crate::{OccurrenceId, Stamp, Timestamp};

/// What a person did about a dead letter, and who.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Handled {
    /// What.
    pub how: Handling,
    /// Who, and when.
    #[serde(flatten)]
    pub stamp: Stamp,
}

/// What can be done about a dead letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Handling {
    /// It was delivered again.
    Replayed,
    /// It needs no answer.
    Dismissed,
}

impl Handling {
    /// As on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Replayed => "replayed",
            Self::Dismissed => "dismissed",
        }
    }

    /// The handling of that name.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Replayed, Self::Dismissed].into_iter().find(|known| known.as_str() == word)
    }
}

impl Occurrence {
    /// Whether it is an event whose handler failed for good, and nobody has done anything about it.
    #[must_use]
    pub fn is_dead_letter(&self) -> bool {
        (self.cause, self.state) == (Cause::Event, OccurrenceState::Failed) && self.handled.is_none()
    }

    /// Whether the event itself was kept: one that was too large was not.
    #[must_use]
    pub fn has_event(&self) -> bool {
        self.args != crate::JsonText::empty_list()
    }

    /// The same event for the same handler once more, due now. Its key is the letter's id, so that a letter is delivered
    /// again once, however often that is asked for.
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
    fn a_replay_is_the_same_event_once_more() {
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
        assert_eq!(replay.key, letter.replay(now).key, "asked for twice, it is one");
        let stamp = Stamp { at: now, by: crate::UserId::parse("ann").unwrap() };
        let handled = Some(Handled { how: Handling::Dismissed, stamp });
        assert!(!Occurrence { handled, ..letter }.is_dead_letter());
    }

    #[test]
    fn words_are_read_as_they_are_written() {
        for how in [Handling::Replayed, Handling::Dismissed] {
            assert_eq!(Handling::parse(how.as_str()), Some(how));
        }
        assert_eq!(Handling::parse("lost"), None);
    }
}
