//! `make race`: runs a kernel repeatedly in an isolate like a worker's.
//!
//! Arguments are a file and a size. Each line of standard input is a number of calls; the answer is one line: their total duration in
//! microseconds and the last result as JSON. It measures the isolate, not the communication with a worker.

#[path = "../tests/support/no_host.rs"]
mod no_host;

use std::{
    cell::RefCell,
    env, fs,
    io::{self, BufRead, Write},
    rc::Rc,
    sync::Arc,
    thread,
    time::Instant,
};

use iota_scripts_runtime::{
    allocator::CountingAllocator,
    host::Port,
    isolate::{Config, Isolate, STACK_BYTES, Step},
    meter::ProcessMeter,
    protocol::{Job, Limits, Load, Plan},
};
use serde_json::value::RawValue;

use no_host::NoHost;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::of_worker();

fn main() -> io::Result<()> {
    let contended = thread::Builder::new().stack_size(STACK_BYTES).spawn(contend)?.join();
    contended.unwrap_or_else(|_| Err(io::Error::other("the kernel panicked")))
}

fn contend() -> io::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [file, size] = arguments.as_slice() else {
        return Err(io::Error::other("contender FILE SIZE"));
    };
    let mut isolate = Isolate::new(Config { meter: Some(&ProcessMeter), ..Config::default() })
        .map_err(|fault| io::Error::other(fault.message))?;
    isolate.load(Load { key: "k".to_owned(), name: file.clone(), source: fs::read_to_string(file)? });
    let job = Job {
        run: 1,
        plan: Arc::new(Plan {
            key: "k".to_owned(),
            entry: "main".to_owned(),
            fallback: None,
            libraries: Vec::new(),
            context: RawValue::from_string("{}".to_owned())?,
            limits: Limits { memory_bytes: 1 << 30, ..Limits::default() },
        }),
        args: RawValue::from_string(format!("[{size}]"))?,
        raw_body: None,
        execution: None,
    };
    let port: Port = Rc::new(RefCell::new(NoHost));
    for line in io::stdin().lock().lines() {
        let calls: u32 = line?.trim().parse().map_err(io::Error::other)?;
        let begun = Instant::now();
        let mut result = RawValue::NULL.to_owned();
        for _ in 0..calls {
            let Step::Done(done) = isolate.begin(&job, &port) else {
                return Err(io::Error::other("a kernel must not wait"));
            };
            result = done.result.map_err(|fault| io::Error::other(format!("{} {}", fault.code, fault.message)))?;
        }
        writeln!(io::stdout(), "{} {result}", begun.elapsed().as_micros())?;
    }
    Ok(())
}
