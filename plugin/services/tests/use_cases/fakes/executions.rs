//! Runs in memory, in a database that can refuse and hang.

use std::{
    collections::BTreeMap,
    future::pending,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use async_trait::async_trait;
use iota_scripts_domain::{
    Activity, Execution, ExecutionId, ExecutionQuery, ExecutionRepository, ExecutionState, ExecutionStatus,
    ExecutionSummary, Lease, Outcome, Page, RepositoryError, RunRecord, ScriptId, TenantId, Timestamp,
};
use parking_lot::Mutex;
use tokio::sync::Notify;

use super::Journal;

#[derive(Default)]
pub(crate) struct Executions {
    rows: Mutex<BTreeMap<ExecutionId, Execution>>,
    journal: Journal,
    insert: Mutex<Insert>,
    refusals: AtomicU32,
    lost_answers: AtomicU32,
    attempts: AtomicU32,
    taken: Notify,
}

/// How the database takes a new run.
#[derive(Clone, Copy, Default)]
pub(crate) enum Insert {
    #[default]
    Takes,
    Refuses,
    /// It is taken, but nobody hears of it.
    LosesTheAnswer,
    NeverAnswers,
}

impl Executions {
    pub(crate) fn new(journal: &Journal) -> Self {
        Self { journal: journal.clone(), ..Self::default() }
    }

    pub(crate) fn on_insert(&self, insert: Insert) {
        *self.insert.lock() = insert;
    }

    /// Waits until a run was taken of which nobody hears.
    pub(crate) async fn taken(&self) {
        self.taken.notified().await;
    }

    /// The next so many ends are not written.
    pub(crate) fn refuse_finishes(&self, times: u32) {
        self.refusals.store(times, Ordering::SeqCst);
    }

    /// The next so many ends are written, but nobody hears of it.
    pub(crate) fn lose_answers(&self, times: u32) {
        self.lost_answers.store(times, Ordering::SeqCst);
    }

    /// How often an end was to be written.
    pub(crate) fn finish_attempts(&self) -> u32 {
        self.attempts.load(Ordering::SeqCst)
    }

    pub(crate) fn put(&self, execution: Execution) {
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

    async fn start(&self, execution: &Execution) -> Result<(), RepositoryError> {
        let mut rows = self.rows.lock();
        let row = rows.get_mut(&execution.id()).ok_or(RepositoryError::NotFound)?;
        if row.status() != ExecutionStatus::Pending {
            return Err(RepositoryError::WrongState);
        }
        *row = execution.clone();
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
        if one_of(&self.lost_answers) { Err(unavailable()) } else { Ok(()) }
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

    async fn renew_lease(&self, lease: &Lease, ids: &[ExecutionId]) -> Result<u64, RepositoryError> {
        let mut renewed = 0;
        for (id, run) in self.rows.lock().iter_mut() {
            let renewable = ids.contains(id) && lease_of(run).is_some_and(|old| old.node == lease.node);
            if renewable && let Some(started_at) = run.started_at() {
                let state = ExecutionState::Running { started_at, lease: lease.clone() };
                *run = Execution::stored(run.head().clone(), state);
                renewed += 1;
            }
        }
        Ok(renewed)
    }

    async fn recover_lost(&self, now: Timestamp, limit: u32) -> Result<Vec<Execution>, RepositoryError> {
        let mut rows = self.rows.lock();
        let silent = rows.values_mut().filter(|run| lease_of(run).is_some_and(|lease| lease.until < now));
        let lost = silent.take(limit as usize).map(|run| {
            *run = run.clone().finish(RunRecord::new(Outcome::lost_with_its_node()), now).expect("an open run");
            run.clone()
        });
        Ok(lost.collect())
    }
}

/// The lease of a run that has not ended.
pub(crate) fn lease_of(run: &Execution) -> Option<&Lease> {
    match run.state() {
        ExecutionState::Pending { lease } | ExecutionState::Running { lease, .. } => Some(lease),
        ExecutionState::Finished { .. } => None,
    }
}

/// Takes one away, if there is one.
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
        created_at: run.head().created_at,
        started_at: run.started_at(),
        finished_at: run.finished_at(),
        fault: run.fault().cloned(),
    }
}
