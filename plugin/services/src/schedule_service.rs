//! What runs by itself: occurrences come due, one node claims each, its run goes through the one door, and what became of it is
//! written down.
//!
//! Nodes share the work through the store alone. Nothing is kept in memory but what this node has under way.

mod attempt;
mod capacity;
mod claiming;
mod dead_letters;
mod pausing;
mod planning;
mod recovery;
mod run_later;
mod seat;

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use iota_scripts_domain::{
    Backlog, Clock, NodeId, OccurrenceId, OccurrenceRepository, RepositoryError, ScriptRepository,
};
use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;

use capacity::Capacity;
pub use run_later::Upcoming;

use crate::{Background, ExecutionService, Invalidation, TenantDirectory, authorizer::Authorizer, ports::HostGateway};

/// How long after a database that did not answer.
const TROUBLE_PAUSE: Duration = Duration::from_secs(2);

/// How this node takes part.
#[derive(Debug, Clone)]
pub struct SchedulePolicy {
    /// This node.
    pub node: NodeId,
    /// How late a scheduled time may still run.
    pub grace: Duration,
    /// The most occurrences that this node runs at a time, those left out that wait for the outside.
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
    authorizer: Authorizer,
    changes: Arc<Invalidation>,
    clock: Arc<dyn Clock>,
    policy: SchedulePolicy,
    capacity: Mutex<Capacity>,
    /// More may be due than this node has taken: whoever makes room tells so.
    more_is_due: AtomicBool,
    in_flight: Mutex<HashSet<OccurrenceId>>,
    tasks: TaskTracker,
    plan: Notify,
    claim: Notify,
}

impl Inner {
    /// There is room for another run.
    fn has_room(&self) {
        if self.more_is_due.load(Ordering::Acquire) {
            self.claim.notify_one();
        }
    }
}

/// What a node has under way of what runs by itself, and what waits for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScheduleLoad {
    /// Runs that may have a place at a time.
    pub places: usize,
    /// Runs that have one.
    pub busy: usize,
    /// Runs that have given theirs back because they wait for the outside.
    pub waiting: usize,
    /// What has come due and has not begun, of all tenants.
    pub backlog: Backlog,
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
        changes: Arc<Invalidation>,
        clock: Arc<dyn Clock>,
        policy: SchedulePolicy,
    ) -> Self {
        let authorizer = Authorizer::new(Arc::clone(&host));
        let inner = Inner {
            occurrences,
            scripts,
            runs,
            host,
            tenants,
            authorizer,
            changes,
            clock,
            capacity: Mutex::new(Capacity::new(policy.concurrency)),
            policy,
            more_is_due: AtomicBool::new(true),
            in_flight: Mutex::default(),
            tasks: TaskTracker::new(),
            plan: Notify::new(),
            claim: Notify::new(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Plans and runs what is due, until the future is dropped. What is under way then goes on.
    pub async fn keep(&self, background: &Background) {
        // Side by side: what is to be planned never waits for what runs.
        tokio::join!(planning::keep(&self.inner, background), claiming::keep(&self.inner, background));
    }

    /// Something may be due now: a script changed, an occurrence was written.
    pub fn wake(&self) {
        self.inner.plan.notify_one();
        self.inner.claim.notify_one();
    }

    /// What this node has under way, and what waits.
    ///
    /// # Errors
    /// What the database says.
    pub async fn load(&self) -> Result<ScheduleLoad, RepositoryError> {
        let backlog = self.inner.occurrences.backlog(None, self.inner.clock.now()).await?;
        let capacity = self.inner.capacity.lock();
        let in_flight = capacity.in_flight();
        let (places, busy, waiting) = (capacity.places(), in_flight.busy, in_flight.waiting);
        Ok(ScheduleLoad { places, busy, waiting, backlog })
    }

    /// Waits until nothing of this node is under way.
    pub async fn idle(&self) {
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
    }
}
