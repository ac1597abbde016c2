//! Checks that libraries that authors paste into their scripts behave as in Node.js.
//!
//! They are installed from npm, by the lock file of `tests/libraries/`. Each file of `uses/` names the file of a library and calls
//! it; the result is compared with that of Node.js for the same text.

#[path = "isolation/runs.rs"]
mod runs;

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

use iota_scripts_runtime::protocol::Limits;
use serde_json::Value;

use runs::{Runs, on_a_big_stack};

#[test]
fn libraries_behave_as_in_node_js() {
    on_a_big_stack(run_all);
}

fn run_all() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/libraries");
    let installed = Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(&folder).output();
    succeeded("npm ci", &installed.expect("npm is there: the tests need Node.js"));
    let mut files: Vec<_> = fs::read_dir(folder.join("uses"))
        .expect("the uses are there")
        .map(|entry| entry.expect("a readable folder").path())
        .collect();
    files.sort();
    assert!(files.len() >= 10, "the folder of uses is incomplete");
    let mut failures = Vec::new();
    for file in files {
        let script = script(&folder, &fs::read_to_string(&file).expect("a readable file"));
        let (here, elsewhere) = (in_an_isolate(&script), in_node(&script));
        if here != elsewhere {
            failures.push(format!("{}\n  in an isolate {here}\n  in Node.js    {elsewhere}", file.display()));
        }
    }
    assert!(failures.is_empty(), "{} libraries differ:\n{}", failures.len(), failures.join("\n"));
}

/// Returns a library as an author pastes it, followed by the text that uses it.
fn script(folder: &Path, usage: &str) -> String {
    let library = usage.lines().next().and_then(|line| line.strip_prefix("// library: "));
    let library = folder.join("node_modules").join(library.expect("the first line names a library"));
    let library = fs::read_to_string(&library).unwrap_or_else(|error| panic!("{}: {error}", library.display()));
    format!(
        "var module = {{ exports: {{}} }}, exports = module.exports;\n{library}\nconst library = module.exports;\n{usage}"
    )
}

fn in_an_isolate(script: &str) -> Value {
    let mut runs = Runs::within(Limits { source_bytes: 256 << 10, ..Limits::default() });
    // Three times, since no run may change the environment of the next.
    let outcomes = [(); 3].map(|()| runs.run(script));
    match outcomes.iter().find(|outcome| outcome.failed || outcome.tainted) {
        Some(outcome) => format!("failed: {outcome:?}").into(),
        None => serde_json::from_str(&outcomes[2].result).unwrap_or_else(|_| outcomes[2].result.clone().into()),
    }
}

fn in_node(script: &str) -> Value {
    let mut node = Command::new("node")
        .arg("-")
        .env("TZ", "UTC")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("node is there: the tests need Node.js");
    let mut input = node.stdin.take().expect("a pipe");
    write!(input, "(function () {{ {script}\nprocess.stdout.write(JSON.stringify(main())); }})()").expect("node reads");
    drop(input);
    let output = node.wait_with_output().expect("node ends");
    succeeded("node", &output);
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn succeeded(what: &str, output: &Output) {
    assert!(output.status.success(), "{what} failed: {}", String::from_utf8_lossy(&output.stderr));
}
