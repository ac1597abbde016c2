//! Truncation of a run for a tenant whose history is full. Metadata and outcome are kept; of input, result and log only the beginning.

use serde_json::Value;

use super::{Execution, ExecutionState, Outcome, RunLog, RunRecord};
use crate::JsonText;

/// Bytes kept of an input, a result or a log.
const KEPT_BYTES: usize = 1_024;

impl Execution {
    /// Sets the number of removed bytes, from a stored row.
    #[must_use]
    pub const fn with_truncated_bytes(mut self, bytes: u64) -> Self {
        self.truncated_bytes = bytes;
        self
    }

    /// Returns the bytes of input, result, log and dry-run changes that were removed because the tenant's history was full.
    #[must_use]
    pub const fn truncated_bytes(&self) -> u64 {
        self.truncated_bytes
    }

    /// Truncates the input.
    #[must_use]
    pub fn with_short_input(mut self) -> Self {
        if let Some(start) = start_of(&self.head.input) {
            // The input must remain a list of arguments.
            let input = JsonText::from(&Value::from(vec![start]));
            self.truncated_bytes += removed_bytes(&self.head.input, &input);
            self.head.input = input;
        }
        self
    }

    /// Truncates the result and the log, and removes the changes of a dry run.
    #[must_use]
    pub fn with_short_record(mut self) -> Self {
        if let ExecutionState::Finished { record, .. } = &mut self.state {
            self.truncated_bytes += shorten(record);
        }
        self
    }
}

/// Truncates a record and returns the number of removed bytes.
fn shorten(record: &mut RunRecord) -> u64 {
    let mut bytes = 0;
    if let Outcome::Success(result) = &mut record.outcome
        && let Some(start) = start_of(result)
    {
        let short = JsonText::from(&Value::from(start));
        bytes += removed_bytes(result, &short);
        *result = short;
    }
    if let Some(would_change) = record.would_change.as_mut().filter(|json| json.as_str().len() > KEPT_BYTES) {
        let short = JsonText::from(&Value::Object(serde_json::Map::default()));
        bytes += removed_bytes(would_change, &short);
        *would_change = short;
    }
    bytes + shorten_log(&mut record.log)
}

/// Keeps whole lines up to the limit.
fn shorten_log(log: &mut RunLog) -> u64 {
    let size = |line: &super::LogLine| line.message.len() + line.data.as_ref().map_or(0, |data| data.as_str().len());
    let (mut kept, mut room) = (0, KEPT_BYTES);
    for line in &log.lines {
        let Some(left) = room.checked_sub(size(line)) else { break };
        (kept, room) = (kept + 1, left);
    }
    let bytes: usize = log.lines.iter().skip(kept).map(size).sum();
    if kept < log.lines.len() {
        log.lines.truncate(kept);
        log.truncated = true;
    }
    bytes as u64
}

/// Returns the beginning of a JSON text that is too long.
fn start_of(json: &JsonText) -> Option<String> {
    let text = json.as_str();
    if text.len() <= KEPT_BYTES {
        return None;
    }
    let end = text.floor_char_boundary(KEPT_BYTES);
    Some(format!("{}…", &text[..end]))
}

fn removed_bytes(whole: &JsonText, short: &JsonText) -> u64 {
    whole.as_str().len().saturating_sub(short.as_str().len()) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{LogLevel, LogLine, Timestamp, execution::fixture};

    fn finished(record: RunRecord) -> Execution {
        fixture::running().finish(record, Timestamp::from_micros(9)).unwrap()
    }

    fn json(length: usize) -> JsonText {
        JsonText::from(&Value::from("ё".repeat(length)))
    }

    #[test]
    fn short_values_are_not_truncated() {
        let run = finished(RunRecord::new(Outcome::Success(json(10))));
        assert_eq!(run.clone().with_short_input().with_short_record(), run);
        assert_eq!(run.truncated_bytes(), 0);
    }

    #[test]
    fn long_values_are_truncated_and_removed_bytes_are_counted() {
        let line = |text: &str| LogLine {
            at: Timestamp::from_micros(1),
            level: LogLevel::Log,
            message: text.to_owned(),
            data: None,
        };
        let log = RunLog { lines: vec![line("first"), line(&"x".repeat(2_000)), line("last")], truncated: false };
        let record = RunRecord { log, would_change: Some(json(900)), ..RunRecord::new(Outcome::Success(json(5_000))) };
        let run = finished(record).with_short_record();
        let record = run.record().unwrap();
        let result = record.outcome.result().unwrap().to_value();
        let text = result.as_str().unwrap();
        assert!(text.starts_with("\"ёё") && text.ends_with('…') && text.len() < KEPT_BYTES + 10, "{text}");
        assert_eq!((record.log.lines.len(), record.log.truncated), (1, true));
        assert_eq!(record.would_change.as_ref().unwrap().as_str(), "{}");
        let kept = record.outcome.result().unwrap().as_str().len() as u64;
        assert_eq!(run.truncated_bytes(), (10_002 - kept) + 2_004 + 1_800);
    }
}
