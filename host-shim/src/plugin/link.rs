//! The connection between a host and one instance: receives the callbacks and sends the requests.
//!
//! Callbacks copy, enqueue and return. Phases only move forward: starting, ready or failed, stopped.

use std::{
    fmt,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::Bytes;
use iota_scripts_abi::{PLUGIN_ID_BIT, op};
use serde::Deserialize;
use serde_json::Value;
use tokio::{
    runtime::Handle,
    sync::{SetOnce, watch},
};

use super::{
    RequestError, StartError, Stopped,
    answer::HostDispatcher,
    pending::{Frame, Pending},
    state::Phase,
};
use crate::{
    Host,
    host::LogRecord,
    table::{Callbacks, HostVTable, Instance, Status},
};

pub(super) struct Link {
    host: Arc<dyn Host>,
    entry_point: OnceLock<HostVTable>,
    instance: SetOnce<Instance>,
    phase: watch::Sender<Phase>,
    ids: AtomicU64,
    pub(super) pending: Pending,
    dispatcher: Arc<HostDispatcher>,
}

impl Link {
    pub(super) fn new(host: Arc<dyn Host>, runtime: Handle) -> Self {
        Self {
            dispatcher: Arc::new(HostDispatcher::new(Arc::clone(&host), runtime)),
            host,
            entry_point: OnceLock::new(),
            instance: SetOnce::new(),
            phase: watch::Sender::new(Phase::Starting),
            ids: AtomicU64::new(1),
            pending: Pending::default(),
        }
    }

    pub(super) fn host(&self) -> &Arc<dyn Host> {
        &self.host
    }

    /// Opens the table that the plugin calls; it is closed when the plugin has stopped.
    pub(super) fn entry_point(self: &Arc<Self>) -> &HostVTable {
        self.entry_point.get_or_init(|| HostVTable::open(Arc::clone(self) as _))
    }

    pub(super) fn started(&self, instance: Instance) {
        let _ = self.instance.set(instance);
        self.dispatcher.started(instance);
    }

    pub(super) fn instance(&self) -> Result<Instance, RequestError> {
        match &*self.phase.borrow() {
            Phase::Stopped(_) | Phase::Failed(_) => Err(RequestError::Stopped),
            Phase::Starting | Phase::Ready(_) => self.instance.get().copied().ok_or(RequestError::Stopped),
        }
    }

    pub(super) fn next_id(&self) -> u64 {
        self.ids.fetch_add(1, Ordering::Relaxed)
    }

    /// Waits for the first phase after starting.
    pub(super) async fn started_or_failed(&self) -> Phase {
        let mut phases = self.phase.subscribe();
        let started_or_failed = phases.wait_for(|phase| !matches!(phase, Phase::Starting)).await;
        started_or_failed.map_or(Phase::Starting, |phase| phase.clone())
    }

    pub(super) async fn stopped(&self) -> Stopped {
        let mut phases = self.phase.subscribe();
        let ended = phases.wait_for(|phase| matches!(phase, Phase::Stopped(_) | Phase::Failed(_))).await;
        match ended.as_deref() {
            Ok(Phase::Stopped(stopped)) => *stopped,
            _ => Stopped { cancelled: 0, confirmed: true },
        }
    }

    pub(super) fn ready(&self) -> Value {
        match &*self.phase.borrow() {
            Phase::Ready(facts) => facts.clone(),
            Phase::Starting | Phase::Failed(_) | Phase::Stopped(_) => Value::Null,
        }
    }

    /// Treats the plugin as stopped although it has not confirmed it.
    pub(super) fn assume_stopped(&self) -> Stopped {
        let stopped = Stopped { cancelled: 0, confirmed: false };
        self.end(Phase::Stopped(stopped));
        stopped
    }

    /// The last handle was dropped: stops the plugin immediately, and still receives its final messages.
    pub(super) fn stop_now(&self) {
        if let Ok(instance) = self.instance() {
            let _ = instance.stop(0);
        }
    }

    pub(super) fn end(&self, last: Phase) {
        self.phase.send_if_modified(|phase| {
            let open = !matches!(phase, Phase::Stopped(_) | Phase::Failed(_));
            if open {
                *phase = last;
            }
            open
        });
        self.pending.clear();
        self.dispatcher.clear();
        if let Some(entry_point) = self.entry_point.get() {
            entry_point.close();
        }
    }

    fn notified(&self, op: u32, head: &[u8]) -> Result<(), serde_json::Error> {
        #[derive(Deserialize)]
        struct Failure {
            error: StartError,
        }
        #[derive(Deserialize)]
        struct Last {
            #[serde(default)]
            cancelled: u64,
        }
        match op {
            op::PLUGIN_READY => {
                let facts = serde_json::from_slice(head)?;
                self.phase.send_if_modified(|phase| {
                    let starting = matches!(phase, Phase::Starting);
                    if starting {
                        *phase = Phase::Ready(facts);
                    }
                    starting
                });
            }
            op::PLUGIN_FAILED => self.end(Phase::Failed(serde_json::from_slice::<Failure>(head)?.error)),
            op::PLUGIN_STOPPED => {
                let Last { cancelled } = serde_json::from_slice(head)?;
                self.end(Phase::Stopped(Stopped { cancelled, confirmed: true }));
            }
            // A later version may send further messages; unknown ones are ignored.
            _ => {}
        }
        Ok(())
    }
}

impl Callbacks for Link {
    fn submit(&self, op: u32, id: u64, head: &[u8], body: &[u8]) -> Result<(), Status> {
        if id == 0 {
            return self.notified(op, head).map_err(|_| Status::INVALID);
        }
        if id & PLUGIN_ID_BIT == 0 {
            return Err(Status::INVALID);
        }
        if matches!(&*self.phase.borrow(), Phase::Stopped(_) | Phase::Failed(_)) {
            return Err(Status::STOPPED);
        }
        let _ = body;
        self.dispatcher.take(op, id, head)
    }

    fn reply(&self, id: u64, flags: u32, head: &[u8], body: &[u8]) -> Result<(), Status> {
        let frame = Frame { flags, head: Bytes::copy_from_slice(head), body: Bytes::copy_from_slice(body) };
        self.pending.deliver(id, frame)
    }

    fn cancel(&self, id: u64) -> Result<(), Status> {
        self.dispatcher.cancel(id)
    }

    fn log(&self, level: u32, json: &[u8]) -> Result<(), Status> {
        let record = LogRecord::parse(level, json).map_err(|_| Status::INVALID)?;
        self.host.log(record);
        Ok(())
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("phase", &*self.phase.borrow()).finish_non_exhaustive()
    }
}
