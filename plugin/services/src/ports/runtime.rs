//! The JavaScript runtime: runs jobs to their ends and reports what they used.

use std::{ops::Range, sync::Arc};

use async_trait::async_trait;
use iota_scripts_domain::{
    ApiVersion, EntryPoint, ExecutionId, Fault, Handler, JsonText, Limits, LogLine, ScriptDefinition, ScriptRef,
    ScriptType, TenantId,
};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::HostError;

/// Runs scripts. Adapters: worker processes, threads of the host.
#[async_trait]
pub trait Runtime: Send + Sync {
    /// Runs a script to its end. Never fails itself: whatever goes wrong is the report's fault.
    async fn run(&self, job: Job, io: Arc<dyn RunIo>, cancel: CancellationToken) -> RunReport;
    /// Looks at a source without running it, within these limits of size and nesting.
    ///
    /// # Errors
    /// The fault that kept the compiler from answering; errors in the source are diagnostics.
    async fn check(&self, tenant: &TenantId, check: &Check, limits: &Limits) -> Result<Checked, Fault>;
    /// Replaces the services that scripts see, from the next run on.
    fn bind(&self, services: Arc<[ServiceSignature]>);
    /// What the runtime is doing.
    fn status(&self) -> RuntimeStatus;
    /// Ends everything that still runs and waits for it.
    async fn stop(&self);
}

/// What a run may ask of the outside: one per run, and the only way out.
#[async_trait]
pub trait RunIo: Send + Sync {
    /// Performs a call; the script awaits it.
    async fn call(&self, call: HostCall) -> Result<JsonText, CallError>;
    /// Takes a line of the console.
    fn log(&self, line: LogLine);
    /// The run waits for the outside: it needs nothing but memory until it is answered.
    fn waits(&self) {}
    /// It goes on.
    fn goes_on(&self) {}
    /// Asks whether the run may begin again, because its worker died of another one. It may as long as it has done
    /// nothing that must not be done twice.
    fn begin_again(&self) -> bool;
}

/// One run to do.
#[derive(Debug, Clone)]
pub struct Job {
    /// The run.
    pub execution: ExecutionId,
    /// Workers are bound to a tenant.
    pub tenant: TenantId,
    /// The script; id and version name the compiled form.
    pub script: ScriptRef,
    /// The author's text.
    pub source: Arc<str>,
    /// The text is not the version's: its compiled form must not be taken for the version's.
    pub unsaved: bool,
    /// The libraries that it uses, each after what it imports itself.
    pub libraries: Vec<LinkedLibrary>,
    /// The function to call.
    pub entry: EntryPoint,
    /// The function to call instead when the source has none of that name.
    pub fallback: Option<EntryPoint>,
    /// Its arguments, a JSON array.
    pub args: JsonText,
    /// Where the body of a request stands in them, which the script gets as `rawBody` too, as it came.
    pub raw_body: Option<Range<usize>>,
    /// The `context` object of the run but for `execution`: the same text for all runs of the script for the same user.
    pub context: JsonText,
    /// Its member `execution`.
    pub execution_context: JsonText,
    /// What the run may use.
    pub limits: Limits,
}

/// A library in the version that a run uses.
#[derive(Debug, Clone)]
pub struct LinkedLibrary {
    /// Its script; id and version name the compiled form.
    pub script: ScriptRef,
    /// The author's text.
    pub source: Arc<str>,
}

impl LinkedLibrary {
    /// As scripts import it: `lib:tax`.
    #[must_use]
    pub fn specifier(&self) -> String {
        format!("{LIBRARY_SCHEME}{}", self.script.name)
    }
}

/// What stands before the name of a library in an import.
pub const LIBRARY_SCHEME: &str = "lib:";

/// What is to be known of a source before it runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// What is wrong with it, and what could be better.
    pub found: Vec<Diagnostic>,
    /// What it imports; nothing where it does not parse.
    pub imports: Vec<Import>,
    /// What others can import of it; nothing where it does not compile.
    pub exports: Exported,
}

/// What a source exports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exported {
    /// By name; `default` for the default export.
    pub names: Vec<String>,
    /// The modules of which it passes on everything but the default export.
    pub all_of: Vec<String>,
}

/// A module that a source imports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// As it stands in quotes: `lib:tax`.
    pub specifier: String,
    /// 1-based line of the author's text.
    pub line: u32,
    /// 1-based column of the author's text.
    pub column: u32,
    /// The exports that it takes by name.
    pub names: Vec<ImportedName>,
}

/// The name of an export that a source takes from a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedName {
    /// What the module calls it; `default` for the default export.
    pub name: String,
    /// 1-based line of the author's text.
    pub line: u32,
    /// 1-based column of the author's text.
    pub column: u32,
}

/// A source to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The author's text.
    pub source: String,
    /// What it is written in.
    pub language: Language,
    /// The type and the name of its script, which say which function is called; None when nothing is known of them.
    pub handler: Option<(ScriptType, Handler)>,
    /// The API that it was written for.
    pub api_version: ApiVersion,
}

