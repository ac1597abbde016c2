//! Where expected times and their outcomes are kept. Nodes that share a store share the work: each occurrence is claimed by one.

use std::time::Duration;

use async_trait::async_trait;

use super::{Absences, Cause, Handled, Occurrence, OccurrenceState, Reason};
use crate::{
    ExecutionId, ExecutionStatus, NodeId, OccurrenceId, Page, PageRequest, Pause, PendingRun, RepositoryError,
    ScriptId, ScriptName, Stamp, TenantId, TimeZone, Timestamp, Total,
};

/// Keeps schedules and the ledger of occurrences. Schedules are written with their scripts, by the scripts' repository.
#[async_trait]
pub trait OccurrenceRepository: Send + Sync {
    /// Writes down the times of at most `limit` schedules that have come, and moves those schedules on. A time is `skipped`
    /// when an earlier one of its schedule is not settled. Those that a pause covers are left out: one row for each script and pause
    /// counts them. How many schedules there were; more may be due at that number.
    async fn advance_schedules(
        &self,
        now: Timestamp,
        grace: Duration,
        absences: &Absences,
        limit: u32,
    ) -> Result<u32, RepositoryError>;

    /// Computes anew what is due next where a clock computed it that was further ahead than `tolerance`: it would lie further ahead
    /// than its expression allows. How many schedules there were.
    async fn realign_schedules(&self, now: Timestamp, tolerance: Duration) -> Result<u32, RepositoryError>;

    /// Makes attempts due now that a clock that was ahead has put off: none is put off for longer than an author may choose.
    async fn realign_attempts(&self, now: Timestamp) -> Result<u64, RepositoryError>;

    /// Pauses the tenant's schedules. Of a pause that is in force already, reason, end and user are replaced, and it is returned.
    async fn pause(&self, pause: &Pause) -> Result<Pause, RepositoryError>;

    /// Ends the pause that is in force; it is returned as it was.
    async fn resume(&self, tenant: &TenantId, stamp: &Stamp) -> Result<Option<Pause>, RepositoryError>;

    /// The pause that is in force: it has not ended at this moment.
    async fn pause_in_force(&self, tenant: &TenantId, now: Timestamp) -> Result<Option<Pause>, RepositoryError>;

    /// Writes a schedule for each active cron script that has none, as scripts of an older version.
    async fn adopt_schedules(&self, now: Timestamp) -> Result<(), RepositoryError>;

    /// Gives the schedules that follow their tenant's clock that clock, and computes what is due next where it changed.
    async fn set_tenant_zone(&self, tenant: &TenantId, zone: TimeZone, now: Timestamp) -> Result<(), RepositoryError>;

    /// Writes an occurrence down. False when the script has one of this cause and key already.
    async fn insert(&self, occurrence: &Occurrence) -> Result<bool, RepositoryError>;

    /// Tenants of which an occurrence's time has come: at most `limit`, in order, from the one behind `after` on. What that costs
    /// does not depend on how much any of them has waiting.
    async fn due_tenants(
        &self,
        now: Timestamp,
        after: Option<&TenantId>,
        limit: u32,
    ) -> Result<Vec<TenantId>, RepositoryError>;

    /// Takes occurrences whose time has come, the longest due first, of each tenant at most so many, for this node: nobody else
    /// gets them.
    async fn claim(
        &self,
        node: &NodeId,
        now: Timestamp,
        shares: &[(TenantId, u32)],
    ) -> Result<Vec<Occurrence>, RepositoryError>;

    /// Ends an attempt of an occurrence that runs. False when that attempt is not under way any more.
    async fn settle(&self, id: OccurrenceId, attempt: u32, settlement: &Settlement) -> Result<bool, RepositoryError>;

    /// Occurrences that were claimed longer ago than a lease lasts, by the store's clock, and still run, though their run has ended or
    /// was never recorded; at most `limit`.
    async fn stranded(&self, lease: Duration, limit: u32) -> Result<Vec<Stranded>, RepositoryError>;

    /// The runs of a tenant that users have asked for, that have not ended, and that take their scripts as those are by then: what a node
    /// of an older version has written.
    async fn unpinned(&self, tenant: &TenantId) -> Result<Vec<PendingRun>, RepositoryError>;

    /// The earliest moment at which a schedule is due.
    async fn next_due(&self) -> Result<Option<Timestamp>, RepositoryError>;

