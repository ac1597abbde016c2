//! Use cases of iota-scripts and the ports they need.
//!
//! All runs start in `execution_service`, and all their calls pass through `host_bridge`. This crate does not depend on a database, a web
//! framework, an engine or the ABI: those are behind [`ports`] and the domain's repositories.

mod authorizer;
mod background;
mod backoff;
mod circuit_breaker;
mod declarations;
mod endpoint_service;
mod endpoint_throttle;
mod error;
mod event_publisher;
mod event_service;
mod execution_service;
mod host_bridge;
mod http_host_service;
mod identity;
mod invalidation;
mod keyed_rate_limiter;
mod lru;
mod overview_service;
pub mod ports;
mod quotas;
mod run_feed;
mod run_record;
mod schedule_service;
mod script_cache;
mod script_service;
mod service_catalog;
mod source_rights;
mod sweeping_map;
mod template_service;
mod tenant_cache;
mod tenant_directory;

pub use authorizer::one_request;
pub use background::{Background, BackgroundTask, TaskStatus};
pub use backoff::Backoff;
pub use circuit_breaker::CircuitBreaker;
pub use declarations::declarations;
pub use endpoint_service::{
    CallOutcome, EndpointAnswer, EndpointBody, EndpointService, IncomingRequest, InvalidAnswer, RateState, RawBody,
    ReadAnswer, RequestInput, RouteMatch, failure_status,
};
pub use endpoint_throttle::EndpointThrottle;
pub use error::ServiceError;
pub use event_service::{EventService, IncomingEvent};
pub use execution_service::{ExecutionService, Run, RunPolicy, RunRequest, Settling, Target};
pub use host_bridge::HostPorts;
pub use http_host_service::HttpHostService;
pub use identity::{Identity, Tenant, User};
pub use invalidation::{Generation, Invalidation, Since};
pub use keyed_rate_limiter::KeyedRateLimiter;
pub use overview_service::{Attention, Day, OverviewService};
pub use quotas::{HistoryReport, OverQuota, QuotaPolicies, Quotas};
pub use run_feed::{RunEvent, RunListener};
pub use run_record::Records;
pub use schedule_service::{ScheduleLoad, SchedulePolicy, ScheduleService, Upcoming};
pub use script_cache::ScriptCache;
pub use script_service::{Activation, ScriptService, Seen, SeenLibrary};
pub use service_catalog::{Access, BindError, Method, Service, ServiceCatalog};
pub use source_rights::SourceRights;
pub use sweeping_map::SweepingMap;
pub use template_service::TemplateService;
pub use tenant_directory::TenantDirectory;
