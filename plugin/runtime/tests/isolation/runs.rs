//! Runs scripts one after another in one isolate.

use std::{cell::RefCell, rc::Rc, sync::Arc, thread};

use iota_scripts_runtime::{
    host::{HostPort, Port},
    isolate::{Config, Isolate, STACK_BYTES, Step},
    protocol::{Call, Job, Limits, Load, LogLine, Plan},
};
use serde_json::value::RawValue;

/// A host that answers nothing.
#[derive(Default)]
struct NoReplyHost {
    logs: Vec<String>,
}

impl HostPort for NoReplyHost {
    fn call(&mut self, _: Call) {}
    fn log(&mut self, _: u64, line: LogLine) {
        self.logs.push(line.message);
    }
    fn cancelled(&mut self, _: u64) -> bool {
        false
    }
}

/// The outcome of a run.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The result as text, or the fault's message.
    pub(crate) result: String,
    pub(crate) failed: bool,
    pub(crate) tainted: bool,
    pub(crate) logs: Vec<String>,
}

pub(crate) struct Runs {
    isolate: Isolate,
    done: u32,
    limits: Limits,
}

impl Default for Runs {
    fn default() -> Self {
        Self::within(Limits { result_bytes: 64 << 20, ..Limits::default() })
    }
}

impl Runs {
    pub(crate) fn within(limits: Limits) -> Self {
        let isolate = Isolate::new(Config::default()).expect("the isolate starts");
        Self { isolate, done: 0, limits }
    }

    /// Runs a script to its end. A script that was run before is not compiled again.
    pub(crate) fn run(&mut self, source: &str) -> Outcome {
        let mut outcome = self.run_and_keep_logs(source);
        outcome.logs.retain(|line| !line.starts_with("unhandled promise rejection"));
        outcome
    }

    /// Like [`Self::run`], but keeps all log lines. A run that waits for the host is cancelled.
    pub(crate) fn run_and_keep_logs(&mut self, source: &str) -> Outcome {
        if !self.isolate.has(source) {
            self.isolate.load(Load { key: source.to_owned(), name: "s".to_owned(), source: source.to_owned() });
        }
        self.done += 1;
        let job = Job {
            run: self.done.into(),
            plan: Arc::new(Plan {
                key: source.to_owned(),
                entry: "main".to_owned(),
                fallback: None,
                libraries: Vec::new(),
                context: raw(r#"{"tenant":{"id":"t"},"user":{"id":"u"}}"#),
                limits: self.limits,
            }),
            args: raw(&format!("[{}]", self.done)),
            raw_body: None,
            execution: None,
        };
        let host = Rc::new(RefCell::new(NoReplyHost::default()));
        let port: Port = host.clone();
        let step = match self.isolate.begin(&job, &port) {
            Step::Waiting => self.isolate.cancel(job.run),
            done @ Step::Done(_) => Some(done),
        };
        let Some(Step::Done(done)) = step else { panic!("a cancelled run continues") };
        let logs = host.borrow_mut().logs.drain(..).collect();
        let (failed, result) = match done.result {
            Ok(json) => (false, serde_json::from_str(json.get()).unwrap_or_else(|_| json.get().to_owned())),
            Err(fault) => (true, format!("{} {}", fault.code, fault.message)),
        };
        Outcome { result, failed, tainted: done.tainted, logs }
    }
}

fn raw(json: &str) -> Box<RawValue> {
    RawValue::from_string(json.to_owned()).expect("JSON")
}

/// Runs a test on a thread with the stack size of an isolate.
pub(crate) fn on_a_big_stack(test: fn()) {
    let thread = thread::Builder::new().stack_size(STACK_BYTES).spawn(test).expect("a thread with a big stack");
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}
