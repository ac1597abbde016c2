//! One run on a task of its own, from its record as running to its record as finished, whoever waits for it or goes away meanwhile.

use std::{sync::Arc, time::Duration};

use iota_scripts_domain::{DomainEvent, Execution, ExecutionId, Fault, FaultCode, Outcome, RepositoryError, RunRecord};
use tokio::{sync::oneshot, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{Inner, receipt::Given};
use crate::{ServiceError, host_bridge::HostBridge, ports::Job, quotas::Admission};

/// How often the end of a run is written again when the database does not answer; then its lease ends it as lost.
const FINISH_ATTEMPTS: u32 = 6;
/// The first pause between the attempts; each later one is twice as long.
const FINISH_PAUSE: Duration = Duration::from_millis(100);

/// Everything that one run takes with it.
pub(super) struct Conduct {
    pub(super) execution: Execution,
    pub(super) job: Job,
    pub(super) given: Given,
    /// The time that the script lets its runs take.
    pub(super) own_ms: u64,
    pub(super) bridge: Arc<HostBridge>,
    pub(super) cancel: CancellationToken,
    pub(super) admission: Admission,
    pub(super) place: Place,
}

/// A run's place among those under way, given back however the run or its start ends: a lease is renewed for as
/// long as the place is held.
pub(super) struct Place {
    pub(super) inner: Arc<Inner>,
    pub(super) id: ExecutionId,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.inner.active.leave(self.id);
    }
}

impl Conduct {
    /// Runs to the end. Whoever started it is told once it is recorded.
    pub(super) async fn conduct(self, begun: oneshot::Sender<Result<(), ServiceError>>) {
        let Self { execution, job, given, own_ms, bridge, cancel, admission, place } = self;
        let inner = &place.inner;
        let execution = inner.quotas.fit_input(execution);
        let inserted = tokio::select! {
            biased;
            inserted = inner.executions.insert(&execution) => inserted,
            () = cancel.cancelled() => return inner.withdraw(execution).await,
        };
        if let Err(error) = inserted {
            // Nobody is told who has gone away.
            let _ = begun.send(Err(error.into()));
            return;
        }
        let _ = begun.send(Ok(()));
        // Side by side: a slow bus of the host does not hold up the run, and the order of the events stays.
        let started = inner.announcer.announce(DomainEvent::ExecutionStarted(execution.clone()));
        let ((), report) = tokio::join!(started, inner.runtime.run(job, bridge.clone(), cancel.clone()));
        bridge.timers.end();
        bridge.end(cancel.cancelled()).await;
        // Of a worker that was killed nobody may know what it used: then it is taken to have been busy.
        admission.end(report.usage.cpu_us.unwrap_or(report.usage.wall_us));
        let Ok(finished) = execution.finish(given.record(report, &bridge).await, inner.clock.now()) else { return };
        let short = inner.quotas.fit_record(&finished);
        let recorded = inner.record_end(short.as_ref().unwrap_or(&finished)).await;
        let finished = Arc::new(finished);
        bridge.feed.finish(Arc::clone(&finished));
        // Whoever records the end announces it; an end that is not ours is the lease's to record.
        if recorded {
            inner.announcer.announce(DomainEvent::of_finished(Execution::clone(&finished))).await;
            inner.breaker.note(&finished, own_ms).await;
        }
    }
}

impl Inner {
    /// Ends a run that was cancelled while it was being recorded: perhaps it is, perhaps it is not.
    async fn withdraw(&self, execution: Execution) {
        let outcome = Outcome::Cancelled(Fault::new(FaultCode::Cancelled, "the run was cancelled before it began"));
        let Ok(cancelled) = execution.finish(RunRecord::new(outcome), self.clock.now()) else { return };
        match self.executions.finish(&cancelled).await {
            Ok(()) => self.announcer.announce(DomainEvent::of_finished(cancelled)).await,
            Err(RepositoryError::NotFound) => {}
            Err(error) => tracing::warn!(execution = %cancelled.id(), "a withdrawn run is left to its lease: {error}"),
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
}
