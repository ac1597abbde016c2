//! The state shared by the controllers: the use cases.

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
    /// Scripts that need attention.
    pub overview: Arc<OverviewService>,
    /// Scripts and their versions.
    pub scripts: Arc<ScriptService>,
    /// Runs and their history.
    pub executions: Arc<ExecutionService>,
    /// Scripts that answer HTTP requests.
    pub endpoints: Arc<EndpointService>,
    /// Schedules and scheduled runs.
    pub schedules: ScheduleService,
    /// Services of the host that scripts can call.
    pub catalog: Arc<ServiceCatalog>,
    /// Tables of the host that scripts can access.
    pub tables: Arc<[DeclaredTable]>,
    /// HTTP hosts that scripts can call.
    pub http_hosts: Arc<HttpHostService>,
    /// Templates that scripts render.
    pub templates: Arc<TemplateService>,
}
