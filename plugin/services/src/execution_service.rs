//! The one door in: authorise, permit, record, run, record, publish.
//!
//! A run is recorded before it starts and finished exactly once, whoever waits for it or goes away meanwhile.

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
    /// This node, as leases name it.
    pub node: NodeId,
    /// How long a node may be silent before its runs count as lost.
    pub lease: Duration,
    /// What the operator lets a run use; of what authors choose, the most that they may.
    pub limits: Limits,
    /// When the runs go on record that somebody waits for.
    pub records: Records,
}

/// Runs scripts and answers for the history of runs.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "made of trait objects")]
pub struct ExecutionService {
    inner: Arc<Inner>,
}

struct Inner {
    library: ScriptCache,
    executions: Arc<dyn ExecutionRepository>,
    runtime: Arc<dyn Runtime>,
    outside: Arc<HostPorts>,
    quotas: Quotas,
    breaker: CircuitBreaker,
    authorizer: Authorizer,
    event_publisher: EventPublisher,
    clock: Arc<dyn Clock>,
    policy: RunPolicy,
    active: ActiveRuns,
    contexts: Contexts,
    terms: Arc<LeaseTerms>,
    /// How well this node has kept its own lease.
    lease_state: Mutex<LeaseState>,
}

impl ExecutionService {
    /// The service over its ports.
    #[must_use]
    pub fn new(
        library: ScriptCache,
        executions: Arc<dyn ExecutionRepository>,
        runtime: Arc<dyn Runtime>,
        outside: Arc<HostPorts>,
        quotas: Quotas,
        breaker: CircuitBreaker,
        policy: RunPolicy,
    ) -> Self {
        let (host, clock) = (Arc::clone(&outside.host), Arc::clone(&outside.clock));
        let authorizer = Authorizer::new(Arc::clone(&host));
        let event_publisher = EventPublisher::new(host, Arc::clone(&clock));
        let terms = Arc::new(LeaseTerms {
            node: policy.node.clone(),
            lasts: policy.lease,
            clock: Arc::clone(&clock),
            executions: Arc::clone(&executions),
        });
        let inner = Inner {
            library,
            executions,
            runtime,
            outside,
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

    /// Starts a run for a user, who needs `scripts.execute`. An author may try a script that is switched off.
    ///
    /// # Errors
    /// `Forbidden`, `NotFound`, `Invalid`, `InputTooLarge`, `InputTooNested`, `QuotaExceeded`, `Stopping`, or what the host or
    /// the database says.
    pub async fn start(&self, identity: &Identity, request: RunRequest) -> Result<Run, ServiceError> {
        self.inner.authorizer.require(identity, Permission::Execute).await?;
        let script = self.find(identity, &request.target).await?;
        self.inner.launch(identity, &script, request).await
    }

    /// The same for a script as it was at one version, which was found already.
    pub(crate) async fn start_version(
        &self,
        identity: &Identity,
        script: &Script,
        request: RunRequest,
    ) -> Result<Run, ServiceError> {
        self.inner.authorizer.require(identity, Permission::Execute).await?;
        self.inner.launch(identity, script, request).await
    }

    /// What a run of a script would take now, so that a later one takes the same.
    pub(crate) async fn pin(&self, script: &Script) -> Result<PinnedVersions, ServiceError> {
        let libraries = self.inner.library.link(script.tenant(), &script.definition().imports, None).await?;
        let libraries = libraries.into_iter().map(|library| library.script).collect();
        Ok(PinnedVersions { script: script.version(), libraries })
    }

    /// Tries a text that is not saved, as a run of the script that it is to become. Who tries a text could save it:
    /// `scripts.update` is needed beside `scripts.execute`, and `scripts.manage_endpoints` for an endpoint, and for a
    /// script that writes the host's tables.
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

    /// Starts a run for the host's own code, which has decided that it may. The script must be switched on.
    ///
    /// # Errors
    /// As for [`Self::start`], without `Forbidden`; `Inactive`.
    pub async fn start_for_host(&self, identity: &Identity, request: RunRequest) -> Result<Run, ServiceError> {
        let script = self.find(identity, &request.target).await?;
        self.start_known(identity, &script, request).await
    }

    /// The same for a script that was found already.
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

    /// Whether a run would take this input.
    pub(crate) fn check_input(&self, args: &JsonText) -> Result<(), ServiceError> {
        input::check(args, input::bytes(args), &self.inner.policy.limits).map(drop)
    }

    /// One run, with all that it left behind; one that still runs, with what it has logged so far.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.read`, `NotFound`, or what the host or the database says.
    pub async fn get(&self, identity: &Identity, id: ExecutionId) -> Result<Execution, ServiceError> {
        self.inner.authorizer.require(identity, Permission::Read).await?;
        self.inner.executions.get(identity.tenant_id(), id).await.or_not_found("execution")
    }

    /// The record of a run, for our own work.
    pub(crate) async fn recorded(&self, tenant: &TenantId, id: ExecutionId) -> Result<Execution, RepositoryError> {
        self.inner.executions.get(tenant, id).await
    }

    /// A page of the tenant's runs, newest first.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.read`, or what the host or the database says.
    pub async fn list(
        &self,
        identity: &Identity,
        query: &ExecutionQuery,
    ) -> Result<Page<ExecutionSummary>, ServiceError> {
        self.inner.authorizer.require(identity, Permission::Read).await?;
        Ok(self.inner.executions.list(identity.tenant_id(), query).await?)
    }

    /// The newest of the tenant's runs, as many as a page has, and nothing counted.
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

    /// How many of the tenant's runs have not ended, on any node.
    ///
    /// # Errors
    /// As for [`Self::list`].
    pub async fn unfinished(&self, identity: &Identity) -> Result<u64, ServiceError> {
        self.inner.authorizer.require(identity, Permission::Read).await?;
        Ok(self.inner.executions.unfinished(identity.tenant_id()).await?)
    }

    /// The newest run of each of the scripts; scripts that never ran are missing.
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

    /// How many runs there were, by stretches of time of this width and by status.
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

    /// Now, as runs are dated.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// Asks a run to end, on whichever node it is. It is recorded as cancelled when it has ended.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.execute`, `RunsAs` without `scripts.manage_endpoints` when the run acts as another user,
    /// `NotFound`, `AlreadyFinished`, or what the host or database says.
    pub async fn cancel(&self, identity: &Identity, id: ExecutionId) -> Result<(), ServiceError> {
        self.inner.authorizer.require(identity, Permission::Execute).await?;
        let execution = self.inner.executions.get(identity.tenant_id(), id).await.or_not_found("execution")?;
        let node = execution.node().ok_or(ServiceError::AlreadyFinished)?;
        self.inner.authorizer.require_to_end(identity, execution.user()).await?;
        if self.cancel_here(identity.tenant_id(), id) {
            return Ok(());
        }
        // What is recorded as this node's and is not under way any more has just ended.
        let elsewhere = *node != self.inner.policy.node;
        if elsewhere && self.inner.executions.ask_to_cancel(identity.tenant_id(), id).await? {
            return Ok(());
        }
        Err(ServiceError::AlreadyFinished)
    }

    /// Ends a run of this node; false when it is not under way here.
    pub fn cancel_here(&self, tenant: &TenantId, id: ExecutionId) -> bool {
        self.inner.active.cancel(tenant, id)
    }

    /// Follows a run from its first line; one that has ended is told from its record.
    ///
    /// # Errors
    /// As for [`Self::get`].
    pub async fn follow(&self, identity: &Identity, id: ExecutionId) -> Result<RunListener, ServiceError> {
        // Looked up first: a run that ends in between is then found in its record.
        let feed = self.inner.active.feed(identity.tenant_id(), id);
        let execution = self.get(identity, id).await?;
        let feed = feed.unwrap_or_else(|| RunFeed::of_record(execution));
        Ok(feed.follow())
    }

    /// The tenants whose history is over their quota.
    ///
    /// # Errors
    /// What the database says.
    pub async fn history_report(&self) -> Result<HistoryReport, RepositoryError> {
        self.inner.quotas.history_report().await
    }

    /// Runs under way on this node.
    #[must_use]
    pub fn active_runs(&self) -> usize {
        self.inner.active.len()
    }

    /// From now on, no run starts.
    pub fn close(&self) {
        self.inner.active.close();
    }

    /// Cancels every run, or every run of one tenant, and waits until they are recorded.
    pub async fn cancel_all(&self, tenant: Option<&TenantId>) {
        self.inner.active.cancel_all(tenant);
        self.inner.active.idle(tenant).await;
    }

    /// Waits until the record of every run that has ended is written.
    pub async fn settle(&self) {
        self.inner.executions.settle().await;
    }

    /// Records that wait to be written.
    #[must_use]
    pub fn unwritten(&self) -> Unwritten {
        self.inner.executions.unwritten()
    }

    /// Keeps the leases of this node's runs and finds runs whose node died; until the future is dropped.
    pub async fn keep_leases(&self, background: &Background) {
        leases::keep(&self.inner, background).await;
    }

    /// A script as it is now, from memory where it can be.
    pub(crate) async fn script(&self, tenant: &TenantId, id: ScriptId) -> Result<Arc<Script>, RepositoryError> {
        self.inner.library.find(tenant, &Target::Id(id)).await
    }

    /// Whether this node may take others for dead: it has kept its own lease for long enough.
    pub(crate) fn may_judge(&self) -> bool {
        self.inner.may_judge()
    }

    async fn find(&self, identity: &Identity, target: &Target) -> Result<Arc<Script>, ServiceError> {
        self.inner.library.find(identity.tenant_id(), target).await.or_not_found("script")
    }
}

impl Inner {
    fn may_judge(&self) -> bool {
        self.lease_state.lock().may_judge(self.clock.monotonic())
    }
}
