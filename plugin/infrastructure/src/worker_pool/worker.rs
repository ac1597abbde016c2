//! The conversation with one worker, on a task of its own: runs begin, call, wait, go on and end.
//!
//! The worker takes steps in the order in which they are sent and answers each, so the first one that is not answered
//! is the one that has its processor. A run that is to end is told so; if it does not listen, the worker is killed:
//! it died of the run that had the processor, and the others were its victims.

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

/// How long a run may take to end once it is told to; then its worker is killed.
const GRACE: Duration = Duration::from_millis(20);
/// How long a run has the processor until those behind it are asked back, to go to other workers.
const LASTING: Duration = Duration::from_millis(5);
/// How long a worker may be silent about the step that has its processor when the run is over for everybody else.
const ORPHANED: Duration = Duration::from_secs(1);
/// Messages that are looked at before a run counts as late: its end may be among them.
const LAST_LOOK: usize = 1024;
/// Bytes of the arguments of calls that are not answered yet, beyond which the worker is not listened to.
const UNANSWERED: usize = 4 << 20;
/// Live bytes with which an idle worker is replaced: something in it grows.
const RECYCLE_BYTES: u64 = 64 << 20;

/// Bytes over the limit of its log that a run may send: the line that says so.
const LOG_SLACK: u64 = 1 << 10;

/// A call that is done: its run, its number, the bytes of its arguments, and the result.
type Answered = (u64, u64, usize, Result<JsonText, CallError>);
type Soon<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// One worker and all that is under way on it.
pub(super) struct Worker {
    link: Link,
    slot: SlotId,
    pool_state: Arc<PoolState>,
    mailbox: mpsc::UnboundedReceiver<WorkItem>,
    stopping: CancellationToken,
    max_runs: u64,
    runs: Runs,
    /// Steps that the worker has not answered yet, by their runs.
    steps: VecDeque<u64>,
    /// When those behind the first are asked back, if it has not ended; none once they are.
    lasts_at: Option<Instant>,
    /// The first lasts, so that nobody is to wait behind it.
    lasting: bool,
    /// Until when the worker is to answer a step of a run that is over.
    orphaned_until: Option<Instant>,
    calls: FuturesUnordered<Soon<Answered>>,
    /// Bytes of the arguments of all those calls.
    unanswered: usize,
    cancellations: FuturesUnordered<Soon<u64>>,
    loaded: HashSet<String>,
    plans: Plans,
    bound: u64,
    begun: u64,
}

enum Event {
    Said(Option<FromWorker>),
    Asked(Option<WorkItem>),
    Answered(Answered),
    Cancelled(u64),
    Late,
    Lasts,
    Stopping,
}

/// The worker is no more, and why.
struct Gone(Fault);

