//! Endpoints: which script answers a method and path of a tenant, who may call it, how often, and what it then says.
//!
//! HTTP itself is presentation's; here a request is data and an answer is data.

mod answer;
mod rate;
mod table;

use std::{collections::HashMap, sync::Arc};

use iota_scripts_domain::{
    EndpointAccess, ExecutionId, Fault, HttpMethod, JsonText, RepositoryError, Script, ScriptRepository, TenantId,
    Trigger,
};
use parking_lot::Mutex;
use serde_json::{Map, Value};

pub use answer::{EndpointAnswer, EndpointBody, InvalidAnswer, failure_status};
use rate::RateLimits;
pub use rate::RateState;
use table::Table;

use crate::{Changes, ExecutionService, Identity, RunRequest, ServiceError, Stamp, Target, TenantDirectory};

/// Tenants whose tables are kept.
const REMEMBERED: usize = 2_000;

/// Finds endpoints and calls them.
#[expect(missing_debug_implementations, reason = "made of trait objects")]
pub struct EndpointService {
    scripts: Arc<dyn ScriptRepository>,
    runs: ExecutionService,
    tenants: TenantDirectory,
    changes: Arc<Changes>,
    tables: Mutex<HashMap<TenantId, (Stamp, Arc<Table>)>>,
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
        Self { scripts, runs, tenants, changes, tables: Mutex::default(), rates: RateLimits::default() }
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
        Ok(self.table(tenant).await?.find(method, path))
    }

    /// The methods that a path of a tenant answers.
    ///
    /// # Errors
    /// What the database says.
    pub async fn methods(&self, tenant: &TenantId, path: &str) -> Result<Vec<HttpMethod>, RepositoryError> {
        Ok(self.table(tenant).await?.methods(path))
    }

    /// The tenant's active endpoints, by path and method; without a session, only those that are public.
    ///
    /// # Errors
    /// What the database says.
    pub async fn list(&self, tenant: &TenantId, with_session: bool) -> Result<Vec<Arc<Script>>, RepositoryError> {
        let mut scripts = self.table(tenant).await?.scripts();
        scripts.retain(|script| {
            let endpoint = script.definition().kind.endpoint();
            with_session || endpoint.is_some_and(|endpoint| endpoint.access == EndpointAccess::Public)
        });
        Ok(scripts)
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
        Ok(match finished.record().and_then(|record| record.outcome.result()) {
            Some(returned) => Called::Answered { execution, answer: EndpointAnswer::of(returned) },
            None => Called::Failed {
                execution,
                fault: finished.fault().cloned().unwrap_or_else(|| {
                    Fault::new(iota_scripts_domain::FaultCode::Internal, "the run ended without an outcome")
                }),
            },
        })
    }

    async fn table(&self, tenant: &TenantId) -> Result<Arc<Table>, RepositoryError> {
        let stamp = self.changes.stamp(tenant);
        if let Some((known, table)) = self.tables.lock().get(tenant)
            && *known == stamp
        {
            return Ok(Arc::clone(table));
        }
        let table = Arc::new(Table::of(self.scripts.endpoints(tenant).await?));
        let mut tables = self.tables.lock();
        if tables.len() >= REMEMBERED {
            tables.clear();
        }
        tables.insert(tenant.clone(), (stamp, Arc::clone(&table)));
        Ok(table)
    }
}
