//! The composition root: creates adapters from the configuration, use cases from adapters, and routes from use cases.

mod start_error;

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::Router;
use iota_scripts_domain::{Clock, NodeId, SystemClock, TenantId};
use iota_scripts_infrastructure::{
    check_cache::CachedChecks,
    elapsed::ms_since,
    http_gateway::GuardedHttp,
    maintenance,
    metrics::{MeteredRuntime, Metrics},
    persistence::{
        DatabaseConfig, Db, SqlAttentionRepository, SqlExecutionRepository, SqlHistoryRepository,
        SqlHttpHostRepository, SqlOccurrenceRepository, SqlScriptRepository, SqlStorageRepository, SqlStrikeRepository,
        SqlTemplateRepository, listen_for_changes, migrations,
    },
    sql_gateway::PooledSqlGateway,
    worker_pool::{Isolation as PoolIsolation, PoolConfig, WorkerPool},
};
use iota_scripts_presentation::AppState;
use iota_scripts_services::{
    Background, CircuitBreaker, EndpointService, EndpointThrottle, EventService, ExecutionService, HostPorts,
    HttpHostService, IncomingEvent, Invalidation, OverviewService, Quotas, RunPolicy, SchedulePolicy, ScheduleService,
    ScriptCache, ScriptService, ServiceCatalog, SourceRights, TemplateService, TenantDirectory,
    ports::{HostError, HostErrorCode, HostGateway, Runtime, ServiceSignature, SqlGateway},
};
use serde_json::{Value, json};

pub(crate) use start_error::StartError;

use crate::{
    abi,
    capabilities::Capabilities,
    config::{Config, Isolation},
    descriptors::{self, Descriptors},
    head::Identities,
    host_gateway::AbiHostGateway,
    host_link::HostLink,
    wanted_events::WantedEvents,
};

/// Maximum interval between checks for due work that other nodes left behind.
const SCHEDULE_POLL: Duration = Duration::from_secs(30);
/// Maximum time for sending the last events to the host.
const LAST_EVENTS: Duration = Duration::from_secs(2);
/// File names of the plugin's programs, which are in the library's folder.
const WORKER: &str = "iota-scripts-worker";
const SQLITE: &str = "iota-scripts-sqlite";

/// A running plugin: use cases, routes, background tasks.
pub(crate) struct Module {
    instance_id: String,
    isolation: Isolation,
    db: Db,
    sql: Option<Arc<PooledSqlGateway>>,
    runtime: Arc<dyn Runtime>,
    gateway: Arc<AbiHostGateway>,
    executions: Arc<ExecutionService>,
    schedules: ScheduleService,
    events: Arc<EventService>,
    router: Router,
    identities: Identities,
    metrics: Arc<Metrics>,
    background: Background,
}

impl std::fmt::Debug for Module {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Module").field("instance_id", &self.instance_id).finish_non_exhaustive()
    }
}

