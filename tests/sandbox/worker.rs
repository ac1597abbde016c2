//! A worker process in a sandbox, driven over its socket as a pool drives it.

use std::{
    io::IoSlice,
    mem::MaybeUninit,
    os::{
        fd::{AsFd as _, OwnedFd},
        unix::{net::UnixStream, process::ExitStatusExt as _},
    },
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::Arc,
};

use iota_scripts_runtime::{
    exit::Exit,
    isolate::STACK_BYTES,
    protocol::{Done, FromWorker, Hello, Limits, Load, PROTOCOL, Plan, Run, SandboxLevel, ToWorker, frame},
};
use iota_scripts_tests::target_folder;
use rustix::{
    cmsg_space,
    net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg},
    process::{Pid, Signal, WaitOptions, kill_process, waitpid},
};
use serde_json::{Value, value::RawValue};

/// The result of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It succeeded.
    Worked,
    /// It failed with this error.
    Refused(i32),
    /// The process was ended by this signal.
    Killed(i32),
}

/// How a worker is created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StartMethod {
    /// The program is started for it.
    Started,
    /// A template forks it.
    Copied,
}

impl StartMethod {
    pub(crate) const BOTH: [Self; 2] = [Self::Started, Self::Copied];
}

/// A process that copies itself; ended with the test.
pub(crate) struct Template {
    child: Child,
    control: UnixStream,
}

impl Template {
    /// Starts a program with an empty environment, and waits until it is ready to be copied.
    pub(crate) fn spawn(program: &Path, arguments: &[&str], errors: Stdio) -> Self {
        let (child, mut control) = start(program, arguments, errors);
        frame::write(&mut control, &ToWorker::Template(hello())).expect("the template listens");
        match frame::read(&mut control).expect("a message") {
            Some(FromWorker::Ready(ready)) => assert_eq!(ready.sandbox, SandboxLevel::default(), "it raises no walls"),
            other => panic!("not ready: {other:?}"),
        }
        Self { child, control }
    }

    /// Forks a worker, a child of the test.
    pub(crate) fn copy(&self) -> SandboxedWorker {
        let (mut socket, theirs) = UnixStream::pair().expect("a socketpair");
        let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(1))];
        let mut ancillary = SendAncillaryBuffer::new(&mut space);
        let sockets = [theirs.as_fd()];
        assert!(ancillary.push(SendAncillaryMessage::ScmRights(&sockets)));
        sendmsg(&self.control, &[IoSlice::new(&[0])], &mut ancillary, SendFlags::NOSIGNAL).expect("it listens");
        drop(theirs);
        let pid = match frame::read(&mut socket).expect("a message") {
            Some(FromWorker::Forked { pid }) => pid,
            other => panic!("no copy: {other:?}"),
        };
        SandboxedWorker::greeted(pid, socket)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Kills it without notice.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it is there");
        self.child.wait().expect("it can be awaited");
    }

    /// Closes the socket; returns its exit status.
    pub(crate) fn hang_up(mut self) -> Option<i32> {
        self.control.shutdown(std::net::Shutdown::Both).expect("a socket");
        self.child.wait().expect("it can be awaited").code()
    }
}

impl Drop for Template {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn start(program: &Path, arguments: &[&str], errors: Stdio) -> (Child, UnixStream) {
    let (socket, theirs) = UnixStream::pair().expect("a socketpair");
    let child = Command::new(program)
        .args(arguments)
        .env_clear()
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .stdout(Stdio::null())
        .stderr(errors)
        .spawn()
        .expect("the program starts");
    (child, socket)
}

fn hello() -> Hello {
    Hello { protocol: PROTOCOL, address_space_bytes: Some(3 << 30), stack_bytes: STACK_BYTES }
}

/// A worker process, a child of the test in either case; ended with the test.
pub(crate) struct SandboxedWorker {
    pid: Pid,
    ended: bool,
    socket: UnixStream,
}

impl SandboxedWorker {
    /// Starts a program with an empty environment, or a copy of one that was started so, and performs the handshake.
    pub(crate) fn launch(method: StartMethod, program: &Path, arguments: &[&str], errors: Stdio) -> Self {
        match method {
            StartMethod::Started => {
                let (child, socket) = start(program, arguments, errors);
                Self::greeted(child.id(), socket)
            }
            // The copy outlives its template, which ends here.
            StartMethod::Copied => Template::spawn(program, arguments, errors).copy(),
        }
    }

    fn greeted(pid: u32, socket: UnixStream) -> Self {
        let pid = Pid::from_raw(pid.try_into().expect("a number")).expect("a process");
        let mut worker = Self { pid, ended: false, socket };
        worker.send(&ToWorker::Hello(hello()));
        worker
    }

