//! The task of one run: from recording its start to recording its end, even if the caller goes away.

use std::{sync::Arc, time::Duration};

use iota_scripts_domain::{
    DomainEvent, EndpointCaller, Execution, ExecutionId, Fault, FaultCode, Monotonic, Outcome, RepositoryError,
    RunRecord, Settlement, Timestamp,
};
use tokio::{sync::oneshot, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{Inner, Settling, receipt::InputStats};
use crate::{
    Backoff, ServiceError,
    endpoint_service::ReadAnswer,
    host_bridge::HostBridge,
    ports::Job,
    quotas::Admission,
    run_record::{Recording, RunLease},
};

/// Number of attempts to write the end before the caller is told anyway, if the database does not answer.
const FINISH_ATTEMPTS: u32 = 6;
/// Total number of attempts, unless the node stops; after that, the run is ended as lost when its lease expires. Leases are not judged
/// while the database does not answer, so an end that is written as soon as it answers is in time.
const MAX_ATTEMPTS: u32 = 500;
/// The pauses between the attempts.
const FINISH_PAUSES: Backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(2));

/// The state of one run.
pub(super) struct RunTask {
    /// Whether the run is recorded before it begins, or only when necessary.
    pub(super) record_first: bool,
    pub(super) job: Job,
    pub(super) input_stats: InputStats,
    /// Receives the parsed response to a request.
    pub(super) answer: Option<Arc<ReadAnswer>>,
    /// The script's time limit in milliseconds.
    pub(super) own_ms: u64,
    /// When it began, by a monotonic clock.
    pub(super) began: Monotonic,
    pub(super) lease: Arc<RunLease>,
    /// The sender of a request to an endpoint.
    pub(super) caller: Option<EndpointCaller>,
    /// Decides the consequences for an occurrence.
    pub(super) settling: Option<Arc<Settling>>,
    pub(super) bridge: Arc<HostBridge>,
    pub(super) cancel: CancellationToken,
    pub(super) admission: Admission,
    pub(super) guard: ActiveRunGuard,
}

/// Registers a run as active until the guard is dropped, however the run or its start ends: the run's lease is renewed until then.
pub(super) struct ActiveRunGuard {
    pub(super) inner: Arc<Inner>,
    pub(super) id: ExecutionId,
}

impl Drop for ActiveRunGuard {
    fn drop(&mut self) {
        self.inner.active.leave(self.id);
    }
}

/// The result of an attempt to write an end.
enum EndWrite {
    /// This node's end is written.
    Written,
    /// The run already had a different end.
    OtherEnd(Box<Execution>),
    /// It cannot be written.
    Rejected,
    /// The database does not answer.
    Unavailable,
}

impl RunTask {
    /// Runs to the end. The caller is told when the run is recorded, or at once if the run is recorded later.
    pub(super) async fn run_task(self, begun: oneshot::Sender<Result<(), ServiceError>>) {
        let Self {
            record_first,
            job,
            input_stats,
            answer,
            own_ms,
            began,
            lease,
            caller,
            settling,
            bridge,
            cancel,
            admission,
            guard,
        } = self;
        let (inner, recording) = (&guard.inner, bridge.recording());
        if record_first {
            let recorded = tokio::select! {
                biased;
                recorded = recording.begin_at_once() => recorded,
                () = cancel.cancelled() => return inner.withdraw(recording).await,
            };
            if let Err(error) = recorded {
                // The caller may have gone away.
                let _ = begun.send(Err(error.into()));
                return;
            }
        }
        let _ = begun.send(Ok(()));
        inner.event_publisher.publish(&DomainEvent::ExecutionStarted(Arc::clone(recording.execution())));
        let mut report = tokio::select! {
            biased;
            report = inner.runtime.run(job, bridge.clone(), cancel.clone()) => report,
            never = recording.begin_if_long() => match never {},
        };
        bridge.end(cancel.cancelled()).await;
        // The CPU time of a killed worker may be unknown; then the wall time is charged.
        admission.end(report.usage.cpu_us.unwrap_or(report.usage.wall_us));
        let is_begun = recording.is_begun().await;
        if let Some(lost) = lease.end() {
            report.outcome = Err(lost);
        }
        let execution = recording.execution();
        let at = inner.end_of(execution, began);
        let record = input_stats.record(report, &bridge, answer.as_deref()).await;
        // Leaves the caller as the only owner.
        drop(answer);
        let Ok(finished) = Execution::clone(execution).finish(record, at) else { return };
        let announce = |reported| bridge.feed().finish(reported);
        let (reported, written_here) = if is_begun {
            inner.record_end(finished, settling, announce).await
        } else {
            inner.keep(finished, announce).await
        };
        // The node that records the end announces it; an end by lease expiry is announced by the node that recorded it.
        if written_here {
            inner.event_publisher.publish(&DomainEvent::of_finished(Arc::clone(&reported)));
            inner.breaker.note(&reported, own_ms, bridge.identity(), caller.as_ref()).await;
        }
    }
}

impl Inner {
    /// Returns the end time of a run that ends now: its start plus the elapsed monotonic time, independent of changes to the clock.
    fn end_of(&self, execution: &Execution, began: Monotonic) -> Timestamp {
        let began_at = execution.started_at().unwrap_or(execution.head().created_at);
        began_at.plus(self.clock.monotonic().since(began))
    }

