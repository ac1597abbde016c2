//! The messages between the host's process and a worker: serde types, one frame each.
//!
//! The socket is a private pair between two builds of the same crate, so there is one protocol number and no negotiation. Payloads
//! that neither process interprets (arguments, results, the script's context) are sent as raw JSON. Framing is in [`frame`]; the
//! order of messages is up to the worker and the pool.

pub mod frame;
pub mod handover;
mod job;
mod outcome;
mod sandbox;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

pub use job::{Job, Library, Limits, Plan, Plans, Run, SLOTS};
pub use outcome::{CallError, Diagnostic, Done, Fault, FaultKind, LogLevel, LogLine, Severity, Usage};
pub use sandbox::{Lack, Means, SandboxLevel};

/// The protocol number that both processes must share; incremented with any change of a message.
pub const PROTOCOL: u32 = 10;

/// A JSON text that is passed on without being parsed.
pub type Json = Box<RawValue>;

/// Messages from the host's process to a worker.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToWorker {
    /// The first message; answered with [`FromWorker::Ready`].
    Hello(Hello),
    /// The first message to a template process. It prepares for runs, answers with [`FromWorker::Ready`], and then receives sockets
    /// instead of messages, one with each byte. For each socket it forks a copy of itself, a worker, which sends
    /// [`FromWorker::Forked`] on it and waits for [`ToWorker::Hello`].
    Template(Hello),
    /// Replaces the catalogue of services that scripts see, from the next run on.
    Bind(Arc<[ServiceSignature]>),
    /// Sends the source of a script version; kept until newer ones replace it.
    Load(Load),
    /// Stores the data that many runs have in common in one of [`SLOTS`] slots, replacing its previous content.
    Plan { slot: u8, plan: Arc<Plan> },
    /// Starts a run, in addition to the waiting ones. Answered with `Missing` if the key of its plan is not loaded (any more).
    Run(Run),
    /// The answer to one [`FromWorker::Call`]; the run continues with it.
    Reply(Reply),
    /// Cancels a run: at once if it waits, else between two microtasks. A worker whose script does not yield is killed instead.
    Cancel { run: u64 },
    /// Recalls a run that was sent and has not started because the one before it is still executing. Answered with `NotStarted` as soon
    /// as the worker reads it, also in the middle of a step; not answered if the run has started.
    Recall { run: u64 },
    /// Requests a check of a source without running it; answered with `Checked`.
    Check(Check),
}

/// Messages from a worker to the host's process.
///
/// Each [`ToWorker::Run`], [`ToWorker::Reply`] and [`ToWorker::Cancel`] is one step of a run. Steps execute in the order of
/// arrival, and each is answered, after its calls and log lines, by exactly one of `Waiting`, `Done`, `Missing` and `NotStarted`.
/// The first step without an answer is the one that is executing.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FromWorker {
    /// The worker is ready for runs.
    Ready(Ready),
    /// The first message of a copy of a template: its process id.
    Forked { pid: u32 },
    /// The key is not loaded and nothing was run: send `Load`, then `Run` again.
    Missing { run: u64, key: String },
    /// A running script calls the host.
    Call(Call),
    /// A line that a running script wrote to its console.
    Log { run: u64, line: LogLine },
    /// The run waits for replies. The worker is free for other runs unless it is tainted.
    Waiting { run: u64, tainted: bool },
    /// The run has ended; `None` if there was no run of that number, because the step arrived too late.
    Done { run: u64, done: Option<Box<Done>> },
    /// The run was recalled in time, or sent to a tainted isolate, which starts no runs: nothing was executed.
    NotStarted { run: u64 },
    /// The answer to `Check`; without errors if the source compiles.
    Checked(Checked),
}

/// The result of checking a source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// Errors, warnings and hints.
    pub found: Vec<Diagnostic>,
    /// The modules that it imports; empty if it does not parse.
    pub imports: Vec<Imported>,
    /// Its exports; empty if it does not compile.
    pub exports: Exported,
}

/// A module that a source imports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// The specifier as written in quotes, such as `lib:tax`.
    pub specifier: String,
    /// Line in the author's text, from 1.
    pub line: u32,
    /// Column in the author's text, from 1.
    pub column: u32,
    /// The exports that it imports by name.
    pub names: Vec<ImportedName>,
}

/// The name of an export that a source imports from a module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedName {
    /// The exported name; `default` for the default export.
    pub name: String,
    /// Line in the author's text, from 1.
    pub line: u32,
    /// Column in the author's text, from 1.
    pub column: u32,
}

/// The exports of a source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exported {
    /// Exported names; `default` for the default export.
    pub names: Vec<String>,
    /// The modules of which it re-exports everything but the default export.
    pub all_of: Vec<String>,
}

/// The greeting of the host's process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// [`PROTOCOL`] of the sender.
    pub protocol: u32,
    /// Limit of the worker's address space in bytes, set before anything else runs; `None` keeps the system's limit.
    pub address_space_bytes: Option<u64>,
    /// Size in bytes of the native stack that scripts run on.
    pub stack_bytes: usize,
}

/// The greeting of a worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ready {
    /// [`PROTOCOL`] of the worker.
    pub protocol: u32,
    /// Version of this crate.
    pub version: String,
    /// The sandbox layers that it could apply.
    pub sandbox: SandboxLevel,
}

/// The source of one version of a script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    /// The key that plans refer to: script id and version, opaque here.
    pub key: String,
    /// The name shown in stack traces.
    pub name: String,
    /// The author's text, unchanged.
    pub source: String,
}

/// A source to check without running it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// The author's text, unchanged.
    pub source: String,
    /// Its language.
    #[serde(default)]
    pub language: Language,
    /// The possible entry points, of which one is called; empty if they are not known.
    #[serde(default)]
    pub functions: Vec<String>,
    /// The version of the API that it is written for.
    #[serde(default)]
    pub api_version: u32,
    /// Whether callers may name any other function as the entry point.
    #[serde(default)]
    pub any_function: bool,
    /// Limits of its size and nesting.
    pub limits: Limits,
}

/// The language of a source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// JavaScript or TypeScript.
    #[default]
    Script,
    /// The template language of `utils.template.render`.
    Template,
}

/// A call from a script to the host.
#[derive(Debug, Serialize, Deserialize)]
pub struct Call {
    /// The run that calls.
    pub run: u64,
    /// Identifies the call in its reply; counts from 1 in every run.
    pub call: u64,
    /// Dotted name, such as `services.clients.list`, `events.publish` or `storage.get`.
    pub method: String,
    /// The arguments, a JSON array.
    pub args: Json,
}

/// The outcome of a [`Call`].
#[derive(Debug, Serialize, Deserialize)]
pub struct Reply {
    /// The run that waits for it.
    pub run: u64,
    /// The call that is answered.
    pub call: u64,
    /// Any JSON value, or the error that the script can catch.
    pub result: Result<Json, CallError>,
}

/// A service of the host and the methods that scripts may call on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceSignature {
    /// The name in `services.<service>`.
    pub service: String,
    /// The names in `services.<service>.<method>()`.
    pub methods: Vec<String>,
}