    /// The worker program that is shipped.
    pub(crate) fn shipped(method: StartMethod) -> Self {
        Self::launch(method, &target_folder().join("iota-scripts-worker"), &[], Stdio::null())
    }

    /// A worker behind these walls only.
    pub(crate) fn behind(method: StartMethod, walls: &str) -> Self {
        Self::launch(method, Path::new(env!("CARGO_BIN_EXE_captive")), &[walls], Stdio::null())
    }

    pub(crate) fn pid(&self) -> u32 {
        self.pid.as_raw_nonzero().get().unsigned_abs()
    }

    /// Waits until it is ready; returns its report on the sandbox.
    pub(crate) fn level(&mut self) -> SandboxLevel {
        match self.receive() {
            Some(FromWorker::Ready(ready)) => ready.sandbox,
            other => panic!("not ready: {other:?}"),
        }
    }

    /// Runs `main` of a source in the tenant's time zone.
    pub(crate) fn run(&mut self, source: &str) -> Result<Value, Exit> {
        self.begin(source);
        match self.receive() {
            Some(FromWorker::Done { done: Some(done), .. }) => Ok(value_of(&done)),
            Some(other) => panic!("not the end of the run: {other:?}"),
            None => Err(self.exit()),
        }
    }

    /// Starts the same without waiting for its end.
    pub(crate) fn begin(&mut self, source: &str) {
        let raw = |json: &str| RawValue::from_string(json.to_owned()).expect("JSON");
        let (key, name) = ("k".to_owned(), "script".to_owned());
        self.send(&ToWorker::Load(Load { key: key.clone(), name, source: source.to_owned() }));
        let plan = Plan {
            key,
            entry: "main".to_owned(),
            fallback: None,
            libraries: Vec::new(),
            context: raw(r#"{"tenant": {"timezone": "Asia/Tashkent"}}"#),
            limits: Limits { memory_bytes: 64 << 20, ..Limits::default() },
        };
        self.send(&ToWorker::Plan { slot: 0, plan: Arc::new(plan) });
        self.send(&ToWorker::Run(Run { run: 1, slot: 0, args: raw("[]"), raw_body: None, execution: None }));
    }

    /// Closes the socket; returns its exit status.
    pub(crate) fn hang_up(mut self) -> Exit {
        self.socket.shutdown(std::net::Shutdown::Both).expect("a socket");
        self.exit()
    }

    /// Waits for the end of the process.
    pub(crate) fn exit(&mut self) -> Exit {
        let (_, status) = waitpid(Some(self.pid), WaitOptions::empty()).expect("a child").expect("it has ended");
        self.ended = true;
        let status = ExitStatus::from_raw(status.as_raw());
        status.code().map_or_else(|| Exit::Signal(status.signal().expect("code or signal")), Exit::Code)
    }

    fn send(&mut self, message: &ToWorker) {
        frame::write(&mut self.socket, message).expect("the worker listens");
    }

    /// `None` if the process has ended.
    fn receive(&mut self) -> Option<FromWorker> {
        frame::read(&mut self.socket).ok().flatten()
    }
}

impl Drop for SandboxedWorker {
    fn drop(&mut self) {
        if !self.ended {
            let _ = kill_process(self.pid, Signal::KILL);
            let _ = waitpid(Some(self.pid), WaitOptions::empty());
        }
    }
}

/// The result, or `{"fault": …}` with its code.
fn value_of(done: &Done) -> Value {
    match &done.result {
        Ok(json) => serde_json::from_str(json.get()).expect("JSON"),
        Err(fault) => serde_json::json!({ "fault": fault.code }),
    }
}

/// The result of an attempt behind these walls, however the worker is created. The words are those of the program `captive`.
pub(crate) fn attempt(walls: &str, words: &[&str]) -> Verdict {
    attempt_with(walls, words, Stdio::null)
}

/// The same, with the given standard error.
pub(crate) fn attempt_with(walls: &str, words: &[&str], errors: impl Fn() -> Stdio) -> Verdict {
    let [started, copied] = StartMethod::BOTH.map(|method| attempt_of(method, walls, words, errors()));
    assert_eq!(started, copied, "{words:?} behind {walls}: a copy is restricted like any other");
    started
}

fn attempt_of(method: StartMethod, walls: &str, words: &[&str], errors: Stdio) -> Verdict {
    let arguments: Vec<&str> = [walls].into_iter().chain(words.iter().copied()).collect();
    match SandboxedWorker::launch(method, Path::new(env!("CARGO_BIN_EXE_captive")), &arguments, errors).exit() {
        Exit::Code(200) => Verdict::Worked,
        Exit::Code(201) => panic!("no attempt was made: {arguments:?}"),
        Exit::Code(error) => Verdict::Refused(error),
        Exit::Signal(signal) => Verdict::Killed(signal),
    }
}
