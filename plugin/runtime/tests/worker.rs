//! Drives the real worker program over a socketpair, as a pool does.

use std::{
    io::Read,
    os::{
        fd::OwnedFd,
        unix::{net::UnixStream, process::ExitStatusExt},
    },
    process::{Child, Command, ExitStatus, Stdio},
    sync::Arc,
};

use iota_scripts_runtime::{
    exit::{self, Exit, fault_of},
    isolate::STACK_BYTES,
    protocol::{
        Check, Done, FaultKind, FromWorker, Hello, Limits, Load, PROTOCOL, Plan, Reply, Run, ServiceSignature,
        ToWorker,
        frame::{self, FrameError},
    },
};
use serde_json::value::RawValue;

struct Worker {
    child: Child,
    socket: UnixStream,
}

impl Worker {
    /// Starts the program with an empty environment; no greeting is sent yet.
    fn spawn() -> Self {
        let (socket, theirs) = UnixStream::pair().expect("a socketpair");
        let child = Command::new(env!("CARGO_BIN_EXE_iota-scripts-worker"))
            .env_clear()
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the worker starts");
        Self { child, socket }
    }

    fn ready() -> Self {
        let mut worker = Self::spawn();
        worker.send(&ToWorker::Hello(Hello {
            protocol: PROTOCOL,
            address_space_bytes: Some(3 << 30),
            stack_bytes: STACK_BYTES,
        }));
        assert!(matches!(worker.receive(), FromWorker::Ready(_)));
        worker
    }

    fn send(&mut self, message: &ToWorker) {
        frame::write(&mut self.socket, message).expect("the worker listens");
    }

    fn receive(&mut self) -> FromWorker {
        frame::read(&mut self.socket).expect("a message of the worker").expect("the worker is alive")
    }

    fn start(&mut self, source: &str, limits: Limits) {
        let (key, name) = ("k".to_owned(), "script".to_owned());
        self.send(&ToWorker::Load(Load { key, name, source: source.to_owned() }));
        self.plan(plan(limits));
        self.send(&run(1));
    }

    fn plan(&mut self, plan: Plan) {
        self.send(&ToWorker::Plan { slot: 0, plan: Arc::new(plan) });
    }

    fn run(&mut self, source: &str) -> Box<Done> {
        self.start(source, Limits::default());
        self.done()
    }

    /// Returns the end of a run, skipping messages about its waits.
    fn done(&mut self) -> Box<Done> {
        loop {
            match self.receive() {
                FromWorker::Waiting { .. } => {}
                FromWorker::Done { done: Some(done), .. } => return done,
                other => panic!("not the end of the run: {other:?}"),
            }
        }
    }

    /// Waits for the end of the program; its socket must be closed.
    fn end(mut self) -> (ExitStatus, String) {
        let gone: Result<Option<FromWorker>, FrameError> = frame::read(&mut self.socket);
        assert!(!matches!(gone, Ok(Some(_))), "the worker still sends messages");
        self.reap()
    }

    fn reap(mut self) -> (ExitStatus, String) {
        let status = self.child.wait().expect("the worker can be waited for");
        let mut errors = String::new();
        self.child.stderr.take().expect("stderr is piped").read_to_string(&mut errors).expect("text");
        (status, errors)
    }
}

fn plan(limits: Limits) -> Plan {
    Plan {
        key: "k".to_owned(),
        entry: "main".to_owned(),
        fallback: None,
        libraries: Vec::new(),
        context: raw("{}"),
        limits,
    }
}

fn run(run: u64) -> ToWorker {
    ToWorker::Run(Run { run, slot: 0, args: raw("[]"), raw_body: None, execution: None })
}

fn raw(json: &str) -> Box<RawValue> {
    RawValue::from_string(json.to_owned()).expect("JSON")
}

fn exit_of(status: ExitStatus) -> Exit {
    status.code().map_or_else(|| Exit::Signal(status.signal().expect("code or signal")), Exit::Code)
}

