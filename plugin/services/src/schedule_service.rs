//! Runs scheduled work: one node claims each due occurrence, runs it through the execution service, and records its outcome.
//!
//! Nodes coordinate through the store only. Each keeps in memory only the occurrences that it runs itself.

mod attempt;
mod capacity;
mod claiming;
mod dead_letters;
mod pausing;
mod planning;
mod recovery;
mod run_later;
mod slot_guard;

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

/// Pause after a database error.
const TROUBLE_PAUSE: Duration = Duration::from_secs(2);

/// How this node runs scheduled work.
#[derive(Debug, Clone)]
pub struct SchedulePolicy {
    /// This node.
    pub node: NodeId,
    /// Maximum delay after which a scheduled time still runs.
    pub grace: Duration,
    /// Maximum number of occurrences that this node runs at a time, without those that wait for host calls.
    pub concurrency: usize,
    /// How long a claim without a recorded run is left to its node.
    pub lease: Duration,
    /// Maximum time between two queries of the store.
    pub poll: Duration,
}

/// Plans, runs and manages occurrences.
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
    /// More may be due than this node has claimed: a run that frees a slot wakes the claimer.
    more_is_due: AtomicBool,
    in_flight: Mutex<HashSet<OccurrenceId>>,
    tasks: TaskTracker,
    plan: Notify,
    claim: Notify,
}

impl Inner {
    /// Wakes the claimer if more is due: a slot is free.
    fn wake_claimer(&self) {
        if self.more_is_due.load(Ordering::Acquire) {
            self.claim.notify_one();
        }
    }
}

/// The scheduled runs of a node, and its backlog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScheduleLoad {
    /// Number of slots for running occurrences.
    pub places: usize,
    /// Runs that hold a slot.
    pub busy: usize,
    /// Runs that have released their slot because they wait for host calls.
    pub waiting: usize,
    /// Due occurrences of all tenants that have not started.
    pub backlog: Backlog,
}

impl ScheduleService {
    /// Creates the service from its ports.
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

    /// Plans and runs due occurrences, until the future is dropped. Runs in flight then continue.
    pub async fn keep(&self, background: &Background) {
        // Run concurrently: planning never waits for claims or runs.
        tokio::join!(planning::keep(&self.inner, background), claiming::keep(&self.inner, background));
    }

    /// Wakes planner and claimer: a script changed or an occurrence was written.
    pub fn wake(&self) {
        self.inner.plan.notify_one();
        self.inner.claim.notify_one();
    }

    /// Returns this node's scheduled runs and the backlog.
    ///
    /// # Errors
    /// An error from the database.
    pub async fn load(&self) -> Result<ScheduleLoad, RepositoryError> {
        let backlog = self.inner.occurrences.backlog(None, self.inner.clock.now()).await?;
        let capacity = self.inner.capacity.lock();
        let in_flight = capacity.in_flight();
        let (places, busy, waiting) = (capacity.places(), in_flight.busy, in_flight.waiting);
        Ok(ScheduleLoad { places, busy, waiting, backlog })
    }

    /// Waits until this node has no scheduled run in flight.
    pub async fn idle(&self) {
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
    }
}
