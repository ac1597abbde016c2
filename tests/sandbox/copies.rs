//! Workers that are copies of a template: the state that each has alone, and their life without it.

use std::{process::Stdio, thread};

use iota_scripts_runtime::exit::{self, Exit};
use iota_scripts_tests::target_folder;
use serde_json::{Value, json};

use crate::worker::{SandboxedWorker, Template};

fn template() -> Template {
    Template::spawn(&target_folder().join("iota-scripts-worker"), &[], Stdio::null())
}

fn copy(template: &Template) -> SandboxedWorker {
    let mut copy = template.copy();
    copy.level();
    copy
}

fn run(template: &Template, source: &str) -> Value {
    copy(template).run(source).expect("it runs")
}

#[test]
fn copies_do_not_share_state() {
    let template = template();
    const LEAVES: &str = "function main() { globalThis.left = 5; const kept = []; kept.push('x'.repeat(1 << 20)); return globalThis.left; }";
    const LOOKS: &str = "function main() { return [typeof globalThis.left, Object.keys(globalThis).length]; }";
    let before = run(&template, LOOKS);
    for _ in 0..3 {
        assert_eq!(run(&template, LEAVES), 5);
        assert_eq!(run(&template, LOOKS), before);
    }
    assert_eq!(before[0], "undefined");
}

#[test]
fn each_copy_has_different_random_numbers() {
    let template = template();
    for drawn in [
        "Math.random()",
        "utils.uuid()",
        "crypto.randomUUID()",
        "Array.from(utils.crypto.randomBytes(16)).join()",
        "Array.from(crypto.getRandomValues(new Uint8Array(16))).join()",
    ] {
        let source = format!("function main() {{ return String({drawn}); }}");
        let mut values: Vec<String> = (0..4).map(|_| run(&template, &source).to_string()).collect();
        values.sort();
        values.dedup();
        assert_eq!(values.len(), 4, "{drawn}: {values:?}");
    }
}

#[test]
fn copies_outlive_their_template_and_exit_cleanly() {
    let mut template = template();
    let (mut first, mut second, mut third) = (copy(&template), copy(&template), copy(&template));
    third.begin("function main() { for (;;); }");
    template.kill();
    assert_eq!(first.run("function main() { return 1; }"), Ok(json!(1)));
    assert_eq!(
        second.run("function main() { return utils.base64.encode('x'.repeat(48 << 20)).length; }"),
        Err(Exit::Code(exit::MEMORY))
    );
    assert_eq!(first.hang_up(), Exit::Code(0), "between two runs");
    assert_eq!(third.hang_up(), Exit::Code(0), "in the middle of a loop");
}

#[test]
fn a_template_ends_with_its_host_and_can_be_told_from_workers() {
    let template = template();
    let copy = copy(&template);
    let name = |pid: u32| std::fs::read_to_string(format!("/proc/{pid}/comm")).expect("a name");
    assert_eq!((name(template.pid()).trim(), name(copy.pid()).trim()), ("iota-template", "iota-worker"));
    assert_eq!(template.hang_up(), Some(0));
}

#[test]
fn concurrent_copies_are_separate() {
    let template = template();
    let mut copies: Vec<SandboxedWorker> = (0..20).map(|_| template.copy()).collect();
    thread::scope(|scope| {
        for (number, copy) in copies.iter_mut().enumerate() {
            scope.spawn(move || {
                copy.level();
                assert_eq!(copy.run(&format!("function main() {{ return {number}; }}")), Ok(json!(number)));
            });
        }
    });
}
