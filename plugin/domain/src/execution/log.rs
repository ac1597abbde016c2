//! What a run writes to the console.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

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
}

/// All that a run wrote, as far as its limit allows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RunLog {
    /// In order.
    pub lines: Vec<LogLine>,
    /// Whether more was written than is kept.
    pub truncated: bool,
}