#[test]
fn runs_follow_each_other_in_one_worker() {
    let mut worker = Worker::ready();
    for _ in 0..3 {
        let done = worker.run("let n = 0; async function main() { console.info; return ++n; }");
        assert_eq!(done.result.expect("a result").get(), "1");
        assert!(!done.tainted);
        assert!(done.usage.peak_memory_bytes > 0, "memory is counted");
    }
    worker.send(&ToWorker::Check(Check { source: "let = ;".to_owned(), ..Check::default() }));
    let FromWorker::Checked(diagnostics) = worker.receive() else { panic!("no diagnostics") };
    let diagnostics = diagnostics.found;
    assert_eq!(diagnostics.len(), 1);
}

#[test]
fn a_script_that_is_not_loaded_is_requested() {
    let mut worker = Worker::ready();
    worker.plan(plan(Limits::default()));
    worker.send(&run(1));
    assert!(matches!(worker.receive(), FromWorker::Missing { run: 1, key } if key == "k"));
}

#[test]
fn calls_and_logs_cross_the_socket() {
    let mut worker = Worker::ready();
    let service = ServiceSignature { service: "clients".to_owned(), methods: vec!["get".to_owned()] };
    worker.send(&ToWorker::Bind([service].into()));
    worker.start(
        "async function main() { console.warn('hi'); const two = await Promise.all([services.clients.get(1), services.clients.get(2)]); return two; }",
        Limits::default(),
    );
    assert!(matches!(worker.receive(), FromWorker::Log { run: 1, line } if line.message == "hi"));
    let FromWorker::Call(first) = worker.receive() else { panic!("no call") };
    let FromWorker::Call(second) = worker.receive() else { panic!("the second call waits for the first") };
    assert_eq!((first.method.as_str(), first.args.get()), ("services.clients.get", "[1]"));
    // The later call is answered first.
    worker.send(&ToWorker::Reply(Reply { run: 1, call: second.call, result: Ok(raw("\"b\"")) }));
    worker.send(&ToWorker::Reply(Reply { run: 1, call: first.call, result: Ok(raw("\"a\"")) }));
    let done = worker.done();
    assert_eq!(done.result.expect("a result").get(), r#"["a","b"]"#);
    assert_eq!(done.usage.host_calls, 2);
}

#[test]
fn a_waiting_run_can_be_cancelled() {
    let mut worker = Worker::ready();
    worker.start("async function main() { await storage.get('x'); }", Limits::default());
    assert!(matches!(worker.receive(), FromWorker::Call(_)));
    worker.send(&ToWorker::Cancel { run: 1 });
    let done = worker.done();
    assert_eq!(done.result.expect_err("a fault").code, "CANCELLED");
    assert_eq!(worker.run("function main() { return 5 }").result.expect("a result").get(), "5");
}

#[test]
fn a_loop_of_microtasks_can_be_cancelled() {
    let mut worker = Worker::ready();
    worker.start("async function main() { console.log('on'); for (;;) await null; }", Limits::default());
    assert!(matches!(worker.receive(), FromWorker::Log { .. }));
    worker.send(&ToWorker::Cancel { run: 1 });
    let done = worker.done();
    assert_eq!(done.result.expect_err("a fault").code, "CANCELLED");
}

#[test]
fn waiting_runs_share_a_worker_but_no_state() {
    let mut worker = Worker::ready();
    let (key, name) = ("k".to_owned(), "script".to_owned());
    let source = "let mine; async function main(n) { mine = n; leak = n; await storage.get('x'); \
                  return [mine, leak, context.n, typeof other]; }";
    worker.send(&ToWorker::Load(Load { key, name, source: source.to_owned() }));
    for run in 1..=3 {
        worker.plan(Plan { context: raw(&format!("{{\"n\":{run}}}")), ..plan(Limits::default()) });
        worker.send(&ToWorker::Run(Run {
            run,
            slot: 0,
            args: raw(&format!("[{run}]")),
            raw_body: None,
            execution: None,
        }));
        assert!(matches!(worker.receive(), FromWorker::Call(call) if call.run == run && call.call == 1));
        assert!(matches!(worker.receive(), FromWorker::Waiting { run: waits, .. } if waits == run));
    }
    for run in [2, 3, 1] {
        worker.send(&ToWorker::Reply(Reply { run, call: 1, result: Ok(raw("null")) }));
        assert_eq!(worker.done().result.expect("a result").get(), format!("[{run},{run},{run},\"undefined\"]"));
    }
    worker.send(&ToWorker::Cancel { run: 1 });
    assert!(matches!(worker.receive(), FromWorker::Done { run: 1, done: None }), "a late step is answered too");
}

#[test]
fn a_sleeping_run_does_not_block_others() {
    let mut worker = Worker::ready();
    let source = "async function main() { setTimeout(() => {}, 60_000); await utils.sleep(30_000); return 'awake'; }";
    worker.start(source, Limits::default());
    for waits in ["[60000]", "[30000]"] {
        let FromWorker::Call(call) = worker.receive() else { panic!("no wait") };
        let [asked, wanted]: [u64; 2] = [call.args.get(), waits].map(|ms| ms.trim_matches(['[', ']']).parse().unwrap());
        assert!(call.method == "timer.wait" && wanted - asked < 20_000, "{call:?}");
    }
    assert!(matches!(worker.receive(), FromWorker::Waiting { run: 1, tainted: false }));
    // Meanwhile another run executes in the worker.
    worker.send(&ToWorker::Load(Load {
        key: "o".to_owned(),
        name: "o".to_owned(),
        source: "function main() { return 5 }".to_owned(),
    }));
    worker.plan(Plan { key: "o".to_owned(), ..plan(Limits::default()) });
    worker.send(&run(2));
    assert!(matches!(worker.receive(), FromWorker::Done { run: 2, done: Some(_) }));
    worker.send(&ToWorker::Reply(Reply { run: 1, call: 2, result: Ok(raw("null")) }));
    assert!(
        matches!(worker.receive(), FromWorker::Log { run: 1, line } if line.message.contains("a timer had not fired"))
    );
    let done = worker.done();
    assert_eq!((done.result.expect("a result").get(), done.usage.host_calls), ("\"awake\"", 0));
}

#[test]
fn processor_time_over_the_limit_ends_the_run_at_its_line() {
    let mut worker = Worker::ready();
    let limits = Limits { cpu_us: Some(50_000), ..Limits::default() };
    worker.start("async function main() {\n await storage.get('x');\n for (let i = 0;; i++);\n}", limits);
    assert!(matches!(worker.receive(), FromWorker::Call(_)));
    assert!(matches!(worker.receive(), FromWorker::Waiting { .. }));
    worker.send(&ToWorker::Reply(Reply { run: 1, call: 1, result: Ok(raw("null")) }));
    let done = worker.done();
    let fault = done.result.expect_err("it spins");
    assert_eq!((fault.code.as_str(), fault.message.contains("50 ms"), fault.line), ("CPU_LIMIT", true, Some(3)));
    assert!(done.tainted);
}

#[test]
fn native_work_over_the_cpu_limit_ends_the_worker() {
    let mut worker = Worker::ready();
    let limits = Limits { cpu_us: Some(50_000), memory_bytes: 4 << 30, ..Limits::default() };
    worker.start("function main() { return 'é'.repeat(2 ** 25).normalize('NFD').normalize('NFC').length; }", limits);
    let (status, _) = worker.end();
    assert_eq!(exit_of(status), Exit::Code(exit::CPU));
    let fault = fault_of(exit_of(status), &limits);
    assert_eq!((fault.code.as_str(), fault.message.contains("50 ms")), ("CPU_LIMIT", true));
}

#[test]
fn a_worker_ends_with_its_host_even_during_a_loop() {
    let mut worker = Worker::ready();
    worker.start("function main() { console.log('spinning'); for (;;); }", Limits::default());
    assert!(matches!(worker.receive(), FromWorker::Log { .. }));
    worker.socket.shutdown(std::net::Shutdown::Both).expect("the socket closes");
    let (status, errors) = worker.reap();
    assert_eq!((exit_of(status), errors.as_str()), (Exit::Code(exit::CLOSED), ""));
}

#[test]
fn memory_over_the_limit_ends_the_run_at_its_line() {
    let hungry = [
        "function main() { const kept = [];\n for (;;) kept.push(new Array(1000).fill(0)); }",
        "function main() { let s = 'x';\n for (;;) s += s; }",
        "function main() {\n return 'x'.repeat(2 ** 28).length; }",
        "function main() { const kept = [];\n for (;;) kept.push(new Uint8Array(1 << 20)); }",
    ];
    for source in hungry {
        let mut worker = Worker::ready();
        worker.start(source, Limits { memory_bytes: 64 << 20, ..Limits::default() });
        let done = worker.done();
        let fault = done.result.expect_err(source);
        assert_eq!((fault.code.as_str(), fault.line), ("MEMORY_LIMIT", Some(2)), "{source}: {}", fault.message);
        assert!(done.tainted && fault.message.contains("64 MB"), "{source}");
    }
}

#[test]
fn native_memory_over_the_limit_ends_the_worker() {
    let mut worker = Worker::ready();
    let limits = Limits { memory_bytes: 64 << 20, ..Limits::default() };
    worker.start("function main() { return utils.base64.encode('x'.repeat(48 << 20)).length; }", limits);
    let (status, _) = worker.end();
    assert_eq!(exit_of(status), Exit::Code(exit::MEMORY));
    assert_eq!(fault_of(exit_of(status), &limits).kind, FaultKind::Memory);
}

#[test]
fn garbage_does_not_count_against_the_memory_limit() {
    let wasteful = [
        "async function main() { for (let i = 0; i < 400; i++) { new Uint8Array(1 << 20); await null; } }",
        "function main() { for (let i = 0; i < 40; i++) new Uint8Array(10 << 20); }",
        "function main() { for (let i = 0; i < 20; i++) new ArrayBuffer(10 << 20).slice(1); }",
        "function main() { for (let i = 0; i < 20; i++) { const o = {}; o.self = [o, 'x'.repeat(10 << 20)]; } }",
        "function main() { for (let i = 0; i < 20; i++) { const o = {}; o.self = [o, 'x'.padEnd(10 << 20)]; } }",
    ];
    for source in wasteful {
        let mut worker = Worker::ready();
        worker.start(source, Limits { memory_bytes: 64 << 20, ..Limits::default() });
        let done = worker.done();
        assert_eq!(done.result.expect(source).get(), "null", "{source}");
    }
}

#[test]
fn infinite_native_recursion_ends_the_run() {
    let mut worker = Worker::ready();
    worker.start("function main() { const a = []; a.push(a); return a.flat(Infinity); }", Limits::default());
    let done = worker.done();
    assert_eq!(done.result.expect_err("it has no end").kind, FaultKind::Stack);
    assert!(done.tainted);
}

#[test]
fn a_host_of_another_protocol_is_rejected() {
    let mut worker = Worker::spawn();
    worker.send(&ToWorker::Hello(Hello {
        protocol: PROTOCOL + 1,
        address_space_bytes: None,
        stack_bytes: STACK_BYTES,
    }));
    let (status, errors) = worker.end();
    assert_eq!(exit_of(status), Exit::Code(exit::PROTOCOL));
    assert!(errors.contains("uses protocol"), "{errors}");
}

#[test]
fn only_a_run_without_its_plan_fails() {
    let mut worker = Worker::ready();
    for slot in [3, u8::MAX] {
        worker.send(&ToWorker::Run(Run { run: 1, slot, args: raw("[]"), raw_body: None, execution: None }));
        assert_eq!(worker.done().result.expect_err("a fault").code, "INTERNAL");
    }
    worker.send(&ToWorker::Plan { slot: u8::MAX, plan: Arc::new(plan(Limits::default())) });
    assert_eq!(worker.run("function main() { return 1 }").result.expect("a result").get(), "1");
}
