//! Reports a run, as text while it runs or as one JSON document at the end.

mod fault;

pub(super) use fault::finding;

use std::fmt;

use iota_scripts_host::Event;
use serde_json::{Value, json};

use crate::cli::{Verdict, output};

/// The time of a line.
pub(super) enum LogTime {
    AfterStart { ms: u64 },
    At(String),
}

impl fmt::Display for LogTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AfterStart { ms } => write!(f, "{ms:>6} ms"),
            Self::At(time) => f.write_str(time),
        }
    }
}

pub(super) struct Report {
    path: String,
    source: String,
    /// The lines so far, if they become part of one document.
    kept: Option<Vec<Value>>,
}

impl Report {
    pub(super) fn new(path: String, source: String, as_json: bool) -> Self {
        Self { path, source, kept: as_json.then(Vec::new) }
    }

    pub(super) fn source(&self) -> &str {
        &self.source
    }

    /// Begins one of several runs; a document describes only the last one.
    pub(super) fn begin(&mut self, number: u32, of: u32) {
        match &mut self.kept {
            Some(kept) => kept.clear(),
            None if of > 1 => output::line(&format!("run {number} of {of}")),
            None => {}
        }
    }

    /// Reports a line, with the values in it if there are any.
    pub(super) fn log(&mut self, level: &str, message: &str, data: Option<Value>, time: &LogTime) {
        let Some(kept) = &mut self.kept else {
            return output::line(&format!("{time} {level:<5} {message}"));
        };
        let mut line = json!({"level": level, "message": message});
        match time {
            LogTime::AfterStart { ms } => line["offset_ms"] = json!(ms),
            LogTime::At(time) => line["at"] = json!(time),
        }
        if let Some(data) = data {
            line["data"] = data;
        }
        kept.push(line);
    }

    /// Reports that the plugin rejected the source.
    pub(super) fn refused(&mut self, error: &Value) -> anyhow::Result<Verdict> {
        if self.kept.is_some() {
            let document = json!({"success": false, "status": "refused", "result": null, "fault": error,
                                  "logs": [], "events": [], "receipt": null});
            output::line(&serde_json::to_string_pretty(&document)?);
        } else {
            output::line(&fault::describe(error, &self.path, &self.source));
        }
        Ok(Verdict::Bad)
    }

    pub(super) fn finished(&mut self, mut execution: Value, events: &[Event]) -> anyhow::Result<Verdict> {
        // An endpoint that rejects its request has worked as intended.
        let success = execution["status"] == "success" || execution["status"] == "refused";
        let mut take = |names: &[&str]| {
            let found = names.iter().find_map(|name| execution.get_mut(*name).map(Value::take));
            found.unwrap_or_default()
        };
        let (fault, result) = (take(&["fault", "error"]), take(&["result", "output"]));
        let receipt = take(&["receipt"]);
        let status = take(&["status"]);
        let would_change = take(&["would_change"]);
        let http_status = take(&["http_status"]);
        if let Some(logs) = self.kept.take() {
            let document = json!({"success": success, "status": status, "result": result, "fault": fault,
                                  "logs": logs, "events": events, "receipt": receipt, "would_change": would_change,
                                  "http_status": http_status});
            output::line(&serde_json::to_string_pretty(&document)?);
        } else {
            for event in events {
                output::line(&format!("event {} {}", event.kind, event.data));
            }
            if success {
                output::line(&format!("result {}", serde_json::to_string_pretty(&result)?));
            } else {
                output::line(&fault::describe(&fault, &self.path, &self.source));
            }
            if !would_change.is_null() {
                output::line(&format!("would change {}", serde_json::to_string_pretty(&would_change)?));
            }
            receipt_line(&receipt).iter().for_each(|line| output::line(line));
        }
        Ok(if success { Verdict::Good } else { Verdict::Bad })
    }
}

/// Returns the values that are not 0, in one line.
fn receipt_line(receipt: &Value) -> Option<String> {
    let figures = receipt.as_object()?.iter().filter_map(|(name, figure)| {
        let (used, allowed) = (figure["used"].as_u64().or_else(|| figure.as_u64())?, figure["allowed"].as_u64());
        let of = allowed.filter(|allowed| *allowed > 0).map(|allowed| format!("/{allowed}")).unwrap_or_default();
        (used > 0).then(|| format!("{name} {used}{of}"))
    });
    Some(format!("receipt {}", figures.collect::<Vec<_>>().join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_shows_what_was_used() {
        let receipt = json!({"wall_ms": {"used": 12, "allowed": 30000}, "events": {"used": 0, "allowed": 5}});
        assert_eq!(receipt_line(&receipt).unwrap(), "receipt wall_ms 12/30000");
        assert_eq!(receipt_line(&Value::Null), None);
    }
}
