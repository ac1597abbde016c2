//! Patterns of the events that a script handles.

use std::fmt;

use crate::{FieldError, FieldProblem, text};

/// Maximum number of patterns of one script.
const MAX_PATTERNS: usize = 50;
/// Maximum length of a pattern in bytes.
const MAX_PATTERN_BYTES: usize = 255;

/// The patterns of an embedded script; empty if only the host's code calls it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventPatterns(Vec<EventPattern>);

/// Segments of letters, digits, `_` and `-`, separated by dots. `*` matches one segment; at the end, one or more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventPattern(String);

impl EventPatterns {
    /// Parses patterns. Skips blank texts and duplicates.
    ///
    /// # Errors
    /// The first [`FieldError`], for the field `event_patterns`.
    pub fn parse<S: AsRef<str>>(texts: &[S]) -> Result<Self, FieldError> {
        let mut patterns = Vec::new();
        for text in texts.iter().map(|text| text.as_ref().trim()).filter(|text| !text.is_empty()) {
            let pattern = EventPattern::parse(text)?;
            if !patterns.contains(&pattern) {
                patterns.push(pattern);
            }
        }
        if patterns.len() > MAX_PATTERNS {
            let message = format!("at most {MAX_PATTERNS} patterns");
            return Err(FieldError::new("event_patterns", FieldProblem::TooLong, message));
        }
        Ok(Self(patterns))
    }

    /// Returns whether any pattern matches an event type.
    #[must_use]
    pub fn matches(&self, event_type: &str) -> bool {
        self.0.iter().any(|pattern| pattern.matches(event_type))
    }

    /// Returns whether there are no patterns.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the patterns as the author wrote them.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|pattern| pattern.0.as_str())
    }
}

impl EventPattern {
    /// Parses a pattern.
    ///
    /// # Errors
    /// A [`FieldError`] for the field `event_patterns`.
    ///
    /// ```
    /// use iota_scripts_domain::EventPattern;
    /// assert!(EventPattern::parse("order.*").unwrap().matches("order.line.added"));
    /// assert!(EventPattern::parse("order..created").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let wrong = |problem, message: String| Err(FieldError::new("event_patterns", problem, message));
        if text.len() > MAX_PATTERN_BYTES {
            return wrong(FieldProblem::TooLong, format!("a pattern has at most {MAX_PATTERN_BYTES} characters"));
        }
        let plain = |segment: &str| segment.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        let good = |segment: &str| segment == "*" || (!segment.is_empty() && plain(segment));
        if text.split('.').all(good) {
            Ok(Self(text.to_owned()))
        } else {
            let shown = text::shortened(text);
            let message = format!("\"{}\" is not a pattern such as order.created or order.*", shown.escape_debug());
            wrong(FieldProblem::Invalid, message)
        }
    }

    /// Returns whether the pattern matches an event type. Events of scripts and runs (`scripts.…`) match only a pattern that starts with
    /// `scripts.`; otherwise a handler of `*` would handle the events of its own runs in an endless loop.
    #[must_use]
    pub fn matches(&self, event_type: &str) -> bool {
        if event_type.starts_with("scripts.") && !self.0.starts_with("scripts.") {
            return false;
        }
        let mut wanted = self.0.split('.').peekable();
        let mut found = event_type.split('.');
        while let Some(segment) = wanted.next() {
            match found.next() {
                None => return false,
                Some(_) if segment == "*" && wanted.peek().is_none() => return true,
                Some(actual) if segment == "*" || segment == actual => {}
                Some(_) => return false,
            }
        }
        found.next().is_none()
    }
}

impl fmt::Display for EventPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, event_type: &str) -> bool {
        EventPattern::parse(pattern).unwrap().matches(event_type)
    }

    #[test]
    fn a_star_matches_one_segment_and_at_the_end_the_rest() {
        assert!(matches("order.created", "order.created"));
        assert!(!matches("order.created", "order.created.late"));
        assert!(matches("order.*", "order.created"));
        assert!(matches("order.*", "order.line.added"));
        assert!(!matches("order.*", "order"));
        assert!(matches("*.created", "client.created"));
        assert!(!matches("*.created", "client.address.created"));
        assert!(matches("*", "anything.at.all"));
    }

    #[test]
    fn events_of_scripts_need_an_explicit_prefix() {
        assert!(!matches("*", "scripts.execution.completed"));
        assert!(!matches("*.custom.*", "scripts.custom.client.reminded"));
        assert!(matches("scripts.custom.*", "scripts.custom.client.reminded"));
    }

    #[test]
    fn invalid_patterns_are_rejected() {
        for text in ["a b", ".", "a.", "a.**", "or*der", "заказ", "a/b"] {
            assert!(EventPattern::parse(text).is_err(), "{text}");
        }
        assert_eq!(EventPatterns::parse(&["a", " ", "b", "a"]).unwrap().iter().collect::<Vec<_>>(), ["a", "b"]);
        let many: Vec<String> = (0..51).map(|n| format!("e{n}")).collect();
        assert!(EventPatterns::parse(&many).is_err());
    }
}
