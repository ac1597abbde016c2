//! What a run says and how it ends: console lines, the result or the fault, and the receipt.

use serde::{Deserialize, Serialize};

use super::Json;

/// The end of a run.
#[derive(Debug, Serialize, Deserialize)]
pub struct Done {
    /// What the function returned, as JSON (`null` for undefined), or what went wrong.
    pub result: Result<Json, Fault>,
    /// What the run used.
    pub usage: Usage,
    /// The isolate must not begin another run.
    pub tainted: bool,
    /// Live bytes of the process after the run; 0 where nobody counts.
    pub live_bytes: u64,
}

/// What a run used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// CPU time in microseconds; of a step that took less than a millisecond, the time that it took.
    pub cpu_us: u64,
    /// Most live bytes above what the idle worker holds; 0 where nobody counts.
    pub peak_memory_bytes: u64,
    /// Calls to the outside.
    pub host_calls: u64,
    /// Bytes of console output that were passed on.
    pub log_bytes: u64,
    /// Bytes of console output that were dropped.
    pub log_dropped_bytes: u64,
    /// Bytes of the result.
    pub result_bytes: u64,
}

/// Why a run failed: data for the author, not an error of this program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    /// Stable machine code, as `SCRIPT_ERROR`.
    pub code: String,
    /// The family that the code belongs to.
    #[serde(rename = "type")]
    pub kind: FaultKind,
    /// One sentence for the author.
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
    /// Where the error came from, innermost call first.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub stack: Option<String>,
    /// More about it, as JSON.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub details: Option<serde_json::Value>,
}

/// Families of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The source does not compile.
    Compile,
    /// The script threw, or returned what cannot be returned.
    User,
    /// Time ran out.
    Timeout,
    /// Memory ran out.
    Memory,
    /// Calls went too deep.
    Stack,
    /// Somebody cancelled the run.
    Cancelled,
    /// The node died with the run.
    Lost,
    /// A service of the host failed and the script did not catch it.
    Service,
    /// A defect of the engine or of this program.
    Internal,
}

/// One thing to know about a source before it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// As in [`Fault::code`] for an error; else a word of its own, as `AWAIT_MISSING`.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// Line in the author's text, from 1.
    pub line: u32,
    /// Column in the author's text, from 1.
    pub column: u32,
    /// The line on which it ends.
    pub end_line: u32,
    /// The column behind its last character.
    pub end_column: u32,
    /// The text of the first line.
    pub source_line: String,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The script does not compile.
    Error,
    /// It surely does not do what is meant.
    Warning,
    /// It works, and could do better.
    Hint,
}

/// A line that a script wrote to its console.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogLine {
    /// How it was written.
    pub level: LogLevel,
    /// The printed text.
    pub message: String,
    /// Milliseconds since the run began.
    pub at_ms: u64,
    /// Something is left out: the end of this line, or all that follows it.
    pub cut: bool,
    /// The objects among the arguments, as JSON.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub data: Option<serde_json::Value>,
}

impl LogLine {
    /// What a line costs beside its text: its level, its time, its place in the record.
    const OWN_BYTES: u64 = 32;

    /// What it counts against the limit of a run's log, in bytes; an empty line is not free.
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

/// The failure of a call to the outside, as the script catches it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CallError {
    /// Stable machine code, as `VALIDATION_ERROR`.
    pub code: String,
    /// One sentence.
    pub message: String,
    /// The argument that is at fault.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub field: Option<String>,
    /// More about it, as JSON.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub details: Option<serde_json::Value>,
}
