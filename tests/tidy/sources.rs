//! Checks that every Rust file begins with a description, and is short enough to read.

use crate::{files, report};

const MAX_LINES: usize = 500;

/// Files that may be longer, and why.
const LONGER: [(&str, &str); 4] = [
    ("host-shim/src/plugin.rs", "the public API of a plugin, most of it documentation and examples"),
    ("plugin/infrastructure/src/worker_pool/worker.rs", "one task and its state machine"),
    ("tests/contract/executions.rs", "the contract of one repository, run on both databases"),
    ("tests/contract/occurrences.rs", "the contract of one repository, run on both databases"),
];

#[test]
fn every_file_begins_with_what_it_is() {
    let bare = files::with_extension("rs").filter(|path| !files::read(path).starts_with("//!"));
    let problems: Vec<_> = bare.map(|path| format!("{path}:1: begin with `//!` and what the file is")).collect();
    report(&problems);
}

#[test]
fn no_file_is_too_long() {
    let mut problems = Vec::new();
    for path in files::with_extension("rs") {
        let lines = files::read(path).lines().count();
        let excepted = LONGER.iter().any(|(longer, _)| *longer == path);
        if lines > MAX_LINES && !excepted {
            problems.push(format!(
                "{path}:{MAX_LINES}: {lines} lines, at most {MAX_LINES}: split it, or add it to LONGER with a reason"
            ));
        }
        if lines <= MAX_LINES && excepted {
            problems.push(format!("{path}: {lines} lines, at most {MAX_LINES} anyway: remove it from LONGER"));
        }
    }
    let missing = LONGER.iter().filter(|(path, _)| !files::tracked().contains(*path));
    problems.extend(missing.map(|(path, _)| format!("{path}: does not exist: remove it from LONGER")));
    report(&problems);
}
