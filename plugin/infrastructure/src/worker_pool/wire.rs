//! Converts between the types of the services and those of the worker protocol; defines the pool's own faults.

use std::time::Duration;

use iota_scripts_domain::{
    Clock as _, Fault, FaultCode, FaultKind, JsonText, Limits, LogLevel, LogLine, ScriptType, SystemClock, Timestamp,
};
use iota_scripts_runtime::protocol::{
    self, Done,
    frame::{FrameError, MAX_FRAME},
};
use iota_scripts_services::ports::{
    CallError, Check, Checked, Diagnostic, Exported, Import, ImportedName, Job, Language, LinkedLibrary, Measured,
    RunReport, ServiceSignature, Severity,
};

/// Maximum bytes of a message beside its payload: names, numbers, a fault.
const ENVELOPE: u64 = 64 << 10;
/// Maximum payload of a message.
const PAYLOAD: u64 = MAX_FRAME as u64 - ENVELOPE;

// Every configurable limit fits into a message.
const _: () = assert!(
    Limits::MAX.input_bytes <= PAYLOAD && Limits::MAX.result_bytes <= PAYLOAD && Limits::MAX.message_bytes <= PAYLOAD
);

/// Returns the key of a compiled source.
pub(super) fn key(job: &Job) -> String {
    let script = &job.script;
    if job.unsaved {
        return format!("{}@{}+{}", script.id, script.version, job.execution);
    }
    format!("{}@{}", script.id, script.version)
}

/// Returns the key of a compiled library.
pub(super) fn library_key(library: &LinkedLibrary) -> String {
    format!("{}@{}", library.script.id, library.script.version)
}

/// Returns the part of a job that it shares with other runs of the script.
pub(super) fn plan(job: &Job) -> protocol::Plan {
    protocol::Plan {
        key: key(job),
        entry: job.entry.as_str().to_owned(),
        fallback: job.fallback.as_ref().map(|entry| entry.as_str().to_owned()),
        libraries: job
            .libraries
            .iter()
            .map(|library| protocol::Library { specifier: library.specifier(), key: library_key(library) })
            .collect(),
        context: job.context.as_raw().to_owned(),
        limits: limits(&job.limits),
    }
}

/// Returns the part of a job that is specific to the run.
pub(super) fn run(job: &Job, run: u64, slot: u8) -> protocol::Run {
    let execution = Some(job.execution_context.as_raw().to_owned());
    let raw_body = job.raw_body.as_ref().map(|place| (place.start, place.end));
    protocol::Run { run, slot, args: job.args.as_raw().to_owned(), raw_body, execution }
}

pub(super) fn limits(limits: &Limits) -> protocol::Limits {
    let whole = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    protocol::Limits {
        source_bytes: whole(limits.source_bytes),
        nesting: whole(limits.nesting),
        recursion: whole(limits.call_depth),
        memory_bytes: limits.memory_bytes,
        // CPU time cannot exceed wall time.
        cpu_us: (limits.cpu_ms < limits.wall_ms).then_some(limits.cpu_ms * 1000),
        log_bytes: limits.log_bytes,
        result_bytes: whole(limits.result_bytes),
        message_bytes: whole(limits.message_bytes),
        json_depth: whole(limits.json_depth),
        host_calls: limits.host_calls,
        pending_host_calls: whole(limits.pending_host_calls),
        ..protocol::Limits::default()
    }
}

pub(super) fn signature(service: &ServiceSignature) -> protocol::ServiceSignature {
    protocol::ServiceSignature { service: service.service.clone(), methods: service.methods.clone() }
}

pub(super) fn report(done: Done) -> RunReport {
    let usage = Measured {
        cpu_us: Some(done.usage.cpu_us),
        peak_memory_bytes: Some(done.usage.peak_memory_bytes),
        host_calls: done.usage.host_calls,
        log_bytes: done.usage.log_bytes,
        log_truncated: done.usage.log_dropped_bytes > 0,
        ..Measured::default()
    };
    RunReport { outcome: done.result.map(Into::into).map_err(fault), usage }
}

pub(super) fn fault(raw: protocol::Fault) -> Fault {
    let code = FaultCode::parse(&raw.code).unwrap_or(match raw.kind {
        protocol::FaultKind::Compile => FaultCode::CompileError,
        protocol::FaultKind::User => FaultCode::ScriptError,
        protocol::FaultKind::Timeout => FaultCode::Timeout,
        protocol::FaultKind::Memory => FaultCode::MemoryLimit,
        protocol::FaultKind::Stack => FaultCode::StackOverflow,
        protocol::FaultKind::Cancelled => FaultCode::Cancelled,
        protocol::FaultKind::Lost => FaultCode::Lost,
        protocol::FaultKind::Service => FaultCode::ServiceError,
        protocol::FaultKind::Internal => FaultCode::Internal,
    });
    debug_assert!(code.kind() != FaultKind::Lost, "a worker cannot report a lost run");
    let mut fault = Fault::new(code, raw.message);
    (fault.line, fault.column) = (raw.line, raw.column);
    (fault.source_line, fault.stack, fault.details) = (raw.source_line, raw.stack, raw.details);
    fault
}

