//! The vocabulary and the rules of iota-scripts, in reading order: ids and time, scripts, executions, what limits a run and what
//! goes wrong in one, and what a tenant stores.
//!
//! Pure: nothing here does IO, waits, or knows a database, a web framework or a JavaScript engine. Traits name what adapters provide.

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
    ExecutionStatus, ExecutionSummary, KEPT_WITHIN, LeaseState, LogLevel, LogLine, NewExecution, NodeId, Origin,
    Outcome, Receipt, ReceiptFigures, Renewal, RunLog, RunRecord, ScriptRef, Trials, Trigger, Unwritten, Usage,
    WrongState,
};
pub use fault::{Fault, FaultCode, FaultKind};
pub use field_error::{FieldError, FieldErrors, FieldProblem, Mistake};
pub use history::{HistoryRepository, HistoryUsage, Pruned, Retention};
pub use ids::{ExecutionId, InvalidId, OccurrenceId, PauseId, ScriptId, TenantId, UserId, VersionId};
pub use json_text::JsonText;
pub use limits::{LimitRange, Limits, ScriptLimits};
pub use occurrence::{
    Absence, Absences, Backlog, Cause, ClockStep, ClockWatch, Handled, Handling, NextDue, Occurrence, OccurrenceQuery,
    OccurrenceRepository, OccurrenceState, PinnedVersions, Planned, Reason, ScheduleRecord, ScheduledTimes, Settlement,
    Stranded,
};
pub use outgoing::{AllowedHost, HostPattern, HttpHostRepository, OutgoingMethod};
pub use page::{Cursor, CursorKey, CursorKind, Direction, InvalidCursor, Page, PagePlace, PageRequest, Total};
pub use pause::{Pause, PauseReason};
pub use permission::Permission;
pub use quota::{Quota, QuotaExceeded, QuotaPolicy, TenantUse};
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
    ColumnType, DeclarationProblem, DeclaredColumn, DeclaredTable, RESERVED_PREFIX, SqlValue, TableAccess,
    TenantColumn, TenantForm, WrongDeclaration,
};
pub use storage::{
    Held, InvalidRange, KeyRange, StorageChange, StorageError, StorageFull, StorageKey, StorageQuota, StorageRefusal,
    StorageRepository, StorageUsage, StoredValue,
};
pub use template::{Template, TemplateBody, TemplateLocale, TemplateName, TemplateRepository};
