//! The output of a run: console lines, the result or the fault, and the resources it used.

use serde::{Deserialize, Serialize};

use super::Json;

/// The end of a run.
#[derive(Debug, Serialize, Deserialize)]
pub struct Done {
    /// The returned value as JSON (`null` for undefined), or the fault.
    pub result: Result<Json, Fault>,
    /// The resources that the run used.
    pub usage: Usage,
    /// Whether the isolate must not start another run.
    pub tainted: bool,
    /// Live bytes of the process after the run; 0 without a meter.
    pub live_bytes: u64,
}

/// The resources that a run used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Processor time in microseconds; a step of less than a millisecond counts with its wall time.
    pub cpu_us: u64,
    /// Peak of live bytes above those of the idle worker; 0 without a meter.
    pub peak_memory_bytes: u64,
    /// Number of host calls.
    pub host_calls: u64,
    /// Bytes of console output that were sent.
    pub log_bytes: u64,
    /// Bytes of console output that were dropped.
    pub log_dropped_bytes: u64,
    /// Bytes of the result.
    pub result_bytes: u64,
}

/// Why a run failed: data for the author, not an error of this program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    /// Stable machine-readable code, such as `SCRIPT_ERROR`.
    pub code: String,
    /// The family that the code belongs to.
    #[serde(rename = "type")]
    pub kind: FaultKind,
    /// A sentence for the author.
    pub message: String,
    /// Line in the author's text, from 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub line: Option<u32>,
    /// Column in the author's text, from 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub column: Option<u32>,
    /// The text of that line.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub source_line: Option<String>,
    /// The stack trace, innermost call first.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub stack: Option<String>,
    /// Additional data as JSON.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub details: Option<serde_json::Value>,
}

/// Families of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The source does not compile.
    Compile,
    /// The script threw, or returned a value that cannot be returned.
    User,
    /// A time limit was reached.
    Timeout,
    /// The memory limit was reached.
    Memory,
    /// Calls were nested too deep.
    Stack,
    /// The run was cancelled.
    Cancelled,
    /// The node ended while the run executed.
    Lost,
    /// A service of the host failed and the script did not catch it.
    Service,
    /// A defect of the engine or of this program.
    Internal,
}

/// A finding of the check of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Its severity.
    pub severity: Severity,
    /// A [`Fault::code`] for an error; else a code of the check, such as `AWAIT_MISSING`.
    pub code: String,
    /// The message for the author.
    pub message: String,
    /// Line in the author's text, from 1.
    pub line: u32,
    /// Column in the author's text, from 1.
    pub column: u32,
    /// Line of its end.
    pub end_line: u32,
    /// Column after its last character.
    pub end_column: u32,
    /// The text of the first line.
    pub source_line: String,
}

/// The severity of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The script does not compile.
    Error,
    /// The code certainly does not do what the author meant.
    Warning,
    /// The code works and could be improved.
    Hint,
}

/// A line that a script wrote to its console.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogLine {
    /// The console function that wrote it.
    pub level: LogLevel,
    /// The printed text.
    pub message: String,
    /// Milliseconds since the run began.
    pub at_ms: u64,
    /// Whether output is missing: the end of this line, or all later lines.
    pub cut: bool,
    /// The objects among the arguments, as JSON.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub data: Option<serde_json::Value>,
}

impl LogLine {
    /// Bytes that a line counts in addition to its text: level, time, and its entry in the record.
    const OWN_BYTES: u64 = 32;

    /// Returns the bytes that the line counts against the limit of the run's log; an empty line is not free.
    #[must_use]
    pub fn cost(&self) -> u64 {
        let data = self.data.as_ref().map_or(0, |data| data.to_string().len());
        Self::OWN_BYTES + self.message.len() as u64 + data as u64
    }
}

/// The console function that was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogLevel {
    Debug,
    Log,
    Info,
    Warn,
    Error,
}

/// The error of a host call that the script can catch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CallError {
    /// Stable machine-readable code, such as `VALIDATION_ERROR`.
    pub code: String,
    /// A sentence.
    pub message: String,
    /// The name of the invalid argument.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub field: Option<String>,
    /// Additional data as JSON.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub details: Option<serde_json::Value>,
}
