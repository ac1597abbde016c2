//! Checks of runs: log lines wait for credit, a cancel and a stop end them, and each request still gets its END.

use std::time::Duration;

use anyhow::{Context, ensure};
use iota_scripts_abi::op;
use serde_json::{Value, json};

use super::{
    Entry, Subject,
    session::{Frame, Session, identity},
};

pub(super) const CHECKS: &[Entry] = &[
    ("A script that is called returns its value", invoked),
    ("A script that fails is answered with its fault as data", failing),
    ("A script calls a service of the host", calls_a_service),
    ("The lines of a run wait for credit", waits_for_credit),
    ("A run that is cancelled ends with CANCELLED", cancelled),
    ("A stop ends what runs, and every request still gets its END", stopped),
];

/// Bytes that a sender may send beyond its credit.
const OVERSHOOT: u64 = 64 * 1024;
const ENDLESS: &str = "function main() { for (;;) {} }";

fn run(script: &str) -> Value {
    json!({"identity": identity(), "id": script})
}

fn invoked(subject: &Subject) -> anyhow::Result<()> {
    let session = Session::begin(subject)?;
    let script = session.script(1, "adds", "function main(a, b) { return { sum: a + b }; }")?;
    let frames = session.ask(op::INVOKE, 2, &json!({"identity": identity(), "id": script, "args": [2, 3]}))?;
    let head = &frames[0].head;
    ensure!(head["success"] == true && head["value"] == json!({"sum": 5}), "invoke was answered {head}");
    ensure!(head["execution_id"].is_string(), "invoke was answered without an execution: {head}");
    let frames = session.ask(op::INVOKE, 3, &json!({"identity": identity(), "name": "missing", "args": []}))?;
    ensure!(frames[0].error_code() == Some("NOT_FOUND"), "an unknown script was answered {}", frames[0].head);
    session.stop(1000)?;
    Ok(())
}

fn failing(subject: &Subject) -> anyhow::Result<()> {
    let session = Session::begin(subject)?;
    let script = session.script(1, "fails", "function main() {\n  throw new Error('no');\n}")?;
    let frames = session.ask(op::INVOKE, 2, &json!({"identity": identity(), "id": script, "args": []}))?;
    let head = &frames[0].head;
    let error = &head["error"];
    ensure!(head["success"] == false && error["code"].is_string(), "invoke was answered {head}");
    ensure!(error["line"] == 2, "the fault names line {}, not 2", error["line"]);
    session.stop(1000)?;
    Ok(())
}

fn calls_a_service(subject: &Subject) -> anyhow::Result<()> {
    let session = Session::begin(subject)?;
    let service = json!({"name": "answers", "methods": [{"name": "get", "access": "read"}]}).to_string();
    let bound = session.instance.bind_service(service.as_bytes());
    ensure!(bound.is_ok(), "bind_service was refused");
    let script = session.script(1, "asks", "async function main() { return await services.answers.get(1); }")?;
    let frames = session.ask(op::INVOKE, 2, &json!({"identity": identity(), "id": script, "args": []}))?;
    ensure!(frames[0].head["value"] == 42, "invoke was answered {}", frames[0].head);
    session.stop(1000)?;
    Ok(())
}

fn waits_for_credit(subject: &Subject) -> anyhow::Result<()> {
    let session = Session::begin(subject)?;
    let source = "function main() { for (let i = 0; i < 400; i++) console.log('x'.repeat(1000)); return 1; }";
    let script = session.script(1, "talks", source)?;
    let mut credit = 1;
    session.submit(op::RUN, 2, &run(&script), &[], credit)?;
    session.recorder.at_least(2, 1).context("the first frame of a run with a window of 1")?;
    // Time for a sender that ignores its credit to be noticed; it does not affect a correct one.
    std::thread::sleep(Duration::from_millis(300));
    loop {
        let frames = session.recorder.at_least(2, 1)?;
        let sent: u64 = frames.iter().map(|frame| frame.bytes).sum();
        ensure!(sent <= credit + OVERSHOOT, "{sent} bytes came with a credit of {credit}");
        let longest = frames.iter().map(|frame| frame.bytes).max().unwrap_or_default();
        ensure!(longest <= OVERSHOOT, "one frame of a stream has {longest} bytes");
        if frames.last().is_some_and(Frame::is_last) {
            return told_everything(&session, &frames);
        }
        // Credit for more than the outstanding bytes, so that at least one more frame must arrive.
        let more = sent.saturating_sub(credit) + 16 * 1024;
        credit += more;
        session.instance.credit(2, more).ok();
        session.recorder.at_least(2, frames.len() + 1).context("more frames after credit was given")?;
    }
}

fn told_everything(session: &Session, frames: &[Frame]) -> anyhow::Result<()> {
    let lines = frames.iter().filter(|frame| frame.head.get("log").is_some()).count();
    ensure!(frames[0].head["started"]["execution_id"].is_string(), "it began with {}", frames[0].head);
    let last = &frames[frames.len() - 1].head;
    ensure!(last["finished"]["status"] == "success", "it ended with {last}");
    ensure!(lines == 400, "{lines} of 400 lines came");
    session.stop(1000)?;
    Ok(())
}

fn cancelled(subject: &Subject) -> anyhow::Result<()> {
    let session = Session::begin(subject)?;
    let script = session.script(1, "endless", ENDLESS)?;
    session.submit(op::RUN, 2, &run(&script), &[], 1 << 20)?;
    session.recorder.at_least(2, 1)?;
    ensure!(session.instance.cancel(2).is_ok(), "cancel was refused");
    let frames = session.recorder.frames(2)?;
    let last = &frames[frames.len() - 1];
    ensure!(last.error_code() == Some("CANCELLED"), "it ended with {}", last.head);
    session.stop(1000)?;
    Ok(())
}

fn stopped(subject: &Subject) -> anyhow::Result<()> {
    let session = Session::begin(subject)?;
    let script = session.script(1, "endless", ENDLESS)?;
    session.submit(op::RUN, 2, &run(&script), &[], 1 << 20)?;
    session.recorder.at_least(2, 1)?;
    let stopped = session.stop(100)?;
    session.recorder.frames(2).context("a run that stop cut off")?;
    ensure!(stopped["cancelled"] == 1, "plugin.stopped said {stopped}");
    Ok(())
}
