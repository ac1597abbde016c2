//! `make bench`: CPU time of the parser and the compiler for everything that the grammar allows to repeat or nest.
//!
//! Each shape is generated at 16, 32 and 64 KiB, the maximum size of a script. Prints figures and asserts nothing. A ratio far above 2 at
//! each step means that time is not linear in the length of the source. Arguments select shapes by name or part of a name.

#[path = "shapes/grammar.rs"]
mod grammar;
#[path = "../../plugin/runtime/tests/support/no_host.rs"]
mod no_host;

use std::{
    cell::RefCell,
    env,
    io::{self, Write},
    rc::Rc,
    sync::Arc,
    thread,
};

use anyhow::anyhow;
use grammar::{SHAPES, Shape};
use iota_scripts_runtime::{
    host::Port,
    isolate::{Config, Isolate, STACK_BYTES, Step},
    protocol::{Check, Job, Limits, Load, Plan, Severity},
};
use no_host::NoHost;
use rustix::time::{ClockId, clock_gettime};
use serde_json::value::RawValue;

const SIZES: [usize; 3] = [16 << 10, 32 << 10, 64 << 10];

/// Time and outcome of one source.
struct Measured {
    check_ms: f64,
    run_ms: f64,
    /// The outcome, other than the missing entry point.
    end: String,
}

fn main() -> anyhow::Result<()> {
    let measured = thread::Builder::new().stack_size(STACK_BYTES).spawn(measure)?.join();
    measured.unwrap_or_else(|_| Err(anyhow!("a shape panicked")))
}

fn measure() -> anyhow::Result<()> {
    let chosen: Vec<String> = env::args().skip(1).collect();
    let mut out = io::stdout().lock();
    let sizes = format!("{:>7} {:>7} {:>7} {:>9}", "16 KiB", "32 KiB", "64 KiB", "64 to 16");
    writeln!(out, "{:<44} {:<33}   {:<33}", "CPU time in ms", "  to check", "  to compile and run")?;
    writeln!(out, "{:<44} {sizes}   {sizes}", "shape")?;
    let whole_name = |word: &String| SHAPES.iter().any(|shape| shape.name == word);
    let chooses = |word: &String, shape: &Shape| shape.name == word || (!whole_name(word) && shape.name.contains(word));
    for shape in SHAPES.iter().filter(|shape| chosen.is_empty() || chosen.iter().any(|word| chooses(word, shape))) {
        let [small, middle, large] = [taken(shape, SIZES[0])?, taken(shape, SIZES[1])?, taken(shape, SIZES[2])?];
        let row = |of: fn(&Measured) -> f64| {
            let [small, middle, large] = [of(&small), of(&middle), of(&large)];
            format!("{small:>7.1} {middle:>7.1} {large:>7.1} {:>8.1}x", large / small)
        };
        writeln!(out, "{:<44} {}   {}  {}", shape.name, row(|t| t.check_ms), row(|t| t.run_ms), large.end)?;
        out.flush()?;
    }
    Ok(())
}

/// Each source gets a new isolate, so that no source affects another.
fn taken(shape: &Shape, bytes: usize) -> anyhow::Result<Measured> {
    let failed =
        |fault: iota_scripts_runtime::protocol::Fault| anyhow!("{}: {} {}", shape.name, fault.code, fault.message);
    let source = shape.text(bytes);
    let mut isolate = Isolate::new(Config::default()).map_err(failed)?;
    let limits = Limits::default();
    let check = Check {
        source: source.clone(),
        functions: vec!["main".to_owned()],
        api_version: 1,
        limits,
        ..Check::default()
    };
    let begun = cpu_ms();
    let checked = isolate.check(&check);
    let check_ms = cpu_ms() - begun;
    isolate.load(Load { key: "k".to_owned(), name: "shape".to_owned(), source });
    let job = Job {
        run: 1,
        plan: Arc::new(Plan {
            key: "k".to_owned(),
            entry: "main".to_owned(),
            fallback: None,
            libraries: Vec::new(),
            context: RawValue::from_string("{}".to_owned())?,
            limits,
        }),
        args: RawValue::from_string("[]".to_owned())?,
        raw_body: None,
        execution: None,
    };
    let port: Port = Rc::new(RefCell::new(NoHost));
    let begun = cpu_ms();
    let step = isolate.begin(&job, &port);
    let run_ms = cpu_ms() - begun;
    let refused = checked.found.iter().find(|found| found.severity == Severity::Error).map(|found| found.code.clone());
    let end = match step {
        Step::Done(done) => done.result.err().map(|fault| fault.code).filter(|code| code != "ENTRY_POINT_MISSING"),
        Step::Waiting => None,
    };
    Ok(Measured { check_ms, run_ms, end: refused.or(end).unwrap_or_default() })
}

/// CPU time of this thread, which excludes the effect of other programs on the machine.
fn cpu_ms() -> f64 {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    now.tv_sec as f64 * 1e3 + now.tv_nsec as f64 / 1e6
}
