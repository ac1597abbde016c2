//! Starts all runs: authorizes, checks quotas, records, runs, records the end, and publishes events.
//!
//! A run is recorded before it starts and finished exactly once, even if its caller goes away in the meantime.

mod active;
mod contexts;
mod input;
mod launch;
mod leases;
mod receipt;
mod request;
mod run;
mod run_task;
mod settling;

use std::{sync::Arc, time::Duration};

use iota_scripts_domain::{
    Activity, Clock, Execution, ExecutionId, ExecutionQuery, ExecutionRepository, ExecutionSummary, JsonText,
    LeaseState, Limits, NodeId, Page, Permission, PinnedVersions, RepositoryError, Script, ScriptId, SourceCode,
    TenantId, Timestamp, Trigger, Unwritten,
};
use parking_lot::Mutex;

use active::ActiveRuns;
use contexts::Contexts;
pub use request::{RunRequest, Target};
pub use run::Run;
pub use settling::Settling;

use crate::{
    Background, CircuitBreaker, HistoryReport, Identity, Quotas, ScriptCache, ServiceError,
    authorizer::Authorizer,
    error::OrNotFound as _,
    event_publisher::EventPublisher,
    host_bridge::HostPorts,
    ports::Runtime,
    run_feed::{RunFeed, RunListener},
    run_record::{LeaseTerms, Records},
};

/// How this node runs scripts.
#[derive(Debug, Clone)]
pub struct RunPolicy {
    /// This node's id in leases.
    pub node: NodeId,
    /// How long a node may be silent before its runs count as lost.
    pub lease: Duration,
    /// The operator's limits for a run; upper bounds of those that authors set.
    pub limits: Limits,
    /// When runs with a waiting caller are recorded.
    pub records: Records,
}

/// Runs scripts, and reads and cancels recorded runs.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "made of trait objects")]
pub struct ExecutionService {
    inner: Arc<Inner>,
}

struct Inner {
    script_cache: ScriptCache,
    executions: Arc<dyn ExecutionRepository>,
    runtime: Arc<dyn Runtime>,
    ports: Arc<HostPorts>,
    quotas: Quotas,
    breaker: CircuitBreaker,
    authorizer: Authorizer,
    event_publisher: EventPublisher,
    clock: Arc<dyn Clock>,
    policy: RunPolicy,
    active: ActiveRuns,
    contexts: Contexts,
    terms: Arc<LeaseTerms>,
    /// How reliably this node has renewed its own lease.
    lease_state: Mutex<LeaseState>,
}

impl ExecutionService {
    /// Creates the service from its ports.
    #[must_use]
    pub fn new(
        script_cache: ScriptCache,
        executions: Arc<dyn ExecutionRepository>,
        runtime: Arc<dyn Runtime>,
        ports: Arc<HostPorts>,
        quotas: Quotas,
        breaker: CircuitBreaker,
        policy: RunPolicy,
    ) -> Self {
        let (host, clock) = (Arc::clone(&ports.host), Arc::clone(&ports.clock));
        let authorizer = Authorizer::new(Arc::clone(&host));
        let event_publisher = EventPublisher::new(host, Arc::clone(&clock));
        let terms = Arc::new(LeaseTerms {
            node: policy.node.clone(),
            duration: policy.lease,
            clock: Arc::clone(&clock),
            executions: Arc::clone(&executions),
        });
        let inner = Inner {
            script_cache,
            executions,
            runtime,
            ports,
            quotas,
            breaker,
            authorizer,
            event_publisher,
            clock,
            lease_state: Mutex::new(LeaseState::new(policy.lease)),
            policy,
            active: ActiveRuns::default(),
            contexts: Contexts::default(),
            terms,
        };
        Self { inner: Arc::new(inner) }
    }

    /// Starts a run for a user, who needs `scripts.execute`. An author may test an inactive script.
    ///
    /// # Errors
    /// `Forbidden`, `NotFound`, `Invalid`, `InputTooLarge`, `InputTooNested`, `QuotaExceeded`, `Stopping`, or an error from the host or the
    /// database.
    pub async fn start(&self, identity: &Identity, request: RunRequest) -> Result<Run, ServiceError> {
        self.inner.authorizer.require(identity, Permission::Execute).await?;
        let script = self.find(identity, &request.target).await?;
        self.inner.launch(identity, &script, request).await
    }

    /// Like [`Self::start`], for a given version of a script that is already loaded.
    pub(crate) async fn start_version(
        &self,
        identity: &Identity,
        script: &Script,
        request: RunRequest,
    ) -> Result<Run, ServiceError> {
        self.inner.authorizer.require(identity, Permission::Execute).await?;
        self.inner.launch(identity, script, request).await
    }

