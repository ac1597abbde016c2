//! Use cases of iota-scripts and the ports they need.
//!
//! `execution_service` is the one door into a script, `host_bridge` the one way out of it. Nothing here knows a
//! database, a web framework, an engine or the ABI: those stand behind [`ports`] and the domain's repositories.

mod announcer;
mod changes;
mod circuit_breaker;
mod declarations;
mod endpoint_service;
mod endpoint_throttle;
mod error;
mod event_service;
mod execution_service;
mod gate;
mod host_bridge;
mod http_host_service;
mod identity;
mod overview_service;
pub mod ports;
mod quotas;
mod recent;
mod run_feed;
mod schedule_service;
mod script_library;
mod script_service;
mod service_catalog;
mod source_rights;
mod swept;
mod template_service;
mod tenant_cache;
mod tenant_directory;

pub use changes::{Changes, Since, Stamp};
pub use circuit_breaker::CircuitBreaker;
pub use declarations::declarations;
pub use endpoint_service::{
    Called, EndpointAnswer, EndpointBody, EndpointService, Found, IncomingRequest, InvalidAnswer, RateState, RawBody,
    ReadAnswer, RequestInput, failure_status,
};
pub use endpoint_throttle::EndpointThrottle;
pub use error::ServiceError;
pub use event_service::{EventService, IncomingEvent};
pub use execution_service::{ExecutionService, Records, Run, RunPolicy, RunRequest, Settling, Target};
pub use gate::one_request;
pub use host_bridge::Outside;
pub use http_host_service::HttpHostService;
pub use identity::{Identity, Tenant, User};
pub use overview_service::{Attention, Day, OverviewService};
pub use quotas::{HistoryReport, OverQuota, QuotaPolicies, Quotas};
pub use run_feed::{RunEvent, RunListener};
pub use schedule_service::{ScheduleLoad, SchedulePolicy, ScheduleService, Upcoming};
pub use script_library::ScriptLibrary;
pub use script_service::{Activation, ScriptService, Seen, SeenLibrary};
pub use service_catalog::{Access, BindError, Method, Service, ServiceCatalog};
pub use source_rights::SourceRights;
pub use template_service::TemplateService;
pub use tenant_directory::TenantDirectory;
