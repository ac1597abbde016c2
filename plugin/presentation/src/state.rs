//! What controllers share: the use cases.

use std::sync::Arc;

use iota_scripts_domain::DeclaredTable;
use iota_scripts_services::{
    EndpointService, ExecutionService, HttpHostService, OverviewService, ScheduleService, ScriptService,
    ServiceCatalog, TemplateService,
};

/// The use cases behind the routes.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "services hold trait objects")]
pub struct AppState {
    /// What needs someone.
    pub overview: Arc<OverviewService>,
    /// Scripts and their versions.
    pub scripts: Arc<ScriptService>,
    /// Runs and their history.
    pub executions: Arc<ExecutionService>,
    /// Scripts that answer requests.
    pub endpoints: Arc<EndpointService>,
    /// What runs by itself.
    pub schedules: ScheduleService,
    /// What the host lends to scripts.
    pub catalog: Arc<ServiceCatalog>,
    /// The host's tables that scripts may touch.
    pub tables: Arc<[DeclaredTable]>,
    /// Hosts that scripts may call.
    pub http_hosts: Arc<HttpHostService>,
    /// Texts that scripts render.
    pub templates: Arc<TemplateService>,
}
