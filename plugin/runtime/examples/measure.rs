//! Prints the time that an isolate takes to start and to run a small script. `cargo run -p iota-scripts-runtime --example measure`

use std::{
    cell::RefCell,
    io::{self, Write},
    rc::Rc,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use iota_scripts_runtime::{
    host::{HostPort, Port},
    isolate::{Config, Isolate, STACK_BYTES, Step},
    protocol::{Call, Job, Limits, Load, LogLine, Plan, Reply},
};
use serde_json::value::RawValue;

const SCRIPT: &str =
    "async function main(input) { const value = await storage.get('k'); return { value, n: input.n + 1 }; }";
const WARM_UP: usize = 500;
const RUNS: usize = 5_000;

/// Records calls; each is answered with `null`.
#[derive(Default)]
struct Echo(Vec<u64>);

impl HostPort for Echo {
    fn call(&mut self, call: Call) {
        self.0.push(call.call);
    }
    fn log(&mut self, _: u64, _: LogLine) {}
    fn cancelled(&mut self, _: u64) -> bool {
        false
    }
}

fn main() -> io::Result<()> {
    let measured = thread::Builder::new().stack_size(STACK_BYTES).spawn(measure)?.join();
    measured.unwrap_or_else(|_| Err(io::Error::other("the measurement failed")))
}

fn measure() -> io::Result<()> {
    let raw = |json: &str| RawValue::from_string(json.to_owned()).map_err(io::Error::other);
    let mut out = io::stdout();
    let mut starts = Vec::new();
    for _ in 0..20 {
        let begun = Instant::now();
        let isolate = Isolate::new(Config::default()).map_err(|fault| io::Error::other(fault.message))?;
        starts.push(begun.elapsed());
        drop(isolate);
    }
    writeln!(out, "Isolate::new          {}", spread(&mut starts))?;

    let mut isolate = Isolate::new(Config::default()).map_err(|fault| io::Error::other(fault.message))?;
    isolate.load(Load { key: "k".to_owned(), name: "measure.js".to_owned(), source: SCRIPT.to_owned() });
    let job = Job {
        run: 1,
        plan: Arc::new(Plan {
            key: "k".to_owned(),
            entry: "main".to_owned(),
            fallback: None,
            libraries: Vec::new(),
            context: raw(
                r#"{"tenant":{"id":"t","name":"Acme","timezone":"Asia/Tashkent"},"user":{"id":"u","permissions":["a"]}}"#,
            )?,
            limits: Limits::default(),
        }),
        args: raw(r#"[{"n":1}]"#)?,
        raw_body: None,
        execution: None,
    };
    let echo = Rc::new(RefCell::new(Echo::default()));
    let port: Port = echo.clone();
    let mut runs = Vec::new();
    for turn in 0..WARM_UP + RUNS {
        let begun = Instant::now();
        let mut step = Some(isolate.begin(&job, &port));
        while let Some(Step::Waiting) = step {
            let call = echo.borrow_mut().0.pop().unwrap_or_default();
            step = isolate.reply(Reply { run: 1, call, result: Ok(RawValue::NULL.to_owned()) });
        }
        if turn >= WARM_UP {
            runs.push(begun.elapsed());
        }
        if let Some(Step::Done(done)) = step
            && let Err(fault) = done.result
        {
            return Err(io::Error::other(fault.message));
        }
    }
    writeln!(out, "warm run, one call    {}", spread(&mut runs))
}

fn spread(times: &mut [Duration]) -> String {
    times.sort_unstable();
    let at = |part: usize| times.get((times.len() - 1) * part / 100).copied().unwrap_or_default();
    format!("minimum {:?}, median {:?}, p99 {:?}, maximum {:?}", at(0), at(50), at(99), at(100))
}
