//! Runs programs in an isolate as runs of a script.

use std::{cell::RefCell, rc::Rc, sync::Arc};

use iota_scripts_runtime::{
    host::Port,
    isolate::{Config, Isolate, Step},
    protocol::{Done, FaultKind, Job, Json, Limits, Load, Plan},
};
use serde_json::{Value, json, value::to_raw_value};

use crate::{no_host::NoHost, program::Program};

/// Number of programs that share an isolate.
const PROGRAMS_PER_ISOLATE: u64 = 40;

pub(crate) struct Ours {
    isolate: Isolate,
    programs: u64,
}

impl Ours {
    pub(crate) fn start() -> Self {
        Self { isolate: isolate(), programs: 0 }
    }

    /// Returns the result of each of several runs of the program in one isolate.
    pub(crate) fn run(&mut self, program: &Program) -> Vec<Value> {
        self.programs += 1;
        if self.programs.is_multiple_of(PROGRAMS_PER_ISOLATE) {
            self.isolate = isolate();
        }
        let key = format!("program {}", self.programs);
        self.isolate.load(Load { key: key.clone(), name: "main.js".to_owned(), source: program.source() });
        (0..3).map(|_| self.run_once(&key, program.zone)).collect()
    }

    fn run_once(&mut self, key: &str, zone: &str) -> Value {
        let job = Job {
            run: 1,
            plan: Arc::new(Plan {
                key: key.to_owned(),
                entry: "main".to_owned(),
                fallback: None,
                libraries: Vec::new(),
                context: raw(&json!({ "tenant": { "timezone": zone } })),
                limits: Limits { source_bytes: 1 << 20, ..Limits::default() },
            }),
            args: raw(&json!([])),
            raw_body: None,
            execution: None,
        };
        let port: Port = Rc::new(RefCell::new(NoHost));
        let done: Box<Done> = match self.isolate.begin(&job, &port) {
            Step::Done(done) => done,
            Step::Waiting => match self.isolate.cancel(job.run) {
                Some(Step::Done(done)) => done,
                _ => return json!({ "failed": "it waits" }),
            },
        };
        if done.tainted {
            self.isolate = isolate();
        }
        match done.result {
            Ok(json) => json!({ "result": serde_json::from_str::<Value>(json.get()).unwrap_or_default() }),
            Err(fault) if fault.kind == FaultKind::Compile => json!({ "refused": fault.message }),
            Err(fault) => json!({ "failed": fault.message }),
        }
    }
}

fn isolate() -> Isolate {
    Isolate::new(Config::default()).expect("the isolate starts")
}

fn raw(value: &Value) -> Json {
    to_raw_value(value).expect("a value is JSON")
}
