//! The line to a worker, whatever it is: messages there, messages back, and the end of it.

use std::time::Duration;

use futures_util::FutureExt as _;
use iota_scripts_domain::Fault;
use iota_scripts_runtime::protocol::{FromWorker, Limits, ToWorker, frame};
use tokio::time::timeout;

use super::{process::ProcessLink, thread::ThreadLink, wire};

/// How long a killed process may take until the last byte of its socket is read.
const LAST_WORDS: Duration = Duration::from_millis(100);

/// A line to a worker process or a worker thread.
#[derive(Debug)]
pub(super) enum Link {
    Process(ProcessLink),
    Thread(ThreadLink),
}

impl Link {
    /// Has one message go out with the next [`Self::flush`] or [`Self::receive`], where a worker that is gone shows.
    pub(super) fn send(&mut self, message: ToWorker) -> Result<(), Fault> {
        match self {
            Self::Process(link) => {
                link.send(frame::encode(&message).map_err(|error| wire::unsendable(&error))?);
            }
            Self::Thread(link) => link.send(message),
        }
        Ok(())
    }

    /// Sends what is to go out, without waiting for a worker that does not listen: what it does not take now goes out later.
    pub(super) fn flush(&mut self) {
        if let Self::Process(link) = self {
            link.flush();
        }
    }

    /// The next message; None when the worker is gone.
    pub(super) async fn receive(&mut self) -> Option<FromWorker> {
        match self {
            Self::Process(link) => link.receive().await,
            Self::Thread(link) => link.receive().await,
        }
    }

    /// Why the worker is gone; call after [`Self::receive`] gave None.
    pub(super) async fn exit_reason(&mut self, limits: &Limits) -> Fault {
        match self {
            Self::Process(link) => link.exit_reason(limits).await,
            Self::Thread(_) => wire::died("the worker thread ended"),
        }
    }

    /// What the worker had said before it was killed, one message at a time.
    pub(super) async fn drain(&mut self) -> Option<FromWorker> {
        match self {
            Self::Process(link) => timeout(LAST_WORDS, link.receive()).await.ok().flatten(),
            // The thread goes on, so there is no end to wait for.
            Self::Thread(link) => link.receive().now_or_never().flatten(),
        }
    }

    /// Whether the worker is still there; call it while nothing is under way.
    pub(super) fn is_alive(&self) -> bool {
        match self {
            Self::Process(link) => link.is_alive(),
            Self::Thread(link) => link.is_alive(),
        }
    }

    /// Ends the worker, whatever it does. A thread cannot be killed: it is told to stop, and left to itself.
    pub(super) fn kill(&mut self) {
        match self {
            Self::Process(link) => link.kill(),
            Self::Thread(link) => link.let_go(),
        }
    }
}
