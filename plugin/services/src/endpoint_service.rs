//! Endpoints: finds the script for a method and path of a tenant, checks access and rate limits, and reads its response.
//!
//! HTTP itself is left to the presentation layer; here requests and responses are plain data.

mod answer;
mod headers;
mod invalid_answer;
mod rate;
mod request;
mod table;

use std::sync::{Arc, OnceLock};

use iota_scripts_domain::{
    ActiveEndpoint, CallerStrikes, Clock, EndpointAccess, EndpointCaller, ExecutionId, Fault, FaultCode, HttpMethod,
    QuarantinePolicy, RepositoryError, Script, ScriptId, ScriptRepository, StrikeRepository, TenantId, Trigger,
};

pub use answer::{EndpointAnswer, EndpointBody, ReadAnswer, failure_status};
pub use invalid_answer::InvalidAnswer;
pub use rate::RateState;
pub(crate) use request::implied_raw_body;
pub use request::{IncomingRequest, RawBody, RequestInput};
use table::{Match, Table};

use crate::{
    EndpointThrottle, ExecutionService, Identity, Invalidation, KeyedRateLimiter, RunRequest, ServiceError, Target,
    TenantDirectory,
    ports::{HostError, HostErrorCode},
    tenant_cache::TenantCache,
};

/// Tenants whose route tables are cached.
const CACHED_TENANTS: usize = 2_000;

/// Finds endpoints and calls them.
#[expect(missing_debug_implementations, reason = "made of trait objects")]
pub struct EndpointService {
    scripts: Arc<dyn ScriptRepository>,
    runs: ExecutionService,
    tenants: TenantDirectory,
    tables: TenantCache<Table>,
    rates: KeyedRateLimiter<ScriptId>,
    throttle: Arc<EndpointThrottle>,
    strikes: Arc<dyn StrikeRepository>,
    clock: Arc<dyn Clock>,
    policy: QuarantinePolicy,
}

/// The result of looking up a path of a tenant.
#[derive(Debug, Clone)]
pub enum RouteMatch {
    /// A script, with the values of the path's parameters.
    Endpoint {
        /// The script.
        script: Arc<Script>,
        /// The path's parameters, in their order.
        params: Vec<(String, String)>,
    },
    /// The path exists for these other methods only.
    OtherMethods(Vec<HttpMethod>),
    /// No endpoint has this path.
    Nothing,
}

/// The outcome of a call.
#[derive(Debug)]
pub enum CallOutcome {
    /// The script answered.
    Answered {
        /// Its run.
        execution: ExecutionId,
        /// The response, or why the returned value is not a valid one.
        answer: Result<EndpointAnswer, InvalidAnswer>,
    },
    /// The run failed.
    Failed {
        /// The run.
        execution: ExecutionId,
        /// The cause; not to be shown to callers.
        fault: Fault,
    },
}

impl EndpointService {
    /// Creates the service from its ports.
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
        let (tables, rates) = (TenantCache::new(changes, CACHED_TENANTS), KeyedRateLimiter::default());
        Self { scripts, runs, tenants, tables, rates, throttle, strikes, clock, policy }
    }

    /// Returns the tenant of a request without a session, by the host name that it was sent to.
    ///
    /// # Errors
    /// `NotFound` when no active tenant has that name, or an error from the host.
    pub async fn visitor(&self, host: &str) -> Result<Identity, ServiceError> {
        self.tenants.by_host(host).await?.ok_or(ServiceError::NotFound("address"))
    }

    /// Finds the endpoint for a method and path of a tenant.
    ///
    /// # Errors
    /// An error from the database.
    pub async fn find(&self, tenant: &TenantId, method: HttpMethod, path: &str) -> Result<RouteMatch, RepositoryError> {
        let (script, params) = match self.tables.read(&*self.scripts, tenant, |table| table.find(method, path)).await? {
            Match::Script(script, params) => (script, params),
            Match::OtherMethods(methods) => return Ok(RouteMatch::OtherMethods(methods)),
            Match::Nothing => return Ok(RouteMatch::Nothing),
        };
        match self.runs.script(tenant, script).await {
            Ok(script) => Ok(RouteMatch::Endpoint { script, params }),
            // It was deleted in the meantime.
            Err(RepositoryError::NotFound) => Ok(RouteMatch::Nothing),
            Err(error) => Err(error),
        }
    }

    /// Returns the methods that a path of a tenant supports.
    ///
    /// # Errors
    /// An error from the database.
    pub async fn methods(&self, tenant: &TenantId, path: &str) -> Result<Vec<HttpMethod>, RepositoryError> {
        self.tables.read(&*self.scripts, tenant, |table| table.methods(path)).await
    }

    /// Returns the tenant's active endpoints, by path and method; without a session, only the public ones.
    ///
    /// # Errors
    /// An error from the database.
    pub async fn list(&self, tenant: &TenantId, with_session: bool) -> Result<Vec<ActiveEndpoint>, RepositoryError> {
        let mut endpoints = self.tables.read(&*self.scripts, tenant, Table::endpoints).await?;
        endpoints.retain(|active| with_session || active.endpoint.access == EndpointAccess::Public);
        Ok(endpoints)
    }

    /// Counts a request against the limit of its endpoint, unless its caller is throttled.
    pub fn admit(&self, script: &Script, caller: &EndpointCaller) -> RateState {
        match self.throttle.held(script, caller) {
            Some(retry_after) => RateState::Held { retry_after },
            None => match script.definition().kind.endpoint() {
                Some(endpoint) => self.rates.check(&script.id(), endpoint.rate_limit.per_minute()).into(),
                None => RateState::Within,
            },
        }
    }

    /// Returns the callers that the endpoint currently rejects, because too many of their requests hit hard limits.
    ///
    /// # Errors
    /// An error from the database.
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
    /// `EndpointBusy` when the endpoint is throttled and its share of the workers is in use; otherwise as for a run of the host's own code.
    pub async fn call(
        &self,
        identity: &Identity,
        script: &Script,
        caller: EndpointCaller,
        request: IncomingRequest,
    ) -> Result<CallOutcome, ServiceError> {
        let _slot = self.throttle.acquire_slot(script).await.map_err(|_| ServiceError::EndpointBusy)?;
        let (args, input) =
            request.into_input().map_err(|error| HostError::new(HostErrorCode::Internal, error.to_string()))?;
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
