//! Handles every host call of a run: checks it, counts it, and answers it.
//!
//! A script never names its tenant: the bridge knows the run's identity.

mod counts;
mod db;
mod dry_run;
mod events;
mod http;
mod in_flight;
mod services;
mod storage;
mod templates;
mod timers;

use std::{
    fmt::Display,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use iota_scripts_domain::{
    CallKind, Clock, DatabaseAccess, ExecutionId, HttpHostRepository, JsonText, Limits, LogLevel, LogLine,
    RepositoryError, ScriptType, StorageQuota, StorageRepository, TemplateRepository,
};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use tracing::{Instrument as _, Span};

use counts::Counts;
use db::RunTransaction;
use dry_run::DryRun;
use http::Aborts;
use in_flight::InFlightCalls;
use timers::Timers;

use crate::{
    Identity, ServiceCatalog,
    ports::{CallError, CallFailure, HostCall, HostGateway, HttpGateway, RunIo, SqlGateway},
    run_feed::RunFeed,
    run_record::{Recording, RunLease},
};

/// The ports that all bridges share.
#[expect(missing_debug_implementations, reason = "made of trait objects")]
pub struct HostPorts {
    /// The host.
    pub host: Arc<dyn HostGateway>,
    /// The bound services.
    pub catalog: Arc<ServiceCatalog>,
    /// The tenants' key-value stores.
    pub storage: Arc<dyn StorageRepository>,
    /// How much each tenant may store.
    pub storage_quota: StorageQuota,
    /// Outgoing HTTP.
    pub http: Arc<dyn HttpGateway>,
    /// The hosts that each tenant allows its scripts to call.
    pub http_hosts: Arc<dyn HttpHostRepository>,
    /// The tenants' templates.
    pub templates: Arc<dyn TemplateRepository>,
    /// The host's tables; `None` if scripts have no access to any.
    pub sql: Option<Arc<dyn SqlGateway>>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
}

/// The properties of a run that its calls depend on.
pub(crate) struct RunScope {
    /// The run's tracing span: its calls are polled by the worker's task, which serves other runs too.
    pub(crate) span: Span,
    pub(crate) identity: Identity,
    /// The record of the run, which must be written before the run's first lasting effect.
    pub(crate) recording: Arc<Recording>,
    /// The run's lease on this node.
    pub(crate) lease: Arc<RunLease>,
    pub(crate) script_type: ScriptType,
    pub(crate) database_access: DatabaseAccess,
    pub(crate) limits: Limits,
    pub(crate) feed: Arc<RunFeed>,
    /// The run must not change anything.
    pub(crate) dry_run: bool,
}

/// Handles the host calls of one run.
pub(crate) struct HostBridge {
    ports: Arc<HostPorts>,
    scope: RunScope,
    /// The changes recorded by a dry run, whose ports change nothing.
    dry_run: Option<DryRun>,
    deadline: Instant,
    counts: Counts,
    in_flight: InFlightCalls,
    /// The run's open transaction.
    sql: RunTransaction,
    /// The run's pending timers.
    timers: Timers,
    /// The HTTP requests that the script can abort.
    aborts: Aborts,
    /// Whether the run has requested anything that must not be done twice.
    wrote: AtomicBool,
}

#[async_trait]
impl RunIo for HostBridge {
    async fn call(&self, call: HostCall) -> Result<JsonText, CallError> {
        if call.method == timers::METHOD {
            return timers::wait(self, &call.args).await;
        }
        if call.method == http::ABORT {
            return self.aborts.abort(&call.args);
        }
        let number = self.counts.call();
        if number >= self.scope.limits.host_calls {
            let message = format!("the run reached its limit of {} host calls", self.scope.limits.host_calls);
            return Err(refuse("HOST_CALL_LIMIT", message));
        }
        let Some(_waiting) = self.counts.wait(self.scope.limits.pending_host_calls) else {
            let message = format!(
                "the run reached its limit of {} concurrent host calls; await earlier calls first",
                self.scope.limits.pending_host_calls
            );
            return Err(refuse("HOST_CALL_LIMIT", message));
        };
        self.check_size(&call.method, "the arguments have", &call.args)?;
        let method = call.method.clone();
        let in_flight = self.in_flight.enter(number, &method);
        // A finished run waits for nothing: calls in flight are dropped, and with them everything that they hold.
        let answer = tokio::select! {
            biased;
            () = in_flight.ended() => return Err(refuse("CANCELLED", "the run has ended")),
            answer = self.perform_if_held(call, number).instrument(self.scope.span.clone()) => answer,
        };
        in_flight.answered();
        let answer = answer?;
        self.check_size(&method, "the answer has", &answer)?;
        Ok(answer)
    }

    fn log(&self, line: LogLine) {
        self.scope.feed.push(line);
    }

    fn waits(&self) {
        self.scope.feed.waits(true);
    }

    fn goes_on(&self) {
        self.scope.feed.waits(false);
    }

    fn begin_again(&self) -> bool {
        let may = !self.wrote.load(Ordering::Relaxed);
        if may {
            self.scope.feed.waits(false);
            self.in_flight.begin_again();
            self.sql.forget();
            self.warn("the worker was stopped because of another run; this run restarts".to_owned());
        }
        may
    }
}

impl HostBridge {
    /// Creates the bridge of a run whose time starts now.
    pub(crate) fn new(ports: &Arc<HostPorts>, scope: RunScope) -> Self {
        let (ports, dry_run) = if scope.dry_run {
            let (ports, dry_run) = DryRun::over(ports);
            (Arc::new(ports), Some(dry_run))
        } else {
            (Arc::clone(ports), None)
        };
        Self {
            ports,
            dry_run,
            deadline: Instant::now() + Duration::from_millis(scope.limits.wall_ms),
            counts: Counts::default(),
            in_flight: InFlightCalls::default(),
            sql: RunTransaction::default(),
            timers: Timers::default(),
            aborts: Aborts::default(),
            wrote: AtomicBool::new(false),
            scope,
        }
    }

    /// Returns the run's identity.
    pub(crate) const fn identity(&self) -> &Identity {
        &self.scope.identity
    }

    fn execution(&self) -> ExecutionId {
        self.scope.recording.execution().id()
    }

    /// Returns the run's record.
    pub(crate) const fn recording(&self) -> &Arc<Recording> {
        &self.scope.recording
    }

    /// Returns the run's feed.
    pub(crate) fn feed(&self) -> &RunFeed {
        &self.scope.feed
    }

    /// Returns the usage counters of the run's calls.
    pub(crate) const fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Ends the timers and calls of a finished run. Waits for calls in flight until the run's time limit, or until no caller waits any
    /// more.
    pub(crate) async fn end(&self, caller_gone: impl Future<Output = ()>) {
        self.timers.end();
        tokio::select! {
            biased;
            () = self.in_flight.idle() => {}
            () = caller_gone => {}
            () = tokio::time::sleep_until(self.deadline) => {}
        }
        if let Some(unanswered) = self.in_flight.end() {
            self.warn(unanswered);
        }
        // Before the end is reported: transactions that the run left open must be rolled back by then.
        self.sql.end().await;
        if let Some(dry_run) = &self.dry_run {
            dry_run.end().await;
        }
    }

    /// Returns the changes that a dry run would have made.
    pub(crate) async fn would_change(&self) -> Option<JsonText> {
        match &self.dry_run {
            Some(dry_run) => Some(dry_run.report().await),
            None => None,
        }
    }

    fn warn(&self, message: String) {
        self.scope.feed.push(LogLine { at: self.ports.clock.now(), level: LogLevel::Warn, message, data: None });
    }

    /// A run that another node may own by now must not have any effect.
    async fn perform_if_held(&self, call: HostCall, number: u64) -> Result<JsonText, CallError> {
        self.scope.lease.hold().await?;
        self.perform(call, number).await
    }

    async fn perform(&self, call: HostCall, number: u64) -> Result<JsonText, CallError> {
        let count = |kind| self.counts.kind(kind);
        match call.method.split_once('.') {
            Some(("services", method)) => {
                count(CallKind::Services);
                services::call(self, method, call.args, number).await
            }
            Some(("storage", operation)) => {
                count(CallKind::Storage);
                storage::call(self, operation, &call.args).await
            }
            Some(("http", "request")) => {
                count(CallKind::Http);
                http::request(self, &call.args).await
            }
            Some(("db", operation)) => {
                count(CallKind::Db);
                db::call(self, operation, &call.args).await
            }
            Some(("events", "publish")) => {
                count(CallKind::Events);
                events::publish(self, &call.args, number).await
            }
            Some(("template", "get")) => {
                count(CallKind::Templates);
                templates::get(self, &call.args).await
            }
            _ => Err(refuse("NOT_FOUND", format!("there is no {}", call.method))),
        }
    }

    fn check_size(&self, method: &str, what: &str, json: &JsonText) -> Result<(), CallError> {
        let (bytes, most) = (json.as_str().len() as u64, self.scope.limits.message_bytes);
        if bytes > most {
            return Err(refuse("TOO_LARGE", format!("{method}: {what} {bytes} bytes; the limit is {most}")));
        }
        self.counts.message(bytes);
        Ok(())
    }

    /// Called before the run does something lasting that must not be done twice: the run is on record afterwards.
    async fn writes(&self) -> Result<(), CallError> {
        self.wrote.store(true, Ordering::Relaxed);
        // A dry run has no lasting effects.
        if self.dry_run.is_some() { Ok(()) } else { self.scope.recording.before_effect().await }
    }

    /// Returns the rest of the run's time.
    fn time_left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }
}

fn refuse(code: &str, message: impl Into<String>) -> CallError {
    CallError::Refused(CallFailure::new(code, message))
}

fn invalid(method: &str, error: &impl Display) -> CallError {
    refuse("VALIDATION", format!("{method}: {error}"))
}

fn unavailable(method: &str, error: &RepositoryError) -> CallError {
    tracing::error!("{method}: {error}");
    refuse("UNAVAILABLE", format!("{method}: the database is unavailable"))
}

/// Parses the arguments of a built-in call: a JSON array, read as a tuple or a list.
fn arguments<'a, T: Deserialize<'a>>(method: &str, args: &'a JsonText) -> Result<T, CallError> {
    serde_json::from_str(args.as_str()).map_err(|error| invalid(method, &error))
}

fn json(value: &impl Serialize) -> Result<JsonText, CallError> {
    let raw = serde_json::value::to_raw_value(value).map_err(|error| refuse("INTERNAL", error.to_string()))?;
    Ok(raw.into())
}
