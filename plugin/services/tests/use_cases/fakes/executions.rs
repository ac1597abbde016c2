//! Runs in memory, in a database that can fail and hang.

use std::{
    collections::{BTreeMap, HashSet},
    future::pending,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use iota_scripts_domain::{
    Activity, Clock as _, Execution, ExecutionId, ExecutionQuery, ExecutionRepository, ExecutionStatus,
    ExecutionSummary, ManualClock, NodeId, Outcome, Page, Renewal, RepositoryError, RunRecord, ScriptId, Settlement,
    TenantId, Timestamp, Unwritten,
};
use parking_lot::Mutex;
use tokio::sync::Notify;

use super::Journal;

use crate::world::LEASE;

/// The store's own clock at the start of the test. That clock is never set.
const STORE_START: Timestamp = Timestamp::from_micros(1_600_000_000_000_000);

pub(crate) struct Executions {
    rows: Mutex<BTreeMap<ExecutionId, Execution>>,
    /// When each run's lease expires, by the store's clock.
    leases: Mutex<BTreeMap<ExecutionId, Timestamp>>,
    nodes: Mutex<HashSet<NodeId>>,
    /// Renewals of leases fail.
    cut_off: AtomicBool,
    clock: Arc<ManualClock>,
    journal: Journal,
    insert: Mutex<Insert>,
    refusals: AtomicU32,
    lost_answers: AtomicU32,
    written_twice: AtomicU32,
    settlements_refused: AtomicU32,
    attempts: AtomicU32,
    taken: Notify,
}

/// How the database handles a new run.
#[derive(Clone, Copy, Default)]
pub(crate) enum Insert {
    #[default]
    Takes,
    Refuses,
    /// It is stored, but the answer is lost.
    LosesTheAnswer,
    NeverAnswers,
}

impl Executions {
    pub(crate) fn new(journal: &Journal, clock: &Arc<ManualClock>) -> Self {
        Self {
            rows: Mutex::default(),
            leases: Mutex::default(),
            nodes: Mutex::default(),
            cut_off: AtomicBool::new(false),
            clock: Arc::clone(clock),
            journal: journal.clone(),
            insert: Mutex::default(),
            refusals: AtomicU32::new(0),
            lost_answers: AtomicU32::new(0),
            written_twice: AtomicU32::new(0),
            settlements_refused: AtomicU32::new(0),
            attempts: AtomicU32::new(0),
            taken: Notify::new(),
        }
    }

    /// Makes renewals of leases fail, or succeed again.
    pub(crate) fn cut_off(&self, cut_off: bool) {
        self.cut_off.store(cut_off, Ordering::SeqCst);
    }

    /// Returns the nodes that have renewed a lease.
    pub(crate) fn nodes(&self) -> Vec<NodeId> {
        self.nodes.lock().iter().cloned().collect()
    }

    /// Returns whether the lease of a run is valid.
    pub(crate) fn is_held(&self, id: ExecutionId) -> bool {
        self.leases.lock().get(&id).is_some_and(|until| *until >= self.now())
    }

    fn now(&self) -> Timestamp {
        STORE_START.plus(self.clock.monotonic().since_start())
    }

    pub(crate) fn on_insert(&self, insert: Insert) {
        *self.insert.lock() = insert;
    }

    /// Waits until a run was stored whose answer is lost.
    pub(crate) async fn taken(&self) {
        self.taken.notified().await;
    }

    /// The next `times` ends are not written.
    pub(crate) fn fail_finishes(&self, times: u32) {
        self.refusals.store(times, Ordering::SeqCst);
    }

    /// The next `times` ends are written, but the answers are lost.
    pub(crate) fn lose_answers(&self, times: u32) {
        self.lost_answers.store(times, Ordering::SeqCst);
    }

    /// The next `times` ends are written twice: the store itself loses the answer and tries again.
    pub(crate) fn write_twice(&self, times: u32) {
        self.written_twice.store(times, Ordering::SeqCst);
    }

    /// The next `times` settlements are rejected, and the ends with them.
    pub(crate) fn fail_settlements(&self, times: u32) {
        self.settlements_refused.store(times, Ordering::SeqCst);
    }

    /// Returns the number of attempts to write an end.
    pub(crate) fn finish_attempts(&self) -> u32 {
        self.attempts.load(Ordering::SeqCst)
    }

    pub(crate) fn put(&self, execution: Execution) {
        self.put_for(execution, LEASE);
    }

    /// Stores a run with a lease of this duration.
    pub(crate) fn put_for(&self, execution: Execution, lease: Duration) {
        self.leases.lock().insert(execution.id(), self.now().plus(lease));
        self.rows.lock().insert(execution.id(), execution);
    }

    pub(crate) fn all(&self) -> Vec<Execution> {
        self.rows.lock().values().cloned().collect()
    }

    pub(crate) fn status(&self, id: ExecutionId) -> ExecutionStatus {
        self.rows.lock().get(&id).expect("a stored run").status()
    }
}

#[async_trait]
impl ExecutionRepository for Executions {
    async fn insert(&self, execution: &Execution) -> Result<(), RepositoryError> {
        let insert = *self.insert.lock();
        match insert {
            Insert::Takes => {}
            Insert::Refuses => return Err(unavailable()),
            Insert::LosesTheAnswer => {
                self.put(execution.clone());
                self.taken.notify_one();
                pending().await
            }
            Insert::NeverAnswers => pending().await,
        }
        self.journal.note(format!("recorded {}", execution.status()));
        self.put(execution.clone());
        Ok(())
    }

    async fn finish(&self, execution: &Execution) -> Result<(), RepositoryError> {
        self.attempts.fetch_add(1, Ordering::SeqCst);
        if one_of(&self.refusals) {
            return Err(unavailable());
        }
        let mut rows = self.rows.lock();
        let row = rows.get_mut(&execution.id()).ok_or(RepositoryError::NotFound)?;
        if row.status().is_final() {
            return Err(RepositoryError::AlreadyFinished);
        }
        self.journal.note(format!("recorded {}", execution.status()));
        *row = execution.clone();
        if one_of(&self.written_twice) {
            return Err(RepositoryError::AlreadyFinished);
        }
        if one_of(&self.lost_answers) { Err(unavailable()) } else { Ok(()) }
    }

    async fn finish_attempt(&self, execution: &Execution, _: &Settlement) -> Result<bool, RepositoryError> {
        if one_of(&self.settlements_refused) {
            return Err(RepositoryError::InvalidState);
        }
        self.finish(execution).await.map(|()| false)
    }

    async fn keep(&self, finished: Arc<Execution>, _: &NodeId) -> Result<(), RepositoryError> {
        self.journal.note(format!("kept {}", finished.status()));
        self.rows.lock().insert(finished.id(), Execution::clone(&finished));
        Ok(())
    }

    async fn settle(&self) {}

    fn unwritten(&self) -> Unwritten {
        Unwritten::default()
    }

    async fn get(&self, tenant: &TenantId, id: ExecutionId) -> Result<Execution, RepositoryError> {
        let found = self.rows.lock().get(&id).filter(|run| run.tenant() == tenant).cloned();
        found.ok_or(RepositoryError::NotFound)
    }

    async fn list(&self, tenant: &TenantId, _: &ExecutionQuery) -> Result<Page<ExecutionSummary>, RepositoryError> {
        let rows = self.rows.lock();
        let items: Vec<_> = rows.values().rev().filter(|run| run.tenant() == tenant).map(summary).collect();
        Ok(Page::whole(items))
    }

    async fn newest(
        &self,
        tenant: &TenantId,
        query: &ExecutionQuery,
    ) -> Result<Vec<ExecutionSummary>, RepositoryError> {
        Ok(self.list(tenant, query).await?.items)
    }

    async fn unfinished(&self, tenant: &TenantId) -> Result<u64, RepositoryError> {
        let rows = self.rows.lock();
        Ok(rows.values().filter(|run| run.tenant() == tenant && !run.status().is_final()).count() as u64)
    }

    async fn latest(&self, tenant: &TenantId, scripts: &[ScriptId]) -> Result<Vec<ExecutionSummary>, RepositoryError> {
        let rows = self.rows.lock();
        let newest = |id: &ScriptId| {
            rows.values().rev().find(|run| run.tenant() == tenant && run.script().id == *id).map(summary)
        };
        Ok(scripts.iter().filter_map(newest).collect())
    }

    async fn activity(&self, _: &TenantId, _: &ExecutionQuery, _: Duration) -> Result<Vec<Activity>, RepositoryError> {
        Ok(Vec::new())
    }

    async fn ask_to_cancel(&self, _: &TenantId, id: ExecutionId) -> Result<bool, RepositoryError> {
        self.journal.note(format!("asked other nodes to cancel {id}"));
        Ok(true)
    }

    async fn renew_lease(&self, node: &NodeId, ids: &[ExecutionId]) -> Result<Renewal, RepositoryError> {
        if self.cut_off.load(Ordering::SeqCst) {
            return Err(unavailable());
        }
        self.nodes.lock().insert(node.clone());
        let rows = self.rows.lock();
        let own = |id: &&ExecutionId| rows.get(*id).is_some_and(|run| run.node() == Some(node));
        let held: Vec<ExecutionId> = ids.iter().filter(own).copied().collect();
        let until = self.now().plus(LEASE);
        self.leases.lock().extend(held.iter().map(|id| (*id, until)));
        Ok(Renewal { at: self.now(), held })
    }

    async fn recover_lost(&self, limit: u32) -> Result<Vec<Execution>, RepositoryError> {
        let (mut rows, leases, now) = (self.rows.lock(), self.leases.lock(), self.now());
        let silent = rows
            .values_mut()
            .filter(|run| run.node().is_some() && leases.get(&run.id()).is_some_and(|until| *until < now));
        let lost = silent.take(limit as usize).map(|run| {
            *run = run.clone().finish(RunRecord::new(Outcome::lost_with_its_node()), now).expect("an open run");
            run.clone()
        });
        Ok(lost.collect())
    }
}

/// Takes one from a counter, if it is not zero.
fn one_of(left: &AtomicU32) -> bool {
    left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
}

fn unavailable() -> RepositoryError {
    RepositoryError::Unavailable("the test said no".into())
}

fn summary(run: &Execution) -> ExecutionSummary {
    ExecutionSummary {
        dry_run: run.head().dry_run,
        id: run.id(),
        script: run.script().clone(),
        entry: run.head().entry.clone(),
        trigger: run.trigger(),
        user: run.user().cloned(),
        status: run.status(),
        http_status: run.record().and_then(|record| record.http_status),
        error_lines: run.record().map(|record| record.log.errors()).unwrap_or_default(),
        created_at: run.head().created_at,
        started_at: run.started_at(),
        finished_at: run.finished_at(),
        fault: run.fault().cloned(),
    }
}
