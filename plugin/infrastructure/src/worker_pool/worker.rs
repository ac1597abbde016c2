//! Talks to one worker in its own task: starts runs, answers their calls, and ends them.
//!
//! The worker executes steps in the order in which they are sent and answers each, so the first unanswered step is the one that is
//! executing. A run that must end is told so. If it does not react, the worker is killed: the executing run is the culprit, the others are
//! bystanders.

mod plans;
mod runs;

use std::{
    collections::{HashSet, VecDeque},
    future::Future,
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use futures_util::{
    FutureExt as _,
    stream::{FuturesUnordered, StreamExt as _},
};
use iota_scripts_domain::{Fault, JsonText};
use iota_scripts_runtime::protocol::{self, Call, Done, FromWorker, Load, Reply, ToWorker};
use iota_scripts_services::ports::{CallError, HostCall, Job, RunIo};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use self::{
    plans::Plans,
    runs::{Active, Runs},
};
use super::{
    link::Link,
    placement::SlotId,
    pool_state::{Mailbox, PoolState, WorkItem},
    wire,
    work::{CrashRole, WorkKind},
};

/// Time for a run to end after it is told to; then its worker is killed.
const GRACE: Duration = Duration::from_millis(20);
/// Execution time of a run after which the runs pipelined behind it are recalled, to go to other workers.
const RECALL_AFTER: Duration = Duration::from_millis(5);
/// Maximum time for a worker to answer a step of a run that is already over.
const ORPHAN_TIMEOUT: Duration = Duration::from_secs(1);
/// Maximum messages received before a run counts as late: its end may be among them.
const MAX_FINAL_MESSAGES: usize = 1024;
/// Bytes of arguments of unanswered calls above which no more messages are received from the worker.
const MAX_UNANSWERED_BYTES: usize = 4 << 20;
/// Live bytes above which an idle worker is replaced, because something in it grows.
const RECYCLE_BYTES: u64 = 64 << 20;

/// Bytes by which a run's log may exceed its limit, for the line that reports the truncation.
const LOG_SLACK: u64 = 1 << 10;

/// A finished host call: run, call number, bytes of its arguments, and result.
type CallDone = (u64, u64, usize, Result<JsonText, CallError>);
type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// One worker and the work in flight on it.
pub(super) struct Worker {
    link: Link,
    slot: SlotId,
    pool_state: Arc<PoolState>,
    mailbox: mpsc::UnboundedReceiver<WorkItem>,
    stopping: CancellationToken,
    max_runs: u64,
    runs: Runs,
    /// Unanswered steps, by run.
    steps: VecDeque<u64>,
    /// When to recall the runs behind the first one, if that has not ended; `None` once they are recalled.
    recall_at: Option<Instant>,
    /// The executing run is not short, so that no run may be queued behind it.
    is_recalling: bool,
    /// Deadline for the answer to a step of a run that is over.
    orphaned_until: Option<Instant>,
    calls: FuturesUnordered<BoxFuture<CallDone>>,
    /// Bytes of the arguments of all unanswered calls.
    unanswered: usize,
    cancellations: FuturesUnordered<BoxFuture<u64>>,
    loaded: HashSet<String>,
    plans: Plans,
    bound: u64,
    begun: u64,
}

enum Event {
    Received(Option<FromWorker>),
    WorkItem(Option<WorkItem>),
    CallDone(CallDone),
    Cancelled(u64),
    Due,
    RecallDue,
    Stopping,
}

/// The worker is gone, and why.
struct WorkerGone(Fault);

impl Worker {
    /// Starts the task of a ready worker in a slot, and returns its mailbox.
    pub(super) fn spawn(
        link: Link,
        slot: SlotId,
        pool_state: &Arc<PoolState>,
        stopping: CancellationToken,
        max_runs: u64,
    ) -> Mailbox {
        let (sender, mailbox) = mpsc::unbounded_channel();
        let worker = Self {
            link,
            slot,
            pool_state: Arc::clone(pool_state),
            mailbox,
            stopping,
            max_runs,
            runs: Runs::default(),
            steps: VecDeque::new(),
            recall_at: None,
            is_recalling: false,
            orphaned_until: None,
            calls: FuturesUnordered::new(),
            unanswered: 0,
            cancellations: FuturesUnordered::new(),
            loaded: HashSet::new(),
            plans: Plans::default(),
            bound: 0,
            begun: 0,
        };
        pool_state.register(slot, sender.clone());
        tokio::spawn(worker.serve());
        sender
    }

    async fn serve(mut self) {
        let mut stopping = self.stopping.is_cancelled();
        loop {
            let was_idle = self.steps.is_empty();
            let event = self.next(stopping).await;
            // An assigned worker counts as busy until it has received the run.
            let was_idle = was_idle && !matches!(event, Event::WorkItem(_));
            let outcome = match event {
                // All senders are gone, and nothing is in flight.
                Event::WorkItem(None) => break,
                Event::Stopping => {
                    stopping = true;
                    self.end_all(&wire::stopping());
                    Ok(())
                }
                event => self.handle(event).await,
            };
            if let Err(WorkerGone(fault)) = outcome {
                self.on_exit(fault).await;
                break;
            }
            self.link.flush();
            if !was_idle && self.steps.is_empty() {
                self.pool_state.free(self.slot);
            }
        }
        self.link.kill();
        // Work that arrives now is dropped, and its run is started again on another worker.
        self.mailbox.close();
        while self.mailbox.try_recv().is_ok() {}
        // Host calls in flight do not end with the worker: the code that runs a task waits for them, or cancels them.
        while self.calls.next().await.is_some() {}
        self.pool_state.exited();
    }

    async fn next(&mut self, stopping: bool) -> Event {
        let due = self.runs.next_due().into_iter().chain(self.orphaned_until).min();
        let recall_at = self.recall_at;
        // Once no sender is left, the task ends when its runs have ended.
        let open = !self.mailbox.is_closed() || !self.mailbox.is_empty() || self.runs.is_empty();
        tokio::select! {
            biased;
            // First, so that a worker that sends messages without end gets no extra time.
            () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => Event::Due,
            () = sleep_until(recall_at.unwrap_or_else(Instant::now)), if recall_at.is_some() => Event::RecallDue,
            message = self.link.receive(), if self.unanswered <= MAX_UNANSWERED_BYTES => Event::Received(message),
            Some(answered) = self.calls.next(), if !self.calls.is_empty() => Event::CallDone(answered),
            Some(run) = self.cancellations.next(), if !self.cancellations.is_empty() => Event::Cancelled(run),
            () = self.stopping.cancelled(), if !stopping => Event::Stopping,
            work_item = self.mailbox.recv(), if open => Event::WorkItem(work_item),
        }
    }

    async fn handle(&mut self, event: Event) -> Result<(), WorkerGone> {
        match event {
            Event::Received(message) => return self.on_received(message).await,
            Event::WorkItem(Some(work_item)) => {
                self.begin(work_item)?;
                // Other queued work is sent in the same write.
                while let Ok(work_item) = self.mailbox.try_recv() {
                    self.begin(work_item)?;
                }
            }
            Event::Due => return self.end_late().await,
            Event::RecallDue => self.recall(),
            Event::CallDone((run, call, bytes, result)) => {
                self.unanswered -= bytes;
                self.reply(run, call, result);
            }
            Event::Cancelled(run) => self.end(run, wire::cancelled()),
            Event::WorkItem(None) | Event::Stopping => {}
        }
        Ok(())
    }

    /// Handles a message from the worker, or its end.
    async fn on_received(&mut self, message: Option<FromWorker>) -> Result<(), WorkerGone> {
        match message {
            Some(message) => self.on_message(message),
            None => Err(WorkerGone(self.link.exit_reason(&self.limits_of_first()).await)),
        }
    }

    /// Handles a message from the worker.
    fn on_message(&mut self, message: FromWorker) -> Result<(), WorkerGone> {
        match message {
            FromWorker::Log { run, line } => {
                self.note_activity(run);
                if let Some(Active::Run(active)) = self.runs.get_mut(run) {
                    let line = active.log.line(line);
                    // A worker cuts the log off at its limit; one that does not is compromised.
                    if active.log.bytes() > active.work.job.limits.log_bytes.saturating_add(LOG_SLACK) {
                        return Err(protocol_violation());
                    }
                    active.work.io.log(line);
                }
            }
            FromWorker::Call(call) => {
                self.note_activity(call.run);
                if let Some(Active::Run(active)) = self.runs.get(call.run) {
                    self.unanswered += call.args.get().len();
                    self.calls.push(Box::pin(answer(Arc::clone(&active.work.io), call)));
                }
            }
            FromWorker::Waiting { run, tainted } => {
                self.answered(run)?;
                self.note_activity(run);
                if tainted {
                    self.pool_state.retire_tainted(self.slot);
                }
                // The worker has not received answers that were sent meanwhile.
                if !self.steps.contains(&run)
                    && let Some(Active::Run(active)) = self.runs.get(run)
                {
                    active.work.io.waits();
                }
            }
            FromWorker::Missing { run, key } => {
                self.answered(run)?;
                self.loaded.remove(&key);
                match self.runs.get_mut(run) {
                    Some(active) if active.is_ending() => {
                        self.runs.remove(run).into_iter().for_each(Active::report_not_started);
                    }
                    Some(active) => {
                        if !active.note_missing() {
                            return Err(protocol_violation());
                        }
                        if let Active::Run(active) = active {
                            self.plans.forget(&active.work.job);
                        }
                        self.send_job(run);
                    }
                    None => {}
                }
            }
            FromWorker::Done { run, done } => {
                let alone = self.runs.begun() == 1;
                self.answered(run)?;
                if let Some(done) = done {
                    self.on_done(run, *done, alone);
                }
            }
            FromWorker::Checked(found) => {
                let run = self.steps.pop_front().ok_or_else(protocol_violation)?;
                self.first_on_processor();
                if self.begun >= self.max_runs {
                    self.pool_state.retire(self.slot);
                }
                match self.runs.remove(run) {
                    Some(Active::Check(check)) => check.report_end(Ok(wire::checked(found))),
                    Some(Active::Run(_)) => return Err(protocol_violation()),
                    None => {}
                }
            }
            FromWorker::NotStarted { run } => {
                if self.runs.get(run).is_some_and(|active| !active.can_be_returned()) {
                    return Err(protocol_violation());
                }
                let step = self.steps.iter().position(|step| *step == run).ok_or_else(protocol_violation)?;
                self.steps.remove(step);
                if step == 0 {
                    self.first_on_processor();
                }
                if let Some(active) = self.runs.remove(run) {
                    if !active.is_recalled() {
                        // The worker starts no more runs.
                        self.pool_state.retire(self.slot);
                    }
                    active.report_not_started();
                }
            }
            FromWorker::Ready(_) | FromWorker::Forked { .. } => return Err(protocol_violation()),
        }
        Ok(())
    }

    /// Records that the worker has sent a message about a run.
    fn note_activity(&mut self, run: u64) {
        if let Some(active) = self.runs.get_mut(run) {
            active.note_activity();
        }
    }

    /// The executing run is not short: recalls the runs queued behind it.
    fn recall(&mut self) {
        (self.recall_at, self.is_recalling) = (None, true);
        self.pool_state.stop_pipelining(self.slot);
        for run in self.runs.recall() {
            // This message always fits into a frame.
            let _ = self.link.send(ToWorker::Recall { run });
        }
    }

    /// Records that the first unanswered step is executing.
    fn first_on_processor(&mut self) {
        (self.recall_at, self.is_recalling, self.orphaned_until) = (None, false, None);
        let Some(first) = self.steps.front() else { return };
        match self.runs.get_mut(*first) {
            Some(active) => {
                active.on_processor(GRACE);
                self.recall_at = Some(Instant::now() + RECALL_AFTER);
            }
            None => self.orphaned_until = Some(Instant::now() + ORPHAN_TIMEOUT),
        }
    }

    /// Handles the answer to a step, which must be the first unanswered one.
    fn answered(&mut self, run: u64) -> Result<(), WorkerGone> {
        match self.steps.pop_front() {
            Some(first) if first == run => {
                self.first_on_processor();
                Ok(())
            }
            _ => Err(protocol_violation()),
        }
    }

    fn on_done(&mut self, run: u64, done: Done, alone: bool) {
        let grown = done.live_bytes > RECYCLE_BYTES && alone;
        if done.tainted || grown || self.begun >= self.max_runs {
            self.pool_state.retire(self.slot);
        }
        if let Some(Active::Run(active)) = self.runs.remove(run) {
            active.report_done(done);
        }
    }

    fn begin(&mut self, mut work_item: WorkItem) -> Result<(), WorkerGone> {
        work_item.permit.begun();
        if self.stopping.is_cancelled() {
            work_item.refuse(wire::stopping());
            return Ok(());
        }
        self.begun += 1;
        if self.bound != work_item.bindings.number {
            self.link.send(ToWorker::Bind(Arc::clone(&work_item.bindings.services))).map_err(WorkerGone)?;
            self.bound = work_item.bindings.number;
        }
        let run = self.begun;
        match work_item.work {
            WorkKind::Run(work) => {
                let cancelled = work.cancel.clone().cancelled_owned();
                self.cancellations.push(Box::pin(cancelled.map(move |()| run)));
                self.runs.add(run, Active::run(work, work_item.permit));
                self.send_job(run);
                if self.is_recalling {
                    self.recall();
                }
            }
            WorkKind::Check(work) => {
                let check = ToWorker::Check(work.check.clone());
                self.runs.add(run, Active::check(work, work_item.permit));
                self.send_step(run, check);
            }
        }
        Ok(())
    }

    /// Sends a run, after its plan if the worker does not have that.
    fn send_job(&mut self, run: u64) {
        let Some(Active::Run(active)) = self.runs.get(run) else { return };
        let job = Arc::clone(&active.work.job);
        match self.plans.slot(&job).map_or_else(|| self.send_plan(&job), Ok) {
            Ok(slot) => self.send_step(run, ToWorker::Run(wire::run(&job, run, slot))),
            Err(fault) => self.refuse(run, fault),
        }
    }

    /// Sends the plan of a job, after the sources that the worker does not have. Returns the slot of the plan.
    fn send_plan(&mut self, job: &Job) -> Result<u8, Fault> {
        let libraries =
            job.libraries.iter().map(|library| (wire::library_key(library), &library.script, &library.source));
        for (key, script, source) in libraries.chain([(wire::key(job), &job.script, &job.source)]) {
            if self.loaded.contains(&key) {
                continue;
            }
            let load = Load { key: key.clone(), name: script.name.to_string(), source: source.to_string() };
            self.link.send(ToWorker::Load(load))?;
            self.loaded.insert(key);
        }
        let slot = self.plans.put(job);
        let sent = self.link.send(ToWorker::Plan { slot, plan: Arc::new(wire::plan(job)) });
        if sent.is_err() {
            self.plans.forget(job);
        }
        sent.map(|()| slot)
    }

    /// Sends the result of a call; one that does not fit into a message becomes an error.
    fn reply(&mut self, run: u64, call: u64, result: Result<JsonText, CallError>) {
        if self.runs.get(run).is_none() {
            return;
        }
        let result = match wire::answer(result) {
            Ok(result) => result,
            Err(fault) => return self.end(run, fault),
        };
        match self.link.send(ToWorker::Reply(Reply { run, call, result })) {
            Ok(()) => self.step_sent(run),
            Err(fault) => {
                let result = Err(wire::too_large(fault));
                self.send_step(run, ToWorker::Reply(Reply { run, call, result }));
            }
        }
    }

    /// Tells a run to end with a fault, unless it was told before.
    fn end(&mut self, run: u64, fault: Fault) {
        if let Some(active) = self.runs.get_mut(run)
            && !active.is_ending()
        {
            let ahead = !active.has_begun();
            active.end(fault, Instant::now() + GRACE);
            self.send_step(run, ToWorker::Cancel { run });
            if ahead {
                let _ = self.link.send(ToWorker::Recall { run });
            }
        }
    }

    fn end_all(&mut self, fault: &Fault) {
        for run in self.runs.numbers() {
            self.end(run, fault.clone());
        }
    }

    /// Ends runs that exceeded their time limit, after handling the messages received so far.
    async fn end_late(&mut self) -> Result<(), WorkerGone> {
        for _ in 0..MAX_FINAL_MESSAGES {
            let Some(message) = self.link.receive().now_or_never() else { break };
            self.on_received(message).await?;
        }
        if self.orphaned_until.is_some_and(|until| until <= Instant::now()) {
            return Err(WorkerGone(wire::died("the worker does not respond")));
        }
        for run in self.runs.due(Instant::now()) {
            let Some(active) = self.runs.get(run) else { continue };
            let Some(fault) = active.ending().cloned() else {
                let late = active.late();
                self.end(run, late);
                continue;
            };
            if self.steps.front() == Some(&run) {
                return Err(WorkerGone(fault));
            }
            // Another run is executing, so this one's usage cannot be reported.
            self.refuse(run, fault);
        }
        Ok(())
    }

    /// Ends a run with a fault, without waiting for the worker.
    fn refuse(&mut self, run: u64, fault: Fault) {
        if let Some(active) = self.runs.remove(run) {
            active.report_fault(fault, CrashRole::Unrelated);
        }
    }

    /// Kills the worker, keeps the log lines of its runs, and reports to each how it ended.
    async fn on_exit(&mut self, fault: Fault) {
        self.link.kill();
        while let Some(message) = self.link.drain().await {
            if let FromWorker::Log { .. } = message {
                // An error is irrelevant, because the worker is already killed.
                let _ = self.on_message(message);
            }
        }
        self.pool_state.died(self.slot);
        let culprit = self.steps.front().copied();
        for run in self.runs.numbers() {
            let Some(active) = self.runs.remove(run) else { continue };
            if culprit == Some(run) || culprit.is_none() {
                let reported = active.ending().cloned().unwrap_or_else(|| fault.clone());
                active
                    .report_fault(reported, if culprit.is_some() { CrashRole::Culprit } else { CrashRole::Unrelated });
            } else {
                active.report_fault(wire::bystander(), CrashRole::Bystander);
            }
        }
    }

    fn limits_of_first(&self) -> protocol::Limits {
        match self.steps.front().and_then(|run| self.runs.get(*run)) {
            Some(Active::Run(active)) => wire::limits(&active.work.job.limits),
            Some(Active::Check(_)) | None => protocol::Limits::default(),
        }
    }

    /// Sends a step of a run; if it does not fit into a message, the run ends.
    fn send_step(&mut self, run: u64, message: ToWorker) {
        match self.link.send(message) {
            Ok(()) => self.step_sent(run),
            Err(fault) => self.refuse(run, fault),
        }
    }

    fn step_sent(&mut self, run: u64) {
        if self.steps.is_empty() {
            self.pool_state.busy(self.slot);
        }
        if let Some(Active::Run(active)) = self.runs.get(run) {
            active.work.io.goes_on();
        }
        self.steps.push_back(run);
        if self.steps.len() == 1 {
            self.first_on_processor();
        }
    }
}

fn protocol_violation() -> WorkerGone {
    WorkerGone(wire::died("the worker sent an unexpected message"))
}

/// Executes one host call.
async fn answer(io: Arc<dyn RunIo>, call: Call) -> CallDone {
    let bytes = call.args.get().len();
    let asked = HostCall { method: call.method, args: call.args.into() };
    (call.run, call.call, bytes, io.call(asked).await)
}
