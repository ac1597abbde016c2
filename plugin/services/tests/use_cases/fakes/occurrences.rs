//! Occurrences in memory. Schedules are left to the contract suites.

use std::{
    sync::atomic::{AtomicBool, AtomicU32, Ordering},
    time::Duration,
};

use async_trait::async_trait;
use iota_scripts_domain::{
    Backlog, Handled, NextDue, NodeId, Occurrence, OccurrenceId, OccurrenceQuery, OccurrenceRepository,
    OccurrenceState, OrphanedOccurrence, Page, Pause, PendingRun, PlanningGaps, Reason, RepositoryError,
    ScheduleRecord, ScriptId, Settlement, Stamp, TenantId, TimeZone, Timestamp, Total,
};
use parking_lot::Mutex;

#[derive(Default)]
pub(crate) struct Occurrences {
    rows: Mutex<Vec<Occurrence>>,
    absences: Mutex<PlanningGaps>,
    plannings: AtomicU32,
    realigned: AtomicU32,
    in_trouble: AtomicBool,
    pause: Mutex<Option<Pause>>,
}

impl Occurrences {
    /// Returns the absences passed to the last planning.
    pub(crate) fn absences(&self) -> PlanningGaps {
        self.absences.lock().clone()
    }

    /// Returns the number of plannings.
    pub(crate) fn plannings(&self) -> u32 {
        self.plannings.load(Ordering::SeqCst)
    }

    /// Returns how often the next due times were recomputed.
    pub(crate) fn realigned(&self) -> u32 {
        self.realigned.load(Ordering::SeqCst)
    }

    /// Makes planning fail, or succeed again.
    pub(crate) fn in_trouble(&self, in_trouble: bool) {
        self.in_trouble.store(in_trouble, Ordering::SeqCst);
    }

    pub(crate) fn all(&self) -> Vec<Occurrence> {
        self.rows.lock().clone()
    }

    /// Makes a requested run look like one from a node of an older version.
    pub(crate) fn unpin(&self, id: OccurrenceId) {
        self.rows.lock().iter_mut().filter(|row| row.id == id).for_each(|row| row.pinned = None);
    }

    fn change<T>(
        &self,
        tenant: &TenantId,
        id: OccurrenceId,
        change: impl FnOnce(&mut Occurrence) -> Result<T, RepositoryError>,
    ) -> Result<T, RepositoryError> {
        let mut rows = self.rows.lock();
        let found = rows.iter_mut().find(|row| row.tenant == *tenant && row.id == id);
        found.ok_or(RepositoryError::NotFound).and_then(change)
    }
}

#[async_trait]
impl OccurrenceRepository for Occurrences {
    async fn advance_schedules(
        &self,
        _: Timestamp,
        _: Duration,
        absences: &PlanningGaps,
        _: u32,
    ) -> Result<u32, RepositoryError> {
        if self.in_trouble.load(Ordering::SeqCst) {
            return Err(RepositoryError::Unavailable("the test said no".into()));
        }
        *self.absences.lock() = absences.clone();
        self.plannings.fetch_add(1, Ordering::SeqCst);
        Ok(0)
    }

    async fn realign_schedules(&self, _: Timestamp, tolerance: Duration) -> Result<u32, RepositoryError> {
        if tolerance.is_zero() {
            self.realigned.fetch_add(1, Ordering::SeqCst);
        }
        Ok(0)
    }

    async fn realign_attempts(&self, _: Timestamp) -> Result<u64, RepositoryError> {
        Ok(0)
    }

    async fn pause(&self, pause: &Pause) -> Result<Pause, RepositoryError> {
        Ok(self.pause.lock().insert(pause.clone()).clone())
    }

    async fn resume(&self, _: &TenantId, _: &Stamp) -> Result<Option<Pause>, RepositoryError> {
        Ok(self.pause.lock().take())
    }

    async fn pause_in_force(&self, tenant: &TenantId, now: Timestamp) -> Result<Option<Pause>, RepositoryError> {
        let in_force = |pause: &Pause| pause.tenant == *tenant && pause.ends_at.is_none_or(|end| end > now);
        Ok(self.pause.lock().clone().filter(in_force))
    }

    async fn adopt_schedules(&self, _: Timestamp) -> Result<(), RepositoryError> {
        Ok(())
    }

    async fn set_tenant_zone(&self, _: &TenantId, _: TimeZone, _: Timestamp) -> Result<(), RepositoryError> {
        Ok(())
    }

    async fn insert(&self, occurrence: &Occurrence) -> Result<bool, RepositoryError> {
        let mut rows = self.rows.lock();
        let own = |row: &Occurrence| (row.script, row.cause, row.key.clone());
        if rows.iter().any(|row| own(row) == own(occurrence)) {
            return Ok(false);
        }
        rows.push(occurrence.clone());
        Ok(true)
    }

    async fn due_tenants(
        &self,
        now: Timestamp,
        after: Option<&TenantId>,
        limit: u32,
    ) -> Result<Vec<TenantId>, RepositoryError> {
        let rows = self.rows.lock();
        let due = rows.iter().filter(|row| row.state == OccurrenceState::Due && row.next_attempt_at <= Some(now));
        let mut tenants: Vec<TenantId> = due.map(|row| row.tenant.clone()).collect();
        tenants.sort();
        tenants.dedup();
        Ok(tenants.into_iter().filter(|tenant| after.is_none_or(|after| tenant > after)).take(limit as usize).collect())
    }

