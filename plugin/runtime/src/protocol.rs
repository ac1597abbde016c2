//! What the host's process and a worker say to each other: serde messages, one frame each.
//!
//! The socket is a private pair between two builds of the same crate, so messages carry one protocol number and no
//! optional dialects. Payloads that neither side looks into (arguments, results, the script's context) travel as raw
//! JSON. How frames are cut is in [`frame`]; who sends what, and when, is the worker's and the pool's business.

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

/// The number both ends must agree on; raised with any change of a message.
pub const PROTOCOL: u32 = 10;

/// A JSON text that passes through unread.
pub type Json = Box<RawValue>;

/// Messages from the host's process to a worker.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToWorker {
    /// The first message; answered with [`FromWorker::Ready`].
    Hello(Hello),
    /// The first message to a process that is to be a template: it gets ready for runs, answers with
    /// [`FromWorker::Ready`], and from then on takes sockets instead of messages, one with each byte. For each it makes
    /// a copy of itself, a worker, which says [`FromWorker::Forked`] there and waits for its greeting.
    Template(Hello),
    /// Replaces the catalogue of services that scripts see, from the next run on.
    Bind(Arc<[ServiceSignature]>),
    /// Gives the source of a script version; kept until pushed out by newer ones.
    Load(Load),
    /// Keeps what many runs have in common in one of [`SLOTS`] places, instead of what was there.
    Plan { slot: u8, plan: Arc<Plan> },
    /// Starts a run, beside those that wait. Answered with `Missing` when the key of its plan is not loaded (any more).
    Run(Run),
    /// The answer to one [`FromWorker::Call`]; the run goes on with it.
    Reply(Reply),
    /// Ends a run at once if it waits, else between two microtasks. A script that spins is killed instead.
    Cancel { run: u64 },
    /// Asks for a run back that was sent and has not begun, because the one before it lasts: answered with `NotStarted` as soon as
    /// the worker looks, in the middle of a step too; with nothing when it has begun.
    Recall { run: u64 },
    /// Asks what is to be known of a source before it runs; answered with `Checked`.
    Check(Check),
}

/// Messages from a worker to the host's process.
///
/// Each [`ToWorker::Run`], [`ToWorker::Reply`] and [`ToWorker::Cancel`] is one step of a run, taken in the order of
/// arrival and answered, after its calls and lines, by exactly one of `Waiting`, `Done`, `Missing` and `NotStarted`. The first
/// step that is not answered yet is the one that has the processor.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FromWorker {
    /// The worker is ready for runs.
    Ready(Ready),
    /// The first word of a copy of a template: the number of its process.
    Forked { pid: u32 },
    /// The named key is not loaded and nothing was run: send `Load`, then `Run` again.
    Missing { run: u64, key: String },
    /// A running script calls the outside.
    Call(Call),
    /// A line that a running script wrote to its console.
    Log { run: u64, line: LogLine },
    /// The run waits for replies, and the worker is free for others, unless it is spoiled and begins no more.
    Waiting { run: u64, tainted: bool },
    /// The run has ended, or there was none of that number: then the step came too late.
    Done { run: u64, done: Option<Box<Done>> },
    /// The run was recalled in time, or sent to an isolate that begins no more: nothing of it has happened.
    NotStarted { run: u64 },
    /// The answer to `Check`; without errors when the source compiles.
    Checked(Checked),
}

/// What is to be known of a source before it runs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// What is wrong with it, and what could be better.
    pub found: Vec<Diagnostic>,
    /// The modules that it imports; none where it does not parse.
    pub imports: Vec<Imported>,
    /// What others can import of it; nothing where it does not compile.
    pub exports: Exported,
}

/// A module that a source imports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// As it stands in quotes: `lib:tax`.
    pub specifier: String,
    /// Line in the author's text, from 1.
    pub line: u32,
    /// Column in the author's text, from 1.
    pub column: u32,
    /// The exports that it takes by name.
    pub names: Vec<ImportedName>,
}

/// The name of an export that a source takes from a module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedName {
    /// What the module calls it; `default` for the default export.
    pub name: String,
    /// Line in the author's text, from 1.
    pub line: u32,
    /// Column in the author's text, from 1.
    pub column: u32,
}

/// What a source exports.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exported {
    /// By name; `default` for the default export.
    pub names: Vec<String>,
    /// The modules of which it passes on everything but the default export.
    pub all_of: Vec<String>,
}

/// Introduces the host's process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// [`PROTOCOL`] of the sender.
    pub protocol: u32,
    /// Ceiling of the worker's address space in bytes, set before anything else runs; none keeps the system's.
    pub address_space_bytes: Option<u64>,
    /// Bytes of the native stack that scripts run on.
    pub stack_bytes: usize,
}

/// Introduces a worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ready {
    /// [`PROTOCOL`] of the worker.
    pub protocol: u32,
    /// Version of this crate.
    pub version: String,
    /// What it could close around itself.
    pub sandbox: SandboxLevel,
}

/// The source of one version of a script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    /// What jobs name it by: script id and version, opaque here.
    pub key: String,
    /// The name that stack traces show.
    pub name: String,
    /// The author's text, unchanged.
    pub source: String,
}

/// A source to be looked at without running.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// The author's text, unchanged.
    pub source: String,
    /// What it is written in.
    #[serde(default)]
    pub language: Language,
    /// The functions of which one is called; empty when nothing is known of them.
    #[serde(default)]
    pub functions: Vec<String>,
    /// The version of the API that it was written for.
    #[serde(default)]
    pub api_version: u32,
    /// Callers may name any other function.
    #[serde(default)]
    pub any_function: bool,
    /// How large and how deeply nested it may be.
    pub limits: Limits,
}

/// What a source is written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// JavaScript or TypeScript.
    #[default]
    Script,
    /// That of `utils.template.render`.
    Template,
}

/// A call from a script to the outside.
#[derive(Debug, Serialize, Deserialize)]
pub struct Call {
    /// The run that calls.
    pub run: u64,
    /// Names the call in its reply; counts from 1 in every run.
    pub call: u64,
    /// Dotted name, as `services.clients.list`, `events.publish` or `storage.get`.
    pub method: String,
    /// JSON array.
    pub args: Json,
}

/// The outcome of a [`Call`].
#[derive(Debug, Serialize, Deserialize)]
pub struct Reply {
    /// The run that waits for it.
    pub run: u64,
    /// The call that is answered.
    pub call: u64,
    /// Any JSON value, or the error that the script gets to catch.
    pub result: Result<Json, CallError>,
}

/// A service of the host and the methods that scripts may call on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceSignature {
    /// As in `services.<service>`.
    pub service: String,
    /// As in `services.<service>.<method>()`.
    pub methods: Vec<String>,
}
