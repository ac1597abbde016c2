//! Which events of the host's bus a script handles.

use std::fmt;

use crate::{FieldError, FieldProblem, text};

/// The most patterns of one script.
const MOST: usize = 50;
/// Bytes of one pattern.
const LONGEST: usize = 255;

/// The patterns of an embedded script; none when only the host's code calls it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventPatterns(Vec<EventPattern>);

/// Dotted segments of letters, digits, `_` and `-`. A `*` stands for one segment, at the end for one or more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventPattern(String);

impl EventPatterns {
    /// Reads patterns; blank ones are left out, and the same one twice is one.
    ///
    /// # Errors
    /// The first mistake, for the field `event_patterns`.
    pub fn parse<S: AsRef<str>>(texts: &[S]) -> Result<Self, FieldError> {
        let mut patterns = Vec::new();
        for text in texts.iter().map(|text| text.as_ref().trim()).filter(|text| !text.is_empty()) {
            let pattern = EventPattern::parse(text)?;
            if !patterns.contains(&pattern) {
                patterns.push(pattern);
            }
        }
        if patterns.len() > MOST {
            return Err(FieldError::new("event_patterns", FieldProblem::TooLong, format!("at most {MOST} patterns")));
        }
        Ok(Self(patterns))
    }

    /// Whether an event of this type is one of them.
    #[must_use]
    pub fn matches(&self, event_type: &str) -> bool {
        self.0.iter().any(|pattern| pattern.matches(event_type))
    }

    /// Whether no event concerns the script.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The patterns, as the author wrote them.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|pattern| pattern.0.as_str())
    }
}

impl EventPattern {
    /// Reads one.
    ///
    /// # Errors
    /// The mistake, for the field `event_patterns`.
    ///
    /// ```
    /// use iota_scripts_domain::EventPattern;
    /// assert!(EventPattern::parse("order.*").unwrap().matches("order.line.added"));
    /// assert!(EventPattern::parse("order..created").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let wrong = |problem, message: String| Err(FieldError::new("event_patterns", problem, message));
        if text.len() > LONGEST {
            return wrong(FieldProblem::TooLong, format!("a pattern has at most {LONGEST} characters"));
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

    /// Whether an event of this type is meant. What scripts and runs themselves say (`scripts.…`) is meant only by
    /// a pattern that begins so: a handler of everything would else handle its own runs for ever.
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
    fn a_star_is_one_segment_and_at_the_end_the_rest() {
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
    fn what_scripts_say_of_themselves_is_heard_only_when_named() {
        assert!(!matches("*", "scripts.execution.completed"));
        assert!(!matches("*.custom.*", "scripts.custom.client.reminded"));
        assert!(matches("scripts.custom.*", "scripts.custom.client.reminded"));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["a b", ".", "a.", "a.**", "or*der", "заказ", "a/b"] {
            assert!(EventPattern::parse(text).is_err(), "{text}");
        }
        assert_eq!(EventPatterns::parse(&["a", " ", "b", "a"]).unwrap().iter().collect::<Vec<_>>(), ["a", "b"]);
        let many: Vec<String> = (0..51).map(|n| format!("e{n}")).collect();
        assert!(EventPatterns::parse(&many).is_err());
    }
}
