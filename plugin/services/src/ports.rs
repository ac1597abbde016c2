//! The ports of the use cases, named for their purpose. Infrastructure and the plugin implement them.

mod host;
mod host_error;
mod http;
mod incidents;
mod runtime;
mod sql;

pub use host::{HostEvent, HostGateway, ServiceCall, TenantRecord};
pub use host_error::{HostError, HostErrorCode};
pub use http::{HttpError, HttpGateway, HttpMeter, HttpRequest, HttpResponse, Retries};
pub use incidents::Incidents;
pub use runtime::{
    CallError, CallFailure, Check, Checked, Diagnostic, Exported, HostCall, Import, ImportedName, Job, LIBRARY_SCHEME,
    Language, LinkedLibrary, Measured, RunIo, RunReport, Runtime, RuntimeStatus, SandboxStatus, ServiceSignature,
    Severity,
};
pub use sql::{
    PreviewSql, ScopedSql, SqlBounds, SqlColumn, SqlEffect, SqlError, SqlFailure, SqlGateway, SqlMode, SqlRows,
    SqlTransaction,
};
