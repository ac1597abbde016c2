//! A worker thread in the host's process: the same isolate, spoken to over channels.
//!
//! The engine cannot be interrupted from outside: a script that spins inside it keeps its thread until it ends,
//! and one that overflows the native stack or exhausts memory takes the host with it. The documents say so.

use std::{
    cell::RefCell,
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
    host::{Event, HostPort, Port},
    isolate::{Config, Isolate, STACK_BYTES},
    protocol::{self, Call, FromWorker, LogLine, Ready, ToWorker},
};
use tokio::sync::mpsc as async_mpsc;

use super::wire;

/// The line to one thread. Dropped, the thread ends after its present run.
#[derive(Debug)]
pub(super) struct ThreadLink {
    inbox: async_mpsc::UnboundedReceiver<FromWorker>,
    outbox: mpsc::Sender<ToWorker>,
    cancelled: Arc<AtomicBool>,
}

/// The thread's end of the line.
struct Desk {
    inbox: mpsc::Receiver<ToWorker>,
    outbox: async_mpsc::UnboundedSender<FromWorker>,
    cancelled: Arc<AtomicBool>,
}

impl ThreadLink {
    pub(super) fn spawn() -> Result<Self, Fault> {
        let (to_thread, thread_inbox) = mpsc::channel();
        let (to_pool, inbox) = async_mpsc::unbounded_channel();
        let cancelled = Arc::new(AtomicBool::new(false));
        let desk = Desk { inbox: thread_inbox, outbox: to_pool, cancelled: Arc::clone(&cancelled) };
        let spawned =
            thread::Builder::new().name("iota-isolate".to_owned()).stack_size(STACK_BYTES).spawn(|| serve(desk));
        match spawned {
            Ok(_) => Ok(Self { inbox, outbox: to_thread, cancelled }),
            Err(error) => Err(wire::died(&format!("no thread for the script: {error}"))),
        }
    }

    pub(super) fn send(&self, message: ToWorker) {
        // A thread that is gone shows at the next receive.
        let _ = self.outbox.send(message);
    }

    pub(super) async fn receive(&mut self) -> Option<FromWorker> {
        self.inbox.recv().await
    }

    pub(super) fn cancel(&self) {
        self.cancelled.store(true, Ordering::Release);
        let _ = self.outbox.send(ToWorker::Cancel);
    }
}

impl Drop for ThreadLink {
    fn drop(&mut self) {
        self.cancel();
    }
}

impl Desk {
    /// False when nobody listens any more.
    fn say(&self, message: FromWorker) -> bool {
        self.outbox.send(message).is_ok()
    }
}

impl HostPort for Desk {
    fn call(&mut self, call: Call) {
        self.say(FromWorker::Call(call));
    }

    fn log(&mut self, line: LogLine) {
        self.say(FromWorker::Log(line));
    }

    fn wait(&mut self) -> Event {
        loop {
            match self.inbox.recv() {
                Ok(ToWorker::Reply(reply)) if !self.cancelled() => return Event::Reply(reply),
                Ok(ToWorker::Cancel) | Err(_) => return Event::Cancelled,
                Ok(_) => {}
            }
        }
    }

    fn cancelled(&mut self) -> bool {
        self.cancelled.load(Ordering::Acquire)
    }
}

fn serve(desk: Desk) {
    // There is no counting of memory here: the host's allocator is its own.
    let Ok(mut isolate) = Isolate::new(Config::default()) else { return };
    let desk = Rc::new(RefCell::new(desk));
    loop {
        // The borrow ends before a run, which needs the desk for itself.
        let message = desk.borrow_mut().inbox.recv();
        let answer = match message {
            Ok(ToWorker::Hello(_)) => {
                let version = env!("CARGO_PKG_VERSION").to_owned();
                FromWorker::Ready(Ready { protocol: protocol::PROTOCOL, version })
            }
            Ok(ToWorker::Bind(services)) => {
                isolate.bind(services);
                continue;
            }
            Ok(ToWorker::Load(script)) => {
                isolate.load(script);
                continue;
            }
            Ok(ToWorker::Run(job)) if isolate.has(&job.key) => {
                let port: Port = desk.clone();
                FromWorker::Done(Box::new(isolate.run(&job, &port)))
            }
            Ok(ToWorker::Run(job)) => FromWorker::Missing { key: job.key },
            Ok(ToWorker::Check(check)) => FromWorker::Checked(isolate.check(&check.source, &check.limits)),
            Ok(ToWorker::Reply(_)) => continue,
            Ok(ToWorker::Cancel) | Err(_) => return,
        };
        if !desk.borrow().say(answer) {
            return;
        }
    }
}
