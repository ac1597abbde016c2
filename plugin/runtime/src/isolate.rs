//! A warm JavaScript engine that runs the scripts of one tenant.
//!
//! A run executes one step at a time: from its start, or from a reply that it waited for, to the next wait or its end. While it
//! waits, other runs of the tenant execute their steps. Runs share only the frozen intrinsics.
//!
//! A run ends when it is cancelled or exceeds its processor time or memory, also in the middle of a loop (`watch`).
//! An isolate is not `Send`: it is created, used and dropped on one thread, with [`STACK_BYTES`] of stack.

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
    environment::EnvironmentCache,
    garbage::Garbage,
    globals::{GlobalObject, RunGlobals},
    jobs::Jobs,
    scripts::Scripts,
    session::CurrentRun,
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

/// Stack size in bytes for the thread of an isolate; untouched pages cost nothing.
pub const STACK_BYTES: usize = 256 << 20;

/// Stack in bytes below which an isolate makes no more calls; reserved for the native code that the last call runs.
const STACK_RESERVE: usize = 32 << 20;

/// Measures and limits the resources of the thread that an isolate runs on.
pub trait Meter: Sync {
    /// Returns the current number of live bytes.
    fn live_bytes(&self) -> u64;
    /// Starts to watch one step of a run. Sets `alarm` while more memory is live than `allowance` permits.
    fn begin(&self, allowance: Allowance, alarm: &Arc<AtomicBool>);
    /// Stops watching and returns the peak of live bytes above those at the start.
    fn end(&self) -> u64;
}

/// The resource limits of one step of a run; a step that exceeds one is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Maximum of live bytes above those at the start.
    pub memory_bytes: u64,
    /// Maximum of processor time in microseconds; `None` for no limit.
    pub cpu_us: Option<u64>,
}

/// The result of a step of a run.
#[derive(Debug)]
pub enum Step {
    /// The run waits for replies to its calls.
    Waiting,
    /// The run has ended.
    Done(Box<Done>),
}

/// The configuration of an isolate.
#[derive(Clone)]
pub struct Config {
    /// The meter that counts memory. Without one, memory has no limit and its usage is reported as 0.
    pub meter: Option<&'static dyn Meter>,
    /// When another thread sets it, the running step checks at once whether its run is cancelled.
    pub alarm: Arc<AtomicBool>,
    /// Stack size of the thread in bytes; default [`STACK_BYTES`].
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

/// An engine with its loaded scripts. See the module's documentation.
pub struct Isolate {
    context: Context,
    settings: Rc<Settings>,
    jobs: Rc<Jobs>,
    session: Session,
    scripts: Scripts,
    plans: Plans,
    environments: EnvironmentCache,
    globals: GlobalObject,
    api: &'static Api,
    stopwatch: RefCell<Stopwatch>,
    waiting: HashMap<u64, Task>,
    config: Config,
    tainted: bool,
}

impl std::fmt::Debug for Isolate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Isolate").field("tainted", &self.tainted).finish_non_exhaustive()
    }
}

