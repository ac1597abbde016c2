//! One JavaScript engine, warm, that runs the scripts of one tenant.
//!
//! A run has the processor for one step at a time: from its start, or from a reply that it waited for, to the next
//! wait or its end. While it waits, other runs of the tenant take their steps. They share the frozen intrinsics and
//! nothing else.
//!
//! A run ends when it is cancelled, has used its processor time or its memory, also in the middle of a loop (`watch`).
//! An isolate is not `Send`: it lives and dies on one thread, with [`STACK_BYTES`] of stack.

mod activity;
mod api_errors;
mod calls;
mod check;
mod compile;
mod engine;
mod environment;
mod errors;
mod execution;
mod extension;
mod freeze;
mod garbage;
mod globals;
mod jobs;
mod log;
mod reply;
mod run_context;
mod scripts;
mod session;
mod shared;
mod slots;
mod stopwatch;
mod task;
mod timer_queue;
mod timers;
mod watch;
mod wrapper;

use std::{
    cell::RefCell,
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    rc::Rc,
    sync::{Arc, atomic::AtomicBool},
    time::Instant,
};

use boa_engine::{Context, JsError};
use rustix::time::{ClockId, clock_gettime};

pub(crate) use api_errors::{api_error, api_error_of, rejected};
pub(crate) use calls::{abort_call, call_host, send_to_host};
pub(crate) use extension::{Api, Extension, Globals};
pub(crate) use reply::{DecodeError, ReplyDecoder};
pub(crate) use session::Session;
pub(crate) use timer_queue::Action;
pub(crate) use timers::{clear_timer, set_timer};

use self::{
    activity::{Activity, Traces},
    engine::Settings,
    environment::Known,
    garbage::Garbage,
    globals::{GlobalObject, RunGlobals},
    jobs::Jobs,
    scripts::Scripts,
    session::Run,
    stopwatch::Stopwatch,
    task::{ResourceUsage, Task},
    watch::Watch,
};
use crate::{
    builtins,
    convert::{Records, Views},
    fault,
    host::Port,
    protocol::{
        self, Check, Checked, Done, Fault, FaultKind, Job, Json, Limits, Load, Plan, Plans, Reply, ServiceSignature,
        Usage,
    },
};

/// Stack that the thread of an isolate should have; untouched pages cost nothing.
pub const STACK_BYTES: usize = 256 << 20;

/// Stack below which an isolate makes no more calls: for whatever native code the last one runs.
const STACK_RESERVE: usize = 32 << 20;

/// Counts what the thread uses that an isolate lives on.
pub trait Meter: Sync {
    /// Live bytes right now.
    fn live_bytes(&self) -> u64;
    /// Starts to watch one step of a run, and sets the alarm while more memory is live than the step may use.
    fn begin(&self, allowance: Allowance, alarm: &Arc<AtomicBool>);
    /// Stops watching; the most bytes above the start that were live.
    fn end(&self) -> u64;
}

/// What one step of a run may use until it is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Live bytes above those at the start.
    pub memory_bytes: u64,
    /// Microseconds of processor time; none for all there is.
    pub cpu_us: Option<u64>,
}

/// What a step of a run has come to.
#[derive(Debug)]
pub enum Step {
    /// The run waits for replies to its calls.
    Waiting,
    /// It has ended.
    Done(Box<Done>),
}

/// How an isolate is set up.
#[derive(Clone)]
pub struct Config {
    /// Who counts memory; without it that has no limit, and usage says 0.
    pub meter: Option<&'static dyn Meter>,
    /// Set from another thread, has the run that spins ask at once whether it is cancelled.
    pub alarm: Arc<AtomicBool>,
    /// Bytes of stack of the thread; [`STACK_BYTES`] by default.
    pub stack_bytes: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self { meter: None, alarm: Arc::default(), stack_bytes: STACK_BYTES }
    }
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config").field("metered", &self.meter.is_some()).finish_non_exhaustive()
    }
}

/// One engine with its scripts. See the module's documentation.
pub struct Isolate {
    context: Context,
    settings: Rc<Settings>,
    jobs: Rc<Jobs>,
    session: Session,
    scripts: Scripts,
    plans: Plans,
    known: Known,
    globals: GlobalObject,
    api: &'static Api,
    stopwatch: RefCell<Stopwatch>,
    waiting: HashMap<u64, Task>,
    config: Config,
    tainted: bool,
}

impl std::fmt::Debug for Isolate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Isolate").field("spoiled", &self.tainted).finish_non_exhaustive()
    }
}

impl Isolate {
    /// Sets up an engine that knows this API, of which the isolate itself names nothing. `Isolate::new`, beside the list of the
    /// API of scripts (`api`), calls it.
    pub(crate) fn with_api(config: Config, api: &'static Api) -> Result<Self, Fault> {
        Self::build(config, api)
            .map_err(|error| fault::INTERNAL.fault(format!("the JavaScript engine does not start: {error}")))
    }

