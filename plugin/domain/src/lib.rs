//! The types and rules of iota-scripts. Suggested reading order: ids and time, scripts, executions, limits and faults of a run, and
//! the data that a tenant stores.
//!
//! The crate is pure: it does no IO, never blocks, and does not depend on a database, a web framework or a JavaScript engine. Adapters
//! implement its traits.

mod attention;
mod clock;
mod events;
mod execution;
mod fault;
mod field_error;
mod history;
mod ids;
mod json_text;
mod limits;
mod occurrence;
mod outgoing;
mod page;
mod pause;
mod permission;
mod quota;
mod repository_error;
mod rights;
mod script;
mod sql_table;
mod storage;
mod template;
mod text;

pub use attention::{AttentionRepository, Failing, Overdue, OverdueScript};
pub use clock::{Clock, InvalidTimestamp, ManualClock, Monotonic, Stamp, SystemClock, Timestamp};
pub use events::DomainEvent;
pub use execution::{
    Activity, CallKind, CallsByKind, EntryPoint, Execution, ExecutionQuery, ExecutionRepository, ExecutionState,
    ExecutionStatus, ExecutionSummary, InvalidState, KEPT_WITHIN, LeaseState, LogLevel, LogLine, NewExecution, NodeId,
    Origin, Outcome, Receipt, Renewal, RunLog, RunRecord, ScriptRef, StoredReceipt, TrialFilter, Trigger, Unwritten,
    Usage,
};
pub use fault::{Fault, FaultCode, FaultKind};
pub use field_error::{ErrorDetail, FieldError, FieldErrors, FieldProblem};
pub use history::{HistoryRepository, HistoryUsage, Pruned, Retention};
pub use ids::{ExecutionId, InvalidId, OccurrenceId, PauseId, ScriptId, TenantId, UserId, VersionId};
pub use json_text::JsonText;
pub use limits::{LimitRange, Limits, ScriptLimits};
pub use occurrence::{
    Backlog, Cause, ClockJump, ClockWatch, Handled, Handling, MissCause, NextDue, Occurrence, OccurrenceQuery,
    OccurrenceRepository, OccurrenceState, OrphanedOccurrence, PinnedVersions, PlannedTime, PlanningGaps, Reason,
    ScheduleRecord, ScheduledTimes, Settlement,
};
pub use outgoing::{AllowedHost, HostPattern, HttpHostRepository, OutgoingMethod};
pub use page::{Cursor, CursorKey, CursorKind, Direction, InvalidCursor, Page, PagePosition, PageRequest, Total};
pub use pause::{Pause, PauseReason};
pub use permission::Permission;
pub use quota::{Quota, QuotaExceeded, QuotaPolicy, TenantUsage};
pub use repository_error::RepositoryError;
pub use rights::{Importer, PendingRun, Rights};
pub use script::{
    ActiveEndpoint, ApiVersion, CallerStrikes, Change, ChangeSummary, CronExpression, CronField, CronFields,
    CronSchedule, DatabaseAccess, Description, Endpoint, EndpointAccess, EndpointCaller, EventHandler, EventPattern,
    EventPatterns, Handler, HttpMethod, Of, Quarantine, QuarantinePolicy, RateLimit, RetryPolicy, Revision,
    RoutePattern, SaveCount, Script, ScriptDefinition, ScriptDraft, ScriptInput, ScriptKind, ScriptName, ScriptQuery,
    ScriptRepository, ScriptSort, ScriptType, ScriptVersion, SourceCode, StaleVersion, Strike, StrikeCount,
    StrikeRepository, TimeZone, Version,
};
pub use sql_table::{
    ColumnType, DeclarationProblem, DeclaredColumn, DeclaredTable, InvalidDeclaration, RESERVED_PREFIX, SqlValue,
    TableAccess, TenantColumn, TenantIdFormat,
};
pub use storage::{
    InvalidRange, KeyRange, StorageChange, StorageError, StorageFull, StorageKey, StorageQuota, StorageRejection,
    StorageRepository, StorageUsage, StoredEntry, StoredValue,
};
pub use template::{Template, TemplateBody, TemplateLocale, TemplateName, TemplateRepository};
