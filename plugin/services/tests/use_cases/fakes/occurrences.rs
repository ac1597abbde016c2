//! The ledger of occurrences in memory. Schedules are not in it: the contract suites test those.

use std::time::Duration;

use async_trait::async_trait;
use iota_scripts_domain::{
    Handled, NextDue, NodeId, Occurrence, OccurrenceId, OccurrenceQuery, OccurrenceRepository, OccurrenceState, Page,
    RepositoryError, ScheduleRecord, ScriptId, Settlement, Stranded, TenantId, TimeZone, Timestamp, Total,
};
use parking_lot::Mutex;

#[derive(Default)]
pub(crate) struct Occurrences {
    rows: Mutex<Vec<Occurrence>>,
}

impl Occurrences {
    pub(crate) fn all(&self) -> Vec<Occurrence> {
        self.rows.lock().clone()
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
    async fn advance_schedules(&self, _: Timestamp, _: Duration, _: u32) -> Result<u32, RepositoryError> {
        Ok(0)
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

    async fn claim(&self, _: &NodeId, now: Timestamp, limit: u32) -> Result<Vec<Occurrence>, RepositoryError> {
        let mut rows = self.rows.lock();
        let due = rows.iter_mut().filter(|row| row.state == OccurrenceState::Due && row.next_attempt_at <= Some(now));
        let claimed = due.take(limit as usize).map(|row| {
            row.state = OccurrenceState::Running;
            row.clone()
        });
        Ok(claimed.collect())
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

    async fn stranded(&self, _: Timestamp, _: u32) -> Result<Vec<Stranded>, RepositoryError> {
        Ok(Vec::new())
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, RepositoryError> {
        Ok(self
            .rows
            .lock()
            .iter()
            .filter(|row| row.state == OccurrenceState::Due)
            .filter_map(|row| row.next_attempt_at)
            .min())
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
        reason: &str,
        now: Timestamp,
    ) -> Result<(), RepositoryError> {
        self.change(tenant, id, |row| {
            if row.state != OccurrenceState::Due {
                return Err(RepositoryError::WrongState);
            }
            *row = row.clone().settled(OccurrenceState::Cancelled, reason, now);
            Ok(())
        })
    }

    async fn handle(&self, tenant: &TenantId, id: OccurrenceId, handled: &Handled) -> Result<(), RepositoryError> {
        self.change(tenant, id, |row| {
            if !row.is_dead_letter() {
                return Err(RepositoryError::WrongState);
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
