//! What runs by itself: occurrences come due, one node claims each, its run goes through the one door, and what became of it is
//! written down.
//!
//! Nodes share the work through the store alone. Nothing is kept in memory but what this node has under way.

mod attempt;
mod dead_letters;
mod pausing;
mod recovery;
mod turn;
mod wishes;

use std::{collections::HashSet, sync::Arc, time::Duration};

use iota_scripts_domain::{Clock, NodeId, OccurrenceId, OccurrenceRepository, ScriptRepository};
use parking_lot::Mutex;
use tokio::sync::{Notify, Semaphore};
use tokio_util::task::TaskTracker;

pub use wishes::Upcoming;

use crate::{Changes, ExecutionService, TenantDirectory, gate::Gate, ports::HostGateway};

/// How this node takes part.
#[derive(Debug, Clone)]
pub struct SchedulePolicy {
    /// This node.
    pub node: NodeId,
    /// How late a scheduled time may still run.
    pub grace: Duration,
    /// The most occurrences that this node runs at a time.
    pub concurrency: usize,
    /// How long a claim without a recorded run is left to its node.
    pub lease: Duration,
    /// The longest that the store is not looked at.
    pub poll: Duration,
}

/// Plans, runs and answers for occurrences.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "made of trait objects")]
pub struct ScheduleService {
    inner: Arc<Inner>,
}

struct Inner {
    occurrences: Arc<dyn OccurrenceRepository>,
    scripts: Arc<dyn ScriptRepository>,
    runs: ExecutionService,
    host: Arc<dyn HostGateway>,
    tenants: TenantDirectory,
    gate: Gate,
    changes: Arc<Changes>,
    clock: Arc<dyn Clock>,
    policy: SchedulePolicy,
    slots: Arc<Semaphore>,
    under_way: Mutex<HashSet<OccurrenceId>>,
    tasks: TaskTracker,
    wake: Arc<Notify>,
}

impl ScheduleService {
    /// The service over its ports.
    #[must_use]
    #[expect(clippy::too_many_arguments, reason = "one for each port")]
    pub fn new(
        occurrences: Arc<dyn OccurrenceRepository>,
        scripts: Arc<dyn ScriptRepository>,
        runs: ExecutionService,
        host: Arc<dyn HostGateway>,
        tenants: TenantDirectory,
        changes: Arc<Changes>,
        clock: Arc<dyn Clock>,
        policy: SchedulePolicy,
    ) -> Self {
        let (slots, gate) = (Arc::new(Semaphore::new(policy.concurrency)), Gate::new(Arc::clone(&host)));
        let inner = Inner {
            occurrences,
            scripts,
            runs,
            host,
            tenants,
            gate,
            changes,
            clock,
            policy,
            slots,
            under_way: Mutex::default(),
            tasks: TaskTracker::new(),
            wake: Arc::new(Notify::new()),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Plans and runs what is due, until the future is dropped. What is under way then goes on.
    pub async fn keep(&self) {
        turn::keep(&self.inner).await;
    }

    /// Something may be due now: a script changed, an occurrence was written.
    pub fn wake(&self) {
        self.inner.wake.notify_one();
    }

    /// Waits until nothing of this node is under way.
    pub async fn idle(&self) {
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
    }
}
