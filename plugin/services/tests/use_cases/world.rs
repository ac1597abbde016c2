//! The use cases with the fakes, and the users and scripts of the tests.

use std::{sync::Arc, time::Duration};

use iota_scripts_domain::{
    Execution, Limits, ManualClock, NodeId, QuarantinePolicy, QuotaPolicy, Script, ScriptInput, StorageQuota, TenantId,
    Timestamp, Trigger, UserId,
};
use iota_scripts_services::{
    CircuitBreaker, EndpointService, EndpointThrottle, ExecutionService, HostPorts, HttpHostService, Identity,
    Invalidation, QuotaPolicies, Quotas, Records, Run, RunPolicy, RunRequest, SchedulePolicy, ScheduleService,
    ScriptCache, ScriptService, Service, ServiceCatalog, ServiceError, SourceRights, Target, TemplateService,
    TenantDirectory, User, ports::HostError,
};
use serde_json::{Map, Value};

use crate::fakes::{
    AllowedHosts, Counted, Executions, FakeRuntime, Host, Journal, Occurrences, Play, Scripts, Storage, Strikes,
    Templates, Web,
};

/// Lease duration of the tests' node.
pub(crate) const LEASE: Duration = Duration::from_secs(30);

pub(crate) struct World {
    pub(crate) journal: Journal,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) host: Arc<Host>,
    pub(crate) runtime: Arc<FakeRuntime>,
    pub(crate) stored_scripts: Arc<Scripts>,
    pub(crate) stored_runs: Arc<Executions>,
    pub(crate) storage: Arc<Storage>,
    pub(crate) stored_templates: Arc<Templates>,
    pub(crate) catalog: Arc<ServiceCatalog>,
    pub(crate) strikes: Arc<Strikes>,
    pub(crate) counted: Arc<Counted>,
    pub(crate) occurrences: Arc<Occurrences>,
    pub(crate) schedules: ScheduleService,
    pub(crate) endpoints: EndpointService,
    pub(crate) scripts: ScriptService,
    pub(crate) runs: ExecutionService,
    pub(crate) templates: TemplateService,
    pub(crate) web: Arc<Web>,
    pub(crate) http_hosts: HttpHostService,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with_limits(Limits::granted())
    }

    pub(crate) fn with_limits(limits: Limits) -> Self {
        Self::with(limits, QuotaPolicies::default())
    }

    pub(crate) fn with_quotas(usual: QuotaPolicy) -> Self {
        Self::with(Limits::granted(), QuotaPolicies { usual, ..QuotaPolicies::default() })
    }

    pub(crate) fn with(limits: Limits, quotas: QuotaPolicies) -> Self {
        let journal = Journal::default();
        let clock = Arc::new(ManualClock::new(Timestamp::from_micros(1_700_000_000_000_000)));
        let host = Arc::new(Host::new(&journal));
        let runtime = Arc::new(FakeRuntime::new(&journal));
        let stored_scripts = Arc::new(Scripts::default());
        let stored_runs = Arc::new(Executions::new(&journal, &clock));
        let storage = Arc::new(Storage::default());
        let stored_templates = Arc::new(Templates::default());
        let web = Arc::new(Web::default());
        let allowed_hosts = Arc::new(AllowedHosts::default());
        let catalog = Arc::new(ServiceCatalog::default());
        let ports = HostPorts {
            host: host.clone(),
            catalog: Arc::clone(&catalog),
            storage: storage.clone(),
            storage_quota: StorageQuota { bytes: 1024 * 1024, keys: 10 },
            http: web.clone(),
            http_hosts: allowed_hosts.clone(),
            templates: stored_templates.clone(),
            sql: None,
            clock: clock.clone(),
        };
        let changes = Arc::new(Invalidation::default());
        let policy = RunPolicy { node: node("node-1"), lease: LEASE, limits, records: Records::Grouped };
        let strikes = Arc::new(Strikes::of(&stored_scripts));
        let counted = Arc::new(Counted::default());
        let occurrences = Arc::new(Occurrences::default());
        let rights = SourceRights::new(stored_scripts.clone(), occurrences.clone(), host.clone());
        let quarantine = QuarantinePolicy { strikes: 3, window: Duration::from_secs(600) };
        let throttle = Arc::new(EndpointThrottle::new(quarantine, 1, clock.clone()));
        let breaker = CircuitBreaker::new(
            stored_scripts.clone(),
            strikes.clone(),
            rights.clone(),
            throttle.clone(),
            host.clone(),
            counted.clone(),
            changes.clone(),
            clock.clone(),
            quarantine,
        );
        let runs = ExecutionService::new(
            ScriptCache::new(stored_scripts.clone(), changes.clone()),
            stored_runs.clone(),
            runtime.clone(),
            Arc::new(ports),
            Quotas::new(quotas, clock.clone(), counted.clone()),
            breaker,
            policy,
        );
        let tenants = TenantDirectory::new(host.clone(), clock.clone());
        let schedules = ScheduleService::new(
            occurrences.clone(),
            stored_scripts.clone(),
            runs.clone(),
            host.clone(),
            tenants.clone(),
            changes.clone(),
            clock.clone(),
            SchedulePolicy {
                node: node("node-1"),
                grace: Duration::from_secs(60),
                concurrency: 4,
                lease: LEASE,
                poll: Duration::from_millis(5),
            },
        );
        let endpoints = EndpointService::new(
            stored_scripts.clone(),
            runs.clone(),
            tenants,
            changes.clone(),
            throttle,
            strikes.clone(),
            clock.clone(),
            quarantine,
        );
        Self {
            occurrences,
            schedules,
            endpoints,
            scripts: ScriptService::new(
                stored_scripts.clone(),
                runtime.clone(),
                host.clone(),
                rights,
                changes.clone(),
                clock.clone(),
                limits,
            ),
            runs,
            http_hosts: HttpHostService::new(allowed_hosts, host.clone(), clock.clone()),
            web,
            templates: TemplateService::new(
                stored_templates.clone(),
                runtime.clone(),
                host.clone(),
                clock.clone(),
                limits,
            ),
            journal,
            clock,
            host,
            runtime,
            stored_scripts,
            stored_runs,
            storage,
            stored_templates,
            catalog,
            strikes,
            counted,
        }
    }

    pub(crate) async fn script(&self, input: &ScriptInput) -> Script {
        self.scripts.create(&ann(), input).await.expect("a script")
    }

    /// Starts a new script with this behaviour.
    pub(crate) async fn start(&self, play: Play) -> Run {
        let script = self.some_script().await;
        self.runtime.play(play);
        self.runs.start(&ann(), request(&script)).await.expect("a run")
    }

    /// Runs a script with this behaviour, until the run is settled.
    pub(crate) async fn run(&self, play: Play) -> Arc<Execution> {
        let run = self.start(play).await;
        let finished = run.finished().await;
        self.settled().await;
        finished
    }

    /// Runs a script that makes these calls; returns their results.
    pub(crate) async fn calls(&self, calls: Vec<(&'static str, Value)>) -> Vec<Result<Value, HostError>> {
        self.run(Play::Calls(calls)).await;
        self.runtime.take_answers()
    }

    /// Runs a script that makes this call; returns the error that it got.
    pub(crate) async fn refusal(&self, method: &'static str, args: Value) -> HostError {
        self.calls(vec![(method, args)]).await.remove(0).expect_err("a refusal")
    }

    /// Waits until finished runs are also announced. Cancels unfinished ones.
    pub(crate) async fn settled(&self) {
        self.runs.cancel_all(None).await;
    }

    pub(crate) fn bind(&self, descriptor: &Value) {
        self.catalog.bind(Service::parse(descriptor.to_string().as_bytes()).expect("a service"));
    }

    async fn some_script(&self) -> Script {
        let known = self.stored_scripts.all().into_iter().find(|script| script.definition().name.as_str() == "Report");
        match known {
            Some(script) => script,
            None => self.script(&input("Report")).await,
        }
    }
}

