//! Ordinary scripts, correct and failing ones, in the sandbox of the shipped worker.

use iota_scripts_runtime::{
    exit::{Exit, fault_of},
    protocol::{FaultKind, Limits},
};
use serde_json::{Value, json};

use crate::worker::{SandboxedWorker, StartMethod};

fn run(source: &str) -> Result<Value, Exit> {
    let [started, copied] = StartMethod::BOTH.map(|method| {
        let mut worker = SandboxedWorker::shipped(method);
        worker.level();
        worker.run(source)
    });
    assert_eq!(started, copied, "{source}");
    started
}

#[test]
fn ordinary_scripts_run() {
    for (source, value) in [
        (r"function main() { return 'a1b22'.replace(/\d+/gu, found => `<${found}>`); }", json!("a<1>b<22>")),
        ("function main() { return new Date(Date.UTC(2026, 2, 29, 21, 30)).getHours(); }", json!(2)),
        ("function main() { return new Date(2026, 0, 1).toString(); }", json!("Thu Jan 01 2026 00:00:00 GMT+0500")),
        ("function main() { return Math.abs(Date.now() - new Date().getTime()) < 60000; }", json!(true)),
        ("function main() { return utils.crypto.randomBytes(16).length; }", json!(32)),
        ("function main() { return utils.uuid().length; }", json!(36)),
        ("function main() { const r = Math.random(); return r >= 0 && r < 1; }", json!(true)),
        ("function main() { return new Uint8Array(30 << 20).fill(1).length; }", json!(30 << 20)),
        ("function main() { const f = n => n && 1 + f(n - 1); return f(3000); }", json!(3000)),
        (
            "async function main() { const all = []; for (let n = 0; n < 1000; n++) all.push(Promise.resolve(n)); return (await Promise.all(all)).length; }",
            json!(1000),
        ),
        ("function main() { return utils.template.render('{{ n }}!', { n: 5 }); }", json!("5!")),
        ("function main() { try { null.x } catch (error) { return error instanceof TypeError; } }", json!(true)),
    ] {
        assert_eq!(run(source), Ok(value), "{source}");
    }
}

#[test]
fn failing_scripts_end_as_they_do_without_a_sandbox() {
    for (source, code) in [
        ("function main() { const a = []; a.push(a); return a.flat(Infinity); }", "STACK_OVERFLOW"),
        ("function main() { return 'x'.repeat(2 ** 28).length; }", "MEMORY_LIMIT"),
        ("function main() { const kept = []; for (;;) kept.push(new Uint8Array(1 << 20)); }", "MEMORY_LIMIT"),
    ] {
        assert_eq!(run(source), Ok(json!({ "fault": code })), "{source}");
    }
    // One step of native code allocates more than the memory limit: the process ends.
    let source = "function main() { return utils.base64.encode('x'.repeat(48 << 20)).length; }";
    let exit = run(source).expect_err(source);
    assert_eq!(fault_of(exit, &Limits::default()).kind, FaultKind::Memory, "{exit:?}");
}
