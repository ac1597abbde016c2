//! Metrics for the operator as Prometheus text: runs by outcome, their durations, and the worker pool.

use std::{fmt::Write as _, sync::Arc};

use async_trait::async_trait;
use iota_scripts_domain::{Fault, Limits, Quota, TenantId};
use iota_scripts_services::ports::{
    Check, Checked, Incidents, Job, RunIo, RunReport, Runtime, RuntimeStatus, ServiceSignature,
};
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{
        counter::Counter,
        family::Family,
        histogram::{Histogram, exponential_buckets},
    },
    registry::Registry,
};
use tokio_util::sync::CancellationToken;

/// All metrics of one instance.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    runs: Family<OutcomeLabel, Counter>,
    seconds: Histogram,
    queued_seconds: Histogram,
    host_events: Counter,
    quota_refusals: Family<QuotaLabel, Counter>,
    quarantines: Counter,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabel {
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct QuotaLabel {
    quota: &'static str,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("iota_scripts");
        // From 0.1 ms to about 105 s, each bucket twice as wide as the one before.
        let durations = || Histogram::new(exponential_buckets(0.0001, 2.0, 21));
        let (runs, seconds, queued_seconds) = (Family::default(), durations(), durations());
        let (host_events, quota_refusals, quarantines) = (Counter::default(), Family::default(), Counter::default());
        registry.register("runs", "Runs by outcome", runs.clone());
        registry.register("run_seconds", "Wall time of runs in a worker", seconds.clone());
        registry.register("run_queued_seconds", "Time that runs waited for a worker", queued_seconds.clone());
        registry.register("host_events", "Events received from the host", host_events.clone());
        let refusals = "Runs refused because their tenant exceeded a quota";
        registry.register("quota_refusals", refusals, quota_refusals.clone());
        registry.register(
            "quarantines",
            "Scripts deactivated because their runs repeatedly reached hard limits",
            quarantines.clone(),
        );
        Self { registry, runs, seconds, queued_seconds, host_events, quota_refusals, quarantines }
    }
}

impl Metrics {
    /// Counts an event from the host's event bus.
    pub fn count_host_event(&self) {
        self.host_events.inc();
    }

    /// Returns the metrics in the Prometheus text format.
    #[must_use]
    pub fn render(&self, status: &RuntimeStatus) -> String {
        let gauges = [
            ("workers", "Workers", status.workers as u64),
            ("workers_max", "Maximum number of workers", status.max_workers as u64),
            ("workers_busy", "Workers running a script", status.busy as u64),
            ("runs_waiting", "Runs waiting for a worker", status.waiting as u64),
            ("workers_started", "Workers started since the plugin started", status.started),
            ("workers_died", "Workers that died or were killed since the plugin started", status.died),
        ];
        let mut text = String::new();
        for (name, help, value) in gauges {
            let _ = writeln!(text, "# HELP iota_scripts_{name} {help}.\n# TYPE iota_scripts_{name} gauge");
            let _ = writeln!(text, "iota_scripts_{name} {value}");
        }
        // Writing to a `String` cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }

    fn observe(&self, report: &RunReport) {
        let outcome = report.outcome.as_ref().err().map_or("success", |fault| fault.kind().as_str());
        self.runs.get_or_create(&OutcomeLabel { outcome }).inc();
        self.seconds.observe(seconds(report.usage.wall_us));
        self.queued_seconds.observe(seconds(report.usage.queued_us));
    }
}

#[expect(clippy::cast_precision_loss, reason = "durations of runs are far below 2^52 microseconds")]
fn seconds(micros: u64) -> f64 {
    micros as f64 / 1e6
}

impl Incidents for Metrics {
    fn quota_refused(&self, quota: Quota) {
        self.quota_refusals.get_or_create(&QuotaLabel { quota: quota.as_str() }).inc();
    }

    fn quarantined(&self) {
        self.quarantines.inc();
    }
}

/// A runtime that counts its runs.
#[expect(missing_debug_implementations, reason = "holds a trait object")]
pub struct MeteredRuntime {
    inner: Arc<dyn Runtime>,
    metrics: Arc<Metrics>,
}

impl MeteredRuntime {
    /// Wraps `inner` and counts its runs.
    #[must_use]
    pub fn new(inner: Arc<dyn Runtime>, metrics: Arc<Metrics>) -> Self {
        Self { inner, metrics }
    }
}

#[async_trait]
impl Runtime for MeteredRuntime {
    async fn run(&self, job: Job, io: Arc<dyn RunIo>, cancel: CancellationToken) -> RunReport {
        let report = self.inner.run(job, io, cancel).await;
        self.metrics.observe(&report);
        report
    }

    async fn check(&self, tenant: &TenantId, check: &Check, limits: &Limits) -> Result<Checked, Fault> {
        self.inner.check(tenant, check, limits).await
    }

    fn bind(&self, services: Arc<[ServiceSignature]>) {
        self.inner.bind(services);
    }

    fn status(&self) -> RuntimeStatus {
        self.inner.status()
    }

    async fn stop(&self) {
        self.inner.stop().await;
    }
}
