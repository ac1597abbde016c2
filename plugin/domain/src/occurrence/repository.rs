//! The store of schedules and occurrences. Nodes that share a store share the work: one node claims each occurrence.

use std::time::Duration;

use async_trait::async_trait;

use super::{Cause, Handled, Occurrence, OccurrenceState, PlanningGaps, Reason};
use crate::{
    ExecutionId, ExecutionStatus, NodeId, OccurrenceId, Page, PageRequest, Pause, PendingRun, RepositoryError,
    ScriptId, ScriptName, Stamp, TenantId, TimeZone, Timestamp, Total,
};

/// Stores schedules and occurrences. Schedules are written together with their scripts, by the script repository.
#[async_trait]
pub trait OccurrenceRepository: Send + Sync {
    /// Creates occurrences for the due times of at most `limit` schedules, and advances those schedules. An occurrence is `skipped` if an
    /// earlier one of its schedule is not settled. Times that a pause covers get no occurrence each; one row for each script and pause
    /// counts them. Returns the number of schedules; if it equals `limit`, more may be due.
    async fn advance_schedules(
        &self,
        now: Timestamp,
        grace: Duration,
        absences: &PlanningGaps,
        limit: u32,
    ) -> Result<u32, RepositoryError>;

    /// Recomputes the next due time of schedules that a node computed while its clock was ahead by more than `tolerance`. Such a time is
    /// further ahead than the expression allows. Returns the number of schedules.
    async fn realign_schedules(&self, now: Timestamp, tolerance: Duration) -> Result<u32, RepositoryError>;

    /// Makes attempts due now that a node postponed while its clock was ahead: those postponed for longer than the maximum retry delay.
    async fn realign_attempts(&self, now: Timestamp) -> Result<u64, RepositoryError>;

    /// Pauses the tenant's schedules. If a pause is already in force, replaces its reason, end and user, and returns it.
    async fn pause(&self, pause: &Pause) -> Result<Pause, RepositoryError>;

    /// Ends the pause that is in force. Returns it unchanged.
    async fn resume(&self, tenant: &TenantId, stamp: &Stamp) -> Result<Option<Pause>, RepositoryError>;

    /// Returns the pause that is in force at `now`.
    async fn pause_in_force(&self, tenant: &TenantId, now: Timestamp) -> Result<Option<Pause>, RepositoryError>;

    /// Creates the missing schedules of active cron scripts that an older release stored.
    async fn adopt_schedules(&self, now: Timestamp) -> Result<(), RepositoryError>;

    /// Sets the zone of schedules that use the tenant's zone, and recomputes the next due time if the zone changed.
    async fn set_tenant_zone(&self, tenant: &TenantId, zone: TimeZone, now: Timestamp) -> Result<(), RepositoryError>;

    /// Stores an occurrence. Returns false if the script already has one with this cause and key.
    async fn insert(&self, occurrence: &Occurrence) -> Result<bool, RepositoryError>;

    /// Returns tenants with due occurrences: at most `limit`, ordered by id, starting after `after`. The cost does not depend on the number
    /// of occurrences that wait.
    async fn due_tenants(
        &self,
        now: Timestamp,
        after: Option<&TenantId>,
        limit: u32,
    ) -> Result<Vec<TenantId>, RepositoryError>;

    /// Claims due occurrences for a node, oldest first, at most the given number for each tenant. No other node gets them.
    async fn claim(
        &self,
        node: &NodeId,
        now: Timestamp,
        shares: &[(TenantId, u32)],
    ) -> Result<Vec<Occurrence>, RepositoryError>;

    /// Settles an attempt. Returns false if the attempt is no longer running.
    async fn settle(&self, id: OccurrenceId, attempt: u32, settlement: &Settlement) -> Result<bool, RepositoryError>;

    /// Returns at most `limit` occurrences in the state `Running` that were claimed longer ago than `lease`, by the store's clock, although
    /// their run has ended or was never recorded.
    async fn stranded(&self, lease: Duration, limit: u32) -> Result<Vec<OrphanedOccurrence>, RepositoryError>;

    /// Returns the unfinished runs that users of a tenant requested and that have no pinned version. Only nodes of older releases create
    /// them.
    async fn unpinned(&self, tenant: &TenantId) -> Result<Vec<PendingRun>, RepositoryError>;

    /// Returns the earliest due time of all schedules.
    async fn next_due(&self) -> Result<Option<Timestamp>, RepositoryError>;

