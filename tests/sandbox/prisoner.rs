//! A worker process in a sandbox, driven over its socket as a pool drives it.

use std::{
    os::{
        fd::OwnedFd,
        unix::{net::UnixStream, process::ExitStatusExt as _},
    },
    path::Path,
    process::{Child, Command, Stdio},
};

use iota_scripts_runtime::{
    exit::Exit,
    isolate::STACK_BYTES,
    protocol::{Done, FromWorker, Hello, Job, Limits, Load, PROTOCOL, SandboxLevel, ToWorker, frame},
};
use serde_json::{Value, value::RawValue};

/// What came of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It was not refused.
    Worked,
    /// This error.
    Refused(i32),
    /// This signal ended the process.
    Killed(i32),
}

/// A worker process; ended with the test.
pub(crate) struct Prisoner {
    child: Child,
    socket: UnixStream,
}

impl Prisoner {
    /// Starts a program with an empty environment and greets it.
    pub(crate) fn spawn(program: &Path, arguments: &[&str], errors: Stdio) -> Self {
        let (socket, theirs) = UnixStream::pair().expect("a socketpair");
        let child = Command::new(program)
            .args(arguments)
            .env_clear()
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::null())
            .stderr(errors)
            .spawn()
            .expect("the program starts");
        let mut prisoner = Self { child, socket };
        prisoner.send(&ToWorker::Hello(Hello {
            protocol: PROTOCOL,
            address_space_bytes: Some(3 << 30),
            stack_bytes: STACK_BYTES,
        }));
        prisoner
    }

    /// A worker behind these walls only.
    pub(crate) fn behind(walls: &str) -> Self {
        Self::spawn(Path::new(env!("CARGO_BIN_EXE_captive")), &[walls], Stdio::null())
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it is ready; what it says of its sandbox.
    pub(crate) fn level(&mut self) -> SandboxLevel {
        match self.receive() {
            Some(FromWorker::Ready(ready)) => ready.sandbox,
            other => panic!("not ready: {other:?}"),
        }
    }

    /// Runs `main` of a source in the tenant's zone.
    pub(crate) fn run(&mut self, source: &str) -> Result<Value, Exit> {
        let raw = |json: &str| RawValue::from_string(json.to_owned()).expect("JSON");
        let (key, name) = ("k".to_owned(), "script".to_owned());
        self.send(&ToWorker::Load(Load { key: key.clone(), name, source: source.to_owned() }));
        self.send(&ToWorker::Run(Job {
            libraries: Vec::new(),
            run: 1,
            key,
            entry: "main".to_owned(),
            fallback: None,
            args: raw("[]"),
            context: raw(r#"{"tenant": {"timezone": "Asia/Tashkent"}}"#),
            limits: Limits { memory_bytes: 64 << 20, ..Limits::default() },
        }));
        match self.receive() {
            Some(FromWorker::Done { done: Some(done), .. }) => Ok(value_of(&done)),
            Some(other) => panic!("not the end of the run: {other:?}"),
            None => Err(self.exit()),
        }
    }

    /// Waits for the end of the process.
    pub(crate) fn exit(&mut self) -> Exit {
        let status = self.child.wait().expect("the process can be waited for");
        status.code().map_or_else(|| Exit::Signal(status.signal().expect("code or signal")), Exit::Code)
    }

    fn send(&mut self, message: &ToWorker) {
        frame::write(&mut self.socket, message).expect("the worker listens");
    }

    /// None when it is gone.
    fn receive(&mut self) -> Option<FromWorker> {
        frame::read(&mut self.socket).ok().flatten()
    }
}

impl Drop for Prisoner {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn value_of(done: &Done) -> Value {
    match &done.result {
        Ok(json) => serde_json::from_str(json.get()).expect("JSON"),
        Err(fault) => panic!("{fault:?}"),
    }
}

/// What comes of an attempt behind these walls. The words are those of the program `captive`.
pub(crate) fn attempt(walls: &str, words: &[&str]) -> Verdict {
    attempt_with(walls, words, Stdio::null())
}

/// The same with a standard error of its own.
pub(crate) fn attempt_with(walls: &str, words: &[&str], errors: Stdio) -> Verdict {
    let arguments: Vec<&str> = [walls].into_iter().chain(words.iter().copied()).collect();
    match Prisoner::spawn(Path::new(env!("CARGO_BIN_EXE_captive")), &arguments, errors).exit() {
        Exit::Code(200) => Verdict::Worked,
        Exit::Code(201) => panic!("no attempt was made: {arguments:?}"),
        Exit::Code(error) => Verdict::Refused(error),
        Exit::Signal(signal) => Verdict::Killed(signal),
    }
}
