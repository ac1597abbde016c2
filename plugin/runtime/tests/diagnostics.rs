//! What authors are told before a run: `tests/diagnostics/*`, one script a file.
//!
//! The first line may say which functions count: `// functions: main`, with `any` for those that others name. What is to be found
//! stands behind the line `// found:`, one line each, with where it begins and ends. `BLESS=1` writes those lines.

use std::{fs, path::Path};

use iota_scripts_runtime::{
    isolate::{Config, Isolate, STACK_BYTES},
    protocol::{Check, Severity},
};

const FOUND: &str = "// found:\n";

#[test]
fn authors_are_told_what_each_file_says() {
    let isolates = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(check_all).expect("a thread");
    if let Err(panic) = isolates.join() {
        std::panic::resume_unwind(panic);
    }
}

fn check_all() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/diagnostics");
    let isolate = Isolate::new(Config::default()).expect("the isolate starts");
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("the cases are there").map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    assert!(files.len() >= 10, "the cases are not where they should be");
    let mut failures = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a readable file");
        let (source, expected) = text.split_once(FOUND).unwrap_or((&text, ""));
        let found = found(&isolate, source);
        if std::env::var_os("BLESS").is_some() {
            fs::write(&file, format!("{source}{FOUND}{found}")).expect("the file can be written");
        } else if found != expected {
            failures.push(format!("{}\nexpected\n{expected}found\n{found}", file.display()));
        }
    }
    assert!(failures.is_empty(), "{} files:\n{}", failures.len(), failures.join("\n"));
}

fn found(isolate: &Isolate, source: &str) -> String {
    let functions = source.lines().next().and_then(|line| line.strip_prefix("// functions: "));
    let functions: Vec<String> = functions.into_iter().flat_map(|names| names.split(", ")).map(str::to_owned).collect();
    let check = Check {
        source: source.to_owned(),
        any_function: functions.iter().any(|name| name == "any"),
        functions: functions.into_iter().filter(|name| name != "any").collect(),
        ..Check::default()
    };
    let lines = isolate.check(&check).found.into_iter().map(|found| {
        let severity = match found.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Hint => "hint",
        };
        let (from, to) = ((found.line, found.column), (found.end_line, found.end_column));
        format!("// {}:{}-{}:{} {severity} {}: {}\n", from.0, from.1, to.0, to.1, found.code, found.message)
    });
    lines.collect()
}