impl Worker {
    /// Puts a ready worker to work on a place; gives the way to it.
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
            lasts_at: None,
            lasting: false,
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
        tokio::spawn(worker.work());
        sender
    }

    async fn work(mut self) {
        let mut stopping = self.stopping.is_cancelled();
        loop {
            let was_idle = self.steps.is_empty();
            let event = self.next(stopping).await;
            // Whoever was given this worker holds its processor until the worker has heard of the run.
            let was_idle = was_idle && !matches!(event, Event::Asked(_));
            let outcome = match event {
                // Nobody can ask any more, and nothing is under way.
                Event::Asked(None) => break,
                Event::Stopping => {
                    stopping = true;
                    self.end_all(&wire::stopping());
                    Ok(())
                }
                event => self.take(event).await,
            };
            if let Err(Gone(fault)) = outcome {
                self.on_exit(fault).await;
                break;
            }
            self.link.flush();
            if !was_idle && self.steps.is_empty() {
                self.pool_state.free(self.slot);
            }
        }
        self.link.kill();
        // Whoever was sent here at the last moment goes elsewhere.
        self.mailbox.close();
        while self.mailbox.try_recv().is_ok() {}
        // What runs have begun outside does not end with their worker: whoever conducts a run waits for it, or ends it.
        while self.calls.next().await.is_some() {}
        self.pool_state.left();
    }

    async fn next(&mut self, stopping: bool) -> Event {
        let due = self.runs.next_due().into_iter().chain(self.orphaned_until).min();
        let lasts_at = self.lasts_at;
        // Without anybody who can ask, the end comes when the runs have ended.
        let open = !self.mailbox.is_closed() || !self.mailbox.is_empty() || self.runs.is_empty();
        tokio::select! {
            biased;
            // First: a worker that never stops talking has no more time than another.
            () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => Event::Late,
            () = sleep_until(lasts_at.unwrap_or_else(Instant::now)), if lasts_at.is_some() => Event::Lasts,
            message = self.link.receive(), if self.unanswered <= UNANSWERED => Event::Said(message),
            Some(answered) = self.calls.next(), if !self.calls.is_empty() => Event::Answered(answered),
            Some(run) = self.cancellations.next(), if !self.cancellations.is_empty() => Event::Cancelled(run),
            () = self.stopping.cancelled(), if !stopping => Event::Stopping,
            work_item = self.mailbox.recv(), if open => Event::Asked(work_item),
        }
    }

    async fn take(&mut self, event: Event) -> Result<(), Gone> {
        match event {
            Event::Said(message) => return self.said(message).await,
            Event::Asked(Some(work_item)) => {
                self.begin(work_item)?;
                // What else is there goes out with it.
                while let Ok(work_item) = self.mailbox.try_recv() {
                    self.begin(work_item)?;
                }
            }
            Event::Late => return self.end_late().await,
            Event::Lasts => self.recall(),
            Event::Answered((run, call, bytes, result)) => {
                self.unanswered -= bytes;
                self.reply(run, call, result);
            }
            Event::Cancelled(run) => self.end(run, wire::cancelled()),
            Event::Asked(None) | Event::Stopping => {}
        }
        Ok(())
    }

    /// What came from the worker; nothing more comes after its end.
    async fn said(&mut self, message: Option<FromWorker>) -> Result<(), Gone> {
        match message {
            Some(message) => self.on_message(message),
            None => Err(Gone(self.link.exit_reason(&self.limits_of_first()).await)),
        }
    }

    /// A message of the worker.
    fn on_message(&mut self, message: FromWorker) -> Result<(), Gone> {
        match message {
            FromWorker::Log { run, line } => {
                self.speaks(run);
                if let Some(Active::Run(active)) = self.runs.get_mut(run) {
                    let line = active.log.line(line);
                    // The worker cuts the log off at its limit; one that does not is no longer ours.
                    if active.log.bytes() > active.work.job.limits.log_bytes.saturating_add(LOG_SLACK) {
                        return Err(protocol_violation());
                    }
                    active.work.io.log(line);
                }
            }
            FromWorker::Call(call) => {
                self.speaks(call.run);
                if let Some(Active::Run(active)) = self.runs.get(call.run) {
                    self.unanswered += call.args.get().len();
                    self.calls.push(Box::pin(answer(Arc::clone(&active.work.io), call)));
                }
            }
            FromWorker::Waiting { run, tainted } => {
                self.answered(run)?;
                self.speaks(run);
                if tainted {
                    self.pool_state.tainted(self.slot);
                }
                // Of answers that came meanwhile it has not heard yet.
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
                        if !active.misses() {
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
                    self.finished(run, *done, alone);
                }
            }
            FromWorker::Checked(found) => {
                let run = self.steps.pop_front().ok_or_else(protocol_violation)?;
                self.first_begins();
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
                if self.runs.get(run).is_some_and(|active| !active.may_be_given_back()) {
                    return Err(protocol_violation());
                }
                let step = self.steps.iter().position(|step| *step == run).ok_or_else(protocol_violation)?;
                self.steps.remove(step);
                if step == 0 {
                    self.first_begins();
                }
                if let Some(active) = self.runs.remove(run) {
                    if !active.is_wanted_back() {
                        // It begins no more.
                        self.pool_state.retire(self.slot);
                    }
                    active.report_not_started();
                }
            }
            FromWorker::Ready(_) | FromWorker::Forked { .. } => return Err(protocol_violation()),
        }
        Ok(())
    }

    /// The worker has said something of a run.
    fn speaks(&mut self, run: u64) {
        if let Some(active) = self.runs.get_mut(run) {
            active.speaks();
        }
    }

    /// The first run lasts: those that were sent behind it go elsewhere.
    fn recall(&mut self) {
        (self.lasts_at, self.lasting) = (None, true);
        self.pool_state.lasts(self.slot);
        for run in self.runs.recall() {
            // It is short enough for any message.
            let _ = self.link.send(ToWorker::Recall { run });
        }
    }

    /// The step that is first now has the processor.
    fn first_begins(&mut self) {
        (self.lasts_at, self.lasting, self.orphaned_until) = (None, false, None);
        let Some(first) = self.steps.front() else { return };
        match self.runs.get_mut(*first) {
            Some(active) => {
                active.begins(GRACE);
                self.lasts_at = Some(Instant::now() + LASTING);
            }
            None => self.orphaned_until = Some(Instant::now() + ORPHANED),
        }
    }

    /// A step is answered: it must have been the first of those that are not.
    fn answered(&mut self, run: u64) -> Result<(), Gone> {
        match self.steps.pop_front() {
            Some(first) if first == run => {
                self.first_begins();
                Ok(())
            }
            _ => Err(protocol_violation()),
        }
    }

    fn finished(&mut self, run: u64, done: Done, alone: bool) {
        let grown = done.live_bytes > RECYCLE_BYTES && alone;
        if done.tainted || grown || self.begun >= self.max_runs {
            self.pool_state.retire(self.slot);
        }
        if let Some(Active::Run(active)) = self.runs.remove(run) {
            active.report_done(done);
        }
    }

    fn begin(&mut self, mut work_item: WorkItem) -> Result<(), Gone> {
        work_item.permit.begun();
        if self.stopping.is_cancelled() {
            work_item.refuse(wire::stopping());
            return Ok(());
        }
        self.begun += 1;
        if self.bound != work_item.bindings.number {
            self.link.send(ToWorker::Bind(Arc::clone(&work_item.bindings.services))).map_err(Gone)?;
            self.bound = work_item.bindings.number;
        }
        let run = self.begun;
        match work_item.work {
            WorkKind::Run(work) => {
                let cancelled = work.cancel.clone().cancelled_owned();
                self.cancellations.push(Box::pin(cancelled.map(move |()| run)));
                self.runs.add(run, Active::run(work, work_item.permit));
                self.send_job(run);
                if self.lasting {
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

    /// Sees to it that the worker has the plan, then hands it the run.
    fn send_job(&mut self, run: u64) {
        let Some(Active::Run(active)) = self.runs.get(run) else { return };
        let job = Arc::clone(&active.work.job);
        match self.plans.place(&job).map_or_else(|| self.send_plan(&job), Ok) {
            Ok(slot) => self.send_step(run, ToWorker::Run(wire::run(&job, run, slot))),
            Err(fault) => self.refuse(run, fault),
        }
    }

    /// Sends the plan of a job, and before it the sources that the worker has not; the place where it is kept.
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

    /// Hands the script the result of its call; one that does not fit a message becomes an error.
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

    /// Tells a run to end with a fault, unless it is told already.
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

    /// Ends runs whose time is over, after a last look at what the worker has said already.
    async fn end_late(&mut self) -> Result<(), Gone> {
        for _ in 0..LAST_LOOK {
            let Some(message) = self.link.receive().now_or_never() else { break };
            self.said(message).await?;
        }
        if self.orphaned_until.is_some_and(|until| until <= Instant::now()) {
            return Err(Gone(wire::died("the worker does not answer")));
        }
        for run in self.runs.due(Instant::now()) {
            let Some(active) = self.runs.get(run) else { continue };
            let Some(fault) = active.ending().cloned() else {
                let late = active.late();
                self.end(run, late);
                continue;
            };
            if self.steps.front() == Some(&run) {
                return Err(Gone(fault));
            }
            // Another run has the processor, so this one cannot say what it has used.
            self.refuse(run, fault);
        }
        Ok(())
    }

    /// Ends a run with a fault, without a word from the worker.
    fn refuse(&mut self, run: u64, fault: Fault) {
        if let Some(active) = self.runs.remove(run) {
            active.report_fault(fault, CrashRole::Unrelated);
        }
    }

    /// Kills the worker, keeps what its runs have logged, and tells each how it ended.
    async fn on_exit(&mut self, fault: Fault) {
        self.link.kill();
        while let Some(message) = self.link.drain().await {
            if let FromWorker::Log { .. } = message {
                // Lines cannot fail.
                let _ = self.on_message(message);
            }
        }
        self.pool_state.died(self.slot);
        let culprit = self.steps.front().copied();
        for run in self.runs.numbers() {
            let Some(active) = self.runs.remove(run) else { continue };
            if culprit == Some(run) || culprit.is_none() {
                let told = active.ending().cloned().unwrap_or_else(|| fault.clone());
                active.report_fault(told, if culprit.is_some() { CrashRole::Culprit } else { CrashRole::Unrelated });
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

    /// Sends one step of a run; one that does not fit a message ends the run.
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
            self.first_begins();
        }
    }
}

fn protocol_violation() -> Gone {
    Gone(wire::died("the worker said something that makes no sense"))
}

/// Performs one call of a script.
async fn answer(io: Arc<dyn RunIo>, call: Call) -> Answered {
    let bytes = call.args.get().len();
    let asked = HostCall { method: call.method, args: call.args.into() };
    (call.run, call.call, bytes, io.call(asked).await)
}