    /// Returns the version and the libraries that a run of a script would use now, so that a later run uses the same.
    pub(crate) async fn pin(&self, script: &Script) -> Result<PinnedVersions, ServiceError> {
        let libraries = self.inner.script_cache.link(script.tenant(), &script.definition().imports, None).await?;
        let libraries = libraries.into_iter().map(|library| library.script).collect();
        Ok(PinnedVersions { script: script.version(), libraries })
    }

    /// Tests an unsaved text, as a run of the script that it will become. The same rights are needed as for saving it: `scripts.update` in
    /// addition to `scripts.execute`, and `scripts.manage_endpoints` for an endpoint and for a script that writes the host's tables.
    ///
    /// # Errors
    /// As for [`Self::start`].
    pub async fn test(
        &self,
        identity: &Identity,
        source: SourceCode,
        request: RunRequest,
    ) -> Result<Run, ServiceError> {
        self.inner.authorizer.require(identity, Permission::Execute).await?;
        self.inner.authorizer.require(identity, Permission::Update).await?;
        let script = self.find(identity, &request.target).await?;
        if script.definition().reaches_out() {
            self.inner.authorizer.require(identity, Permission::ManageEndpoints).await?;
        }
        let imports = self.inner.imports(identity.tenant_id(), &source).await?;
        let request = RunRequest { source: Some(source), imports, trigger: Trigger::Test, ..request };
        self.inner.launch(identity, &script, request).await
    }

    /// Starts a run for the host's own code, which has authorized it. The script must be active.
    ///
    /// # Errors
    /// As for [`Self::start`], without `Forbidden`; `Inactive`.
    pub async fn start_for_host(&self, identity: &Identity, request: RunRequest) -> Result<Run, ServiceError> {
        let script = self.find(identity, &request.target).await?;
        self.start_known(identity, &script, request).await
    }

    /// Like [`Self::start_for_host`], for a script that is already loaded.
    pub(crate) async fn start_known(
        &self,
        identity: &Identity,
        script: &Script,
        request: RunRequest,
    ) -> Result<Run, ServiceError> {
        if !script.definition().active {
            return Err(ServiceError::Inactive);
        }
        self.inner.launch(identity, script, request).await
    }

    /// Checks arguments against the input limits.
    pub(crate) fn check_input(&self, args: &JsonText) -> Result<(), ServiceError> {
        input::check(args, input::bytes(args), &self.inner.policy.limits).map(drop)
    }

    /// Returns one run with its outcome and log; a running one with the lines logged so far.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.read`, `NotFound`, or an error from the host or the database.
    pub async fn get(&self, identity: &Identity, id: ExecutionId) -> Result<Execution, ServiceError> {
        self.inner.authorizer.require(identity, Permission::Read).await?;
        self.inner.executions.get(identity.tenant_id(), id).await.or_not_found("execution")
    }

    /// Returns the record of a run, without an authorization check.
    pub(crate) async fn recorded(&self, tenant: &TenantId, id: ExecutionId) -> Result<Execution, RepositoryError> {
        self.inner.executions.get(tenant, id).await
    }

    /// Returns a page of the tenant's runs, newest first.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.read`, or an error from the host or the database.
    pub async fn list(
        &self,
        identity: &Identity,
        query: &ExecutionQuery,
    ) -> Result<Page<ExecutionSummary>, ServiceError> {
        self.inner.authorizer.require(identity, Permission::Read).await?;
        Ok(self.inner.executions.list(identity.tenant_id(), query).await?)
    }

    /// Returns one page of the tenant's newest runs, without a total.
    ///
    /// # Errors
    /// As for [`Self::list`].
    pub async fn newest(
        &self,
        identity: &Identity,
        query: &ExecutionQuery,
    ) -> Result<Vec<ExecutionSummary>, ServiceError> {
        self.inner.authorizer.require(identity, Permission::Read).await?;
        Ok(self.inner.executions.newest(identity.tenant_id(), query).await?)
    }

    /// Returns the number of the tenant's unfinished runs, on any node.
    ///
    /// # Errors
    /// As for [`Self::list`].
    pub async fn unfinished(&self, identity: &Identity) -> Result<u64, ServiceError> {
        self.inner.authorizer.require(identity, Permission::Read).await?;
        Ok(self.inner.executions.unfinished(identity.tenant_id()).await?)
    }

    /// Returns the newest run of each of the scripts; scripts without a run are left out.
    ///
    /// # Errors
    /// As for [`Self::list`].
    pub async fn latest(
        &self,
        identity: &Identity,
        scripts: &[ScriptId],
    ) -> Result<Vec<ExecutionSummary>, ServiceError> {
        self.inner.authorizer.require(identity, Permission::Read).await?;
        Ok(self.inner.executions.latest(identity.tenant_id(), scripts).await?)
    }

