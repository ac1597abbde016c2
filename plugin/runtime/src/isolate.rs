//! One JavaScript engine, warm, that runs the scripts of one tenant one after another.
//!
//! An isolate bounds what the engine lets it bound; time, and memory beyond an honest script's, are stopped from
//! outside by ending the process. It is not `Send`: it lives and dies on one thread, with [`STACK_BYTES`] of stack.

mod activity;
mod calls;
mod compile;
mod engine;
mod errors;
mod execution;
mod freeze;
mod globals;
mod jobs;
mod scripts;
mod session;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    rc::Rc,
    sync::Arc,
    time::Instant,
};

use boa_engine::{Context, JsError, object::builtins::JsFunction};
use chrono_tz::Tz;
use rustix::time::{ClockId, clock_gettime};
use serde::Deserialize;

pub(crate) use calls::{api_error, call_host, rejected};
pub(crate) use freeze::freeze;
pub(crate) use session::{After, Session};

use self::{
    activity::Activity, engine::Settings, errors::Origin, globals::Globals, jobs::Jobs, scripts::Scripts, session::Run,
};
use crate::{
    builtins, fault,
    host::Port,
    protocol::{Diagnostic, Done, Fault, FaultKind, Job, Json, Limits, Load, ServiceSignature, Usage},
};

/// Stack that the thread of an isolate should have; untouched pages cost nothing.
pub const STACK_BYTES: usize = 256 << 20;

/// Counts the memory of the process that an isolate lives in.
pub trait Meter: Sync {
    /// Live bytes right now.
    fn live_bytes(&self) -> u64;
    /// Starts to watch the peak, and ends the process when more than `limit` bytes above the present are live.
    fn begin(&self, limit: u64);
    /// Stops watching; the most bytes above the start that were live.
    fn end(&self) -> u64;
}

/// How an isolate is set up.
#[derive(Clone, Copy, Default)]
pub struct Config {
    /// Who counts memory; without it memory is not limited, and usage says 0.
    pub meter: Option<&'static dyn Meter>,
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config").field("metered", &self.meter.is_some()).finish()
    }
}

/// One engine with its scripts. See the module's documentation.
pub struct Isolate {
    context: Context,
    settings: Rc<Settings>,
    jobs: Rc<Jobs>,
    session: Session,
    scripts: Scripts,
    globals: Globals,
    /// The engine's own getter of `stack`, taken before any script could hide it.
    stack_getter: Option<JsFunction>,
    config: Config,
    /// Live bytes after the last forced collection.
    collected_bytes: u64,
    spoiled: bool,
}

impl std::fmt::Debug for Isolate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Isolate").field("spoiled", &self.spoiled).finish_non_exhaustive()
    }
}

impl Isolate {
    /// Sets up an engine; takes some milliseconds.
    ///
    /// # Errors
    /// `INTERNAL` when the engine cannot be set up: a defect, or no memory.
    pub fn new(config: Config) -> Result<Self, Fault> {
        Self::build(config)
            .map_err(|error| fault::INTERNAL.fault(format!("the JavaScript engine does not start: {error}")))
    }