    async fn claim(
        &self,
        _: &NodeId,
        now: Timestamp,
        shares: &[(TenantId, u32)],
    ) -> Result<Vec<Occurrence>, RepositoryError> {
        let (mut rows, mut claimed) = (self.rows.lock(), Vec::new());
        for (tenant, share) in shares {
            let due = rows.iter_mut().filter(|row| {
                row.tenant == *tenant && row.state == OccurrenceState::Due && row.next_attempt_at <= Some(now)
            });
            claimed.extend(due.take(*share as usize).map(|row| {
                row.state = OccurrenceState::Running;
                row.clone()
            }));
        }
        Ok(claimed)
    }

    async fn settle(&self, id: OccurrenceId, attempt: u32, settlement: &Settlement) -> Result<bool, RepositoryError> {
        let mut rows = self.rows.lock();
        let running =
            |row: &&mut Occurrence| (row.id, row.attempt, row.state) == (id, attempt, OccurrenceState::Running);
        let Some(row) = rows.iter_mut().find(running) else { return Ok(false) };
        match settlement.clone() {
            Settlement::Final { state, execution, reason, at } => {
                (row.state, row.execution, row.reason, row.settled_at) = (state, execution, reason, Some(at));
            }
            Settlement::Again { attempt, at, execution, reason } => {
                (row.state, row.attempt, row.next_attempt_at) = (OccurrenceState::Due, attempt, Some(at));
                (row.execution, row.reason) = (execution, reason);
            }
        }
        Ok(true)
    }

    async fn stranded(&self, _: Duration, _: u32) -> Result<Vec<OrphanedOccurrence>, RepositoryError> {
        Ok(Vec::new())
    }

    async fn unpinned(&self, tenant: &TenantId) -> Result<Vec<PendingRun>, RepositoryError> {
        let rows = self.rows.lock();
        let open = |row: &&Occurrence| {
            let settled = !matches!(row.state, OccurrenceState::Due | OccurrenceState::Running);
            row.tenant == *tenant && row.pinned.is_none() && !settled
        };
        let pending =
            |row: &Occurrence| Some(PendingRun { script: row.script, requested_by: row.requested_by.clone()? });
        Ok(rows.iter().filter(open).filter_map(pending).collect())
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, RepositoryError> {
        Ok(None)
    }

    async fn next_attempt(&self, now: Timestamp) -> Result<Option<Timestamp>, RepositoryError> {
        let rows = self.rows.lock();
        let due = rows.iter().filter(|row| row.state == OccurrenceState::Due).filter_map(|row| row.next_attempt_at);
        Ok(due.filter(|at| *at > now).min())
    }

    async fn backlog(&self, tenant: Option<&TenantId>, now: Timestamp) -> Result<Backlog, RepositoryError> {
        let rows = self.rows.lock();
        let due = rows.iter().filter(|row| row.state == OccurrenceState::Due && row.next_attempt_at <= Some(now));
        let since: Vec<_> = due
            .filter(|row| tenant.is_none_or(|tenant| row.tenant == *tenant))
            .filter_map(|row| row.next_attempt_at)
            .collect();
        Ok(Backlog { waiting: since.len() as u64, since: since.into_iter().min() })
    }

    async fn get(&self, tenant: &TenantId, id: OccurrenceId) -> Result<Occurrence, RepositoryError> {
        self.change(tenant, id, |row| Ok(row.clone()))
    }

    async fn list(&self, tenant: &TenantId, query: &OccurrenceQuery) -> Result<Page<Occurrence>, RepositoryError> {
        let rows = self.rows.lock();
        let wanted = |row: &&Occurrence| {
            row.tenant == *tenant
                && query.state.is_none_or(|state| row.state == state)
                && query.cause.is_none_or(|cause| row.cause == cause)
                && (!query.unhandled || row.handled.is_none())
        };
        let items: Vec<Occurrence> = rows.iter().rev().filter(wanted).cloned().collect();
        Ok(Page::whole(items))
    }

    async fn count(&self, tenant: &TenantId, query: &OccurrenceQuery) -> Result<Total, RepositoryError> {
        Ok(Total::of(self.list(tenant, query).await?.total))
    }

    async fn cancel(
        &self,
        tenant: &TenantId,
        id: OccurrenceId,
        reason: &Reason,
        now: Timestamp,
    ) -> Result<(), RepositoryError> {
        self.change(tenant, id, |row| {
            if row.state != OccurrenceState::Due {
                return Err(RepositoryError::InvalidState);
            }
            *row = row.clone().settled(OccurrenceState::Cancelled, reason.clone(), now);
            Ok(())
        })
    }

    async fn handle(&self, tenant: &TenantId, id: OccurrenceId, handled: &Handled) -> Result<(), RepositoryError> {
        self.change(tenant, id, |row| {
            if !row.is_dead_letter() {
                return Err(RepositoryError::InvalidState);
            }
            row.handled = Some(handled.clone());
            Ok(())
        })
    }

    async fn upcoming(&self, _: &TenantId, _: u32) -> Result<Vec<NextDue>, RepositoryError> {
        Ok(Vec::new())
    }

    async fn schedule(&self, _: &TenantId, _: ScriptId) -> Result<ScheduleRecord, RepositoryError> {
        Err(RepositoryError::NotFound)
    }
}