pub(super) fn check(check: &Check, limits: &Limits) -> protocol::Check {
    let functions = check.handler.iter().flat_map(|(_, handler)| [Some(&handler.usual), handler.fallback.as_ref()]);
    protocol::Check {
        source: check.source.clone(),
        language: match check.language {
            Language::Script => protocol::Language::Script,
            Language::Template => protocol::Language::Template,
        },
        functions: functions.flatten().map(|function| function.as_str().to_owned()).collect(),
        // For embedded scripts the host names the function.
        any_function: check.handler.as_ref().is_some_and(|(kind, _)| *kind == ScriptType::Embedded),
        api_version: check.api_version.number(),
        limits: self::limits(limits),
    }
}

pub(super) fn checked(checked: protocol::Checked) -> Checked {
    let protocol::Exported { names, all_of } = checked.exports;
    Checked {
        found: checked.found.into_iter().map(diagnostic).collect(),
        imports: checked.imports.into_iter().map(import).collect(),
        exports: Exported { names, all_of },
    }
}

fn import(import: protocol::Imported) -> Import {
    let name =
        |taken: protocol::ImportedName| ImportedName { name: taken.name, line: taken.line, column: taken.column };
    Import {
        specifier: import.specifier,
        line: import.line,
        column: import.column,
        names: import.names.into_iter().map(name).collect(),
    }
}

fn diagnostic(found: protocol::Diagnostic) -> Diagnostic {
    Diagnostic {
        severity: match found.severity {
            protocol::Severity::Error => Severity::Error,
            protocol::Severity::Warning => Severity::Warning,
            protocol::Severity::Hint => Severity::Hint,
        },
        code: found.code,
        message: found.message,
        line: Some(found.line),
        column: Some(found.column),
        end_line: Some(found.end_line),
        end_column: Some(found.end_column),
        source_line: Some(found.source_line),
    }
}

/// Converts the result of a host call; a fatal error ends the run instead.
pub(super) fn answer(
    result: Result<JsonText, CallError>,
) -> Result<Result<protocol::Json, protocol::CallError>, Fault> {
    match result {
        Ok(value) => Ok(Ok(value.as_raw().to_owned())),
        Err(CallError::Refused(error)) => Ok(Err(protocol::CallError {
            code: error.code.into(),
            message: error.message,
            field: error.field,
            details: error.details,
        })),
        Err(CallError::Fatal(fault)) => Err(fault),
    }
}

/// Returns the error for a call whose result does not fit into a message.
pub(super) fn too_large(fault: Fault) -> protocol::CallError {
    protocol::CallError { code: "TOO_LARGE".to_owned(), message: fault.message, field: None, details: None }
}

/// Adds absolute times to the log lines of a run, and counts their bytes.
#[derive(Debug)]
pub(super) struct LogClock {
    began: Timestamp,
    bytes: u64,
    cut: bool,
}

impl LogClock {
    pub(super) fn start() -> Self {
        Self { began: SystemClock.now(), bytes: 0, cut: false }
    }

    pub(super) fn line(&mut self, line: protocol::LogLine) -> LogLine {
        self.bytes += line.cost();
        self.cut |= line.cut;
        let level = match line.level {
            protocol::LogLevel::Debug => LogLevel::Debug,
            protocol::LogLevel::Log => LogLevel::Log,
            protocol::LogLevel::Info => LogLevel::Info,
            protocol::LogLevel::Warn => LogLevel::Warn,
            protocol::LogLevel::Error => LogLevel::Error,
        };
        LogLine {
            at: self.began.plus(Duration::from_millis(line.at_ms)),
            level,
            message: line.message,
            data: line.data.as_ref().map(JsonText::from),
        }
    }

    /// Returns the bytes of all lines so far.
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Returns the log usage of a run whose worker cannot report it.
    pub(super) fn measured(&self) -> Measured {
        Measured { log_bytes: self.bytes, log_truncated: self.cut, ..Measured::default() }
    }
}

pub(super) fn timed_out(wall_ms: u64) -> Fault {
    Fault::new(FaultCode::Timeout, format!("the run exceeded its time limit of {wall_ms} ms"))
}

pub(super) fn check_timed_out(time: Duration) -> Fault {
    let message = format!(
        "checking the source exceeded {} ms; make it smaller or simpler, or split it into libraries",
        time.as_millis()
    );
    Fault::new(FaultCode::CheckTimeout, message)
}

pub(super) fn too_many_checks() -> Fault {
    Fault::new(FaultCode::RateLimited, "too many checks are waiting; try again in a moment")
}

pub(super) fn cancelled() -> Fault {
    Fault::new(FaultCode::Cancelled, "the run was cancelled")
}

pub(super) fn stopping() -> Fault {
    Fault::new(FaultCode::Cancelled, "the plugin is stopping")
}

pub(super) fn died(reason: &str) -> Fault {
    Fault::new(FaultCode::WorkerDied, reason)
}

/// Returns the fault of a run whose worker was stopped because of another run.
pub(super) fn bystander() -> Fault {
    let message = "the worker was stopped because of another run while this one waited; try again";
    Fault::new(FaultCode::WorkerStopped, message)
}

pub(super) fn unsendable(error: &FrameError) -> Fault {
    Fault::new(FaultCode::InputTooLarge, format!("the input cannot be sent to the worker: {error}"))
}
