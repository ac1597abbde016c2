//! One run on a task of its own, from its record as running to its record as finished, whoever waits for it or goes away meanwhile.

use std::{sync::Arc, time::Duration};

use iota_scripts_domain::{
    DomainEvent, EndpointCaller, Execution, ExecutionId, Fault, FaultCode, Monotonic, Outcome, RepositoryError,
    RunRecord, Settlement, Timestamp,
};
use tokio::{sync::oneshot, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{Inner, Settling, receipt::InputStats};
use crate::{
    ServiceError,
    endpoint_service::ReadAnswer,
    host_bridge::HostBridge,
    ports::Job,
    quotas::Admission,
    run_record::{Recording, RunLease},
};

/// How often the end of a run is written before whoever waits is told of it, though the database does not answer.
const FINISH_ATTEMPTS: u32 = 6;
/// How often it is written in all, unless the node stops; then the run's lease ends it as lost. Nobody judges leases while the database
/// does not answer, so an end that is written as soon as it does is in time.
const MOST_ATTEMPTS: u32 = 500;
/// The first pause between the attempts; each later one is twice as long, up to the longest.
const FINISH_PAUSE: Duration = Duration::from_millis(100);
/// The longest.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Everything that one run takes with it.
pub(super) struct RunTask {
    /// Whether it is on record before it begins, or when it must be.
    pub(super) first: bool,
    pub(super) job: Job,
    pub(super) input_stats: InputStats,
    /// Where the answer to a request goes as it was read.
    pub(super) answer: Option<Arc<ReadAnswer>>,
    /// The time that the script lets its runs take.
    pub(super) own_ms: u64,
    /// When it was begun, by a clock that nobody sets.
    pub(super) began: Monotonic,
    pub(super) lease: Arc<RunLease>,
    /// Of a request to an endpoint, who sent it.
    pub(super) caller: Option<EndpointCaller>,
    /// Of an attempt at an occurrence, what follows from its end.
    pub(super) settling: Option<Arc<Settling>>,
    pub(super) bridge: Arc<HostBridge>,
    pub(super) cancel: CancellationToken,
    pub(super) admission: Admission,
    pub(super) guard: ActiveRunGuard,
}

/// A run's place among those under way, given back however the run or its start ends: a lease is renewed for as
/// long as the place is held.
pub(super) struct ActiveRunGuard {
    pub(super) inner: Arc<Inner>,
    pub(super) id: ExecutionId,
}

impl Drop for ActiveRunGuard {
    fn drop(&mut self) {
        self.inner.active.leave(self.id);
    }
}

/// What became of an attempt to write an end.
enum Written {
    /// It is written, and ours.
    Ours,
    /// Somebody else has ended the run, so.
    Another(Box<Execution>),
    /// It is not, and will not be.
    Never,
    /// The database does not answer.
    NotYet,
}

impl RunTask {
    /// Runs to the end. Whoever started it is told once it is recorded, or at once where that may wait.
    pub(super) async fn run_task(self, begun: oneshot::Sender<Result<(), ServiceError>>) {
        let Self {
            first,
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
        if first {
            let recorded = tokio::select! {
                biased;
                recorded = recording.begin_at_once() => recorded,
                () = cancel.cancelled() => return inner.withdraw(recording).await,
            };
            if let Err(error) = recorded {
                // Nobody is told who has gone away.
                let _ = begun.send(Err(error.into()));
                return;
            }
        }
        let _ = begun.send(Ok(()));
        inner.event_publisher.publish(&DomainEvent::ExecutionStarted(Arc::clone(recording.execution())));
        let mut report = tokio::select! {
            biased;
            report = inner.runtime.run(job, bridge.clone(), cancel.clone()) => report,
            never = recording.begin_when_it_lasts() => match never {},
        };
        bridge.end(cancel.cancelled()).await;
        // Of a worker that was killed nobody may know what it used: then it is taken to have been busy.
        admission.end(report.usage.cpu_us.unwrap_or(report.usage.wall_us));
        let is_begun = recording.is_begun().await;
        if let Some(lost) = lease.end() {
            report.outcome = Err(lost);
        }
        let execution = recording.execution();
        let at = inner.end_of(execution, began);
        let record = input_stats.record(report, &bridge, answer.as_deref()).await;
        // Whoever waits has it for themselves.
        drop(answer);
        let Ok(finished) = Execution::clone(execution).finish(record, at) else { return };
        let tell = |told| bridge.feed().finish(told);
        let (told, ours) =
            if is_begun { inner.record_end(finished, settling, tell).await } else { inner.keep(finished, tell).await };
        // Whoever records the end announces it; an end that is not ours is the lease's to record.
        if ours {
            inner.event_publisher.publish(&DomainEvent::of_finished(Arc::clone(&told)));
            inner.breaker.note(&told, own_ms, bridge.identity(), caller.as_ref()).await;
        }
    }
}

impl Inner {
    /// When a run ends that ends now: so long after its beginning as it took, whatever was done to the clock meanwhile.
    fn end_of(&self, execution: &Execution, began: Monotonic) -> Timestamp {
        let began_at = execution.started_at().unwrap_or(execution.head().created_at);
        began_at.plus(self.clock.monotonic().since(began))
    }

    /// Ends a run that was cancelled while it was being recorded: perhaps it is, perhaps it is not.
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

    /// Has the whole record of a run written that was not on record; nobody waits for that unless the database cannot keep up.
    async fn keep(&self, finished: Execution, tell: impl FnOnce(Arc<Execution>)) -> (Arc<Execution>, bool) {
        let short = self.quotas.fit_input_and_record(&finished).map(Arc::new);
        let finished = Arc::new(finished);
        let kept = self.executions.keep(short.unwrap_or_else(|| Arc::clone(&finished)), &self.policy.node).await;
        if let Err(error) = &kept {
            tracing::error!(execution = %finished.id(), "a run was not recorded: {error}");
        }
        tell(Arc::clone(&finished));
        (finished, kept.is_ok())
    }

    /// Writes the end, patiently: what a run did must not get lost with one hiccup of the database. Tells it once; gives what was
    /// told, and whether this node has written it.
    async fn record_end(
        &self,
        finished: Execution,
        settling: Option<Arc<Settling>>,
        tell: impl FnOnce(Arc<Execution>),
    ) -> (Arc<Execution>, bool) {
        let settling = settling.map(|settling| (settling.after(&finished), settling));
        // Whoever waits is told all of it; what is kept is what the tenant's quota leaves room for.
        let short = self.quotas.fit_record(&finished);
        let finished = Arc::new(finished);
        let (mut pause, mut tell) = (FINISH_PAUSE, Some(tell));
        let mut tell_once = |told: Arc<Execution>| {
            if let Some(tell) = tell.take() {
                tell(told);
            }
        };
        for attempt in 1..=MOST_ATTEMPTS {
            let (told, ours) = match self.write_end(short.as_ref().unwrap_or(&finished), settling.as_ref()).await {
                Written::Ours => (finished, true),
                // What is on record is what is told.
                Written::Another(execution) => (Arc::from(execution), false),
                Written::Never => (finished, false),
                Written::NotYet => {
                    if attempt >= FINISH_ATTEMPTS {
                        tell_once(Arc::clone(&finished));
                        if self.active.is_closed() {
                            break;
                        }
                    }
                    sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                    continue;
                }
            };
            tell_once(Arc::clone(&told));
            return (told, ours);
        }
        tracing::error!(execution = %finished.id(), "the end of a run was not recorded");
        (finished, false)
    }

    async fn write_end(&self, finished: &Execution, settling: Option<&(Settlement, Arc<Settling>)>) -> Written {
        let alone = async || self.executions.finish(finished).await.map(|()| false);
        let written = match settling {
            Some((settlement, _)) => match self.executions.finish_attempt(finished, settlement).await {
                Err(error) if !is_usual(&error) => {
                    // What the store has against the settlement is nothing against the end: that is settled by it later.
                    tracing::warn!(execution = %finished.id(), "an end is recorded without what follows from it: {error}");
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
                Written::Ours
            }
            Err(RepositoryError::Unavailable(cause)) => {
                tracing::warn!(execution = %finished.id(), "the end of a run was not recorded yet: {cause}");
                Written::NotYet
            }
            Err(RepositoryError::AlreadyFinished) => {
                match self.executions.get(finished.tenant(), finished.id()).await {
                    // The answer to an earlier attempt, of ours or of the store's own, may have got lost: then the end that is there is
                    // this one.
                    Ok(stored) if is_same(&stored, finished) => Written::Ours,
                    Ok(stored) => Written::Another(Box::new(stored)),
                    Err(_) => Written::Never,
                }
            }
            Err(error) => {
                tracing::error!(execution = %finished.id(), "the end of a run was not recorded: {error}");
                Written::Never
            }
        }
    }
}

/// What the end of a run may be told whatever else is written with it.
const fn is_usual(error: &RepositoryError) -> bool {
    matches!(error, RepositoryError::Unavailable(_) | RepositoryError::AlreadyFinished | RepositoryError::NotFound)
}

fn is_same(stored: &Execution, finished: &Execution) -> bool {
    (stored.status(), stored.finished_at()) == (finished.status(), finished.finished_at())
}
