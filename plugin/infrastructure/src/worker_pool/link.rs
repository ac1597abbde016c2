//! The connection to a worker process or thread: messages both ways, and the end of the worker.

use std::time::Duration;

use futures_util::FutureExt as _;
use iota_scripts_domain::Fault;
use iota_scripts_runtime::protocol::{FromWorker, Limits, ToWorker, frame};
use tokio::time::timeout;

use super::{process::ProcessLink, thread::ThreadLink, wire};

/// Maximum time to read the remaining bytes of a killed process's socket.
const DRAIN_TIMEOUT: Duration = Duration::from_millis(100);

/// A connection to a worker process or thread.
#[derive(Debug)]
pub(super) enum Link {
    Process(ProcessLink),
    Thread(ThreadLink),
}

impl Link {
    /// Queues a message for the next [`Self::flush`] or [`Self::receive`]; a dead worker is detected by `receive`.
    pub(super) fn send(&mut self, message: ToWorker) -> Result<(), Fault> {
        match self {
            Self::Process(link) => {
                link.send(frame::encode(&message).map_err(|error| wire::unsendable(&error))?);
            }
            Self::Thread(link) => link.send(message),
        }
        Ok(())
    }

    /// Sends queued messages without waiting for a worker that does not read; the rest is sent later.
    pub(super) fn flush(&mut self) {
        if let Self::Process(link) = self {
            link.flush();
        }
    }

    /// Receives the next message; `None` if the worker is gone.
    pub(super) async fn receive(&mut self) -> Option<FromWorker> {
        match self {
            Self::Process(link) => link.receive().await,
            Self::Thread(link) => link.receive().await,
        }
    }

    /// Returns why the worker is gone. Call after [`Self::receive`] returned `None`.
    pub(super) async fn exit_reason(&mut self, limits: &Limits) -> Fault {
        match self {
            Self::Process(link) => link.exit_reason(limits).await,
            Self::Thread(_) => wire::died("the worker thread ended"),
        }
    }

    /// Returns the next message that a killed worker had sent before, if any.
    pub(super) async fn drain(&mut self) -> Option<FromWorker> {
        match self {
            Self::Process(link) => timeout(DRAIN_TIMEOUT, link.receive()).await.ok().flatten(),
            // A thread keeps running, so there is no end to wait for.
            Self::Thread(link) => link.receive().now_or_never().flatten(),
        }
    }

    /// Whether the worker is alive; call only while nothing is in flight.
    pub(super) fn is_alive(&self) -> bool {
        match self {
            Self::Process(link) => link.is_alive(),
            Self::Thread(link) => link.is_alive(),
        }
    }

    /// Kills the worker process. A thread cannot be killed: it is told to stop and then abandoned.
    pub(super) fn kill(&mut self) {
        match self {
            Self::Process(link) => link.kill(),
            Self::Thread(link) => link.stop(),
        }
    }
}
