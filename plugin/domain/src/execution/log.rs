//! The console output of a run.

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
    /// Time of the call.
    pub at: Timestamp,
    /// Method.
    pub level: LogLevel,
    /// Arguments as text.
    pub message: String,
    /// Objects among the arguments: a single object, or a list of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<JsonText>,
}

/// The console output of a run, up to its limit.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RunLog {
    /// Lines in order.
    pub lines: Vec<LogLine>,
    /// Whether output was dropped.
    pub truncated: bool,
}

impl RunLog {
    /// Returns the number of lines of `console.error`.
    #[must_use]
    pub fn errors(&self) -> u64 {
        self.lines.iter().filter(|line| line.level == LogLevel::Error).count() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_without_data_can_be_parsed() {
        let old =
            r#"{"lines":[{"at":"2026-01-01T00:00:00Z","level":"log","message":"a {\"b\":1}"}],"truncated":false}"#;
        let log: RunLog = serde_json::from_str(old).expect("a log");
        assert_eq!(log.lines[0].data, None);
        assert!(!serde_json::to_string(&log).expect("JSON").contains("data"));
    }
}
