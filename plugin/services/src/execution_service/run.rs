//! A handle to an active run.

use std::sync::Arc;

use iota_scripts_domain::{Execution, ExecutionId, Timestamp};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::run_feed::{RunFeed, RunListener};

/// A handle to an active run. The run continues if the handle is dropped; see [`Run::cancel_on_drop`].
#[derive(Debug)]
pub struct Run {
    pub(super) id: ExecutionId,
    pub(super) began: Timestamp,
    pub(super) feed: Arc<RunFeed>,
    pub(super) cancel: CancellationToken,
}

impl Run {
    /// Returns its id.
    #[must_use]
    pub const fn id(&self) -> ExecutionId {
        self.id
    }

    /// Returns when it began.
    #[must_use]
    pub const fn began(&self) -> Timestamp {
        self.began
    }

    /// Follows the run from its first line.
    #[must_use]
    pub fn follow(&self) -> RunListener {
        self.feed.follow()
    }

    /// Cancels the run when the returned guard is dropped before the run has ended.
    #[must_use]
    pub fn cancel_on_drop(&self) -> DropGuard {
        self.cancel.clone().drop_guard()
    }

    /// Subscribes to whether the run waits for host calls.
    pub(crate) fn subscribe_waits(&self) -> tokio::sync::watch::Receiver<bool> {
        self.feed.subscribe_waits()
    }

    /// Waits for the end of the run, which is recorded by then.
    ///
    /// # Panics
    /// Never: a feed ends with the finished execution.
    pub async fn finished(&self) -> Arc<Execution> {
        self.feed.finished().await
    }
}
