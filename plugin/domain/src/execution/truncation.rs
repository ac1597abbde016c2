//! What is kept of a run when its tenant's history is full: all that it is and how it ended, and of what may be large the beginning.

use serde_json::Value;

use super::{Execution, ExecutionState, Outcome, RunLog, RunRecord};
use crate::JsonText;

/// Bytes that are kept of an input, of a result, of a log.
const HEAD: usize = 1_024;

impl Execution {
    /// The same as a store has it that has left out so many bytes.
    #[must_use]
    pub const fn with_truncated_bytes(mut self, bytes: u64) -> Self {
        self.truncated_bytes = bytes;
        self
    }

    /// Bytes of input, result, log and dry run that were left out because the tenant's history was full; 0 for none.
    #[must_use]
    pub const fn truncated_bytes(&self) -> u64 {
        self.truncated_bytes
    }

    /// The same with the beginning of its input.
    #[must_use]
    pub fn with_short_input(mut self) -> Self {
        if let Some(head) = head(&self.head.input) {
            // Still a list of arguments.
            let input = JsonText::from(&Value::from(vec![head]));
            self.truncated_bytes += left_out(&self.head.input, &input);
            self.head.input = input;
        }
        self
    }

    /// The same with the beginnings of its result and log, and without what a dry run would have changed.
    #[must_use]
    pub fn with_short_record(mut self) -> Self {
        if let ExecutionState::Finished { record, .. } = &mut self.state {
            self.truncated_bytes += shorten(record);
        }
        self
    }
}

/// Bytes that were left out.
fn shorten(record: &mut RunRecord) -> u64 {
    let mut bytes = 0;
    if let Outcome::Success(result) = &mut record.outcome
        && let Some(head) = head(result)
    {
        let short = JsonText::from(&Value::from(head));
        bytes += left_out(result, &short);
        *result = short;
    }
    if let Some(would_change) = record.would_change.as_mut().filter(|json| json.as_str().len() > HEAD) {
        let short = JsonText::from(&Value::Object(serde_json::Map::default()));
        bytes += left_out(would_change, &short);
        *would_change = short;
    }
    bytes + shorten_log(&mut record.log)
}

/// Whole lines, as long as they are few.
fn shorten_log(log: &mut RunLog) -> u64 {
    let size = |line: &super::LogLine| line.message.len() + line.data.as_ref().map_or(0, |data| data.as_str().len());
    let (mut kept, mut room) = (0, HEAD);
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

/// The beginning of a JSON text that is too long.
fn head(json: &JsonText) -> Option<String> {
    let text = json.as_str();
    if text.len() <= HEAD {
        return None;
    }
    let end = text.floor_char_boundary(HEAD);
    Some(format!("{}…", &text[..end]))
}

fn left_out(whole: &JsonText, short: &JsonText) -> u64 {
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
    fn what_is_short_stays_as_it_is() {
        let run = finished(RunRecord::new(Outcome::Success(json(10))));
        assert_eq!(run.clone().with_short_input().with_short_record(), run);
        assert_eq!(run.truncated_bytes(), 0);
    }

    #[test]
    fn of_what_is_long_the_beginning_is_kept_and_the_rest_is_counted() {
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
        assert!(text.starts_with("\"ёё") && text.ends_with('…') && text.len() < HEAD + 10, "{text}");
        assert_eq!((record.log.lines.len(), record.log.truncated), (1, true));
        assert_eq!(record.would_change.as_ref().unwrap().as_str(), "{}");
        let kept = record.outcome.result().unwrap().as_str().len() as u64;
        assert_eq!(run.truncated_bytes(), (10_002 - kept) + 2_004 + 1_800);
    }
}
