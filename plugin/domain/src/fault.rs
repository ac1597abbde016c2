//! Faults as data: one table of codes for JavaScript, pages, JSON and the ABI.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $variant:ident = $text:literal;)+) => {
        /// The kind of cause.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "lowercase")]
        pub enum FaultKind { $($(#[doc = $doc])+ $variant,)+ }

        impl FaultKind {
            /// Returns the name on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }
    };
}

kinds! {
    /// The source is not valid JavaScript, or uses unsupported features.
    Compile = "compile";
    /// The script threw an error, or got invalid input.
    User = "user";
    /// A time limit was exceeded.
    Timeout = "timeout";
    /// The memory limit was exceeded.
    Memory = "memory";
    /// The stack limit was exceeded.
    Stack = "stack";
    /// The run was cancelled.
    Cancelled = "cancelled";
    /// The run lost its node or worker.
    Lost = "lost";
    /// A request was rejected or failed: a host service, a quota, this API.
    Service = "service";
    /// An internal error of the plugin.
    Internal = "internal";
}

macro_rules! codes {
    ($($variant:ident = $text:literal, $kind:ident, $status:literal, $doc:literal;)+) => {
        /// The stable code of a fault.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum FaultCode { $(#[doc = $doc] $variant,)+ }

        impl FaultCode {
            /// All codes, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// Returns the name on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// Returns the kind of cause.
            #[must_use]
            pub const fn kind(self) -> FaultKind {
                match self { $(Self::$variant => FaultKind::$kind,)+ }
            }

            /// Returns the default HTTP status.
            #[must_use]
            pub const fn http_status(self) -> u16 {
                match self { $(Self::$variant => $status,)+ }
            }

            /// Returns the meaning in one English sentence.
            #[must_use]
            pub const fn description(self) -> &'static str {
                match self { $(Self::$variant => $doc,)+ }
            }

            /// Parses the code as it appears in JSON.
            ///
            /// ```
            /// use iota_scripts_domain::FaultCode;
            /// assert_eq!(FaultCode::parse("TIMEOUT"), Some(FaultCode::Timeout));
            /// ```
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

codes! {
    // A run's source.
    CompileError = "COMPILE_ERROR", Compile, 422, "The source does not compile.";
    SourceTooLarge = "SOURCE_TOO_LARGE", Compile, 413, "The source exceeds its size limit.";
    SourceTooNested = "SOURCE_TOO_NESTED", Compile, 422, "The source is nested too deeply.";
    EntryPointMissing = "ENTRY_POINT_MISSING", Compile, 422, "The source does not define the function to call.";
    // A run's own doing.
    ScriptError = "SCRIPT_ERROR", User, 500, "The script threw an uncaught error.";
    InputTooLarge = "INPUT_TOO_LARGE", User, 413, "The input exceeds its size limit.";
    InputTooNested = "INPUT_TOO_NESTED", User, 422, "The input is nested too deeply.";
    ResultTooLarge = "RESULT_TOO_LARGE", User, 500, "The result exceeds its size limit.";
    ResultNotSerializable = "RESULT_NOT_SERIALIZABLE", User, 500, "The result cannot be serialized to JSON.";
    PromiseNeverSettles = "PROMISE_NEVER_SETTLES", User, 500, "The script awaits a promise that never settles.";
    LoopLimit = "LOOP_LIMIT", Timeout, 504, "A loop exceeded its iteration limit.";
    Timeout = "TIMEOUT", Timeout, 504, "The run exceeded its timeout.";
    CpuLimit = "CPU_LIMIT", Timeout, 504, "The run exceeded its CPU time limit.";
    MemoryLimit = "MEMORY_LIMIT", Memory, 500, "The run exceeded its memory limit.";
    StackOverflow = "STACK_OVERFLOW", Stack, 500, "Function calls are nested too deeply.";
    // A run's surroundings.
    Cancelled = "CANCELLED", Cancelled, 503, "The run was cancelled.";
    Lost = "LOST", Lost, 503, "The node that ran the script died.";
    LeaseLost = "LEASE_LOST", Lost, 503, "The node failed to renew its lease on the run in time, and stopped it.";
    PoolExhausted = "POOL_EXHAUSTED", Service, 503, "No worker became free in time.";
    CheckTimeout = "CHECK_TIMEOUT", Compile, 422, "Checking the source took too long.";
    WorkerDied = "WORKER_DIED", Internal, 500, "The worker process died during the run.";
    WorkerStopped = "WORKER_STOPPED", Service, 503, "The worker was stopped because of another run.";
    HostCallLimit = "HOST_CALL_LIMIT", Service, 429, "The run reached its limit of host calls.";
    QuotaExceeded = "QUOTA_EXCEEDED", Service, 429, "The tenant exceeded a quota.";
    TimerLimit = "TIMER_LIMIT", User, 500, "The run reached its limit of timers or of waits for them.";
    ServiceError = "SERVICE_ERROR", Service, 502, "A service of the host returned an error.";
    ServiceNotBound = "SERVICE_NOT_BOUND", Service, 404, "The host has no such service or method.";
    TemplateError = "TEMPLATE_ERROR", User, 500, "The template cannot be rendered.";
    ServiceTimeout = "SERVICE_TIMEOUT", Service, 504, "A service of the host did not respond in time.";
    StorageQuota = "STORAGE_QUOTA", Service, 429, "The tenant's storage is full.";
    HttpBlocked = "HTTP_BLOCKED", Service, 403, "Scripts of this tenant are not allowed to send requests to the address.";
    HttpUnknownHost = "HTTP_UNKNOWN_HOST", Service, 502, "The host name does not resolve.";
    HttpFailed = "HTTP_FAILED", Service, 502, "The connection to the remote server failed or was closed.";
    HttpTimeout = "HTTP_TIMEOUT", Service, 504, "The remote server did not respond in time.";
    HttpTooLarge = "HTTP_TOO_LARGE", Service, 502, "The response exceeds its size limit.";
    HttpRedirects = "HTTP_REDIRECTS", Service, 502, "The remote server redirects too many times, or without a valid location.";
    HttpRateLimited = "HTTP_RATE_LIMITED", Service, 429, "Scripts of the tenant send too many HTTP requests.";
    HttpLimit = "HTTP_LIMIT", Service, 429, "The run reached its limit of HTTP requests or bytes.";
    HttpNotJson = "HTTP_NOT_JSON", Service, 502, "The response is not valid JSON.";
    ScriptInactive = "SCRIPT_INACTIVE", Service, 409, "The script is inactive.";
    RecursionLimit = "RECURSION_LIMIT", Service, 508, "Scripts call each other too deeply.";
    // Requests to this plugin.
    InvalidRequest = "INVALID_REQUEST", Service, 400, "The request is malformed.";
    ValidationFailed = "VALIDATION_FAILED", Service, 422, "A field of the request is invalid.";
    PayloadTooLarge = "PAYLOAD_TOO_LARGE", Service, 413, "The request body exceeds its size limit.";
    RateLimited = "RATE_LIMITED", Service, 429, "Too many requests.";
    Unauthenticated = "UNAUTHENTICATED", Service, 401, "The request is not authenticated.";
    Forbidden = "FORBIDDEN", Service, 403, "The user lacks a permission.";
    NotFound = "NOT_FOUND", Service, 404, "Not found.";
    NameTaken = "NAME_TAKEN", Service, 409, "Another script already has this name.";
    EndpointTaken = "ENDPOINT_TAKEN", Service, 409, "Another script already handles this method and path.";
    LibraryInUse = "LIBRARY_IN_USE", Service, 409, "Other scripts import the library.";
    VersionConflict = "VERSION_CONFLICT", Service, 409, "The script has changed since the version that the edit is based on.";
    AlreadyFinished = "ALREADY_FINISHED", Service, 409, "The run has already ended.";
    Unavailable = "UNAVAILABLE", Service, 503, "The plugin, the host or the database is temporarily unavailable.";
    Internal = "INTERNAL", Internal, 500, "Internal error of the plugin.";
}

impl fmt::Display for FaultCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for FaultCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for FaultCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format_args!("unknown fault code {text:?}")))
    }
}

