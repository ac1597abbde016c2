//! The faults of runs: their codes and constructors.
//!
//! The codes repeat the domain's table, because this crate depends on no other crate of the workspace.

use crate::protocol::{Fault, FaultKind, Limits};

/// The code of a fault and its family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// The stable name.
    pub name: &'static str,
    /// The family.
    pub kind: FaultKind,
}

const fn code(name: &'static str, kind: FaultKind) -> Code {
    Code { name, kind }
}

pub const COMPILE_ERROR: Code = code("COMPILE_ERROR", FaultKind::Compile);
pub const SOURCE_TOO_LARGE: Code = code("SOURCE_TOO_LARGE", FaultKind::Compile);
pub const SOURCE_TOO_NESTED: Code = code("SOURCE_TOO_NESTED", FaultKind::Compile);
pub const ENTRY_POINT_MISSING: Code = code("ENTRY_POINT_MISSING", FaultKind::User);
pub const SCRIPT_ERROR: Code = code("SCRIPT_ERROR", FaultKind::User);
pub const RESULT_TOO_LARGE: Code = code("RESULT_TOO_LARGE", FaultKind::User);
pub const RESULT_NOT_SERIALIZABLE: Code = code("RESULT_NOT_SERIALIZABLE", FaultKind::User);
pub const PROMISE_NEVER_SETTLES: Code = code("PROMISE_NEVER_SETTLES", FaultKind::User);
pub const HOST_CALL_LIMIT: Code = code("HOST_CALL_LIMIT", FaultKind::User);
pub const SERVICE_NOT_BOUND: Code = code("SERVICE_NOT_BOUND", FaultKind::Service);
pub const SERVICE_ERROR: Code = code("SERVICE_ERROR", FaultKind::Service);
pub const TIMER_LIMIT: Code = code("TIMER_LIMIT", FaultKind::User);
pub const TEMPLATE_ERROR: Code = code("TEMPLATE_ERROR", FaultKind::User);
pub const HTTP_NOT_JSON: Code = code("HTTP_NOT_JSON", FaultKind::Service);
pub const HTTP_REDIRECTS: Code = code("HTTP_REDIRECTS", FaultKind::Service);
pub const LOOP_LIMIT: Code = code("LOOP_LIMIT", FaultKind::Timeout);
pub const CPU_LIMIT: Code = code("CPU_LIMIT", FaultKind::Timeout);
pub const STACK_OVERFLOW: Code = code("STACK_OVERFLOW", FaultKind::Stack);
pub const MEMORY_LIMIT: Code = code("MEMORY_LIMIT", FaultKind::Memory);
pub const CANCELLED: Code = code("CANCELLED", FaultKind::Cancelled);
pub const WORKER_DIED: Code = code("WORKER_DIED", FaultKind::Internal);
pub const INTERNAL: Code = code("INTERNAL", FaultKind::Internal);

impl Code {
    /// Returns a fault of this code without a position.
    #[must_use]
    pub fn fault(self, message: impl Into<String>) -> Fault {
        Fault {
            code: self.name.to_owned(),
            kind: self.kind,
            message: message.into(),
            line: None,
            column: None,
            source_line: None,
            stack: None,
            details: None,
        }
    }
}

/// Returns the fault of a cancelled run.
pub(crate) fn cancelled() -> Fault {
    CANCELLED.fault("the run was cancelled")
}

/// Returns the fault of a run that exceeded its processor time.
pub(crate) fn over_cpu(limits: &Limits) -> Fault {
    let limit = limits.cpu_us.unwrap_or_default() / 1000;
    CPU_LIMIT.fault(format!("the script exceeded its limit of {limit} ms of processor time"))
}

/// Returns the fault of a run that exceeded its memory.
pub(crate) fn over_memory(limits: &Limits) -> Fault {
    let limit = limits.memory_bytes >> 20;
    MEMORY_LIMIT.fault(format!("the script exceeded its limit of {limit} MB of memory"))
}