pub(crate) fn node(name: &str) -> NodeId {
    NodeId::parse(name).expect("a node")
}

fn identity(tenant: &str, user: &str) -> Identity {
    let id = UserId::parse(user).expect("a user");
    let system = Identity::system(TenantId::parse(tenant).expect("a tenant"));
    Identity { user: Some(Arc::new(User { id, extra: Map::new() })), ..system }
}

/// A user of the tenant acme.
pub(crate) fn ann() -> Identity {
    identity("acme", "ann")
}

/// Another user of acme.
pub(crate) fn bob() -> Identity {
    identity("acme", "bob")
}

/// A user of another tenant.
pub(crate) fn gus() -> Identity {
    identity("globex", "gus")
}

pub(crate) fn input(name: &str) -> ScriptInput {
    ScriptInput { name: name.into(), script_type: "one_off".into(), content: "one()".into(), ..ScriptInput::default() }
}

pub(crate) fn endpoint(name: &str, path: &str) -> ScriptInput {
    ScriptInput {
        script_type: "endpoint".into(),
        endpoint_method: Some("GET".into()),
        endpoint_path: Some(path.into()),
        ..input(name)
    }
}

pub(crate) fn request(script: &Script) -> RunRequest {
    RunRequest::of(Target::Id(script.id()), Trigger::Manual)
}

/// Returns the error's variant in debug form.
pub(crate) fn refusal<T>(result: Result<T, ServiceError>) -> String {
    match result {
        Ok(_) => "no refusal".to_owned(),
        Err(error) => format!("{error:?}"),
    }
}