    /// The earliest moment after `now` at which an attempt may begin.
    async fn next_attempt(&self, now: Timestamp) -> Result<Option<Timestamp>, RepositoryError>;

    /// What has come due and has not begun, of one tenant or of all.
    async fn backlog(&self, tenant: Option<&TenantId>, now: Timestamp) -> Result<Backlog, RepositoryError>;

    /// An occurrence.
    ///
    /// # Errors
    /// `NotFound`.
    async fn get(&self, tenant: &TenantId, id: OccurrenceId) -> Result<Occurrence, RepositoryError>;

    /// A page of occurrences, the latest due first.
    async fn list(&self, tenant: &TenantId, query: &OccurrenceQuery) -> Result<Page<Occurrence>, RepositoryError>;

    /// How many occurrences a query lets through, whatever its page.
    async fn count(&self, tenant: &TenantId, query: &OccurrenceQuery) -> Result<Total, RepositoryError>;

    /// Cancels an occurrence that is due.
    ///
    /// # Errors
    /// `NotFound`; `WrongState` unless it is due.
    async fn cancel(
        &self,
        tenant: &TenantId,
        id: OccurrenceId,
        reason: &Reason,
        now: Timestamp,
    ) -> Result<(), RepositoryError>;

    /// Notes what a person did about a dead letter.
    ///
    /// # Errors
    /// `NotFound`; `WrongState` unless it is a dead letter that nobody has handled.
    async fn handle(&self, tenant: &TenantId, id: OccurrenceId, handled: &Handled) -> Result<(), RepositoryError>;

    /// The active cron scripts of a tenant that are due next, the soonest first.
    async fn upcoming(&self, tenant: &TenantId, limit: u32) -> Result<Vec<NextDue>, RepositoryError>;

    /// The schedule of an active cron script.
    ///
    /// # Errors
    /// `NotFound`.
    async fn schedule(&self, tenant: &TenantId, script: ScriptId) -> Result<ScheduleRecord, RepositoryError>;
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    /// For good.
    Final {
        /// `Ran`, `Failed`, `Skipped` or `Cancelled`.
        state: OccurrenceState,
        /// The run, if there was one.
        execution: Option<ExecutionId>,
        /// Why.
        reason: Reason,
        /// When.
        at: Timestamp,
    },
    /// Another attempt follows.
    Again {
        /// The attempt that follows.
        attempt: u32,
        /// When it may begin.
        at: Timestamp,
        /// The run that failed, if there was one.
        execution: Option<ExecutionId>,
        /// Why.
        reason: Reason,
    },
}

/// An occurrence whose node may be gone.
#[derive(Debug, Clone, PartialEq)]
pub struct Stranded {
    /// The occurrence.
    pub occurrence: Occurrence,
    /// The run of its attempt and where that stands; `None` when none was recorded.
    pub run: Option<(ExecutionId, ExecutionStatus)>,
}

/// What has come due and has not begun.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backlog {
    /// How many there are, at most [`Backlog::MOST`].
    pub waiting: u64,
    /// Since when the one waits that waits longest.
    pub since: Option<Timestamp>,
}

impl Backlog {
    /// Nobody counts further than this.
    pub const MOST: u64 = 10_000;
}

/// When a script is due next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleRecord {
    /// The zone whose clock counts.
    pub zone: TimeZone,
    /// Whether that is the tenant's.
    pub follows_tenant: bool,
    /// When; `None` when never again.
    pub next_due_at: Option<Timestamp>,
}

/// A schedule's next time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextDue {
    /// What runs then.
    pub script: ScriptId,
    /// Its name.
    pub name: ScriptName,
    /// When.
    pub at: Timestamp,
}

/// Which occurrences.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OccurrenceQuery {
    /// Only of this script.
    pub script: Option<ScriptId>,
    /// Only those that stand so.
    pub state: Option<OccurrenceState>,
    /// Only for this cause.
    pub cause: Option<Cause>,
    /// Only what should have begun before this moment and has not.
    pub late_before: Option<Timestamp>,
    /// Only what nobody has handled.
    pub unhandled: bool,
    /// Only what was due at this moment or later.
    pub from: Option<Timestamp>,
    /// Only what was due before this moment.
    pub to: Option<Timestamp>,
    /// Which page.
    pub page: PageRequest,
}
