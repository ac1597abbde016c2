//! The JavaScript runtime: runs jobs and reports their usage.

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
    /// Runs a script to its end. Does not fail itself: any failure is the fault in the report.
    async fn run(&self, job: Job, io: Arc<dyn RunIo>, cancel: CancellationToken) -> RunReport;
    /// Checks a source without running it, within these limits of size and nesting.
    ///
    /// # Errors
    /// The fault that kept the compiler from answering; errors in the source are diagnostics.
    async fn check(&self, tenant: &TenantId, check: &Check, limits: &Limits) -> Result<Checked, Fault>;
    /// Replaces the services that scripts see, from the next run on.
    fn bind(&self, services: Arc<[ServiceSignature]>);
    /// Returns the state of the runtime.
    fn status(&self) -> RuntimeStatus;
    /// Ends all runs and waits for that.
    async fn stop(&self);
}

/// A run's access to the host: one per run.
#[async_trait]
pub trait RunIo: Send + Sync {
    /// Performs a call; the script awaits it.
    async fn call(&self, call: HostCall) -> Result<JsonText, CallError>;
    /// Receives a line of the console.
    fn log(&self, line: LogLine);
    /// The run waits for host calls: it needs only memory until one is answered.
    fn waits(&self) {}
    /// The run continues.
    fn goes_on(&self) {}
    /// Asks whether the run may restart, because its worker died due to another run. It may if it has done nothing that must not be done
    /// twice.
    fn begin_again(&self) -> bool;
}

/// One run for the runtime.
#[derive(Debug, Clone)]
pub struct Job {
    /// The run.
    pub execution: ExecutionId,
    /// The tenant, to which its worker is bound.
    pub tenant: TenantId,
    /// The script; id and version identify the compiled code.
    pub script: ScriptRef,
    /// The author's text.
    pub source: Arc<str>,
    /// The text is not the version's, so its compiled code must not be cached for the version.
    pub unsaved: bool,
    /// The libraries that it uses, each after its own imports.
    pub libraries: Vec<LinkedLibrary>,
    /// The function to call.
    pub entry: EntryPoint,
    /// The function to call if the source does not have `entry`.
    pub fallback: Option<EntryPoint>,
    /// Its arguments, a JSON array.
    pub args: JsonText,
    /// The range of a request's body in the arguments, which the script receives as `rawBody` too.
    pub raw_body: Option<Range<usize>>,
    /// The `context` object of the run without `execution`: the same text for all runs of the script for the same user.
    pub context: JsonText,
    /// The member `execution` of the context.
    pub execution_context: JsonText,
    /// The limits of the run.
    pub limits: Limits,
}

/// A library in the version that a run uses.
#[derive(Debug, Clone)]
pub struct LinkedLibrary {
    /// Its script; id and version identify the compiled code.
    pub script: ScriptRef,
    /// The author's text.
    pub source: Arc<str>,
}

impl LinkedLibrary {
    /// Returns the specifier that scripts import: `lib:tax`.
    #[must_use]
    pub fn specifier(&self) -> String {
        format!("{LIBRARY_SCHEME}{}", self.script.name)
    }
}

/// Prefix of a library's name in an import.
pub const LIBRARY_SCHEME: &str = "lib:";

/// The result of checking a source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// Errors, warnings and hints.
    pub found: Vec<Diagnostic>,
    /// Its imports; empty if it does not parse.
    pub imports: Vec<Import>,
    /// Its exports; empty if it does not compile.
    pub exports: Exported,
}

/// The exports of a source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exported {
    /// By name; `default` for the default export.
    pub names: Vec<String>,
    /// The modules that it re-exports with `export *`, which leaves out the default export.
    pub all_of: Vec<String>,
}

/// A module that a source imports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The specifier in the source: `lib:tax`.
    pub specifier: String,
    /// 1-based line of the author's text.
    pub line: u32,
    /// 1-based column of the author's text.
    pub column: u32,
    /// The imported names.
    pub names: Vec<ImportedName>,
}

/// The name of an export that a source imports from a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedName {
    /// The module's name for it; `default` for the default export.
    pub name: String,
    /// 1-based line of the author's text.
    pub line: u32,
    /// 1-based column of the author's text.
    pub column: u32,
}

/// A source to check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The author's text.
    pub source: String,
    /// Its language.
    pub language: Language,
    /// The type of its script and the name of its handler, which determine the required function; `None` if they are unknown.
    pub handler: Option<(ScriptType, Handler)>,
    /// The API version that it was written for.
    pub api_version: ApiVersion,
}

/// The language of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// JavaScript or TypeScript.
    Script,
    /// The template language.
    Template,
}

