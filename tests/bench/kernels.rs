//! `make bench`: CPU time of small JavaScript programs in an isolate, each at one size and at twice that size.
//!
//! Prints figures and asserts nothing. A ratio far above 2 means that time does not grow in proportion to the work. Arguments select
//! kernels by name; the programs are in `kernels/`, each with its size on the first line.

#[path = "../../plugin/runtime/tests/support/no_host.rs"]
mod no_host;

use std::{
    cell::RefCell,
    env, fs,
    io::{self, Write},
    path::Path,
    rc::Rc,
    sync::Arc,
    thread,
    time::Duration,
};

use anyhow::{Context, anyhow};
use iota_scripts_runtime::{
    host::Port,
    isolate::{Config, Isolate, STACK_BYTES, Step},
    protocol::{Job, Limits, Load, Plan},
};
use serde_json::value::RawValue;

use no_host::NoHost;

/// Times that each size is run.
const ROUNDS: usize = 5;

fn main() -> anyhow::Result<()> {
    let measured = thread::Builder::new().stack_size(STACK_BYTES).spawn(measure)?.join();
    measured.unwrap_or_else(|_| Err(anyhow!("a kernel panicked")))
}

fn measure() -> anyhow::Result<()> {
    let chosen: Vec<String> = env::args().skip(1).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/kernels");
    let mut files: Vec<_> =
        fs::read_dir(&folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    files.sort();
    let mut out = io::stdout().lock();
    writeln!(out, "{:<20} {:>10} {:>10} {:>10}     {:>8} {:>8}", "kernel", "min", "median", "max", "size", "2x size")?;
    for file in files {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if !chosen.is_empty() && !chosen.contains(&name) {
            continue;
        }
        let source = fs::read_to_string(&file)?;
        let size = source.lines().next().and_then(|line| line.strip_prefix("// n: ")?.parse::<u64>().ok());
        let size = size.with_context(|| format!("{}: the first line has no size", file.display()))?;
        let once = times(&name, &source, size)?;
        let twice = times(&name, &source, 2 * size)?;
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        let ratio = ms(twice[ROUNDS / 2]) / ms(once[ROUNDS / 2]);
        let [least, median, most] = [once[0], once[ROUNDS / 2], once[ROUNDS - 1]].map(ms);
        writeln!(out, "{name:<20} {least:>10.2} {median:>10.2} {most:>10.2} ms  {size:>8} {ratio:>7.1}x")?;
    }
    Ok(())
}

/// CPU times of all rounds, shortest first. CPU time excludes the effect of other programs on the machine.
fn times(name: &str, source: &str, size: u64) -> anyhow::Result<Vec<Duration>> {
    let failed = |fault: iota_scripts_runtime::protocol::Fault| anyhow!("{name}: {} {}", fault.code, fault.message);
    let mut isolate = Isolate::new(Config::default()).map_err(failed)?;
    isolate.load(Load { key: "k".to_owned(), name: name.to_owned(), source: source.to_owned() });
    let job = Job {
        run: 1,
        plan: Arc::new(Plan {
            key: "k".to_owned(),
            entry: "main".to_owned(),
            fallback: None,
            libraries: Vec::new(),
            context: RawValue::from_string("{}".to_owned())?,
            limits: Limits::default(),
        }),
        args: RawValue::from_string(format!("[{size}]"))?,
        raw_body: None,
        execution: None,
    };
    let port: Port = Rc::new(RefCell::new(NoHost));
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let Step::Done(done) = isolate.begin(&job, &port) else { return Err(anyhow!("{name} did not finish")) };
        done.result.map_err(failed)?;
        times.push(Duration::from_micros(done.usage.cpu_us));
    }
    times.sort_unstable();
    Ok(times)
}