    /// Returns the number of runs per time bucket of this width and per status.
    ///
    /// # Errors
    /// As for [`Self::list`].
    pub async fn activity(
        &self,
        identity: &Identity,
        query: &ExecutionQuery,
        width: Duration,
    ) -> Result<Vec<Activity>, ServiceError> {
        self.inner.authorizer.require(identity, Permission::Read).await?;
        Ok(self.inner.executions.activity(identity.tenant_id(), query, width).await?)
    }

    /// Returns the current time by the clock that dates runs.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// Cancels a run, on any node. It is recorded as cancelled when it has ended.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.execute`, `RunsAs` without `scripts.manage_endpoints` when the run acts as another user, `NotFound`,
    /// `AlreadyFinished`, or an error from the host or the database.
    pub async fn cancel(&self, identity: &Identity, id: ExecutionId) -> Result<(), ServiceError> {
        self.inner.authorizer.require(identity, Permission::Execute).await?;
        let execution = self.inner.executions.get(identity.tenant_id(), id).await.or_not_found("execution")?;
        let node = execution.node().ok_or(ServiceError::AlreadyFinished)?;
        self.inner.authorizer.require_to_end(identity, execution.user()).await?;
        if self.cancel_here(identity.tenant_id(), id) {
            return Ok(());
        }
        // A run that is recorded for this node but is not active here has just ended.
        let elsewhere = *node != self.inner.policy.node;
        if elsewhere && self.inner.executions.ask_to_cancel(identity.tenant_id(), id).await? {
            return Ok(());
        }
        Err(ServiceError::AlreadyFinished)
    }

    /// Cancels a run of this node; returns false if it is not active here.
    pub fn cancel_here(&self, tenant: &TenantId, id: ExecutionId) -> bool {
        self.inner.active.cancel(tenant, id)
    }

    /// Follows a run from its first line; a finished one is read from its record.
    ///
    /// # Errors
    /// As for [`Self::get`].
    pub async fn follow(&self, identity: &Identity, id: ExecutionId) -> Result<RunListener, ServiceError> {
        // The feed is looked up first, so that a run that ends in between is found in its record.
        let feed = self.inner.active.feed(identity.tenant_id(), id);
        let execution = self.get(identity, id).await?;
        let feed = feed.unwrap_or_else(|| RunFeed::of_record(execution));
        Ok(feed.follow())
    }

    /// Returns the tenants whose history exceeds their quota.
    ///
    /// # Errors
    /// An error from the database.
    pub async fn history_report(&self) -> Result<HistoryReport, RepositoryError> {
        self.inner.quotas.history_report().await
    }

    /// Returns the number of active runs on this node.
    #[must_use]
    pub fn active_runs(&self) -> usize {
        self.inner.active.len()
    }

    /// Rejects new runs from now on.
    pub fn close(&self) {
        self.inner.active.close();
    }

    /// Cancels every run, or every run of one tenant, and waits until their ends are recorded.
    pub async fn cancel_all(&self, tenant: Option<&TenantId>) {
        self.inner.active.cancel_all(tenant);
        self.inner.active.idle(tenant).await;
    }

    /// Waits until the records of all finished runs are written.
    pub async fn settle(&self) {
        self.inner.executions.settle().await;
    }

    /// Returns the number and size of records that are not yet written.
    #[must_use]
    pub fn unwritten(&self) -> Unwritten {
        self.inner.executions.unwritten()
    }

    /// Renews the leases of this node's runs and ends the runs of dead nodes, until the future is dropped.
    pub async fn keep_leases(&self, background: &Background) {
        leases::keep(&self.inner, background).await;
    }

    /// Returns the current version of a script, from the cache if possible.
    pub(crate) async fn script(&self, tenant: &TenantId, id: ScriptId) -> Result<Arc<Script>, RepositoryError> {
        self.inner.script_cache.find(tenant, &Target::Id(id)).await
    }

    /// Returns whether this node may declare others dead: it has renewed its own lease for long enough.
    pub(crate) fn may_declare_lost(&self) -> bool {
        self.inner.may_declare_lost()
    }

    async fn find(&self, identity: &Identity, target: &Target) -> Result<Arc<Script>, ServiceError> {
        self.inner.script_cache.find(identity.tenant_id(), target).await.or_not_found("script")
    }
}

impl Inner {
    fn may_declare_lost(&self) -> bool {
        self.lease_state.lock().may_judge(self.clock.monotonic())
    }
}