    fn build(config: Config, api: &'static Api) -> Result<Self, JsError> {
        let activity = Rc::new(Activity::default());
        let garbage = Rc::new(Garbage::of(config.meter));
        let watch = Rc::new(Watch::new(config.meter, Rc::clone(&garbage), Arc::clone(&config.alarm)));
        let settings = Rc::new(Settings::new(Rc::clone(&activity), garbage, watch));
        let jobs = Rc::new(Jobs::new(&activity));
        let mut context = engine::build(&settings, &jobs)?;
        context.set_alarm(Arc::clone(&config.alarm));
        let session = Session::new()?;
        context.insert_data(session.clone());
        let records = Records::new(&context);
        context.insert_data(records);
        context.insert_data(Views::new(api.views()));
        context.insert_data(settings.region.clone());
        builtins::install(&mut context)?;
        let globals = GlobalObject::install(api, &settings.shared, &mut context)?;
        Garbage::lift_threshold();
        let scripts = Scripts::default();
        Ok(Self {
            context,
            settings,
            jobs,
            session,
            scripts,
            plans: Plans::default(),
            known: Known::default(),
            globals,
            api,
            waiting: HashMap::new(),
            stopwatch: RefCell::default(),
            config,
            tainted: false,
        })
    }

    /// Replaces the catalogue of services that scripts see, from the next run on.
    pub fn bind(&mut self, services: Arc<[ServiceSignature]>) {
        self.scripts.bind(services);
    }

    /// Keeps the source of a script version; the oldest in use makes room.
    pub fn load(&mut self, script: Load) {
        self.scripts.load(script);
    }