impl Module {
    /// Connects, migrates and creates all parts. An error names the configuration key to change.
    pub(crate) async fn start(
        config: &Config,
        link: Arc<HostLink>,
        catalog: Arc<ServiceCatalog>,
        wanted: Arc<WantedEvents>,
    ) -> Result<Self, StartError> {
        let isolation = isolation(config)?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let background = Background::new(Arc::clone(&clock));
        let db = open_database(config, &*clock).await?;
        if let Some(start_warning) = Descriptors::now().start_warning(descriptors::needed(config, db.dialect())) {
            tracing::warn!("{start_warning}");
        }
        let metrics = Arc::new(Metrics::default());
        let pool = PoolConfig {
            isolation,
            max_workers: config.worker.max_workers,
            min_idle: config.worker.min_idle,
            max_runs: config.worker.max_runs,
            idle: Duration::from_secs(config.worker.idle_seconds),
            checkout_timeout: Duration::from_millis(config.worker.checkout_timeout_ms),
            max_memory_bytes: config.limits.memory_bytes,
            stack_bytes: usize::try_from(config.limits.stack_bytes).unwrap_or(usize::MAX),
        };
        let pool = WorkerPool::new(pool, &background);
        let metered: Arc<dyn Runtime> = Arc::new(MeteredRuntime::new(pool, Arc::clone(&metrics)));
        let runtime: Arc<dyn Runtime> = Arc::new(CachedChecks::new(metered));

        let scripts = Arc::new(SqlScriptRepository::new(db.clone()));
        let storage = Arc::new(SqlStorageRepository::new(db.clone()));
        let templates = Arc::new(SqlTemplateRepository::new(db.clone()));
        let http_hosts = Arc::new(SqlHttpHostRepository::new(db.clone()));
        wanted.configure(config.events.clone());
        let gateway =
            Arc::new(AbiHostGateway::new(link, Capabilities::listed(&config.capabilities), wanted, &background));
        let host: Arc<dyn HostGateway> = gateway.clone();
        let sql = script_tables(config).await?;
        let outside = Arc::new(HostPorts {
            host: Arc::clone(&host),
            catalog: Arc::clone(&catalog),
            storage: storage.clone(),
            storage_quota: config.storage,
            http: Arc::new(GuardedHttp::new(config.http.clone(), Arc::clone(&clock))),
            http_hosts: http_hosts.clone(),
            templates: templates.clone(),
            sql: sql.clone().map(|sql| sql as Arc<dyn SqlGateway>),
            clock: Arc::clone(&clock),
        });
        let changes = Arc::new(Invalidation::default());
        let occurrences = Arc::new(SqlOccurrenceRepository::new(db.clone()));
        let strikes = Arc::new(SqlStrikeRepository::new(db.clone()));
        let rights = SourceRights::new(scripts.clone(), occurrences.clone(), Arc::clone(&host));
        // An overloaded endpoint leaves three quarters of the workers to all other runs.
        let share = config.worker.max_workers / 4;
        let throttle = Arc::new(EndpointThrottle::new(config.quarantine, share, Arc::clone(&clock)));
        let breaker = CircuitBreaker::new(
            scripts.clone(),
            strikes.clone(),
            rights.clone(),
            Arc::clone(&throttle),
            Arc::clone(&host),
            metrics.clone(),
            Arc::clone(&changes),
            Arc::clone(&clock),
            config.quarantine,
        );
        let history = Arc::new(SqlHistoryRepository::new(db.clone()));
        let tenants = TenantDirectory::new(Arc::clone(&host), Arc::clone(&clock));
        let node = NodeId::parse(&config.instance_id).map_err(|error| StartError::at("instance_id", &error))?;
        let executions = Arc::new(ExecutionService::new(
            ScriptCache::new(scripts.clone(), Arc::clone(&changes)),
            Arc::new(SqlExecutionRepository::with_lease(db.clone(), config.lease, &background)),
            Arc::clone(&runtime),
            outside,
            Quotas::new(config.quotas.clone(), Arc::clone(&clock), metrics.clone())
                .with_history(history.clone(), &background),
            breaker,
            RunPolicy { node: node.clone(), lease: config.lease, limits: config.limits, records: config.records },
        ));
        let schedules = ScheduleService::new(
            occurrences.clone(),
            scripts.clone(),
            ExecutionService::clone(&executions),
            Arc::clone(&host),
            tenants.clone(),
            Arc::clone(&changes),
            Arc::clone(&clock),
            SchedulePolicy {
                node,
                grace: config.schedule.grace(),
                concurrency: config.schedule.concurrency.unwrap_or(config.worker.max_workers),
                lease: config.lease,
                poll: SCHEDULE_POLL,
            },
        );
        let events = Arc::new(EventService::new(
            scripts.clone(),
            ExecutionService::clone(&executions),
            occurrences,
            schedules.clone(),
            Arc::clone(&changes),
            Arc::clone(&clock),
        ));
        let endpoints = Arc::new(EndpointService::new(
            scripts.clone(),
            ExecutionService::clone(&executions),
            tenants,
            Arc::clone(&changes),
            throttle,
            strikes,
            Arc::clone(&clock),
            config.quarantine,
        ));
        let app = AppState {
            overview: Arc::new(OverviewService::new(
                Arc::new(SqlAttentionRepository::new(db.clone())),
                scripts.clone(),
                Arc::clone(&host),
                Arc::clone(&clock),
            )),
            scripts: Arc::new(ScriptService::new(
                scripts,
                Arc::clone(&runtime),
                Arc::clone(&host),
                rights,
                Arc::clone(&changes),
                Arc::clone(&clock),
                config.limits,
            )),
            catalog,
            tables: sql.as_ref().map(|sql| sql.tables().into()).unwrap_or_default(),
            schedules: schedules.clone(),
            endpoints,
            executions: Arc::clone(&executions),
            http_hosts: Arc::new(HttpHostService::new(http_hosts, Arc::clone(&host), Arc::clone(&clock))),
            templates: Arc::new(TemplateService::new(
                templates,
                Arc::clone(&runtime),
                host,
                Arc::clone(&clock),
                config.limits,
            )),
        };

        let leases = Arc::clone(&executions);
        background.spawn(|background| async move { leases.keep_leases(&background).await });
        let keeping = schedules.clone();
        background.spawn(|background| async move { keeping.keep(&background).await });
        let cancelling = Arc::clone(&executions);
        let cancel = move |tenant: &TenantId, id| {
            // Every node is notified of every cancelled run; one of them is running it.
            let _ = cancelling.cancel_here(tenant, id);
        };
        background.spawn(|background| listen_for_changes(db.clone(), changes, cancel, background));
        background.spawn(|background| maintenance::purge_expired_storage(storage, Arc::clone(&clock), background));
        background.spawn(|background| maintenance::prune_history(history, config.retention.clone(), clock, background));
        Ok(Self {
            instance_id: config.instance_id.clone(),
            isolation: config.isolation,
            db,
            sql,
            runtime,
            gateway,
            executions,
            schedules,
            events,
            router: iota_scripts_presentation::router(app),
            identities: Identities::default(),
            metrics,
            background,
        })
    }

