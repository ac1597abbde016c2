//! Runs the script specs of the workspace: `tests/specs/<area>/<case>/{main.js, spec.json?, expected.json}`.
//!
//! A spec defines how the script is called and the host's answers; all output is compared with `expected.json`. With `BLESS=1` in the
//! environment the files are written instead; review them before you commit them.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap, VecDeque},
    fs,
    path::{Path, PathBuf},
    rc::Rc,
    sync::Arc,
};

use iota_scripts_runtime::{
    allocator::CountingAllocator,
    host::{HostPort, Port},
    isolate::{Config, Isolate, STACK_BYTES, Step},
    meter::ThreadMeter,
    protocol::{Call, CallError, Done, Job, Json, Library, Limits, Load, LogLine, Plan, Reply, ServiceSignature},
};
use serde::Deserialize;
use serde_json::{Value, json, value::to_raw_value};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::new();

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Spec {
    /// Path of the script from the root of the workspace; default `main.js` in the case's folder.
    script: Option<String>,
    entry: String,
    fallback: Option<String>,
    args: Vec<Value>,
    context: Value,
    services: BTreeMap<String, Vec<String>>,
    /// Libraries by name, each a file of the case, in the order of their execution.
    libraries: Vec<(String, String)>,
    /// Answers by method, in the order of its calls; the last one repeats. `None`, or null, means that the host never answers.
    replies: HashMap<String, VecDeque<Option<Answer>>>,
    /// Whether replies arrive in the reverse order of the pending calls.
    reversed: bool,
    cancelled: bool,
    /// Whether the position of the fault depends on timing and is left out.
    anywhere: bool,
    /// Number of runs in the same isolate, of which the last counts. Default 3, or until the isolate is tainted: the second run of a line
    /// takes other code paths in the engine than the first.
    runs: Option<usize>,
    limits: Limits,
}

impl Default for Spec {
    fn default() -> Self {
        Self {
            script: None,
            entry: "main".to_owned(),
            fallback: None,
            args: Vec::new(),
            context: json!({}),
            services: BTreeMap::new(),
            libraries: Vec::new(),
            replies: HashMap::new(),
            reversed: false,
            cancelled: false,
            anywhere: false,
            runs: None,
            limits: Limits::default(),
        }
    }
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Ok(Value),
    Err(CallError),
}

/// A host that answers from the spec and records its calls.
struct ScriptedHost {
    replies: HashMap<String, VecDeque<Option<Answer>>>,
    reversed: bool,
    cancelled: bool,
    outstanding: VecDeque<Reply>,
    /// Waits for timers, by the time at which they end. They are answered at once if no other reply is left.
    waits: BTreeMap<(u64, u64), Reply>,
    now_ms: u64,
    calls: Vec<Value>,
    logs: Vec<Value>,
}

impl HostPort for ScriptedHost {
    fn call(&mut self, call: Call) {
        if call.method == "timer.wait" {
            let [wait_ms]: [u64; 1] = serde_json::from_str(call.args.get()).expect("milliseconds");
            let reply = Reply { run: call.run, call: call.call, result: Ok(raw(&Value::Null)) };
            self.waits.insert((self.now_ms + wait_ms, call.call), reply);
            return;
        }
        let args: Value = serde_json::from_str(call.args.get()).expect("arguments are JSON");
        let answers = self.replies.get_mut(&call.method);
        let answer = match answers {
            Some(answers) if answers.len() > 1 => answers.pop_front().flatten(),
            Some(answers) => answers.front().cloned().flatten(),
            None => Some(Answer::Ok(Value::Null)),
        };
        self.calls.push(json!([call.method, args]));
        let result = match answer {
            Some(Answer::Ok(value)) => Ok(raw(&value)),
            Some(Answer::Err(error)) => Err(error),
            None => return,
        };
        self.outstanding.push_back(Reply { run: call.run, call: call.call, result });
    }

    fn log(&mut self, _: u64, line: LogLine) {
        let mut shown = json!([line.level, line.message]);
        if let (Some(data), Some(parts)) = (line.data, shown.as_array_mut()) {
            parts.push(data);
        }
        self.logs.push(shown);
    }

    fn cancelled(&mut self, _: u64) -> bool {
        self.cancelled
    }
}

impl ScriptedHost {
    fn next_reply(&mut self) -> Option<Reply> {
        let answer = if self.reversed { self.outstanding.pop_back() } else { self.outstanding.pop_front() };
        answer.or_else(|| {
            let ((now_ms, _), reply) = self.waits.pop_first()?;
            self.now_ms = now_ms;
            Some(reply)
        })
    }
}

/// Executes a run to its end; a run that waits for a reply that the spec does not have is cancelled.
fn run_to_end(isolate: &mut Isolate, job: &Job, host: &Rc<RefCell<ScriptedHost>>) -> Box<Done> {
    let port: Port = host.clone();
    let mut step = isolate.begin(job, &port);
    loop {
        step = match step {
            Step::Done(done) => return done,
            Step::Waiting => {
                let reply = host.borrow_mut().next_reply();
                let next = match reply {
                    Some(reply) => isolate.reply(reply),
                    None => isolate.cancel(job.run),
                };
                next.expect("the run waits")
            }
        };
    }
}

fn raw(value: &Value) -> Json {
    to_raw_value(value).expect("a value is JSON")
}

