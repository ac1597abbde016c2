//! Valid and invalid programs: `tests/programs/{accepted,refused}.txt`, one per line.
//!
//! Node.js refuses the same programs. This test does not check the results of running them.

#[path = "support/no_host.rs"]
mod no_host;

use std::{cell::RefCell, fs, path::Path, rc::Rc, sync::Arc, thread};

use iota_scripts_runtime::{
    host::Port,
    isolate::{Config, Isolate, STACK_BYTES, Step},
    protocol::{Job, Limits, Load, Plan},
};
use serde_json::value::RawValue;

use no_host::NoHost;

fn fresh() -> Isolate {
    Isolate::new(Config::default()).expect("the isolate starts")
}

/// Returns why the program is refused.
fn refusal(program: &str, isolate: &mut Isolate) -> Option<String> {
    let source = program.to_owned();
    isolate.load(Load { key: program.to_owned(), name: "main.js".to_owned(), source });
    let job = Job {
        run: 1,
        plan: Arc::new(Plan {
            key: program.to_owned(),
            entry: "main".to_owned(),
            fallback: None,
            libraries: Vec::new(),
            context: RawValue::from_string("{}".to_owned()).expect("JSON"),
            limits: Limits { loop_iterations: 1000, ..Limits::default() },
        }),
        args: RawValue::from_string("[]".to_owned()).expect("JSON"),
        raw_body: None,
        execution: None,
    };
    let port: Port = Rc::new(RefCell::new(NoHost));
    let Step::Done(done) = isolate.begin(&job, &port) else { return None };
    if done.tainted {
        *isolate = fresh();
    }
    done.result.err().filter(|fault| fault.code == "COMPILE_ERROR").map(|fault| fault.message)
}

/// Returns the programs of a file that do not meet the expectation.
fn unexpected(file: &'static str, is_unexpected: fn(Option<String>) -> Option<String>) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/programs").join(file);
    let programs = fs::read_to_string(path).expect("a list of programs");
    let search = move || {
        let mut isolate = fresh();
        let mut unexpected =
            |program: &str| is_unexpected(refusal(program, &mut isolate)).map(|why| format!("{program}   {why}"));
        programs.lines().filter_map(&mut unexpected).collect()
    };
    let searcher = thread::Builder::new().stack_size(STACK_BYTES).spawn(search);
    searcher.expect("a thread with a big stack").join().expect("no panic")
}

#[test]
fn invalid_programs_are_refused() {
    let accepted = unexpected("refused.txt", |refusal| refusal.is_none().then(String::new));
    assert!(accepted.is_empty(), "accepted:\n{}", accepted.join("\n"));
}

#[test]
fn valid_programs_are_accepted() {
    let refused = unexpected("accepted.txt", |refusal| refusal);
    assert!(refused.is_empty(), "refused:\n{}", refused.join("\n"));
}
