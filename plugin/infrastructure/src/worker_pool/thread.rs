//! A worker thread in the host's process: the same isolate, used over channels.
//!
//! A run in an endless loop ends when the thread is told to stop: an alarm makes the engine check. Native code that does not check keeps
//! the thread until it returns, and failed memory allocations abort the host. See SECURITY.md.

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

/// The connection to one thread. On drop, the thread ends after its current step.
#[derive(Debug)]
pub(super) struct ThreadLink {
    inbox: async_mpsc::UnboundedReceiver<FromWorker>,
    /// `None` once the thread is told to stop.
    outbox: Option<mpsc::Sender<ToWorker>>,
    gone: Arc<AtomicBool>,
    /// Makes a running script check whether it is cancelled.
    alarm: Arc<AtomicBool>,
}

/// The thread's end of the connection.
struct ThreadPort {
    inbox: mpsc::Receiver<ToWorker>,
    outbox: async_mpsc::UnboundedSender<FromWorker>,
    /// Messages received while looking for a cancellation.
    later: VecDeque<ToWorker>,
    /// The pool has abandoned this thread.
    gone: Arc<AtomicBool>,
}

impl ThreadLink {
    pub(super) fn spawn() -> Result<Self, Fault> {
        let (to_thread, thread_inbox) = mpsc::channel();
        let (to_pool, inbox) = async_mpsc::unbounded_channel();
        let gone = Arc::new(AtomicBool::new(false));
        let thread_port =
            ThreadPort { inbox: thread_inbox, outbox: to_pool, later: VecDeque::new(), gone: Arc::clone(&gone) };
        let config = Config { meter: Some(&ThreadMeter), ..Config::default() };
        let alarm = Arc::clone(&config.alarm);
        let spawned = thread::Builder::new()
            .name("iota-isolate".to_owned())
            .stack_size(STACK_BYTES)
            .spawn(|| serve(thread_port, config));
        match spawned {
            Ok(_) => Ok(Self { inbox, outbox: Some(to_thread), gone, alarm }),
            Err(error) => Err(wire::died(&format!("the worker thread could not be started: {error}"))),
        }
    }

    pub(super) fn send(&self, message: ToWorker) {
        let cancels = matches!(message, ToWorker::Cancel { .. } | ToWorker::Recall { .. });
        // A thread that has ended is detected by the next `receive`.
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

    /// Tells the thread to stop; it does so at the engine's next check.
    pub(super) fn stop(&mut self) {
        self.gone.store(true, Ordering::Release);
        self.alarm.store(true, Ordering::Release);
        self.outbox = None;
    }
}

impl Drop for ThreadLink {
    fn drop(&mut self) {
        self.stop();
    }
}

impl ThreadPort {
    /// Returns false if the pool no longer receives.
    fn say(&self, message: FromWorker) -> bool {
        self.outbox.send(message).is_ok()
    }

    /// Returns the next message between steps; `None` if the thread is to stop.
    fn next(&mut self) -> Option<ToWorker> {
        let message = self.later.pop_front().or_else(|| self.inbox.recv().ok());
        message.filter(|_| !self.gone.load(Ordering::Acquire))
    }
}

impl HostPort for ThreadPort {
    fn call(&mut self, call: Call) {
        self.say(FromWorker::Call(call));
    }

    fn log(&mut self, run: u64, line: LogLine) {
        self.say(FromWorker::Log { run, line });
    }

    /// The cancellation message stays queued: it is answered when the step has ended.
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

fn serve(thread_port: ThreadPort, config: Config) {
    // Lowers the priority of this thread only. If the system refuses, scripts run at the host's priority.
    let _ = nice(NICENESS);
    let Ok(mut isolate) = Isolate::new(config) else { return };
    let thread_port = Rc::new(RefCell::new(thread_port));
    let port: Port = thread_port.clone();
    loop {
        // The borrow ends before a step, which borrows the port itself.
        let message = thread_port.borrow_mut().next();
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
        if said.is_some_and(|said| !thread_port.borrow().say(said)) {
            return;
        }
    }
}
