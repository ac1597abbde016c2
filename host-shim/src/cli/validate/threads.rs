//! Checks with many threads at once, and with calls from inside a callback.

use std::sync::Arc;

use anyhow::{Context, anyhow, ensure};
use iota_scripts_abi::op;
use iota_scripts_host::table::Status;

use super::{Entry, Subject, session::Session};

pub(super) const CHECKS: &[Entry] = &[
    ("Requests of many threads at once each get exactly one END", many_threads),
    ("Calls from inside a callback are served", reentrant),
];

const THREADS: u64 = 8;
const REQUESTS: u64 = 250;

fn many_threads(subject: &Subject) -> anyhow::Result<()> {
    let session = Session::begin(subject)?;
    let instance = session.instance;
    let work = move |thread: u64| -> Result<(), Status> {
        for number in 1..=REQUESTS {
            let id = thread * 10_000 + number;
            // A full queue is a valid answer; the request is sent again.
            while let Err(status) = instance.submit(op::HEALTH, id, b"{}", b"", 0) {
                if status != Status::AGAIN {
                    return Err(status);
                }
                std::thread::yield_now();
            }
        }
        Ok(())
    };
    let threads: Vec<_> = (0..THREADS).map(|thread| std::thread::spawn(move || work(thread))).collect();
    for thread in threads {
        let outcome = thread.join().map_err(|_| anyhow!("a thread panicked"))?;
        outcome.map_err(|status| anyhow!("a request was refused with {status}"))?;
    }
    for id in (0..THREADS).flat_map(|thread| (1..=REQUESTS).map(move |number| thread * 10_000 + number)) {
        let frames = session.recorder.frames(id)?;
        ensure!(frames.len() == 1, "request {id} got {} frames", frames.len());
    }
    session.stop(1000)?;
    Ok(())
}

fn reentrant(subject: &Subject) -> anyhow::Result<()> {
    let session = Session::begin(subject)?;
    let again = |instance: iota_scripts_host::table::Instance, id: u64| {
        if id < 50 {
            let _ = instance.submit(op::HEALTH, id + 1, b"{}", b"", 0);
            let _ = instance.credit(id, 1);
            let _ = instance.cancel(9_999_999);
        }
    };
    session.recorder.on_reply.set(Box::new(again)).map_err(|_| anyhow!("already set"))?;
    session.submit(op::HEALTH, 1, &serde_json::json!({}), &[], 0)?;
    session.recorder.frames(50).context("a chain of requests, each made inside the answer to the one before")?;
    let recorder = Arc::clone(&session.recorder);
    session.stop(1000)?;
    drop(recorder);
    Ok(())
}