/// A failure of a run. Lines and columns start at 1 and refer to the author's source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    /// The code.
    pub code: FaultCode,
    /// The kind of cause; always the kind of the code.
    #[serde(rename = "type")]
    kind: FaultKind,
    /// Message for people.
    pub message: String,
    /// Line in the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Column in the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// Text of the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_line: Option<String>,
    /// Stack trace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stack: Option<String>,
    /// Further details, such as the host's own error code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Value>,
}

impl Fault {
    /// Takes the location of another fault.
    #[must_use]
    pub fn at_the_place_of(self, other: Self) -> Self {
        let Self { line, column, source_line, stack, .. } = other;
        Self { line, column, source_line, stack, ..self }
    }

    /// Creates a fault without a location.
    ///
    /// ```
    /// use iota_scripts_domain::{Fault, FaultCode};
    /// let fault = Fault::new(FaultCode::Timeout, "the run took longer than 30 s");
    /// assert_eq!(
    ///     serde_json::to_string(&fault).unwrap(),
    ///     r#"{"code":"TIMEOUT","type":"timeout","message":"the run took longer than 30 s"}"#
    /// );
    /// ```
    #[must_use]
    pub fn new(code: FaultCode, message: impl Into<String>) -> Self {
        let kind = code.kind();
        Self {
            code,
            kind,
            message: message.into(),
            line: None,
            column: None,
            source_line: None,
            stack: None,
            details: None,
        }
    }

    /// Sets the location in the source.
    #[must_use]
    pub fn at(self, line: u32, column: u32) -> Self {
        Self { line: Some(line), column: Some(column), ..self }
    }

    /// Sets the details.
    #[must_use]
    pub fn with_details(self, details: Value) -> Self {
        Self { details: Some(details), ..self }
    }

    /// Returns the kind of cause.
    #[must_use]
    pub const fn kind(&self) -> FaultKind {
        self.code.kind()
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)?;
        match (self.line, self.column) {
            (Some(line), Some(column)) => write!(f, " (line {line}, column {column})"),
            (Some(line), None) => write!(f, " (line {line})"),
            (None, _) => Ok(()),
        }
    }
}

impl std::error::Error for Fault {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_round_trips_and_has_an_error_status() {
        for code in FaultCode::ALL {
            assert_eq!(FaultCode::parse(code.as_str()), Some(*code));
            assert!((400..600).contains(&code.http_status()), "{code}");
            assert!(code.description().ends_with('.'), "{code}");
        }
    }

    #[test]
    fn a_fault_round_trips_as_json() {
        let mut fault = Fault::new(FaultCode::ScriptError, "x is not defined")
            .at(3, 7)
            .with_details(serde_json::json!({"code": "E1"}));
        fault.stack = Some("at main (3:7)".to_owned());
        let json = serde_json::to_string(&fault).unwrap();
        assert_eq!(serde_json::from_str::<Fault>(&json).unwrap(), fault);
        assert_eq!(fault.to_string(), "SCRIPT_ERROR: x is not defined (line 3, column 7)");
    }

    #[test]
    fn the_kind_serializes_to_its_name() {
        for code in FaultCode::ALL {
            assert_eq!(serde_json::to_value(code.kind()).unwrap(), code.kind().as_str());
        }
    }
}
