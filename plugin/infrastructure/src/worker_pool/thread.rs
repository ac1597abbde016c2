//! A worker thread in the host's process: the same isolate, spoken to over channels.
//!
//! A run that spins ends when the thread is told to go: an alarm has the engine ask. What it does without asking keeps
//! the thread until it is done, and memory that the system does not give takes the host with it. SECURITY.md says so.

use std::{
    cell::RefCell,
    collections::VecDeque,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
};

use iota_scripts_domain::Fault;
use iota_scripts_runtime::{
    host::{HostPort, Port},
    isolate::{Config, Isolate, STACK_BYTES},
    meter::ThreadMeter,
    protocol::{self, Call, FromWorker, LogLine, Ready, SandboxLevel, ToWorker},
    sandbox::NICENESS,
    serve::{answer, keep},
};
use rustix::process::nice;
use tokio::sync::mpsc as async_mpsc;

use super::wire;

/// The line to one thread. Dropped, the thread ends after its present step.
#[derive(Debug)]
pub(super) struct ThreadLink {
    inbox: async_mpsc::UnboundedReceiver<FromWorker>,
    /// None once the thread is told to go.
    outbox: Option<mpsc::Sender<ToWorker>>,
    gone: Arc<AtomicBool>,
    /// Has a run that spins look whether it is cancelled.
    alarm: Arc<AtomicBool>,
}

/// The thread's end of the line.
struct Desk {
    inbox: mpsc::Receiver<ToWorker>,
    outbox: async_mpsc::UnboundedSender<FromWorker>,
    /// Messages that were read while looking for a cancellation.
    later: VecDeque<ToWorker>,
    /// Nobody is interested in this thread any more.
    gone: Arc<AtomicBool>,
}

impl ThreadLink {
    pub(super) fn spawn() -> Result<Self, Fault> {
        let (to_thread, thread_inbox) = mpsc::channel();
        let (to_pool, inbox) = async_mpsc::unbounded_channel();
        let gone = Arc::new(AtomicBool::new(false));
        let desk = Desk { inbox: thread_inbox, outbox: to_pool, later: VecDeque::new(), gone: Arc::clone(&gone) };
        let config = Config { meter: Some(&ThreadMeter), ..Config::default() };
        let alarm = Arc::clone(&config.alarm);
        let spawned = thread::Builder::new()
            .name("iota-isolate".to_owned())
            .stack_size(STACK_BYTES)
            .spawn(|| serve(desk, config));
        match spawned {
            Ok(_) => Ok(Self { inbox, outbox: Some(to_thread), gone, alarm }),
            Err(error) => Err(wire::died(&format!("no thread for the script: {error}"))),
        }
    }

    pub(super) fn send(&self, message: ToWorker) {
        let cancels = matches!(message, ToWorker::Cancel { .. } | ToWorker::Recall { .. });
        // A thread that is gone shows at the next receive.
        if let Some(outbox) = &self.outbox {
            let _ = outbox.send(message);
        }
        if cancels {
            self.alarm.store(true, Ordering::Release);
        }
    }

    pub(super) async fn receive(&mut self) -> Option<FromWorker> {
        self.inbox.recv().await
    }

    pub(super) fn is_alive(&self) -> bool {
        !self.inbox.is_closed()
    }

    /// Tells the thread to go; it does so as soon as the engine asks.
    pub(super) fn let_go(&mut self) {
        self.gone.store(true, Ordering::Release);
        self.alarm.store(true, Ordering::Release);
        self.outbox = None;
    }
}

impl Drop for ThreadLink {
    fn drop(&mut self) {
        self.let_go();
    }
}

impl Desk {
    /// False when nobody listens any more.
    fn say(&self, message: FromWorker) -> bool {
        self.outbox.send(message).is_ok()
    }

    /// The next message between steps; None when nobody is interested any more.
    fn next(&mut self) -> Option<ToWorker> {
        let message = self.later.pop_front().or_else(|| self.inbox.recv().ok());
        message.filter(|_| !self.gone.load(Ordering::Acquire))
    }
}

impl HostPort for Desk {
    fn call(&mut self, call: Call) {
        self.say(FromWorker::Call(call));
    }

    fn log(&mut self, run: u64, line: LogLine) {
        self.say(FromWorker::Log { run, line });
    }

    /// The cancellation itself stays in line: it is answered when the step has ended.
    fn cancelled(&mut self, run: u64) -> bool {
        while let Ok(message) = self.inbox.try_recv() {
            if let Some(answer) = keep(&mut self.later, message) {
                self.say(answer);
            }
        }
        let named = |message: &ToWorker| matches!(message, ToWorker::Cancel { run: named } if *named == run);
        self.gone.load(Ordering::Acquire) || self.later.iter().any(named)
    }
}

fn serve(desk: Desk, config: Config) {
    // Of the calling thread alone. Where the system does not let it, the script is as important as the host.
    let _ = nice(NICENESS);
    let Ok(mut isolate) = Isolate::new(config) else { return };
    let desk = Rc::new(RefCell::new(desk));
    let port: Port = desk.clone();
    loop {
        // The borrow ends before a step, which needs the desk for itself.
        let message = desk.borrow_mut().next();
        let said = match message {
            None => return,
            Some(ToWorker::Hello(_)) => {
                let version = env!("CARGO_PKG_VERSION").to_owned();
                Some(FromWorker::Ready(Ready {
                    protocol: protocol::PROTOCOL,
                    version,
                    sandbox: SandboxLevel::default(),
                }))
            }
            Some(message) => answer(&mut isolate, message, &port),
        };
        if said.is_some_and(|said| !desk.borrow().say(said)) {
            return;
        }
    }
}
