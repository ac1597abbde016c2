//! A process that runs tests: a path on each line of input; `passed`, or `failed` and the reason, on each line of output.

use std::{
    cell::RefCell,
    collections::VecDeque,
    fs,
    io::{self, BufRead as _, Write as _},
    path::Path,
    rc::Rc,
    sync::Arc,
    thread,
};

use anyhow::anyhow;
use iota_scripts_runtime::{
    host::{HostPort, Port},
    isolate::{Config, Isolate, STACK_BYTES, Step},
    protocol::{Call, Fault, FaultKind, Job, Json, Limits, Load, LogLine, Plan, Reply},
};
use serde_json::value::to_raw_value;

use crate::{
    program::{Expected, Harness, Program},
    runner,
};

/// Number of tests that share an isolate, as the runs of a tenant do.
const TESTS_OF_AN_ISOLATE: u32 = 50;

/// A host that answers every call immediately with an empty result: the only calls are timers.
#[derive(Default)]
struct NoHost {
    calls: VecDeque<(u64, u64)>,
}

impl HostPort for NoHost {
    fn call(&mut self, call: Call) {
        self.calls.push_back((call.run, call.call));
    }

    fn log(&mut self, _: u64, _: LogLine) {}

    fn cancelled(&mut self, _: u64) -> bool {
        false
    }
}

/// Runs the requested tests until standard input ends.
pub(super) fn serve(suite: &Path) -> anyhow::Result<()> {
    runner::limit_resources()?;
    let (harness, root) = (Harness::read(suite)?, suite.join("test"));
    let served = move || -> anyhow::Result<()> {
        let mut tests = Tests { isolate: None, left: 0, number: 0 };
        for test in io::stdin().lock().lines() {
            let text = fs::read_to_string(root.join(test?))?;
            let failures =
                harness.programs(&text).iter().find_map(|program| tests.failure(program).transpose()).transpose()?;
            let mut out = io::stdout().lock();
            match failures {
                None => writeln!(out, "passed")?,
                Some(why) => writeln!(out, "failed {}", why.replace(['\n', '\r'], " "))?,
            }
            out.flush()?;
        }
        Ok(())
    };
    let served = thread::Builder::new().stack_size(STACK_BYTES).spawn(served)?.join();
    served.unwrap_or_else(|_| Err(anyhow!("the isolate panicked")))
}

struct Tests {
    isolate: Option<Isolate>,
    /// Remaining tests of the isolate.
    left: u32,
    number: u64,
}

impl Tests {
    /// The difference between the expected and the actual outcome of a program, if any.
    fn failure(&mut self, program: &Program) -> anyhow::Result<Option<String>> {
        let result = self.run(&program.source)?;
        let why = match (&program.expected, result) {
            (Expected::Success, Ok(_)) => return Ok(None),
            (Expected::Done, Ok(said)) => match serde_json::from_str::<String>(said.get()) {
                Ok(said) if said.is_empty() => return Ok(None),
                said => said.unwrap_or_else(|error| error.to_string()),
            },
            (Expected::CompileError, Err(fault)) if fault.kind == FaultKind::Compile => return Ok(None),
            (Expected::Thrown(name), Err(fault)) if fault.message.starts_with(name.as_str()) => return Ok(None),
            // A fault has the message of the suite's error class, which may be empty, but not its name.
            (Expected::Thrown(name), Err(fault)) if name == "Test262Error" && fault.message.is_empty() => {
                return Ok(None);
            }
            // The wrapper of a script is compiled when it is called.
            (Expected::Thrown(name), Err(fault)) if name == "SyntaxError" && fault.kind == FaultKind::Compile => {
                return Ok(None);
            }
            (_, Err(fault)) => format!("{}: {}", fault.code, fault.message),
            (expected, Ok(_)) => format!("it ended, and was to be {expected:?}"),
        };
        Ok(Some(format!("({}) {}", program.mode, why.chars().take(300).collect::<String>())))
    }

    fn run(&mut self, source: &str) -> anyhow::Result<Result<Json, Fault>> {
        if self.left == 0 || self.isolate.as_ref().is_none_or(Isolate::is_tainted) {
            let isolate = Isolate::new(Config::default());
            self.isolate = Some(isolate.map_err(|fault| anyhow!("{}: {}", fault.code, fault.message))?);
            self.left = TESTS_OF_AN_ISOLATE;
        }
        self.left -= 1;
        self.number += 1;
        let Some(isolate) = &mut self.isolate else { return Err(anyhow!("there is no isolate")) };
        let key = self.number.to_string();
        isolate.load(Load { key: key.clone(), name: "test".to_owned(), source: source.to_owned() });
        let limits = Limits {
            source_bytes: 16 << 20,
            nesting: 4_000,
            recursion: 1_000,
            loop_iterations: 50_000_000,
            ..Limits::default()
        };
        let job = Job {
            run: self.number,
            plan: Arc::new(Plan {
                key,
                entry: "$262main".to_owned(),
                fallback: None,
                libraries: Vec::new(),
                context: to_raw_value(&serde_json::json!({}))?,
                limits,
            }),
            args: to_raw_value(&[(); 0])?,
            raw_body: None,
            execution: None,
        };
        let host = Rc::new(RefCell::new(NoHost::default()));
        let port: Port = host.clone();
        let mut step = isolate.begin(&job, &port);
        loop {
            step = match step {
                Step::Done(done) => return Ok(done.result),
                Step::Waiting => {
                    let call = host.borrow_mut().calls.pop_front();
                    let next = match call {
                        Some((run, call)) => isolate.reply(Reply { run, call, result: Ok(to_raw_value(&())?) }),
                        None => isolate.cancel(job.run),
                    };
                    next.ok_or_else(|| anyhow!("the run does not wait"))?
                }
            };
        }
    }
}