fn run_case(folder: &Path, root: &Path) -> Value {
    let spec: Spec = match fs::read_to_string(folder.join("spec.json")) {
        Ok(text) => serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", folder.display())),
        Err(_) => Spec::default(),
    };
    let script = spec.script.as_ref().map_or(folder.join("main.js"), |script| root.join(script));
    let source = fs::read_to_string(&script).unwrap_or_else(|error| panic!("{}: {error}", script.display()));
    // Garbage of earlier cases would count against this one.
    boa_gc::force_collect();
    let mut isolate =
        Isolate::new(Config { meter: Some(&ThreadMeter), ..Config::default() }).expect("the isolate starts");
    let services = spec.services.into_iter().map(|(service, methods)| ServiceSignature { service, methods });
    isolate.bind(services.collect());
    isolate.load(Load { key: "k".to_owned(), name: "main.js".to_owned(), source });
    let libraries = spec.libraries.iter().map(|(name, file)| {
        let source = fs::read_to_string(folder.join(file)).expect("the library's file");
        isolate.load(Load { key: name.clone(), name: name.clone(), source });
        Library { specifier: format!("lib:{name}"), key: name.clone() }
    });
    let libraries = libraries.collect();
    let job = Job {
        run: 1,
        plan: Arc::new(Plan {
            key: "k".to_owned(),
            entry: spec.entry,
            fallback: spec.fallback,
            libraries,
            context: raw(&spec.context),
            limits: spec.limits,
        }),
        args: raw(&Value::Array(spec.args)),
        raw_body: None,
        execution: None,
    };
    let mut shown = Value::Null;
    for _ in 0..spec.runs.unwrap_or(3) {
        let host = Rc::new(RefCell::new(ScriptedHost {
            replies: spec.replies.clone(),
            reversed: spec.reversed,
            cancelled: spec.cancelled,
            outstanding: VecDeque::new(),
            waits: BTreeMap::new(),
            now_ms: 0,
            calls: Vec::new(),
            logs: Vec::new(),
        }));
        let done = run_to_end(&mut isolate, &job, &host);
        let mut seen = match done.result {
            Ok(json) => json!({ "result": serde_json::from_str::<Value>(json.get()).expect("a result is JSON") }),
            Err(fault) => json!({ "fault": fault }),
        };
        if spec.anywhere
            && let Some(fault) = seen.get_mut("fault").and_then(Value::as_object_mut)
        {
            fault.retain(|name, _| !["line", "column", "source_line", "stack"].contains(&name.as_str()));
        }
        let host = host.borrow();
        if !host.calls.is_empty() {
            seen["calls"] = Value::from(host.calls.clone());
        }
        if !host.logs.is_empty() {
            seen["logs"] = Value::from(host.logs.clone());
        }
        if done.tainted {
            seen["tainted"] = Value::from(true);
        }
        if done.usage.log_dropped_bytes > 0 {
            seen["log_dropped"] = Value::from(true);
        }
        shown = seen;
        if done.tainted && spec.runs.is_none() {
            break;
        }
    }
    without_times(shown)
}

/// Replaces the current time in JSON form, and durations, with a placeholder; specs themselves use times before 2026.
fn without_times(value: Value) -> Value {
    match value {
        Value::String(text) if is_duration(&text) => {
            Value::String(format!("{}: <duration>", text.split(": ").next().unwrap_or_default()))
        }
        Value::String(text) if text.as_str() > "2026" && text.starts_with("20") && text.ends_with('Z') => {
            "<time>".into()
        }
        Value::Array(items) => items.into_iter().map(without_times).collect(),
        Value::Object(members) => members.into_iter().map(|(name, value)| (name, without_times(value))).collect(),
        other => other,
    }
}

/// Returns whether a text has the form `label: 1.234 ms` of the console's stopwatch.
fn is_duration(text: &str) -> bool {
    let number = text.strip_suffix(" ms").and_then(|text| text.rsplit_once(": "));
    number.is_some_and(|(_, number)| number.parse::<f64>().is_ok())
}

fn cases(root: &Path) -> Vec<PathBuf> {
    let folders = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        entries.map(|entry| entry.expect("a readable folder").path()).filter(|path| path.is_dir()).collect()
    };
    let mut cases: Vec<PathBuf> = folders(&root.join("tests/specs")).iter().flat_map(|area| folders(area)).collect();
    cases.sort();
    cases
}

#[test]
fn every_script_matches_its_spec() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let bless = std::env::var_os("BLESS").is_some();
    let run = move || {
        let mut failures = Vec::new();
        let cases = cases(&root);
        assert!(cases.len() > 60, "the folder of specs is incomplete");
        for case in cases {
            let seen = run_case(&case, &root);
            let expected_file = case.join("expected.json");
            if bless {
                let text = serde_json::to_string_pretty(&seen).expect("a value is JSON") + "\n";
                fs::write(&expected_file, text).expect("expected.json can be written");
                continue;
            }
            let expected = fs::read_to_string(&expected_file).unwrap_or_else(|_| "null".to_owned());
            let expected: Value = serde_json::from_str(&expected).expect("expected.json is JSON");
            if seen != expected {
                failures.push(format!("{}\n  expected {expected}\n  seen     {seen}", case.display()));
            }
        }
        assert!(failures.is_empty(), "{} specs failed:\n{}", failures.len(), failures.join("\n"));
    };
    let isolates = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(run).expect("a thread with a big stack");
    if let Err(panic) = isolates.join() {
        std::panic::resume_unwind(panic);
    }
}
