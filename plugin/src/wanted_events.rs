//! The events that the host subscribes to: those of its configuration, until it sends others.

use iota_scripts_domain::EventPatterns;
use parking_lot::RwLock;
use serde::Deserialize;

use crate::config::{ConfigError, event_patterns};

/// The patterns in effect.
#[derive(Debug, Default)]
pub(crate) struct WantedEvents(RwLock<Wanted>);

#[derive(Debug, Default)]
enum Wanted {
    /// The host has not subscribed to specific events.
    #[default]
    All,
    /// Set by a message of the host, which overrides its configuration.
    Updated(EventPatterns),
    /// Set by the configuration.
    Configured(EventPatterns),
}

/// The head of `events.wanted`.
#[derive(Deserialize)]
struct Notice {
    patterns: Vec<String>,
}

impl WantedEvents {
    /// Sets the patterns of the configuration, unless the host has sent others already.
    pub(crate) fn configure(&self, patterns: Option<EventPatterns>) {
        let mut wanted = self.0.write();
        if let Some(patterns) = patterns
            && !matches!(&*wanted, Wanted::Updated(_))
        {
            *wanted = Wanted::Configured(patterns);
        }
    }

    /// Sets the patterns that the host sent. An invalid message changes nothing.
    pub(crate) fn change(&self, notice: &[u8]) -> Result<(), ConfigError> {
        let Notice { patterns } = serde_json::from_slice(notice).map_err(ConfigError::of_all)?;
        let patterns = event_patterns("patterns", &patterns)?;
        *self.0.write() = Wanted::Updated(patterns);
        Ok(())
    }

    /// Checks whether the host subscribes to events of this type.
    pub(crate) fn include(&self, event_type: &str) -> bool {
        match &*self.0.read() {
            Wanted::All => true,
            Wanted::Updated(patterns) | Wanted::Configured(patterns) => patterns.matches(event_type),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn configured(patterns: &[&str]) -> Option<EventPatterns> {
        Some(EventPatterns::parse(patterns).expect("patterns"))
    }

    #[test]
    fn the_last_message_of_the_host_takes_effect() {
        let wanted = WantedEvents::default();
        assert!(wanted.include("scripts.execution.started"), "all, until something is said");
        wanted.configure(configured(&["scripts.custom.*"]));
        assert!(wanted.include("scripts.custom.paid") && !wanted.include("scripts.execution.failed"));
        wanted.change(br#"{"patterns": ["scripts.execution.failed"], "later": 1}"#).expect("taken");
        assert!(!wanted.include("scripts.custom.paid") && wanted.include("scripts.execution.failed"));
        wanted.change(br#"{"patterns": []}"#).expect("taken");
        assert!(!wanted.include("scripts.execution.failed"), "none");
    }

    #[test]
    fn messages_during_the_start_override_the_configuration() {
        let wanted = WantedEvents::default();
        wanted.change(br#"{"patterns": ["scripts.custom.*"]}"#).expect("taken");
        wanted.configure(configured(&["scripts.execution.*"]));
        assert!(wanted.include("scripts.custom.paid") && !wanted.include("scripts.execution.failed"));
    }

    #[test]
    fn a_bad_pattern_changes_nothing() {
        let wanted = WantedEvents::default();
        wanted.configure(configured(&["scripts.custom.*"]));
        for (notice, field) in [
            (&br#"{"patterns": ["scripts.execution.*", "scripts..x"]}"#[..], "patterns[1]"),
            (br#"{"patterns": ["*"]}"#, "patterns[0]"),
            (br#"{"patterns": [7]}"#, ""),
            (b"{}", ""),
            (b"", ""),
        ] {
            assert_eq!(wanted.change(notice).expect_err("refused").field, field);
            assert!(wanted.include("scripts.custom.paid") && !wanted.include("scripts.execution.failed"));
        }
    }
}