    /// Returns the head of `plugin.ready`.
    pub(crate) fn ready_notice(&self, ready_ms: u64) -> Value {
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "instance_id": self.instance_id,
            "isolation": self.isolation.as_str(),
            "database": self.db.address(),
            "schema": migrations::catalogue(self.db.dialect()).len(),
            "ready_ms": ready_ms,
        })
    }

    pub(crate) fn router(&self) -> Router {
        self.router.clone()
    }

    pub(crate) const fn identities(&self) -> &Identities {
        &self.identities
    }

    pub(crate) fn executions(&self) -> &ExecutionService {
        &self.executions
    }

    pub(crate) fn bind(&self, services: Arc<[ServiceSignature]>) {
        self.runtime.bind(services);
    }

    /// Delivers an event of the host's bus to the scripts that handle it.
    pub(crate) async fn event(&self, event: &IncomingEvent) -> Result<usize, HostError> {
        self.metrics.count_host_event();
        let taken = self.events.take(event).await;
        taken.map_err(|error| HostError::new(HostErrorCode::Unavailable, error.to_string()))
    }

    /// Cancels the running scripts of a deleted tenant.
    pub(crate) async fn forget_tenant(&self, tenant: &TenantId) -> Result<(), HostError> {
        let began = Instant::now();
        tracing::info!(%tenant, "the tenant is deleted: its runs are cancelled and its rows removed");
        self.executions.cancel_all(Some(tenant)).await;
        self.db
            .forget_tenant(tenant)
            .await
            .map_err(|error| HostError::new(HostErrorCode::Unavailable, error.to_string()))?;
        tracing::info!(%tenant, ms = ms_since(began), "the deleted tenant's data is removed");
        Ok(())
    }

    /// Returns the reply to `health`.
    pub(crate) async fn health(&self) -> Value {
        let (runtime, descriptors) = (self.runtime.status(), Descriptors::now());
        let exhausted = runtime.waiting > 0 && runtime.busy == runtime.max_workers;
        let unwritten = self.executions.unwritten();
        let detail = match self.db.ping().await {
            Err(error) => error.to_string(),
            Ok(()) if unwritten.full => format!(
                "the database does not keep up: {} records of runs wait for it, and runs wait for these",
                unwritten.records
            ),
            Ok(()) if unwritten.failing => {
                format!("the database does not accept the records of runs: {} are waiting", unwritten.records)
            }
            Ok(()) if exhausted => "all workers are busy and runs wait".to_owned(),
            Ok(()) => descriptors.shortage().unwrap_or_default(),
        };
        // A full history of a tenant is not a fault of the plugin: it is reported, and the status stays `ok`.
        let history = self.executions.history_report().await.unwrap_or_default();
        let schedule = self.schedules.load().await.ok().map(|load| {
            json!({
                "places": load.places,
                "busy": load.busy,
                "waiting_runs": load.waiting,
                "backlog": {"waiting": load.backlog.waiting, "since": load.backlog.since},
            })
        });
        json!({
            "status": if detail.is_empty() { "ok" } else { "degraded" },
            "detail": detail,
            "counters": {
                "active_runs": self.executions.active_runs(),
                "runtime": runtime,
                "records": unwritten,
                "schedule": schedule,
                "descriptors": descriptors.counters(),
                "history": history,
            },
            "background": self.background.report(),
        })
    }

    /// Returns the metrics as Prometheus text.
    pub(crate) fn metrics(&self) -> String {
        self.metrics.render(&self.runtime.status())
    }

    /// Returns which of the known migrations are applied.
    pub(crate) async fn migrations(&self) -> Result<Value, HostError> {
        let unavailable =
            |error: migrations::MigrationError| HostError::new(HostErrorCode::Unavailable, error.to_string());
        let applied = migrations::applied(&self.db).await.map_err(unavailable)?;
        let pending = migrations::pending(&self.db).await.map_err(unavailable)?;
        let names = |names: Vec<&str>| json!(names);
        Ok(json!({
            "known": migrations::catalogue(self.db.dialect()).len(),
            "applied": names(applied.iter().map(|migration| migration.name.as_str()).collect()),
            "pending": names(pending.iter().map(|migration| migration.name).collect()),
        }))
    }

    pub(crate) fn active_runs(&self) -> usize {
        self.executions.active_runs()
    }

    pub(crate) fn refuse_new_runs(&self) {
        self.executions.close();
    }

    /// Stops everything: cancels and records runs, ends workers, closes connections.
    pub(crate) async fn stop(&self) {
        self.executions.cancel_all(None).await;
        self.schedules.idle().await;
        self.runtime.stop().await;
        self.executions.settle().await;
        let lost = self.executions.unwritten().records;
        if lost > 0 {
            tracing::error!(lost, "the database did not accept the records of runs without changes; they are lost");
        }
        // A host that accepts events slowly must not delay the end.
        let _ = tokio::time::timeout(LAST_EVENTS, self.gateway.all_sent()).await;
        self.background.stop().await;
        if let Some(sql) = &self.sql {
            sql.close().await;
        }
        self.db.close().await;
    }
}