impl Isolate {
    /// Creates an engine with this API. `Isolate::new`, next to the list of the API of scripts (`api`), calls it: the isolate itself
    /// does not depend on the parts of the API.
    pub(crate) fn with_api(config: Config, api: &'static Api) -> Result<Self, Fault> {
        Self::build(config, api)
            .map_err(|error| fault::INTERNAL.fault(format!("the JavaScript engine failed to start: {error}")))
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
            environments: EnvironmentCache::default(),
            globals,
            api,
            waiting: HashMap::new(),
            stopwatch: RefCell::default(),
            config,
            tainted: false,
        })
    }

    /// Replaces the catalogue of host services; scripts see it from the next run on.
    pub fn bind(&mut self, services: Arc<[ServiceSignature]>) {
        self.scripts.bind(services);
    }

    /// Stores the source of a script version. If the store is full, the least recently used one is removed.
    pub fn load(&mut self, script: Load) {
        self.scripts.load(script);
    }

    /// Returns whether the source of a script version is loaded.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.scripts.has(key)
    }

    /// Stores the data that many runs have in common.
    pub fn plan(&mut self, slot: u8, plan: Arc<Plan>) {
        self.plans.keep(slot, plan);
    }

    /// Returns the job of a run, or `None` if its plan is not stored.
    #[must_use]
    pub fn job(&self, run: protocol::Run) -> Option<Job> {
        self.plans.job(run)
    }

    /// Returns the final step of a run that could not begin.
    #[must_use]
    pub fn never_begun(&self, fault: Fault) -> Step {
        self.ended(Err(fault), Usage::default())
    }

    /// Returns the key of a script or library that the job needs and that is not loaded.
    #[must_use]
    pub fn missing<'j>(&self, job: &'j Job) -> Option<&'j str> {
        let Plan { key, libraries, .. } = &*job.plan;
        let mut needed = libraries.iter().map(|library| library.key.as_str()).chain([key.as_str()]);
        needed.find(|key| !self.has(key))
    }

    /// Returns whether this isolate must be replaced because a run left changes in it that cannot be undone. Waiting runs may continue.
    #[must_use]
    pub fn is_tainted(&self) -> bool {
        self.tainted
    }

    /// Returns the processor time of the thread in microseconds at the end of the last step; `None` before the first step and after a
    /// check.
    #[must_use]
    pub fn cpu_us(&self) -> Option<u64> {
        self.stopwatch.borrow().ended_us()
    }

    /// Checks a source without running it. If the source compiles, the result contains no errors.
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

    /// Starts a run of a loaded script.
    pub fn begin(&mut self, job: &Job, port: &Port) -> Step {
        match self.task_of(job, port) {
            Ok(task) => self.step(job.run, task, |isolate, task| isolate.call_entry_point(job, task)),
            Err(fault) => self.never_begun(fault),
        }
    }

    /// Continues the run that waits for this reply; `None` if there is no such run.
    pub fn reply(&mut self, reply: Reply) -> Option<Step> {
        let number = reply.run;
        let task = self.waiting.remove(&number)?;
        Some(self.step(number, task, |isolate, task| isolate.take_reply(reply, task)))
    }

    /// Ends a waiting run; `None` if there is no such run.
    pub fn cancel(&mut self, run: u64) -> Option<Step> {
        let task = self.waiting.remove(&run)?;
        let usage = usage_of(&task);
        Some(self.ended(Err(fault::cancelled()), usage))
    }

    fn task_of(&mut self, job: &Job, port: &Port) -> Result<Task, Fault> {
        if self.tainted {
            return Err(fault::INTERNAL.fault("this isolate cannot start further runs and must be replaced"));
        }
        let (environment, limits) = (self.environments.of(&job.plan, &mut self.context)?, job.plan.limits);
        Ok(Task {
            script: self.scripts.get(&job.plan.key)?,
            limits,
            run: Some(CurrentRun::new(job.run, Rc::clone(port), limits, &environment.settings, Instant::now())),
            environment,
            outcome: None,
            traces: Traces::default(),
            run_globals: RunGlobals::default(),
            usage: ResourceUsage::default(),
        })
    }

    /// Executes a run until it waits or ends, then removes its changes to shared objects.
    fn step(
        &mut self,
        number: u64,
        mut task: Task,
        work: impl FnOnce(&mut Self, &mut Task) -> Result<Option<Json>, Fault>,
    ) -> Step {
        let (cpu, began, before) = (self.stopwatch.get_mut().begin(cpu_us), Instant::now(), self.live_bytes());
        self.context.set_native_stack_end(stack_end(self.config.stack_bytes));
        // A panic may leave the state inconsistent; the isolate is tainted then and will be dropped.
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
        let run = task.run.take().ok_or_else(|| fault::INTERNAL.fault("the run has no session"))?;
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

/// Returns the address at which the stack of this thread ends for the engine. Must be called near the beginning of the stack.
fn stack_end(stack_bytes: usize) -> usize {
    let here = 0u8;
    (&raw const here).addr().saturating_sub(stack_bytes.saturating_sub(STACK_RESERVE))
}

/// Returns the resources that a run has used so far.
fn usage_of(task: &Task) -> Usage {
    let counted = task.run.as_ref().map(|run| run.usage).unwrap_or_default();
    Usage { cpu_us: task.usage.cpu_us(), peak_memory_bytes: task.usage.peak_bytes(), ..counted }
}

/// Returns whether a fault is an engine's own error, after which parts of its state remain.
fn is_engine_failure(fault: &Fault) -> bool {
    matches!(fault.kind, FaultKind::Stack | FaultKind::Internal) || fault.code == fault::LOOP_LIMIT.name
}

/// Returns the processor time of this thread in microseconds.
fn cpu_us() -> u64 {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = u64::try_from(now.tv_sec).unwrap_or_default();
    let nanos = u64::try_from(now.tv_nsec).unwrap_or_default();
    seconds * 1_000_000 + nanos / 1_000
}