    /// Ends a run that was cancelled while it was being recorded, so it is unknown whether it is on record.
    async fn withdraw(&self, recording: &Recording) {
        let outcome = Outcome::Cancelled(Fault::new(FaultCode::Cancelled, "the run was cancelled before it began"));
        let execution = Execution::clone(recording.execution());
        let Ok(cancelled) = execution.finish(RunRecord::new(outcome), self.clock.now()) else { return };
        match self.executions.finish(&cancelled).await {
            Ok(()) => self.event_publisher.publish(&DomainEvent::of_finished(Arc::new(cancelled))),
            Err(RepositoryError::NotFound) => {}
            Err(error) => tracing::warn!(execution = %cancelled.id(), "a withdrawn run is left to its lease: {error}"),
        }
    }

    /// Queues the whole record of a run that is not on record; waits only if the database cannot keep up.
    async fn keep(&self, finished: Execution, announce: impl FnOnce(Arc<Execution>)) -> (Arc<Execution>, bool) {
        let short = self.quotas.fit_input_and_record(&finished).map(Arc::new);
        let finished = Arc::new(finished);
        let queued = self.executions.keep(short.unwrap_or_else(|| Arc::clone(&finished)), &self.policy.node).await;
        if let Err(error) = &queued {
            tracing::error!(execution = %finished.id(), "a run was not recorded: {error}");
        }
        announce(Arc::clone(&finished));
        (finished, queued.is_ok())
    }

    /// Writes the end with retries, so that a short failure of the database loses no result. Reports it once; returns the reported
    /// execution and whether this node has written it.
    async fn record_end(
        &self,
        finished: Execution,
        settling: Option<Arc<Settling>>,
        announce: impl FnOnce(Arc<Execution>),
    ) -> (Arc<Execution>, bool) {
        let settling = settling.map(|settling| (settling.after(&finished), settling));
        // The caller gets the complete result; the record is shortened to the tenant's quota.
        let short = self.quotas.fit_record(&finished);
        let finished = Arc::new(finished);
        let mut announce = Some(announce);
        let mut announce_once = |reported: Arc<Execution>| {
            if let Some(announce) = announce.take() {
                announce(reported);
            }
        };
        for attempt in 1..=MAX_ATTEMPTS {
            let (reported, written_here) =
                match self.write_end(short.as_ref().unwrap_or(&finished), settling.as_ref()).await {
                    EndWrite::Written => (finished, true),
                    // The recorded end is reported.
                    EndWrite::OtherEnd(execution) => (Arc::from(execution), false),
                    EndWrite::Rejected => (finished, false),
                    EndWrite::Unavailable => {
                        if attempt >= FINISH_ATTEMPTS {
                            announce_once(Arc::clone(&finished));
                            if self.active.is_closed() {
                                break;
                            }
                        }
                        sleep(FINISH_PAUSES.pause(attempt - 1)).await;
                        continue;
                    }
                };
            announce_once(Arc::clone(&reported));
            return (reported, written_here);
        }
        tracing::error!(execution = %finished.id(), "the end of a run was not recorded");
        (finished, false)
    }

    async fn write_end(&self, finished: &Execution, settling: Option<&(Settlement, Arc<Settling>)>) -> EndWrite {
        let alone = async || self.executions.finish(finished).await.map(|()| false);
        let written = match settling {
            Some((settlement, _)) => match self.executions.finish_attempt(finished, settlement).await {
                Err(error) if !is_independent_of_settlement(&error) => {
                    // A settlement that the store rejects must not keep the end from being written: recovery settles the occurrence.
                    tracing::warn!(execution = %finished.id(), "an end is recorded without its settlement: {error}");
                    alone().await
                }
                written => written,
            },
            None => alone().await,
        };
        match written {
            Ok(settled) => {
                if let Some((_, settling)) = settling.filter(|_| settled) {
                    settling.written();
                }
                EndWrite::Written
            }
            Err(RepositoryError::Unavailable(cause)) => {
                tracing::warn!(execution = %finished.id(), "the end of a run was not recorded yet: {cause}");
                EndWrite::Unavailable
            }
            Err(RepositoryError::AlreadyFinished) => {
                match self.executions.get(finished.tenant(), finished.id()).await {
                    // The answer to an earlier attempt, by us or by the store itself, may have been lost: then the stored end is this one.
                    Ok(stored) if is_same(&stored, finished) => EndWrite::Written,
                    Ok(stored) => EndWrite::OtherEnd(Box::new(stored)),
                    Err(_) => EndWrite::Rejected,
                }
            }
            Err(error) => {
                tracing::error!(execution = %finished.id(), "the end of a run was not recorded: {error}");
                EndWrite::Rejected
            }
        }
    }
}

/// Returns whether the error can occur for the end of a run alone, without a settlement.
const fn is_independent_of_settlement(error: &RepositoryError) -> bool {
    matches!(error, RepositoryError::Unavailable(_) | RepositoryError::AlreadyFinished | RepositoryError::NotFound)
}

fn is_same(stored: &Execution, finished: &Execution) -> bool {
    (stored.status(), stored.finished_at()) == (finished.status(), finished.finished_at())
}
