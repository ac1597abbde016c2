//! One started plugin: its thread, its runtime, and the calls that the host can make while it starts, runs and stops.
//!
//! Functions called by the host only look up, enqueue or spawn; the work is done on the instance's own threads.

mod lifecycle;

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering},
};

use bytes::Bytes;
use iota_scripts_abi::op;
use iota_scripts_services::{
    Service, ServiceCatalog,
    ports::{HostError, HostErrorCode},
};
use tokio::{runtime::Handle, sync::watch};

use crate::{
    abi::{Host, StatusError},
    dispatch,
    host_link::HostLink,
    inbound::Inbound,
    module::Module,
    wanted_events::WantedEvents,
};

/// A started plugin, from `start` to `plugin.stopped`.
#[derive(Debug)]
pub(crate) struct Instance {
    handle: u64,
    /// Retires the handle when the instance has ended.
    retire: fn(u64),
    link: Arc<HostLink>,
    inbound: Arc<Inbound>,
    catalog: Arc<ServiceCatalog>,
    wanted: Arc<WantedEvents>,
    tokio: OnceLock<Handle>,
    stage: watch::Sender<Stage>,
    stopping: AtomicBool,
}

/// The stage of an instance's life.
#[derive(Debug, Clone)]
enum Stage {
    Starting,
    Ready(Arc<Module>),
    Stopping { deadline_ms: u64 },
}

impl Instance {
    pub(crate) fn new(host: Host, handle: u64, retire: fn(u64)) -> Arc<Self> {
        Arc::new(Self {
            handle,
            retire,
            link: Arc::new(HostLink::new(host)),
            inbound: Arc::default(),
            catalog: Arc::default(),
            wanted: Arc::default(),
            tokio: OnceLock::new(),
            stage: watch::Sender::new(Stage::Starting),
            stopping: AtomicBool::new(false),
        })
    }

    pub(crate) fn bind_service(&self, descriptor: &[u8]) -> Result<(), StatusError> {
        self.open()?;
        match Service::parse(descriptor) {
            Ok(service) => self.catalog.bind(service),
            Err(error) => {
                self.link.host().warn(&format!("bind_service: {error}"));
                return Err(StatusError::Invalid);
            }
        }
        self.rebind();
        Ok(())
    }

    pub(crate) fn unbind_service(&self, name: &str) -> Result<(), StatusError> {
        self.open()?;
        if !self.catalog.unbind(name) {
            return Err(StatusError::Unknown);
        }
        self.rebind();
        Ok(())
    }

    /// Accepts a message of the host. Requests and notifications wait until the instance is ready.
    pub(crate) fn submit(
        self: &Arc<Self>,
        op: u32,
        id: u64,
        head: &[u8],
        body: &[u8],
        window: u64,
    ) -> Result<(), StatusError> {
        self.open()?;
        if body.len() > iota_scripts_abi::MAX_MESSAGE || std::str::from_utf8(head).is_err() {
            return Err(StatusError::Invalid);
        }
        if op == op::EVENTS_WANTED {
            // Handled synchronously, so that the last message takes effect.
            return self.want_events(head);
        }
        let tokio = self.tokio.get().ok_or(StatusError::Again)?;
        let (head, body) = (Bytes::copy_from_slice(head), Bytes::copy_from_slice(body));
        let instance = Arc::clone(self);
        if is_notification(op, id) {
            tokio.spawn(Box::pin(async move {
                if let Ok(module) = instance.ready().await {
                    dispatch::handle_notification(&module, op, &head).await;
                }
            }));
            return Ok(());
        }
        let (mut answer, cancel) = self.inbound.admit(self.link.host(), id, window)?;
        // Boxed: spawning moves the future several times, and this one is large.
        tokio.spawn(Box::pin(async move {
            let work = async {
                match instance.ready().await {
                    Ok(module) => dispatch::handle_request(&module, op, &head, body, &mut answer).await,
                    Err(error) => answer.fail(&error),
                }
            };
            let cancelled = tokio::select! {
                biased;
                () = cancel.cancelled() => true,
                () = work => false,
            };
            if cancelled {
                answer.fail(&HostError::new(HostErrorCode::Cancelled, "the host cancelled the request"));
            }
        }));
        Ok(())
    }

    /// Sets the events that the host subscribes to, also before the instance is ready.
    fn want_events(&self, notice: &[u8]) -> Result<(), StatusError> {
        self.wanted.change(notice).map_err(|error| {
            self.link.host().warn(&format!("events.wanted: {error}"));
            StatusError::Invalid
        })
    }

    pub(crate) fn answered(&self, id: u64, frame_flags: u32, head: &[u8]) -> Result<(), StatusError> {
        self.link.answered(id, frame_flags, head)
    }

    pub(crate) fn cancel(&self, id: u64) -> Result<(), StatusError> {
        self.inbound.cancel(id)
    }

    pub(crate) fn credit(&self, id: u64, bytes: u64) -> Result<(), StatusError> {
        self.inbound.credit(id, bytes)
    }

    /// Begins to stop; `plugin.stopped` reports the end.
    pub(crate) fn stop(&self, deadline_ms: u64) -> Result<(), StatusError> {
        if self.stopping.swap(true, Ordering::AcqRel) {
            return Err(StatusError::Stopped);
        }
        self.stage.send_replace(Stage::Stopping { deadline_ms });
        Ok(())
    }

    fn open(&self) -> Result<(), StatusError> {
        if self.stopping.load(Ordering::Acquire) { Err(StatusError::Stopped) } else { Ok(()) }
    }

    fn rebind(&self) {
        if let Stage::Ready(module) = &*self.stage.borrow() {
            module.bind(self.catalog.signatures());
        }
    }

    async fn ready(&self) -> Result<Arc<Module>, HostError> {
        let mut stage = self.stage.subscribe();
        let reached = stage.wait_for(|stage| !matches!(stage, Stage::Starting)).await;
        match reached.as_deref() {
            Ok(Stage::Ready(module)) => Ok(Arc::clone(module)),
            _ => Err(HostError::new(HostErrorCode::Unavailable, "the plugin is stopping")),
        }
    }
}

/// An event with an id gets a reply when it is stored.
const fn is_notification(op: u32, id: u64) -> bool {
    matches!(op, op::CONFIG_CHANGED | op::TENANT_DELETED | op::USER_DELETED) || (op == op::EVENT && id == 0)
}
