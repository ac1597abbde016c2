//! One run from its record as running to its record as finished, on a task of its own.

use std::{sync::Arc, time::Duration};

use iota_scripts_domain::{
    DomainEvent, Execution, ExecutionId, Handler, JsonText, Lease, Limits, NewExecution, Outcome, Receipt,
    RepositoryError, RunLog, RunRecord, Script, ScriptRef, Timestamp, Usage,
};
use serde_json::json;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::{Inner, RunRequest};
use crate::{
    Identity, ServiceError,
    host_bridge::{Counts, HostBridge, Sessions},
    ports::{Job, Measured, RunReport},
    run_feed::{RunFeed, RunListener},
};

/// How often the end of a run is written again when the database does not answer; then its lease ends it as lost.
const FINISH_ATTEMPTS: u32 = 6;
/// The first pause between the attempts; each later one is twice as long.
const FINISH_PAUSE: Duration = Duration::from_millis(100);

/// A run under way. Dropped, the run goes on; see [`Run::cancel_on_drop`].
#[derive(Debug)]
pub struct Run {
    id: ExecutionId,
    began: Timestamp,
    feed: Arc<RunFeed>,
    cancel: CancellationToken,
}

impl Run {
    /// Its id.
    #[must_use]
    pub const fn id(&self) -> ExecutionId {
        self.id
    }

    /// When it began.
    #[must_use]
    pub const fn began(&self) -> Timestamp {
        self.began
    }

    /// Follows it from its first line.
    #[must_use]
    pub fn follow(&self) -> RunListener {
        self.feed.follow()
    }

    /// Cancels the run when the returned guard is dropped before the run has ended.
    #[must_use]
    pub fn cancel_on_drop(&self) -> tokio_util::sync::DropGuard {
        self.cancel.clone().drop_guard()
    }

    /// Waits for its end, which is recorded by then.
    ///
    /// # Panics
    /// Never: a feed ends with the finished execution.
    pub async fn finished(&self) -> Arc<Execution> {
        self.feed.finished().await
    }
}

/// A run's place among those under way, given back however the run or its start ends: a lease is renewed for as
/// long as the place is held.
struct Place {
    inner: Arc<Inner>,
    id: ExecutionId,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.inner.active.leave(self.id);
    }
}

impl Inner {
    pub(super) async fn launch(
        self: &Arc<Self>,
        identity: &Identity,
        script: &Script,
        request: RunRequest,
    ) -> Result<Run, ServiceError> {
        let limits = self.limits(script, request.timeout_ms);
        let Handler { usual: entry, fallback } = match request.entry {
            Some(named) => Handler { usual: named, fallback: None },
            None => script.definition().handler(),
        };
        let now = self.clock.now();
        let head = NewExecution {
            id: request.id.unwrap_or_else(ExecutionId::generate),
            tenant: identity.tenant_id().clone(),
            script: ScriptRef::from(script),
            entry: entry.clone(),
            trigger: request.trigger,
            user: identity.user_id().cloned(),
            origin: request.origin,
            input: request.args.clone(),
            created_at: now,
        };
        let id = head.id;
        let lease = Lease { node: self.policy.node.clone(), until: now.plus(self.policy.lease) };
        let execution = Execution::pending(head, lease.clone()).start(lease, now)?;

        let feed = RunFeed::new();
        let cancel = self.active.enter(id, identity.tenant_id(), &feed).ok_or(ServiceError::Stopping)?;
        let place = Place { inner: Arc::clone(self), id };
        self.executions.insert(&execution).await?;
        let run = Run { id, began: now, feed: Arc::clone(&feed), cancel: cancel.clone() };
        let bridge = HostBridge {
            outside: Arc::clone(&self.outside),
            identity: identity.clone(),
            execution: id,
            script_type: script.definition().kind.script_type(),
            database_access: script.definition().database_access,
            deadline: Instant::now() + Duration::from_millis(limits.wall_ms),
            limits,
            feed: Arc::clone(&feed),
            counts: Counts::default(),
            sql: Sessions::default(),
        };
        let job = Job {
            execution: id,
            tenant: identity.tenant_id().clone(),
            script: ScriptRef::from(script),
            unsaved: request.source.is_some(),
            source: request.source.as_ref().unwrap_or(&script.definition().source).to_shared(),
            entry,
            fallback,
            args: request.args,
            context: context(identity, script, &execution),
            limits,
        };
        tokio::spawn(async move { place.inner.run(execution, job, bridge, feed, cancel).await });
        Ok(run)
    }

