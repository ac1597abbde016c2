//! What the use cases need from outside, named for the need. Infrastructure and the plugin provide the means.

mod host;
mod incidents;
mod runtime;

pub use host::{HostError, HostEvent, HostGateway, ServiceCall, TenantRecord};
pub use incidents::Incidents;
pub use runtime::{
    CallError, CallFailure, Diagnostic, HostCall, Job, Measured, RunIo, RunReport, Runtime, RuntimeStatus,
    SandboxStatus, ServiceSignature, Severity,
};
