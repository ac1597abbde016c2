//! Checks of start and stop: which starts are rejected and how, and that an instance can be started again.

use std::sync::Arc;

use anyhow::{bail, ensure};
use iota_scripts_abi::{ABI_VERSION, HostTable, op};
use iota_scripts_host::{
    Library,
    table::{HostVTable, Status},
};
use serde_json::{Value, json};

use super::{
    Entry, Subject,
    session::{Recorder, Session, Start, config, expect_status},
};

pub(super) const CHECKS: &[Entry] = &[
    ("A host of another version is refused with MISMATCH", other_host),
    ("A start without a host is refused with INVALID", no_host),
    ("A configuration that is missing or no JSON is refused", no_config),
    ("A wrong configuration ends in plugin.failed, which names the key", wrong_config),
    ("An unknown handle is answered with UNKNOWN", unknown_handle),
    ("It starts, is healthy, stops, and does it all again in the same process", twice),
    ("After stop everything is answered with STOPPED", after_stop),
    ("Signal handlers and masks are the same after start and stop", signals),
];

fn other_host(subject: &Subject) -> anyhow::Result<()> {
    let module = Library::open(&subject.library)?.module();
    let size = u32::try_from(size_of::<HostTable>())?;
    let good = config(&subject.folder).to_string();
    for (what, abi, size) in [
        ("the next major version", ABI_VERSION + (1 << 16), size),
        ("major version 0", 0, size),
        ("a table that is too small", ABI_VERSION, size - 8),
    ] {
        let entry_point = HostVTable::claiming(Arc::new(Recorder::default()), abi, size);
        expect_status(what, module.start(Some(&entry_point), good.as_bytes()).map(drop), Err(Status::MISMATCH))?;
    }
    Ok(())
}

fn no_host(subject: &Subject) -> anyhow::Result<()> {
    let module = Library::open(&subject.library)?.module();
    let started = module.start(None, config(&subject.folder).to_string().as_bytes());
    expect_status("host NULL", started.map(drop), Err(Status::INVALID))
}

fn no_config(subject: &Subject) -> anyhow::Result<()> {
    let module = Library::open(&subject.library)?.module();
    for config in [&b""[..], b"{", b"\xff\xfe", b"[]", b"null"] {
        let shown = String::from_utf8_lossy(config);
        match Session::with_config(module, config)? {
            Start::Refused(Status::INVALID) => {}
            Start::Failed(error) if error["message"].as_str().is_some_and(|text| !text.is_empty()) => {}
            Start::Refused(other) => bail!("configuration {shown:?}: start answered {other}"),
            Start::Failed(error) => bail!("configuration {shown:?}: plugin.failed without a message: {error}"),
            Start::Ready(_) => bail!("configuration {shown:?}: the plugin started"),
        }
    }
    Ok(())
}

fn wrong_config(subject: &Subject) -> anyhow::Result<()> {
    let module = Library::open(&subject.library)?.module();
    let good = config(&subject.folder);
    let with = |key: &str, value: Value| {
        let mut changed = good.clone();
        changed[key] = value;
        changed
    };
    let nowhere = format!("sqlite://{}/no/such/folder/x.db", subject.folder.display());
    for (key, config) in [
        ("isolationn", with("isolationn", json!("worker"))),
        ("database", with("database", json!(5))),
        ("database.url", with("database", json!({}))),
        ("database.url", with("database", json!({"url": "mysql://x"}))),
        ("database.url", with("database", json!({"url": nowhere}))),
        ("isolation", with("isolation", json!("none"))),
        ("worker.max_workers", with("worker", json!({"max_workers": 0}))),
        ("limits.wall_ms", with("limits", json!({"wall_ms": "soon"}))),
    ] {
        match Session::with_config(module, config.to_string().as_bytes())? {
            Start::Failed(error) => {
                let named = error["field"].as_str().unwrap_or_default();
                let message = error["message"].as_str().unwrap_or_default();
                // The message may name the key in two parts: `database` as the field, and a message with `url`.
                let leaf = key.rsplit('.').next().unwrap_or(key);
                let enough = named == key || (key.starts_with(named) && message.contains(leaf));
                ensure!(enough, "{config}: expected field {key:?}, got {error}");
                ensure!(error["code"].is_string() && !message.is_empty(), "{config}: no code or message: {error}");
            }
            Start::Refused(status) => bail!("{config}: start answered {status}, no message names the key"),
            Start::Ready(_) => bail!("{config}: the plugin started although {key} is wrong"),
        }
    }
    Ok(())
}

fn unknown_handle(subject: &Subject) -> anyhow::Result<()> {
    let module = Library::open(&subject.library)?.module();
    for handle in [0, 0xDEAD_BEEF, u64::MAX] {
        every_function(module.instance(handle), Err(Status::UNKNOWN))?;
    }
    let session = Session::begin(subject)?;
    every_function(module.instance(0xDEAD_BEEF), Err(Status::UNKNOWN))?;
    session.stop(1000)?;
    Ok(())
}

fn every_function(instance: iota_scripts_host::table::Instance, expected: Result<(), Status>) -> anyhow::Result<()> {
    let service = br#"{"name":"a","methods":[]}"#;
    expect_status("bind_service", instance.bind_service(service), expected)?;
    expect_status("unbind_service", instance.unbind_service(b"a"), expected)?;
    expect_status("submit", instance.submit(op::HEALTH, 1, b"{}", b"", 0), expected)?;
    expect_status("reply", instance.reply(1 << 63 | 1, 1, b"{}", b""), expected)?;
    expect_status("cancel", instance.cancel(1), expected)?;
    expect_status("credit", instance.credit(1, 1), expected)
}

fn twice(subject: &Subject) -> anyhow::Result<()> {
    for _ in 0..2 {
        let session = Session::begin(subject)?;
        let frames = session.ask(op::HEALTH, 7, &json!({}))?;
        let state = &frames[0].head["status"];
        ensure!(frames.len() == 1 && (state == "ok" || state == "degraded"), "health answered {}", frames[0].head);
        let stopped = session.stop(5000)?;
        ensure!(stopped["cancelled"].is_u64(), "plugin.stopped without `cancelled`: {stopped}");
    }
    Ok(())
}

fn after_stop(subject: &Subject) -> anyhow::Result<()> {
    let session = Session::begin(subject)?;
    session.stop(1000)?;
    every_function(session.instance, Err(Status::STOPPED))?;
    expect_status("stop", session.instance.stop(0), Err(Status::STOPPED))
}

/// Signals 32 and 33, which the C library handles internally from the first thread on.
const OF_THE_C_LIBRARY: u64 = 0b11 << 31;

fn signals(subject: &Subject) -> anyhow::Result<()> {
    let state = || -> anyhow::Result<Vec<String>> {
        let text = std::fs::read_to_string("/proc/self/status")?;
        let signals = |line: &str| {
            let (key, mask) = line.split_once(":\t")?;
            let mask = u64::from_str_radix(mask, 16).ok()? & !OF_THE_C_LIBRARY;
            ["SigBlk", "SigIgn", "SigCgt"].contains(&key).then(|| format!("{key} {mask:016x}"))
        };
        Ok(text.lines().filter_map(signals).collect())
    };
    let before = state()?;
    let session = Session::begin(subject)?;
    let during = state()?;
    session.ask(op::HEALTH, 1, &json!({}))?;
    session.stop(1000)?;
    ensure!(during == before, "start changed {before:?} to {during:?}");
    let after = state()?;
    ensure!(after == before, "stop left {after:?} where {before:?} was");
    Ok(())
}