    async fn run(
        &self,
        execution: Execution,
        job: Job,
        bridge: HostBridge,
        feed: Arc<RunFeed>,
        cancel: CancellationToken,
    ) {
        let bridge = Arc::new(bridge);
        let limits = job.limits;
        // Side by side: a slow bus of the host does not hold up the run, and the order of the events stays.
        let started = self.announcer.announce(DomainEvent::ExecutionStarted(execution.clone()));
        let ((), report) = tokio::join!(started, self.runtime.run(job, bridge.clone(), cancel));
        // Before the end is told: whatever the run left open must be undone by then.
        bridge.sql.end().await;
        let record = record(report, &feed, &bridge.counts, &limits);
        if let Ok(finished) = execution.finish(record, self.clock.now()) {
            let recorded = self.record_end(&finished).await;
            feed.finish(Arc::new(finished.clone()));
            // Whoever records the end announces it; an end that is not ours is the lease's to record.
            if recorded {
                self.announcer.announce(DomainEvent::of_finished(finished)).await;
            }
        }
    }

    /// Writes the end, patiently: what a run did must not get lost with one hiccup of the database. Whether it is written.
    async fn record_end(&self, finished: &Execution) -> bool {
        let mut pause = FINISH_PAUSE;
        for attempt in 1..=FINISH_ATTEMPTS {
            match self.executions.finish(finished).await {
                Ok(()) => return true,
                Err(RepositoryError::Unavailable(cause)) if attempt < FINISH_ATTEMPTS => {
                    tracing::warn!(execution = %finished.id(), "the end of a run was not recorded yet: {cause}");
                    sleep(pause).await;
                    pause *= 2;
                }
                // The answer to an earlier attempt may have got lost: then the end that is there is this one.
                Err(RepositoryError::AlreadyFinished) if attempt > 1 => return self.is_recorded(finished).await,
                Err(error) => {
                    tracing::error!(execution = %finished.id(), "the end of a run was not recorded: {error}");
                    return false;
                }
            }
        }
        false
    }

    async fn is_recorded(&self, finished: &Execution) -> bool {
        let stored = self.executions.get(finished.tenant(), finished.id()).await;
        stored
            .is_ok_and(|stored| (stored.status(), stored.finished_at()) == (finished.status(), finished.finished_at()))
    }

    fn limits(&self, script: &Script, timeout_ms: Option<u64>) -> Limits {
        let mut limits = Limits::default().of_script(script.definition().limits);
        if let Some(wish) = timeout_ms {
            limits.wall_ms = limits.wall_ms.min(wish);
        }
        limits.clamped(&self.policy.ceiling)
    }
}

/// The `context` object: what a script may know of its surroundings.
fn context(identity: &Identity, script: &Script, execution: &Execution) -> JsonText {
    let definition = script.definition();
    JsonText::from(&json!({
        "tenant": identity.tenant,
        "user": identity.user,
        "script": {
            "id": script.id(),
            "name": definition.name,
            "type": definition.kind.script_type(),
            "version": script.version(),
        },
        "execution": {"id": execution.id(), "triggeredBy": execution.trigger()},
    }))
}

fn record(report: RunReport, feed: &RunFeed, counts: &Counts, limits: &Limits) -> RunRecord {
    let result_bytes = report.outcome.as_ref().map_or(0, |value| value.as_str().len());
    RunRecord {
        log: RunLog { lines: feed.lines(), truncated: report.usage.log_truncated },
        receipt: Some(receipt(&report.usage, result_bytes, counts, limits)),
        outcome: report.outcome.map_or_else(Outcome::of_fault, Outcome::Success),
    }
}

fn receipt(used: &Measured, result_bytes: usize, counts: &Counts, limits: &Limits) -> Receipt {
    use std::sync::atomic::Ordering::Relaxed;
    let of = |used: u64, allowed: u64| Usage { used, allowed };
    Receipt {
        wall_ms: of(used.wall_us.div_ceil(1000), limits.wall_ms),
        cpu_us: of(used.cpu_us.unwrap_or(0), limits.cpu_ms * 1000),
        peak_memory_bytes: of(used.peak_memory_bytes.unwrap_or(0), limits.memory_bytes),
        log_bytes: of(used.log_bytes, limits.log_bytes),
        result_bytes: of(result_bytes as u64, limits.result_bytes),
        host_calls: of(counts.calls.load(Relaxed), limits.host_calls),
        sql_rows_read: of(counts.rows_read(), limits.sql_rows_read),
        sql_rows_written: of(counts.rows_written(), limits.sql_rows_written),
        http_calls: of(0, limits.http_calls),
        http_bytes: of(0, limits.http_bytes),
        events: of(counts.events.load(Relaxed), limits.events),
    }
}
