//! What a run writes to the console.

use serde::{Deserialize, Serialize};

use crate::{JsonText, Timestamp};

/// The method of `console` that was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// `console.debug`
    Debug,
    /// `console.log`
    Log,
    /// `console.info`
    Info,
    /// `console.warn`
    Warn,
    /// `console.error`
    Error,
}

/// One call of `console`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// When.
    pub at: Timestamp,
    /// Which method.
    pub level: LogLevel,
    /// The arguments, as text.
    pub message: String,
    /// The objects among the arguments: one as it is, several as a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<JsonText>,
}

/// All that a run wrote, as far as its limit allows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RunLog {
    /// In order.
    pub lines: Vec<LogLine>,
    /// Whether more was written than is kept.
    pub truncated: bool,
}

impl RunLog {
    /// How many of the lines are errors.
    #[must_use]
    pub fn errors(&self) -> u64 {
        self.lines.iter().filter(|line| line.level == LogLevel::Error).count() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_records_that_have_no_values_are_read() {
        let old =
            r#"{"lines":[{"at":"2026-01-01T00:00:00Z","level":"log","message":"a {\"b\":1}"}],"truncated":false}"#;
        let log: RunLog = serde_json::from_str(old).expect("a log");
        assert_eq!(log.lines[0].data, None);
        assert!(!serde_json::to_string(&log).expect("JSON").contains("data"));
    }
}
