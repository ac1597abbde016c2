//! One run to be done: which script, with what, and how much it may use.
//!
//! What many runs have in common is sent once.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Json;

/// What many runs have in common: which script, for whom, and how much each may use.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Plan {
    /// The loaded script version.
    pub key: String,
    /// The function that is called: `main`, `handleRequest` or one that the caller names.
    pub entry: String,
    /// The function to call instead when the script defines none of that name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<String>,
    /// Those that the script imports, and those that these import; each after what it imports itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub libraries: Vec<Library>,
    /// JSON object that the script sees as `context`. Its parts are kept: the same text again costs nothing.
    pub context: Json,
    /// How much a run may use.
    #[serde(default)]
    pub limits: Limits,
}

/// A run, as it is sent.
#[derive(Debug, Serialize, Deserialize)]
pub struct Run {
    /// Names the run in messages; no two runs of a worker have the same.
    pub run: u64,
    /// Where the worker keeps its plan.
    pub slot: u8,
    /// JSON array of the function's arguments.
    pub args: Json,
    /// From and to which byte the body of a request stands in them, which the script gets as `rawBody` too, as it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw_body: Option<(usize, usize)>,
    /// What is `context.execution` for this run alone, as JSON; none when the plan's context says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub execution: Option<Json>,
}

/// A run with its plan, as an isolate takes it.
#[derive(Debug)]
pub struct Job {
    /// As in [`Run`].
    pub run: u64,
    /// What it has in common with others.
    pub plan: Arc<Plan>,
    /// As in [`Run`].
    pub args: Json,
    /// As in [`Run`].
    pub raw_body: Option<(usize, usize)>,
    /// As in [`Run`].
    pub execution: Option<Json>,
}

/// The plans that a worker keeps, in [`SLOTS`] places. The sender chooses the place of each.
#[derive(Debug, Default)]
pub struct Plans([Option<Arc<Plan>>; SLOTS]);

/// How many plans a worker keeps.
pub const SLOTS: usize = 16;

impl Plans {
    /// Keeps a plan. In a place that there is not, it is not kept.
    pub fn keep(&mut self, slot: u8, plan: Arc<Plan>) {
        if let Some(place) = self.0.get_mut(usize::from(slot)) {
            *place = Some(plan);
        }
    }

    /// The job that a run is; none when its plan is not there.
    #[must_use]
    pub fn job(&self, run: Run) -> Option<Job> {
        let Run { run, slot, args, raw_body, execution } = run;
        let plan = self.0.get(usize::from(slot))?.as_ref()?;
        Some(Job { run, plan: Arc::clone(plan), args, raw_body, execution })
    }
}

/// A loaded script that others import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Library {
    /// As it is imported: `lib:tax`.
    pub specifier: String,
    /// The loaded script version.
    pub key: String,
}

/// How much one run may use. Wall time is kept by whoever can kill the run.
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
    /// Live bytes above what the idle worker holds; kept in workers only.
    pub memory_bytes: u64,
    /// Microseconds of processor time; kept in workers only. None where the wall time bounds it.
    pub cpu_us: Option<u64>,
    /// Bytes of console output; what comes after is dropped and counted.
    pub log_bytes: u64,
    /// Bytes of one console line; the rest is cut.
    pub log_line_bytes: usize,
    /// Bytes of the result as JSON.
    pub result_bytes: usize,
    /// Bytes of the arguments of one call to the outside as JSON.
    pub message_bytes: usize,
    /// Depth of JSON values, both ways.
    pub json_depth: usize,
    /// Calls to the outside in one run.
    pub host_calls: u64,
    /// Calls to the outside that wait for their replies at one time.
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
