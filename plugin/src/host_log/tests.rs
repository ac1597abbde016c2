//! Levels of the log, fields of records and spans, and instances that log independently.

use std::{cell::Cell, thread};

use iota_scripts_runtime::allocator::live_bytes;
use parking_lot::Mutex;
use serde_json::Value;

use super::*;

/// Records of one instance.
#[derive(Debug, Clone, Default)]
struct Written(Arc<Mutex<Vec<(LogLevel, Value)>>>);

impl Sink for Written {
    fn write(&self, level: LogLevel, record: &[u8]) {
        self.0.lock().push((level, serde_json::from_slice(record).unwrap()));
    }
}

impl Written {
    fn messages(&self) -> Vec<String> {
        self.0.lock().iter().map(|(_, record)| record["message"].as_str().unwrap().to_owned()).collect()
    }

    fn last(&self) -> Value {
        self.0.lock().last().map(|(_, record)| record.clone()).unwrap()
    }
}

/// Creates a log with a level, and the records written to it.
fn log(level: LevelFilter) -> (HostLog, Written) {
    let written = Written::default();
    let log = HostLog::to(written.clone());
    log.set_level(level);
    (log, written)
}

fn say_each_level() {
    tracing::error!(target: "iota_scripts::levels", "error");
    tracing::warn!(target: "iota_scripts::levels", "warn");
    tracing::info!(target: "iota_scripts::levels", "info");
    tracing::debug!(target: "iota_scripts::levels", "debug");
    tracing::trace!(target: "iota_scripts::levels", "trace");
    tracing::info!(target: "sqlx::query", "third party");
}

#[test]
fn each_instance_has_its_own_level() {
    let all = ["error", "warn", "info", "debug", "trace"];
    let logs = [
        (LevelFilter::ERROR, 1),
        (LevelFilter::TRACE, 5),
        (LevelFilter::INFO, 3),
        (LevelFilter::WARN, 2),
        (LevelFilter::DEBUG, 4),
    ]
    .map(|(level, count)| (log(level), count));
    // Twice: call sites cached in the first round must not affect the second.
    for round in 1..=2 {
        for ((log, _), _) in &logs {
            let log = log.clone();
            let thread = move || {
                let _here = log.enter();
                say_each_level();
            };
            thread::spawn(thread).join().unwrap();
        }
        for ((_, written), count) in &logs {
            assert_eq!(written.messages(), all[..*count].repeat(round), "{count} levels");
        }
    }
}

#[test]
fn a_later_instance_with_another_level_changes_nothing() {
    let (loud, loudly) = log(LevelFilter::DEBUG);
    let say = || tracing::debug!(target: "iota_scripts::later", "said");
    let on = |log: &HostLog| {
        let _here = log.enter();
        say();
    };
    on(&loud);
    let (quiet, quietly) = log(LevelFilter::ERROR);
    on(&quiet);
    on(&loud);
    drop(quiet);
    on(&loud);
    assert_eq!((loudly.messages().len(), quietly.messages().len()), (3, 0));
}

#[test]
fn a_thread_without_a_log_disables_no_call_site() {
    let say = || tracing::warn!(target: "iota_scripts::foreign", "said");
    let (log, written) = log(LevelFilter::INFO);
    thread::spawn(say).join().unwrap();
    let _here = log.enter();
    say();
    assert_eq!(written.messages(), ["said"]);
}

#[test]
fn a_record_has_the_fields_of_its_spans() {
    let (log, written) = log(LevelFilter::DEBUG);
    let _here = log.enter();
    let request = tracing::debug_span!(target: "iota_scripts::http", "request", tenant = "acme", trace_id = "4bf9");
    let run = tracing::debug_span!(target: "iota_scripts::run", parent: &request, "run", script = %"s1", execution = tracing::field::Empty);
    run.record("execution", "e1");
    // The request has ended for its own task; the run still belongs to it.
    drop(request);
    run.in_scope(|| tracing::warn!(target: "iota_scripts::run", script = "s2", calls = 3, "slow"));
    let expected = json!({
        "target": "iota_scripts::run",
        "message": "slow",
        "fields": {"script": "s2", "calls": 3, "execution": "e1", "tenant": "acme", "trace_id": "4bf9"},
    });
    assert_eq!(written.last(), expected);
    drop(run);
    assert_eq!(written.messages(), ["slow", "run ended", "request ended"]);
    let ended = written.0.lock()[1].1["fields"].clone();
    assert!(ended["ms"].is_f64() && ended["tenant"] == "acme" && ended["execution"] == "e1", "{ended}");
}

#[test]
fn a_span_follows_its_task_to_another_thread() {
    let (log, written) = log(LevelFilter::DEBUG);
    let here = log.enter();
    let span = tracing::debug_span!(target: "iota_scripts::run", "run", execution = "e1");
    drop(here);
    let there = move || {
        let _here = log.enter();
        span.in_scope(|| tracing::info!(target: "iota_scripts::run", "said"));
    };
    thread::spawn(there).join().unwrap();
    assert_eq!(written.0.lock()[0].1["fields"], json!({"execution": "e1"}));
}

thread_local! {
    static EVALUATED: Cell<u32> = const { Cell::new(0) };
}

fn costly() -> &'static str {
    EVALUATED.set(EVALUATED.get() + 1);
    "acme"
}

#[test]
fn a_span_below_the_level_evaluates_and_allocates_nothing() {
    // Another instance writes all levels, so that the level of the process decides nothing.
    let (_loud, _) = log(LevelFilter::TRACE);
    let (log, _) = log(LevelFilter::INFO);
    let _here = log.enter();
    let open = || {
        let request = tracing::debug_span!(target: "iota_scripts::http", "request", tenant = costly());
        let run = tracing::debug_span!(target: "iota_scripts::run", "run", tenant = costly());
        [request.entered(), run.entered()]
    };
    // The first call registers the call sites.
    drop(open());
    let mut held = Vec::with_capacity(1000);
    let before = live_bytes();
    held.extend((0..1000).map(|_| open()));
    assert_eq!((EVALUATED.get(), live_bytes() - before), (0, 0));
}
