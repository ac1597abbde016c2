//! Endpoints: which script answers a method and path of a tenant, who may call it, how often, and what it then says.
//!
//! HTTP itself is presentation's; here a request is data and an answer is data.

mod answer;
mod headers;
mod invalid_answer;
mod rate;
mod request;
mod table;

use std::sync::{Arc, OnceLock};

use iota_scripts_domain::{
    ActiveEndpoint, CallerStrikes, Clock, EndpointAccess, EndpointCaller, ExecutionId, Fault, FaultCode, HttpMethod,
    QuarantinePolicy, RepositoryError, Script, ScriptRepository, StrikeRepository, TenantId, Trigger,
};

pub use answer::{EndpointAnswer, EndpointBody, ReadAnswer, failure_status};
pub use invalid_answer::InvalidAnswer;
use rate::RateLimits;
pub use rate::RateState;
pub(crate) use request::implied_raw_body;
pub use request::{IncomingRequest, RawBody, RequestInput};
use table::{Match, Table};

use crate::{
    EndpointThrottle, ExecutionService, Identity, Invalidation, RunRequest, ServiceError, Target, TenantDirectory,
    ports::HostError, tenant_cache::TenantCache,
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
    throttle: Arc<EndpointThrottle>,
    strikes: Arc<dyn StrikeRepository>,
    clock: Arc<dyn Clock>,
    policy: QuarantinePolicy,
}

/// What the paths of a tenant lead to.
#[derive(Debug, Clone)]
pub enum RouteMatch {
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
pub enum CallOutcome {
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
    #[expect(clippy::too_many_arguments, reason = "one for each port")]
    pub fn new(
        scripts: Arc<dyn ScriptRepository>,
        runs: ExecutionService,
        tenants: TenantDirectory,
        changes: Arc<Invalidation>,
        throttle: Arc<EndpointThrottle>,
        strikes: Arc<dyn StrikeRepository>,
        clock: Arc<dyn Clock>,
        policy: QuarantinePolicy,
    ) -> Self {
        let (tables, rates) = (TenantCache::new(changes, REMEMBERED), RateLimits::default());
        Self { scripts, runs, tenants, tables, rates, throttle, strikes, clock, policy }
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
    pub async fn find(&self, tenant: &TenantId, method: HttpMethod, path: &str) -> Result<RouteMatch, RepositoryError> {
        let (script, params) = match self.tables.read(&*self.scripts, tenant, |table| table.find(method, path)).await? {
            Match::Script(script, params) => (script, params),
            Match::OtherMethods(methods) => return Ok(RouteMatch::OtherMethods(methods)),
            Match::Nothing => return Ok(RouteMatch::Nothing),
        };
        match self.runs.script(tenant, script).await {
            Ok(script) => Ok(RouteMatch::Endpoint { script, params }),
            // It was deleted at this moment.
            Err(RepositoryError::NotFound) => Ok(RouteMatch::Nothing),
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

    /// Counts a request against the limit of its endpoint, unless its caller is held back.
    pub fn admit(&self, script: &Script, caller: &EndpointCaller) -> RateState {
        match self.throttle.held(script, caller) {
            Some(retry_after) => RateState::Held { retry_after },
            None => self.rates.admit(script),
        }
    }

    /// The callers whose requests have ended at hard limits of an endpoint so often that it does not serve them now.
    ///
    /// # Errors
    /// What the database says.
    pub async fn held(&self, script: &Script) -> Result<Vec<CallerStrikes>, RepositoryError> {
        if script.definition().kind.endpoint().is_none() || self.policy.strikes == 0 {
            return Ok(Vec::new());
        }
        let since = self.clock.now().minus(self.policy.window);
        let mut callers = self.strikes.callers(script.tenant(), script.id(), script.version(), since).await?;
        callers.retain(|caller| caller.times >= self.policy.strikes && caller.caller.is_known());
        Ok(callers)
    }

    /// Calls `handleRequest` with a request. When the returned future is dropped, the run is cancelled.
    ///
    /// # Errors
    /// `EndpointBusy` when callers wear the endpoint out and its share of the workers is taken; as for a run of the host's own code.
    pub async fn call(
        &self,
        identity: &Identity,
        script: &Script,
        caller: EndpointCaller,
        request: IncomingRequest,
    ) -> Result<CallOutcome, ServiceError> {
        let _place = self.throttle.place(script).await.map_err(|_| ServiceError::EndpointBusy)?;
        let (args, input) = request.into_input().map_err(|error| HostError::new("INTERNAL", error.to_string()))?;
        let read = Arc::<ReadAnswer>::default();
        let request = RunRequest {
            args,
            answer: Some(Arc::clone(&read)),
            input: Some(input),
            caller: Some(caller),
            awaited: true,
            ..RunRequest::of(Target::Id(script.id()), Trigger::Api)
        };
        let run = self.runs.start_known(identity, script, request).await?;
        let _cancel = run.cancel_on_drop();
        let execution = run.id();
        let finished = run.finished().await;
        Ok(match finished.record().and_then(|record| record.outcome.result()) {
            Some(returned) => {
                let read = Arc::into_inner(read).and_then(OnceLock::into_inner);
                CallOutcome::Answered { execution, answer: read.unwrap_or_else(|| EndpointAnswer::of(returned)) }
            }
            None => CallOutcome::Failed {
                execution,
                fault: finished
                    .fault()
                    .cloned()
                    .unwrap_or_else(|| Fault::new(FaultCode::Internal, "the run ended without an outcome")),
            },
        })
    }
}
