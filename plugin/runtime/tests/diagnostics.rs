//! Diagnostics before a run: `tests/diagnostics/*`, one script per file.
//!
//! The first line may name the functions that are called: `// functions: main`, with `any` if callers may name others. The
//! expected findings follow the line `// found:`, one per line, with their start and end. `BLESS=1` writes those lines.

use std::{fs, path::Path};

use iota_scripts_runtime::{
    isolate::{Config, Isolate, STACK_BYTES},
    protocol::{Check, Limits, Severity},
};

const FOUND: &str = "// found:\n";

#[test]
fn files_have_the_expected_findings() {
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
        api_version: 2,
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

#[test]
fn scripts_of_the_workspace_have_no_findings() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let scripts = ["examples/scripts", "plugin/presentation/starters"].map(|folder| fs::read_dir(root.join(folder)));
    let files: Vec<_> = scripts.into_iter().flatten().flatten().map(|entry| entry.expect("a file").path()).collect();
    assert!(files.len() > 5, "the scripts are not where they should be");
    let check = move || {
        let isolate = Isolate::new(Config::default()).expect("the isolate starts");
        for file in files {
            let source = fs::read_to_string(&file).expect("a readable file");
            assert_eq!(found(&isolate, &source), "", "{}", file.display());
        }
    };
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(check).expect("a thread");
    assert!(thread.join().is_ok());
}

/// Syntax that nests without a bracket fits on an isolate's stack, for a source of 64 KiB: in in-process mode, an overflow
/// would end the host. Syntax on which the engine's own parser recurses is not included.
#[test]
fn deeply_nested_sources_fit_on_the_stack() {
    const BYTES: usize = 64 << 10;
    let nested = |before: &str, within: &str, after: &str, behind: &str| {
        let depth = (BYTES - before.len() - behind.len() - 64) / (within.len() + after.len());
        format!("{before}{}B{}{behind}", within.repeat(depth), after.repeat(depth))
    };
    let sources = [
        nested("type A = ", "C<", ">", ";"),
        nested("type A = ", "keyof ", "", ";"),
        nested("type A = ", "", "[]", ";"),
        nested("type A = ", "x extends y ? z : ", "", ";"),
        nested("type A = ", "new () => ", "", ";"),
        nested("let a: C = ", "<D>", "", ";"),
        nested("let a: C = ", "", " as D", ";"),
        nested("let a: C = ", "", "!", ";"),
        nested("let a: C = ", "", " satisfies D", ";"),
        nested("let a: C = ", "", "<D>", ";"),
        nested("let a: C = ", "x => ", "", ";"),
        nested("let a: C = ", "1 + ", "", ";"),
        nested("let a: C = ", "1 ** ", "", ";"),
        nested("let a: C = ", "x ? y : ", "", ";"),
        nested("let a: C; ", "if (x) ", "", ";"),
        nested("let a: C; ", "if (x) {} else ", "", ";"),
        nested("let a: C; ", "a: ", "", ";"),
        nested("namespace a.", "a.", "", " {}"),
        nested("import a = ", "a.", "", ";"),
    ];
    let check = move || {
        let isolate = Isolate::new(Config::default()).expect("the isolate starts");
        for source in sources {
            let limits = Limits { source_bytes: BYTES, ..Limits::default() };
            let _ = isolate.check(&Check { source, limits, ..Check::default() });
        }
    };
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(check).expect("a thread");
    assert!(thread.join().is_ok());
}

/// Each finding is a message with its line: a text of one line with thousands of findings once needed an answer of more
/// than 14 MB, and three seconds.
#[test]
fn the_number_of_findings_is_limited() {
    let check = || {
        let isolate = Isolate::new(Config::default()).expect("the isolate starts");
        for (source, count, last) in [
            ("a;".repeat(200), 200, "UNKNOWN_GLOBAL"),
            ("a;".repeat(20_000), 201, "MORE_FINDINGS"),
            ((0..8_000).map(|number| format!("a{number};")).collect(), 201, "MORE_FINDINGS"),
        ] {
            let found = isolate.check(&Check { source, ..Check::default() }).found;
            assert_eq!((found.len(), found.last().map(|found| found.code.as_str())), (count, Some(last)));
            assert!(found[..200].iter().all(|found| !found.message.is_empty()));
            assert!(
                found.windows(2).take(199).all(|pair| (pair[0].line, pair[0].column) < (pair[1].line, pair[1].column))
            );
        }
        let broken = Check { source: "let a;".repeat(9_000), ..Check::default() };
        assert!(isolate.check(&broken).found.len() <= 201);
    };
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(check).expect("a thread");
    assert!(thread.join().is_ok());
}