    fn build(config: Config) -> Result<Self, JsError> {
        let activity = Rc::new(Activity::default());
        let settings = Rc::new(Settings::new(Rc::clone(&activity)));
        let jobs = Rc::new(Jobs::new(&activity));
        let mut context = engine::build(&settings, &jobs)?;
        let session = Session::new()?;
        context.insert_data(session.clone());
        let stack_getter = globals::stack_getter(&mut context)?;
        builtins::install(&mut context)?;
        let globals = Globals::install(&mut context)?;
        let collected_bytes = config.meter.map_or(0, Meter::live_bytes);
        let scripts = Scripts::default();
        Ok(Self {
            context,
            settings,
            jobs,
            session,
            scripts,
            globals,
            stack_getter,
            config,
            collected_bytes,
            spoiled: false,
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

    /// Whether this isolate must be replaced: something was left in it that cannot be taken out again.
    #[must_use]
    pub fn is_spoiled(&self) -> bool {
        self.spoiled
    }

    /// The compile errors of a source; empty when it compiles.
    #[must_use]
    pub fn check(&self, source: &str, limits: &Limits) -> Vec<Diagnostic> {
        let checked = catch_unwind(AssertUnwindSafe(|| compile::check(source, limits)))
            .unwrap_or_else(|_| Err(fault::INTERNAL.fault("the JavaScript parser failed on this source")));
        checked.err().map(diagnostic).into_iter().collect()
    }

    /// Runs a loaded script to its end, and takes away what it leaves behind.
    pub fn run(&mut self, job: &Job, port: &Port) -> Done {
        let cpu = cpu_us();
        if let Some(meter) = self.config.meter {
            meter.begin(job.limits.memory_bytes);
        }
        // Whatever a panic leaves half done goes down with the isolate, which is spoiled then.
        let result = catch_unwind(AssertUnwindSafe(|| self.run_in_session(job, port))).unwrap_or_else(|_| {
            self.spoiled = true;
            Err(fault::INTERNAL.fault("the JavaScript engine failed in the middle of the run"))
        });
        let mut usage = self.session.end().map_or_else(Usage::default, |run| run.usage);
        usage.result_bytes = result.as_ref().map_or(0, |json: &Json| json.get().len() as u64);
        if let Some(meter) = self.config.meter {
            usage.peak_memory_bytes = meter.end();
        }
        usage.cpu_us = cpu_us().saturating_sub(cpu);
        Done { result, usage, spoiled: self.spoiled }
    }

    fn run_in_session(&mut self, job: &Job, port: &Port) -> Result<Json, Fault> {
        if self.spoiled {
            return Err(fault::INTERNAL.fault("this isolate is spent and must be replaced"));
        }
        let zone = zone_of(job)?;
        let script = self.scripts.get(&job.key)?;
        self.settings.zone.set(zone);
        self.settings.activity.clear();
        engine::limit(&mut self.context, &self.settings, &job.limits);
        self.session.begin(Run::new(Rc::clone(port), job.limits, zone, Instant::now()));
        let origin = Origin { name: &script.name, source: &script.source, limits: &job.limits };
        let result = self.execute(job, port, &origin);
        if result.as_ref().is_err_and(is_engine_failure) {
            self.spoiled = true;
        }
        self.jobs.clear();
        if !self.spoiled && self.globals.restore(&mut self.context).is_err() {
            self.spoiled = true;
        }
        self.context.clear_kept_objects();
        result
    }
}

/// After an engine's own error, parts of its state stay behind.
fn is_engine_failure(fault: &Fault) -> bool {
    matches!(fault.kind, FaultKind::Stack | FaultKind::Internal) || fault.code == fault::LOOP_LIMIT.name
}

fn zone_of(job: &Job) -> Result<Tz, Fault> {
    #[derive(Deserialize)]
    struct Context {
        tenant: Option<Tenant>,
    }
    #[derive(Deserialize)]
    struct Tenant {
        timezone: Option<String>,
    }
    let context: Context = serde_json::from_str(job.context.get())
        .map_err(|error| fault::INTERNAL.fault(format!("the context of the run is malformed: {error}")))?;
    match context.tenant.and_then(|tenant| tenant.timezone) {
        None => Ok(Tz::UTC),
        Some(name) => name
            .parse()
            .map_err(|_| fault::INTERNAL.fault(format!("context.tenant.timezone: `{name}` is no IANA time zone"))),
    }
}

fn diagnostic(fault: Fault) -> Diagnostic {
    Diagnostic {
        code: fault.code,
        message: fault.message,
        line: fault.line.unwrap_or(1),
        column: fault.column.unwrap_or(1),
        source_line: fault.source_line.unwrap_or_default(),
    }
}

/// CPU time of this thread in microseconds.
fn cpu_us() -> u64 {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = u64::try_from(now.tv_sec).unwrap_or_default();
    let nanos = u64::try_from(now.tv_nsec).unwrap_or_default();
    seconds * 1_000_000 + nanos / 1_000
}
