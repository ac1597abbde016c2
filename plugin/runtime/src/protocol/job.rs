//! A run to execute: the script, its arguments and its limits.
//!
//! Data that many runs have in common, the plan, is sent once.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Json;

/// The data that many runs have in common: script, context and limits.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Plan {
    /// The key of the loaded script version.
    pub key: String,
    /// The entry point: `main`, `handleRequest` or a function that the caller names.
    pub entry: String,
    /// The function to call instead if the script does not define the entry point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<String>,
    /// The libraries that the script imports directly or indirectly; each after its own imports.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub libraries: Vec<Library>,
    /// The JSON object that scripts see as `context`. Parsed texts are cached, so the same text again costs nothing.
    pub context: Json,
    /// The limits of each run.
    #[serde(default)]
    pub limits: Limits,
}

/// A run as sent to a worker.
#[derive(Debug, Serialize, Deserialize)]
pub struct Run {
    /// Identifies the run in messages; unique within a worker.
    pub run: u64,
    /// The slot of its plan in the worker.
    pub slot: u8,
    /// The function's arguments, a JSON array.
    pub args: Json,
    /// Start and end of a request's body in `args`, in bytes. The script also gets the body unparsed, as `rawBody`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw_body: Option<(usize, usize)>,
    /// `context.execution` of this run as JSON; `None` if it is in the plan's context.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub execution: Option<Json>,
}

/// A run with its plan, as an isolate gets it.
#[derive(Debug)]
pub struct Job {
    /// As in [`Run`].
    pub run: u64,
    /// The data that it has in common with other runs.
    pub plan: Arc<Plan>,
    /// As in [`Run`].
    pub args: Json,
    /// As in [`Run`].
    pub raw_body: Option<(usize, usize)>,
    /// As in [`Run`].
    pub execution: Option<Json>,
}

/// The plans that a worker holds, in [`SLOTS`] slots. The sender chooses the slot of each.
#[derive(Debug, Default)]
pub struct Plans([Option<Arc<Plan>>; SLOTS]);

/// Number of plans that a worker holds.
pub const SLOTS: usize = 16;

impl Plans {
    /// Stores a plan. If the slot does not exist, the plan is dropped.
    pub fn keep(&mut self, slot: u8, plan: Arc<Plan>) {
        if let Some(place) = self.0.get_mut(usize::from(slot)) {
            *place = Some(plan);
        }
    }

    /// Returns the job of a run, or `None` if its plan is not stored.
    #[must_use]
    pub fn job(&self, run: Run) -> Option<Job> {
        let Run { run, slot, args, raw_body, execution } = run;
        let plan = self.0.get(usize::from(slot))?.as_ref()?;
        Some(Job { run, plan: Arc::clone(plan), args, raw_body, execution })
    }
}

/// A loaded script that other scripts import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Library {
    /// The specifier of imports, such as `lib:tax`.
    pub specifier: String,
    /// The loaded script version.
    pub key: String,
}

/// The limits of one run. Wall time is enforced outside of the isolate, by the process that can kill the worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Bytes of source text.
    pub source_bytes: usize,
    /// Depth of brackets in the source.
    pub nesting: usize,
    /// Depth of function calls.
    pub recursion: usize,
    /// Iterations of one loop.
    pub loop_iterations: u64,
    /// Live bytes above those of the idle worker; enforced in workers only.
    pub memory_bytes: u64,
    /// Processor time in microseconds; enforced in workers only. `None` if only the wall time limits it.
    pub cpu_us: Option<u64>,
    /// Bytes of console output; further output is dropped and counted.
    pub log_bytes: u64,
    /// Bytes of one console line; the rest is cut.
    pub log_line_bytes: usize,
    /// Bytes of the result as JSON.
    pub result_bytes: usize,
    /// Bytes of the arguments of one host call as JSON.
    pub message_bytes: usize,
    /// Depth of JSON values, in both directions.
    pub json_depth: usize,
    /// Host calls of one run.
    pub host_calls: u64,
    /// Host calls of one run that are pending at the same time.
    pub pending_host_calls: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            source_bytes: 64 << 10,
            nesting: 256,
            recursion: 4_000,
            loop_iterations: 1 << 40,
            memory_bytes: 128 << 20,
            cpu_us: None,
            log_bytes: 1 << 20,
            log_line_bytes: 16 << 10,
            result_bytes: 1 << 20,
            message_bytes: 1 << 20,
            json_depth: 128,
            host_calls: 10_000,
            pending_host_calls: 256,
        }
    }
}
