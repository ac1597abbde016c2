//! Where expected times and their outcomes are kept. Nodes that share a store share the work: each occurrence is claimed by one.

use std::time::Duration;

use async_trait::async_trait;

use super::{Cause, Handled, Occurrence, OccurrenceState};
use crate::{
    ExecutionId, ExecutionStatus, NodeId, OccurrenceId, Page, PageRequest, RepositoryError, ScriptId, ScriptName,
    TenantId, TimeZone, Timestamp, Total,
};

/// Keeps schedules and the ledger of occurrences. Schedules are written with their scripts, by the scripts' repository.
#[async_trait]
pub trait OccurrenceRepository: Send + Sync {
    /// Writes down the times of at most `limit` schedules that have come, and moves those schedules on. A time is `skipped`
    /// when an earlier one of its schedule is not settled. How many schedules there were; more may be due at that number.
    async fn advance_schedules(&self, now: Timestamp, grace: Duration, limit: u32) -> Result<u32, RepositoryError>;

    /// Writes a schedule for each active cron script that has none, as scripts of an older version.
    async fn adopt_schedules(&self, now: Timestamp) -> Result<(), RepositoryError>;

    /// Gives the schedules that follow their tenant's clock that clock, and computes what is due next where it changed.
    async fn set_tenant_zone(&self, tenant: &TenantId, zone: TimeZone, now: Timestamp) -> Result<(), RepositoryError>;

    /// Writes an occurrence down. False when the script has one of this cause and key already.
    async fn insert(&self, occurrence: &Occurrence) -> Result<bool, RepositoryError>;

    /// Takes at most `limit` occurrences whose time has come, for this node: nobody else gets them.
    async fn claim(&self, node: &NodeId, now: Timestamp, limit: u32) -> Result<Vec<Occurrence>, RepositoryError>;

    /// Ends an attempt of an occurrence that runs. False when that attempt is not under way any more.
    async fn settle(&self, id: OccurrenceId, attempt: u32, settlement: &Settlement) -> Result<bool, RepositoryError>;

    /// Occurrences that were claimed before a moment and still run, with where their run stands; at most `limit`.
    async fn stranded(&self, before: Timestamp, limit: u32) -> Result<Vec<Stranded>, RepositoryError>;

    /// The earliest moment at which a schedule or an attempt is due.
    async fn next_due(&self) -> Result<Option<Timestamp>, RepositoryError>;

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
        reason: &str,
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
        /// Why, for people.
        reason: String,
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
        /// Why, for people.
        reason: String,
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
    /// Only what nobody has handled.
    pub unhandled: bool,
    /// Only what was due at this moment or later.
    pub from: Option<Timestamp>,
    /// Only what was due before this moment.
    pub to: Option<Timestamp>,
    /// Which page.
    pub page: PageRequest,
}
