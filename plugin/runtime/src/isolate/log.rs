//! The log of a run: lines of text within the run's limits.
//!
//! Over the limit, one line says so and the rest is dropped and counted; the run goes on.

use serde_json::Value;

use crate::protocol::{Limits, LogLevel, LogLine, Usage};

/// Groups within groups that are shown further in.
const DEEPEST: usize = 20;
/// What is put before a line for each group.
const STEP: &str = "  ";

/// What the log remembers of a run.
#[derive(Debug, Default)]
pub(crate) struct Log {
    /// It is over its limit.
    closed: bool,
    groups: usize,
}

impl Log {
    /// What follows is shown further in.
    pub(crate) const fn enter_group(&mut self) {
        self.groups = self.groups.saturating_add(1);
    }

    pub(crate) const fn leave_group(&mut self) {
        self.groups = self.groups.saturating_sub(1);
    }

    const fn is_in_group(&self) -> bool {
        self.groups > 0
    }

    /// A message with the margin of its group.
    fn indented(&self, message: &str) -> String {
        let margin = STEP.repeat(self.groups.min(DEEPEST));
        format!("{margin}{}", message.replace('\n', &format!("\n{margin}")))
    }

    /// The line that a message becomes, which counts as used; none when the log is full.
    pub(super) fn line(
        &mut self,
        (level, message, data): (LogLevel, String, Option<Value>),
        at_ms: u64,
        limits: &Limits,
        usage: &mut Usage,
    ) -> Option<LogLine> {
        let limit = limits.log_line_bytes;
        let (message, cut) = if self.is_in_group() {
            // Cut before it is set further in too: a margin is longer than a line at the worst.
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
            let message = format!("the log has reached its limit of {limit} bytes; what follows is dropped");
            let first = !std::mem::replace(&mut self.closed, true);
            return first.then_some(LogLine { level: LogLevel::Warn, message, at_ms, cut: true, data: None });
        }
        usage.log_bytes += cost;
        Some(line)
    }
}

/// Cuts a line at a limit; the number of bytes that were cut off.
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