/// What a source is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// JavaScript or TypeScript.
    Script,
    /// That of the tenant's templates.
    Template,
}

impl Check {
    /// A text by itself.
    #[must_use]
    pub fn text(source: impl Into<String>) -> Self {
        Self { source: source.into(), language: Language::Script, handler: None, api_version: ApiVersion::FIRST }
    }

    /// A template.
    #[must_use]
    pub fn template(text: impl Into<String>) -> Self {
        Self { language: Language::Template, ..Self::text(text) }
    }

    /// A script's text.
    #[must_use]
    pub fn of(definition: &ScriptDefinition) -> Self {
        // A library need not have a function that is called.
        let handler = (!definition.library).then(|| (definition.kind.script_type(), definition.handler()));
        Self { handler, api_version: definition.api_version, ..Self::text(definition.source.as_str()) }
    }
}

/// A call of a run on the outside.
#[derive(Debug, Clone)]
pub struct HostCall {
    /// `services.clients.list`, `storage.get`, …
    pub method: String,
    /// The arguments, a JSON array.
    pub args: JsonText,
}

/// Why a call did not give a value.
#[derive(Debug)]
pub enum CallError {
    /// The script gets an error that it can catch.
    Refused(CallFailure),
    /// The run ends with this fault; the script cannot catch it.
    Fatal(Fault),
}

/// An error as JavaScript sees it: `{code, message, field, details}`.
pub type CallFailure = HostError;

impl From<HostError> for CallError {
    fn from(error: HostError) -> Self {
        Self::Refused(error)
    }
}

/// How a run ended and what it used.
#[derive(Debug)]
pub struct RunReport {
    /// The value as JSON, or why there is none.
    pub outcome: Result<JsonText, Fault>,
    /// What it used.
    pub usage: Measured,
}

/// What a run used, as far as the runtime can tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Measured {
    /// Wall time in the runtime, in microseconds, without waiting for a worker.
    pub wall_us: u64,
    /// Waiting for a worker, in microseconds.
    pub queued_us: u64,
    /// CPU time in microseconds; None where it could not be read.
    pub cpu_us: Option<u64>,
    /// Most memory in use at a time, in bytes; None where it could not be read.
    pub peak_memory_bytes: Option<u64>,
    /// Calls of the host.
    pub host_calls: u64,
    /// Console output in bytes, cut lines included.
    pub log_bytes: u64,
    /// Whether console output was cut.
    pub log_truncated: bool,
}

/// A finding of the compiler.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Stable code: `COMPILE_ERROR`, `AWAIT_MISSING`.
    pub code: String,
    /// For people.
    pub message: String,
    /// 1-based line of the author's text.
    pub line: Option<u32>,
    /// 1-based column of the author's text, in characters.
    pub column: Option<u32>,
    /// The line on which it ends.
    pub end_line: Option<u32>,
    /// The column behind its last character.
    pub end_column: Option<u32>,
    /// The line itself.
    pub source_line: Option<String>,
}

impl Diagnostic {
    /// The message with its place.
    #[must_use]
    pub fn sentence(&self) -> String {
        match (self.line, self.column) {
            (Some(line), Some(column)) => format!("line {line}, column {column}: {}", self.message),
            (Some(line), None) => format!("line {line}: {}", self.message),
            (None, _) => self.message.clone(),
        }
    }
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The script cannot run.
    Error,
    /// It can, but surely not as meant.
    Warning,
    /// It works, and could do better.
    Hint,
}

/// A bound service as scripts see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceSignature {
    /// `clients`
    pub service: String,
    /// `list`, `get`, …
    pub methods: Vec<String>,
}

/// What the runtime is doing, for health and metrics.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RuntimeStatus {
    /// `worker` or `in_process`.
    pub isolation: &'static str,
    /// The most workers there may be.
    pub max_workers: usize,
    /// Workers that exist.
    pub workers: usize,
    /// Workers that hold runs now.
    pub busy: usize,
    /// Runs that workers hold, those that wait for the host included.
    pub runs: usize,
    /// Workers that are ready before anybody needs them, beside those that exist for a tenant.
    pub standing_by: usize,
    /// Runs that wait for a worker.
    pub waiting: usize,
    /// Workers that look at texts and run nothing, beside those for runs.
    pub checkers: usize,
    /// Texts that wait for one of them.
    pub checks_waiting: usize,
    /// Workers started since the start.
    pub started: u64,
    /// Worker processes since the start that were copied from a template instead of started from nothing.
    pub copied: u64,
    /// Workers that died or were killed since the start.
    pub died: u64,
    /// The sandbox of the workers; None until the first has started, and where there is none.
    pub sandbox: Option<SandboxStatus>,
}

/// What the workers' sandbox is made of, as they measured it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SandboxStatus {
    /// The means that hold: `landlock`, `seccomp`, …
    pub in_force: Vec<String>,
    /// What does not hold, wholly or in part, each with the reason.
    pub lacks: Vec<String>,
}