    /// Returns the earliest time after `now` at which an attempt may start.
    async fn next_attempt(&self, now: Timestamp) -> Result<Option<Timestamp>, RepositoryError>;

    /// Returns the backlog of due occurrences that have not started, of one tenant or of all.
    async fn backlog(&self, tenant: Option<&TenantId>, now: Timestamp) -> Result<Backlog, RepositoryError>;

    /// Returns an occurrence.
    ///
    /// # Errors
    /// `NotFound`.
    async fn get(&self, tenant: &TenantId, id: OccurrenceId) -> Result<Occurrence, RepositoryError>;

    /// Returns a page of occurrences, latest due time first.
    async fn list(&self, tenant: &TenantId, query: &OccurrenceQuery) -> Result<Page<Occurrence>, RepositoryError>;

    /// Counts the occurrences that match a query, on all pages.
    async fn count(&self, tenant: &TenantId, query: &OccurrenceQuery) -> Result<Total, RepositoryError>;

    /// Cancels a due occurrence.
    ///
    /// # Errors
    /// `NotFound`; `InvalidState` unless it is due.
    async fn cancel(
        &self,
        tenant: &TenantId,
        id: OccurrenceId,
        reason: &Reason,
        now: Timestamp,
    ) -> Result<(), RepositoryError>;

    /// Records how a dead letter was handled.
    ///
    /// # Errors
    /// `NotFound`; `InvalidState` unless it is a dead letter that is not handled yet.
    async fn handle(&self, tenant: &TenantId, id: OccurrenceId, handled: &Handled) -> Result<(), RepositoryError>;

    /// Returns the active cron scripts of a tenant that are due next, soonest first.
    async fn upcoming(&self, tenant: &TenantId, limit: u32) -> Result<Vec<NextDue>, RepositoryError>;

    /// Returns the schedule of an active cron script.
    ///
    /// # Errors
    /// `NotFound`.
    async fn schedule(&self, tenant: &TenantId, script: ScriptId) -> Result<ScheduleRecord, RepositoryError>;
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    /// No attempt follows.
    Final {
        /// `Ran`, `Failed`, `Skipped` or `Cancelled`.
        state: OccurrenceState,
        /// Run of the attempt, if any.
        execution: Option<ExecutionId>,
        /// Reason.
        reason: Reason,
        /// Time of the end.
        at: Timestamp,
    },
    /// Another attempt follows.
    Again {
        /// Number of the next attempt.
        attempt: u32,
        /// Earliest start of the next attempt.
        at: Timestamp,
        /// Run of the failed attempt, if any.
        execution: Option<ExecutionId>,
        /// Reason.
        reason: Reason,
    },
}

/// An occurrence whose node may have died.
#[derive(Debug, Clone, PartialEq)]
pub struct OrphanedOccurrence {
    /// The occurrence.
    pub occurrence: Occurrence,
    /// Run of the attempt and its status; `None` if no run was recorded.
    pub run: Option<(ExecutionId, ExecutionStatus)>,
}

/// The due occurrences that have not started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Number of occurrences, at most [`Backlog::MOST`].
    pub waiting: u64,
    /// Due time of the oldest.
    pub since: Option<Timestamp>,
}

impl Backlog {
    /// Maximum of `waiting`.
    pub const MOST: u64 = 10_000;
}

/// The schedule of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleRecord {
    /// Time zone.
    pub zone: TimeZone,
    /// Whether the zone is the tenant's.
    pub follows_tenant: bool,
    /// Next due time; `None` if the schedule never fires again.
    pub next_due_at: Option<Timestamp>,
}

/// The next due time of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextDue {
    /// The script.
    pub script: ScriptId,
    /// Name of the script.
    pub name: ScriptName,
    /// Due time.
    pub at: Timestamp,
}

/// A filter of occurrences.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OccurrenceQuery {
    /// Only occurrences of this script.
    pub script: Option<ScriptId>,
    /// Only occurrences in this state.
    pub state: Option<OccurrenceState>,
    /// Only occurrences with this cause.
    pub cause: Option<Cause>,
    /// Only occurrences that should have started before this time but have not.
    pub late_before: Option<Timestamp>,
    /// Only occurrences that are not handled yet.
    pub unhandled: bool,
    /// Only occurrences due at this time or later.
    pub from: Option<Timestamp>,
    /// Only occurrences due before this time.
    pub to: Option<Timestamp>,
    /// The page.
    pub page: PageRequest,
}