    /// Whether the source of a script version is loaded.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.scripts.has(key)
    }

    /// Keeps what many runs have in common.
    pub fn plan(&mut self, slot: u8, plan: Arc<Plan>) {
        self.plans.keep(slot, plan);
    }

    /// The job that a run is; none when its plan is not kept.
    #[must_use]
    pub fn job(&self, run: protocol::Run) -> Option<Job> {
        self.plans.job(run)
    }

    /// The end of a run that could not begin.
    #[must_use]
    pub fn never_begun(&self, fault: Fault) -> Step {
        self.ended(Err(fault), Usage::default())
    }

    /// What a job needs and is not loaded.
    #[must_use]
    pub fn missing<'j>(&self, job: &'j Job) -> Option<&'j str> {
        let Plan { key, libraries, .. } = &*job.plan;
        let mut needed = libraries.iter().map(|library| library.key.as_str()).chain([key.as_str()]);
        needed.find(|key| !self.has(key))
    }

    /// Whether this isolate must be replaced: something was left in it that cannot be taken out again. Runs that wait
    /// may go on.
    #[must_use]
    pub fn is_tainted(&self) -> bool {
        self.tainted
    }

    /// Microseconds of processor time that the thread had used when the last step ended; none before the first, and after a check.
    #[must_use]
    pub fn cpu_us(&self) -> Option<u64> {
        self.stopwatch.borrow().ended_us()
    }

    /// What is to be known of a source before it runs; without errors when it compiles.
    #[must_use]
    pub fn check(&self, check: &Check) -> Checked {
        if let Some(meter) = self.config.meter {
            let Limits { memory_bytes, cpu_us, .. } = check.limits;
            meter.begin(Allowance { memory_bytes, cpu_us }, &self.config.alarm);
        }
        let found = catch_unwind(AssertUnwindSafe(|| check::check(check, self.globals.known(), self.api)));
        self.config.meter.map(Meter::end);
        self.stopwatch.borrow_mut().forget();
        found.unwrap_or_else(|_| check::failed(&check.source))
    }

    /// Begins a run of a loaded script.
    pub fn begin(&mut self, job: &Job, port: &Port) -> Step {
        match self.task_of(job, port) {
            Ok(task) => self.step(job.run, task, |isolate, task| isolate.call_entry_point(job, task)),
            Err(fault) => self.never_begun(fault),
        }
    }

    /// Goes on with the run that waits for this reply; none when there is no such run.
    pub fn reply(&mut self, reply: Reply) -> Option<Step> {
        let number = reply.run;
        let task = self.waiting.remove(&number)?;
        Some(self.step(number, task, |isolate, task| isolate.take_reply(reply, task)))
    }

    /// Ends a run that waits; none when there is no such run.
    pub fn cancel(&mut self, run: u64) -> Option<Step> {
        let task = self.waiting.remove(&run)?;
        let usage = usage_of(&task);
        Some(self.ended(Err(fault::cancelled()), usage))
    }

    fn task_of(&mut self, job: &Job, port: &Port) -> Result<Task, Fault> {
        if self.tainted {
            return Err(fault::INTERNAL.fault("this isolate is spent and must be replaced"));
        }
        let (environment, limits) = (self.known.of(&job.plan, &mut self.context)?, job.plan.limits);
        Ok(Task {
            script: self.scripts.get(&job.plan.key)?,
            limits,
            run: Some(Run::new(job.run, Rc::clone(port), limits, &environment.settings, Instant::now())),
            environment,
            outcome: None,
            traces: Traces::default(),
            run_globals: RunGlobals::default(),
            usage: ResourceUsage::default(),
        })
    }

    /// Gives a run the processor until it waits or ends, and takes away what it would leave to others.
    fn step(
        &mut self,
        number: u64,
        mut task: Task,
        work: impl FnOnce(&mut Self, &mut Task) -> Result<Option<Json>, Fault>,
    ) -> Step {
        let (cpu, began, before) = (self.stopwatch.get_mut().begin(cpu_us), Instant::now(), self.live_bytes());
        self.context.set_native_stack_end(stack_end(self.config.stack_bytes));
        // Whatever a panic leaves half done goes down with the isolate, which is spoiled then.
        let result =
            catch_unwind(AssertUnwindSafe(|| self.step_in_session(&mut task, cpu, work))).unwrap_or_else(|_| {
                self.tainted = true;
                Err(fault::INTERNAL.fault("the JavaScript engine failed in the middle of the run"))
            });
        task.run = task.run.or_else(|| self.session.leave());
        let (peak, stopped) = self.settings.watch.end();
        self.tainted |= stopped.is_some();
        let result = match stopped {
            Some(stop) => Err(stop.fault(result.err(), &task.script.source, &task.limits)),
            None => result,
        };
        let used_us = self.stopwatch.get_mut().end(cpu, began.elapsed(), cpu_us);
        task.usage.add(before, self.live_bytes(), peak, used_us);
        match result.transpose() {
            None => {
                self.waiting.insert(number, task);
                Step::Waiting
            }
            Some(result) => self.ended(result, usage_of(&task)),
        }
    }

    fn step_in_session(
        &mut self,
        task: &mut Task,
        cpu_us: u64,
        work: impl FnOnce(&mut Self, &mut Task) -> Result<Option<Json>, Fault>,
    ) -> Result<Option<Json>, Fault> {
        self.enter(task, cpu_us)?;
        let result = work(self, task);
        if result.as_ref().is_err_and(is_engine_failure) {
            self.tainted = true;
        }
        self.jobs.clear();
        task.run = self.session.leave();
        task.traces = self.settings.activity.suspend();
        match self.globals.take_away(&mut self.context) {
            Ok(run_globals) => task.run_globals = run_globals,
            Err(_) => self.tainted = true,
        }
        self.context.clear_kept_objects();
        result
    }

    fn enter(&mut self, task: &mut Task, cpu_us: u64) -> Result<(), Fault> {
        let run = task.run.take().ok_or_else(|| fault::INTERNAL.fault("the run has lost its session"))?;
        let allowance = Allowance {
            memory_bytes: task.usage.bytes_left(task.limits.memory_bytes),
            cpu_us: task.usage.cpu_left_us(task.limits.cpu_us),
        };
        self.settings.watch.begin(run.number, Rc::clone(&run.port), allowance, cpu_us);
        self.settings.region.set(Rc::clone(&run.region));
        self.settings.activity.resume(std::mem::take(&mut task.traces));
        engine::limit(&mut self.context, &self.settings, &task.limits);
        self.session.enter(run);
        GlobalObject::put_back(std::mem::take(&mut task.run_globals), &mut self.context)
            .map_err(|_| fault::INTERNAL.fault("the globals of the run cannot be set"))
    }

    fn ended(&self, result: Result<Json, Fault>, mut usage: Usage) -> Step {
        usage.result_bytes = result.as_ref().map_or(0, |json: &Json| json.get().len() as u64);
        Step::Done(Box::new(Done { result, usage, tainted: self.tainted, live_bytes: self.live_bytes() }))
    }

    fn live_bytes(&self) -> u64 {
        self.config.meter.map_or(0, Meter::live_bytes)
    }
}

/// The address at which the stack of this thread ends for the engine, seen from near its beginning.
fn stack_end(stack_bytes: usize) -> usize {
    let here = 0u8;
    (&raw const here).addr().saturating_sub(stack_bytes.saturating_sub(STACK_RESERVE))
}

/// What a run has used until now.
fn usage_of(task: &Task) -> Usage {
    let counted = task.run.as_ref().map(|run| run.usage).unwrap_or_default();
    Usage { cpu_us: task.usage.cpu_us(), peak_memory_bytes: task.usage.peak_bytes(), ..counted }
}

/// After an engine's own error, parts of its state stay behind.
fn is_engine_failure(fault: &Fault) -> bool {
    matches!(fault.kind, FaultKind::Stack | FaultKind::Internal) || fault.code == fault::LOOP_LIMIT.name
}

/// CPU time of this thread in microseconds.
fn cpu_us() -> u64 {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = u64::try_from(now.tv_sec).unwrap_or_default();
    let nanos = u64::try_from(now.tv_nsec).unwrap_or_default();
    seconds * 1_000_000 + nanos / 1_000
}
