//! The console log of a run: lines of text within the run's limits.
//!
//! When the limit is reached, one line reports it; later lines are dropped and counted. The run continues.

use serde_json::Value;

use crate::protocol::{Limits, LogLevel, LogLine, Usage};

/// Maximum depth of groups that are indented.
const MAX_INDENT_DEPTH: usize = 20;
/// Indentation of a line per group.
const INDENT: &str = "  ";

/// The state of a run's log.
#[derive(Debug, Default)]
pub(crate) struct Log {
    /// Whether the log is over its limit.
    closed: bool,
    groups: usize,
}

impl Log {
    /// Indents the following lines by one more level.
    pub(crate) const fn enter_group(&mut self) {
        self.groups = self.groups.saturating_add(1);
    }

    pub(crate) const fn leave_group(&mut self) {
        self.groups = self.groups.saturating_sub(1);
    }

    const fn is_in_group(&self) -> bool {
        self.groups > 0
    }

    /// Returns a message indented for its group.
    fn indented(&self, message: &str) -> String {
        let margin = INDENT.repeat(self.groups.min(MAX_INDENT_DEPTH));
        format!("{margin}{}", message.replace('\n', &format!("\n{margin}")))
    }

    /// Returns the line for a message and counts its bytes; `None` if the log is full.
    pub(super) fn line(
        &mut self,
        (level, message, data): (LogLevel, String, Option<Value>),
        at_ms: u64,
        limits: &Limits,
        usage: &mut Usage,
    ) -> Option<LogLine> {
        let limit = limits.log_line_bytes;
        let (message, cut) = if self.is_in_group() {
            // Cut before the indentation too: in the worst case the indentation is longer than the line.
            let (message, before) = cut(message, limit);
            let (message, after) = cut(self.indented(&message), limit);
            (message, before + after)
        } else {
            cut(message, limit)
        };
        usage.log_dropped_bytes += cut as u64;
        let line = LogLine { level, message, at_ms, cut: cut > 0, data: data.filter(|_| cut == 0) };
        let cost = line.cost();
        if self.closed || usage.log_bytes + cost > limits.log_bytes {
            usage.log_dropped_bytes += cost;
            let limit = limits.log_bytes;
            let message = format!("the log reached its limit of {limit} bytes; further lines are dropped");
            let first = !std::mem::replace(&mut self.closed, true);
            return first.then_some(LogLine { level: LogLevel::Warn, message, at_ms, cut: true, data: None });
        }
        usage.log_bytes += cost;
        Some(line)
    }
}

/// Truncates a line to a limit and returns the number of removed bytes.
fn cut(mut message: String, limit: usize) -> (String, usize) {
    if message.len() <= limit {
        return (message, 0);
    }
    let end = message.floor_char_boundary(limit);
    let cut = message.len() - end;
    message.truncate(end);
    message.push_str(&format!("… ({cut} more bytes)"));
    (message, cut)
}