async fn open_database(config: &Config, clock: &dyn Clock) -> Result<Db, StartError> {
    let own = DatabaseConfig::parse(&config.database.url)
        .map_err(|error| StartError::at("database.url", &error))?
        .with_max_connections(config.database.max_connections)
        .map_err(|error| StartError::at("database.max_connections", &error))?;
    // Checked before anything opens the file: closing it in this process would release the locks that the application
    // has on it.
    if config.script_database.as_ref().is_some_and(|tables| tables.is_file_of(&own)) {
        let message = "this is the file of script_database.url, which the application has open; use a separate file";
        return Err(StartError::at("database.url", &message));
    }
    let db = Db::connect(&own).await.map_err(|error| StartError::unavailable("database.url", &error))?;
    if config.database.migrate {
        migrations::migrate(&db, clock).await.map_err(|error| StartError::at("database.url", &error))?;
    } else {
        let pending = migrations::pending(&db).await.map_err(|error| StartError::at("database.url", &error))?;
        if let Some(first) = pending.first() {
            let message = format!("{} migrations are pending, the first is {}", pending.len(), first.name);
            return Err(StartError::at("database.migrate", &message));
        }
    }
    Ok(db)
}

/// Connects to the host's tables, if the configuration has any.
async fn script_tables(config: &Config) -> Result<Option<Arc<PooledSqlGateway>>, StartError> {
    let Some(tables) = &config.script_database else { return Ok(None) };
    let gateway = PooledSqlGateway::connect(tables.gateway(|| in_library_folder(SQLITE))).await.map_err(|error| {
        let field = format!("script_database.{}", error.key);
        if error.passing { StartError::unavailable(&field, &error) } else { StartError::at(&field, &error) }
    })?;
    Ok(Some(Arc::new(gateway)))
}

fn isolation(config: &Config) -> Result<PoolIsolation, StartError> {
    if config.isolation == Isolation::InProcess {
        return Ok(PoolIsolation::InProcess);
    }
    let program = config.worker.path.clone().unwrap_or_else(|| in_library_folder(WORKER));
    if !program.is_file() {
        let message = format!("no worker program at {}", program.display());
        return Err(StartError::at("worker.path", &message));
    }
    Ok(PoolIsolation::Worker { program })
}

/// Returns the path of a file in the library's folder.
fn in_library_folder(name: &str) -> PathBuf {
    abi::folder_of_library().unwrap_or_else(|| PathBuf::from(".")).join(name)
}
