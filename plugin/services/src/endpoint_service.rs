//! Endpoints: which script answers a method and path of a tenant, who may call it, how often, and what it then says.
//!
//! HTTP itself is presentation's; here a request is data and an answer is data.

mod answer;
mod rate;
mod table;

use std::sync::Arc;

use iota_scripts_domain::{
    ActiveEndpoint, EndpointAccess, ExecutionId, Fault, HttpMethod, JsonText, Outcome, RepositoryError, Script,
    ScriptRepository, TenantId, Trigger,
};
use serde_json::{Map, Value};

pub use answer::{EndpointAnswer, EndpointBody, InvalidAnswer};
use rate::RateLimits;
pub use rate::RateState;
use table::{Match, Table};

use crate::{
    Changes, ExecutionService, Identity, RunRequest, ServiceError, Target, TenantDirectory, tenant_cache::TenantCache,
};

/// Tenants whose tables are kept.
const REMEMBERED: usize = 2_000;

/// Finds endpoints and calls them.
#[expect(missing_debug_implementations, reason = "made of trait objects")]
pub struct EndpointService {
    scripts: Arc<dyn ScriptRepository>,
    runs: ExecutionService,
    tenants: TenantDirectory,
    tables: TenantCache<Table>,
    rates: RateLimits,
}

/// What the paths of a tenant lead to.
#[derive(Debug, Clone)]
pub enum Found {
    /// A script, with the values of the path's parameters.
    Endpoint {
        /// The script.
        script: Arc<Script>,
        /// In the order of the path.
        params: Vec<(String, String)>,
    },
    /// Scripts for other methods.
    OtherMethods(Vec<HttpMethod>),
    /// Nothing.
    Nothing,
}

/// What came of a call.
#[derive(Debug)]
pub enum Called {
    /// The script answered.
    Answered {
        /// Its run.
        execution: ExecutionId,
        /// What it said, unless that is no answer.
        answer: Result<EndpointAnswer, InvalidAnswer>,
    },
    /// The run failed.
    Failed {
        /// The run.
        execution: ExecutionId,
        /// Why; not for strangers.
        fault: Fault,
    },
}

impl EndpointService {
    /// The service over its ports.
    #[must_use]
    pub fn new(
        scripts: Arc<dyn ScriptRepository>,
        runs: ExecutionService,
        tenants: TenantDirectory,
        changes: Arc<Changes>,
    ) -> Self {
        Self { scripts, runs, tenants, tables: TenantCache::new(changes, REMEMBERED), rates: RateLimits::default() }
    }

    /// The tenant of a request without a session, by the name of the host that it was sent to.
    ///
    /// # Errors
    /// `NotFound` when no active tenant has that name, or what the host says.
    pub async fn visitor(&self, host: &str) -> Result<Identity, ServiceError> {
        self.tenants.by_host(host).await?.ok_or(ServiceError::NotFound("address"))
    }

    /// What a path of a tenant leads to, for a method.
    ///
    /// # Errors
    /// What the database says.
    pub async fn find(&self, tenant: &TenantId, method: HttpMethod, path: &str) -> Result<Found, RepositoryError> {
        let (script, params) = match self.tables.read(&*self.scripts, tenant, |table| table.find(method, path)).await? {
            Match::Script(script, params) => (script, params),
            Match::OtherMethods(methods) => return Ok(Found::OtherMethods(methods)),
            Match::Nothing => return Ok(Found::Nothing),
        };
        match self.runs.script(tenant, script).await {
            Ok(script) => Ok(Found::Endpoint { script, params }),
            // It was deleted at this moment.
            Err(RepositoryError::NotFound) => Ok(Found::Nothing),
            Err(error) => Err(error),
        }
    }

    /// The methods that a path of a tenant answers.
    ///
    /// # Errors
    /// What the database says.
    pub async fn methods(&self, tenant: &TenantId, path: &str) -> Result<Vec<HttpMethod>, RepositoryError> {
        self.tables.read(&*self.scripts, tenant, |table| table.methods(path)).await
    }

    /// The tenant's active endpoints, by path and method; without a session, only those that are public.
    ///
    /// # Errors
    /// What the database says.
    pub async fn list(&self, tenant: &TenantId, with_session: bool) -> Result<Vec<ActiveEndpoint>, RepositoryError> {
        let mut endpoints = self.tables.read(&*self.scripts, tenant, Table::endpoints).await?;
        endpoints.retain(|active| with_session || active.endpoint.access == EndpointAccess::Public);
        Ok(endpoints)
    }

    /// Counts a request against the limit of its endpoint.
    pub fn admit(&self, script: &Script) -> RateState {
        self.rates.admit(script)
    }

    /// Calls `handleRequest` with a request. When the returned future is dropped, the run is cancelled.
    ///
    /// # Errors
    /// As for a run of the host's own code.
    pub async fn call(
        &self,
        identity: &Identity,
        script: &Script,
        request: Map<String, Value>,
    ) -> Result<Called, ServiceError> {
        let args = JsonText::from(&Value::Array(vec![Value::Object(request)]));
        let request = RunRequest { args, ..RunRequest::of(Target::Id(script.id()), Trigger::Api) };
        let run = self.runs.start_known(identity, script, request).await?;
        let _cancel = run.cancel_on_drop();
        let execution = run.id();
        let finished = run.finished().await;
        Ok(match finished.record().map(|record| &record.outcome) {
            Some(Outcome::Success(value)) => Called::Answered { execution, answer: EndpointAnswer::of(value) },
            _ => Called::Failed {
                execution,
                fault: finished.fault().cloned().unwrap_or_else(|| {
                    Fault::new(iota_scripts_domain::FaultCode::Internal, "the run ended without an outcome")
                }),
            },
        })
    }
}