impl Check {
    /// Creates a check of a source alone.
    #[must_use]
    pub fn text(source: impl Into<String>) -> Self {
        Self { source: source.into(), language: Language::Script, handler: None, api_version: ApiVersion::FIRST }
    }

    /// Creates a check of a template.
    #[must_use]
    pub fn template(text: impl Into<String>) -> Self {
        Self { language: Language::Template, ..Self::text(text) }
    }

    /// Creates a check of a script's source.
    #[must_use]
    pub fn of(definition: &ScriptDefinition) -> Self {
        // A library need not have an entry function.
        let handler = (!definition.library).then(|| (definition.kind.script_type(), definition.handler()));
        Self { handler, api_version: definition.api_version, ..Self::text(definition.source.as_str()) }
    }
}

/// A host call of a run.
#[derive(Debug, Clone)]
pub struct HostCall {
    /// `services.clients.list`, `storage.get`, …
    pub method: String,
    /// The arguments, a JSON array.
    pub args: JsonText,
}

/// Why a call failed.
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

/// The outcome and usage of a run.
#[derive(Debug)]
pub struct RunReport {
    /// The value as JSON, or the fault.
    pub outcome: Result<JsonText, Fault>,
    /// The usage.
    pub usage: Measured,
}

/// The usage of a run, as far as the runtime can measure it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Measured {
    /// Wall time in the runtime, in microseconds, without waiting for a worker.
    pub wall_us: u64,
    /// Time spent waiting for a worker, in microseconds.
    pub queued_us: u64,
    /// CPU time in microseconds; `None` if it could not be read.
    pub cpu_us: Option<u64>,
    /// Peak memory in bytes; `None` if it could not be read.
    pub peak_memory_bytes: Option<u64>,
    /// Number of host calls.
    pub host_calls: u64,
    /// Console output in bytes, including truncated lines.
    pub log_bytes: u64,
    /// Whether console output was truncated.
    pub log_truncated: bool,
}

/// A diagnostic of the compiler.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Its severity.
    pub severity: Severity,
    /// Stable code: `COMPILE_ERROR`, `AWAIT_MISSING`.
    pub code: String,
    /// The message.
    pub message: String,
    /// 1-based line of the author's text.
    pub line: Option<u32>,
    /// 1-based column of the author's text, in characters.
    pub column: Option<u32>,
    /// 1-based line of its end.
    pub end_line: Option<u32>,
    /// 1-based column after its last character.
    pub end_column: Option<u32>,
    /// The text of the line.
    pub source_line: Option<String>,
}

impl Diagnostic {
    /// Returns the message with its position.
    #[must_use]
    pub fn sentence(&self) -> String {
        match (self.line, self.column) {
            (Some(line), Some(column)) => format!("line {line}, column {column}: {}", self.message),
            (Some(line), None) => format!("line {line}: {}", self.message),
            (None, _) => self.message.clone(),
        }
    }
}

/// The severity of a diagnostic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The script cannot run.
    Error,
    /// The script can run, but certainly not as intended.
    Warning,
    /// The script works, but could be improved.
    Hint,
}

/// A bound service, as scripts see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceSignature {
    /// `clients`
    pub service: String,
    /// `list`, `get`, …
    pub methods: Vec<String>,
}

/// The state of the runtime, for health and metrics.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RuntimeStatus {
    /// `worker` or `in_process`.
    pub isolation: &'static str,
    /// Maximum number of workers.
    pub max_workers: usize,
    /// Current number of workers.
    pub workers: usize,
    /// Workers that currently hold runs.
    pub busy: usize,
    /// Runs held by workers, including those that wait for the host.
    pub runs: usize,
    /// Idle workers kept ready, in addition to those that belong to a tenant.
    #[serde(rename = "standing_by")]
    pub idle: usize,
    /// Runs that wait for a worker.
    pub waiting: usize,
    /// Workers that check texts, in addition to those for runs.
    pub checkers: usize,
    /// Texts that wait for a checker.
    pub checks_waiting: usize,
    /// Workers started since the plugin started.
    pub started: u64,
    /// Worker processes that were forked from a template instead of started from scratch, since the plugin started.
    pub copied: u64,
    /// Workers that died or were killed since the plugin started.
    pub died: u64,
    /// The sandbox of the workers; `None` before the first has started, and without a sandbox.
    pub sandbox: Option<SandboxStatus>,
}

/// The workers' sandbox, as measured by them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SandboxStatus {
    /// The mechanisms in force: `landlock`, `seccomp`, …
    pub in_force: Vec<String>,
    /// Mechanisms that are wholly or partly missing, each with the reason.
    pub lacks: Vec<String>,
}
