//! Checks of single messages: unknown, malformed, or with a wrong id.

use anyhow::{Context, anyhow, ensure};
use iota_scripts_abi::{PLUGIN_ID_BIT, op};
use iota_scripts_host::table::Status;
use serde_json::json;

use super::{
    Entry, Subject,
    session::{Session, expect_status, identity},
};

pub(super) const CHECKS: &[Entry] = &[
    ("An unknown operation is answered with UNSUPPORTED", unknown_operation),
    ("A head that is not UTF-8 is refused with INVALID", not_text),
    ("A head of the wrong shape is answered with an error", wrong_shape),
    ("A request under an id of the plugin's space is refused with INVALID", wrong_space),
    ("An answer or a cancel under an unknown id is refused with UNKNOWN", unknown_id),
    ("Notifications are taken and never answered", notifications),
    ("An invalid service descriptor is rejected", wrong_service),
    ("An unknown path is answered with 404 and a JSON error", unknown_path),
];

fn unknown_operation(subject: &Subject) -> anyhow::Result<()> {
    let session = Session::begin(subject)?;
    for (id, op) in [(1, 0), (2, 999), (3, op::AUTHORIZE), (4, u32::MAX)] {
        let frames = session.ask(op, id, &json!({}))?;
        ensure!(frames[0].error_code() == Some("UNSUPPORTED"), "operation {op} was answered {:?}", frames[0].head);
    }
    session.stop(1000)?;
    Ok(())
}

fn not_text(subject: &Subject) -> anyhow::Result<()> {
    let session = Session::begin(subject)?;
    for op in [op::HTTP_REQUEST, op::INVOKE, op::RUN] {
        let what = format!("{} with a head that is not UTF-8", op::name(op));
        expect_status(&what, session.instance.submit(op, 1, b"{\"name\":\"\xff\"}", b"", 0), Err(Status::INVALID))?;
    }
    expect_status("bind_service", session.instance.bind_service(b"\xff"), Err(Status::INVALID))?;
    expect_status("unbind_service", session.instance.unbind_service(b"\xff"), Err(Status::INVALID))?;
    session.stop(1000)?;
    Ok(())
}

/// A text that is not JSON may be rejected immediately or answered; JSON of another shape is answered.
fn wrong_shape(subject: &Subject) -> anyhow::Result<()> {
    let session = Session::begin(subject)?;
    for (id, head) in [(1, &b"{"[..]), (2, b"[]"), (3, b"{}"), (4, b"{\"identity\":5}"), (5, b"")] {
        let shown = String::from_utf8_lossy(head);
        match session.instance.submit(op::INVOKE, id, head, b"", 0) {
            Err(Status::INVALID) => {}
            Err(other) => return Err(anyhow!("invoke with head {shown}: {other}")),
            Ok(()) => {
                let frames = session.recorder.frames(id)?;
                let code = frames[0].error_code().with_context(|| format!("head {shown} was taken"))?;
                ensure!(code == "VALIDATION", "invoke with head {shown} was answered with code {code}");
            }
        }
    }
    session.stop(1000)?;
    Ok(())
}

fn wrong_space(subject: &Subject) -> anyhow::Result<()> {
    let session = Session::begin(subject)?;
    let submit = |id| session.instance.submit(op::HEALTH, id, b"{}", b"", 0);
    expect_status("submit", submit(PLUGIN_ID_BIT | 1), Err(Status::INVALID))?;
    expect_status("reply", session.instance.reply(5, 1, b"{}", b""), Err(Status::INVALID))?;
    session.stop(1000)?;
    Ok(())
}

fn unknown_id(subject: &Subject) -> anyhow::Result<()> {
    let session = Session::begin(subject)?;
    expect_status("reply", session.instance.reply(PLUGIN_ID_BIT | 77_777, 1, b"{}", b""), Err(Status::UNKNOWN))?;
    expect_status("cancel", session.instance.cancel(77_777), Err(Status::UNKNOWN))?;
    expect_status("credit", session.instance.credit(77_777, 1), Err(Status::UNKNOWN))?;
    expect_status("unbind_service", session.instance.unbind_service(b"unknown"), Err(Status::UNKNOWN))?;
    session.stop(1000)?;
    Ok(())
}

fn notifications(subject: &Subject) -> anyhow::Result<()> {
    let session = Session::begin(subject)?;
    let event = json!({"id": "e1", "type": "order.created", "tenant": "t1", "at": "2026-01-01T00:00:00Z", "data": {}});
    for (op, head) in [
        (op::EVENT, event),
        (op::CONFIG_CHANGED, json!({})),
        (op::EVENTS_WANTED, json!({"patterns": ["scripts.custom.*"]})),
        (op::USER_DELETED, json!({"tenant": "t1", "user": "u9"})),
        (op::TENANT_DELETED, json!({"tenant": "t9"})),
    ] {
        expect_status(op::name(op), session.instance.submit(op, 0, head.to_string().as_bytes(), b"", 0), Ok(()))?;
    }
    let frames = session.ask(op::HEALTH, 1, &json!({}))?;
    ensure!(frames[0].error_code().is_none(), "health after them: {}", frames[0].head);
    session.stop(1000)?;
    Ok(())
}

fn wrong_service(subject: &Subject) -> anyhow::Result<()> {
    let session = Session::begin(subject)?;
    for bad in [&b""[..], b"{", b"{}", b"5", b"{\"name\":\"\",\"methods\":[]}", b"{\"name\":\"a\",\"methods\":5}"] {
        let what = format!("bind_service with {}", String::from_utf8_lossy(bad));
        expect_status(&what, session.instance.bind_service(bad), Err(Status::INVALID))?;
    }
    let good = br#"{"name":"clients","methods":[{"name":"get","access":"read"}]}"#;
    expect_status("bind_service", session.instance.bind_service(good), Ok(()))?;
    expect_status("bind_service again", session.instance.bind_service(good), Ok(()))?;
    expect_status("unbind_service", session.instance.unbind_service(b"clients"), Ok(()))?;
    expect_status("unbind_service again", session.instance.unbind_service(b"clients"), Err(Status::UNKNOWN))?;
    session.stop(1000)?;
    Ok(())
}

fn unknown_path(subject: &Subject) -> anyhow::Result<()> {
    let session = Session::begin(subject)?;
    let head = json!({"method": "GET", "path": "/scripts/api/v1/no-such-thing", "query": "", "headers": [],
                      "identity": identity()});
    let frames = session.ask(op::HTTP_REQUEST, 1, &head)?;
    ensure!(frames[0].head["status"] == 404, "it was answered {}", frames[0].head);
    let body: Vec<u8> = frames.iter().flat_map(|frame| frame.body.clone()).collect();
    let error: serde_json::Value = serde_json::from_slice(&body).context("its body")?;
    ensure!(error["error"]["code"] == "NOT_FOUND", "its body is {error}");
    session.stop(1000)?;
    Ok(())
}
