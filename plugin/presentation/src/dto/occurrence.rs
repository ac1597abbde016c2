//! Schedules and scheduled runs.

use iota_scripts_domain::{
    Backlog, CronExpression, CronSchedule, CursorKind, FieldError, FieldErrors, FieldProblem, Handled, JsonText,
    Occurrence, OccurrenceId, OccurrenceQuery, TimeZone, Timestamp,
};
use iota_scripts_services::Upcoming;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::PageQuery;
use crate::{cron_sentence, locale::Locale};

/// A schedule to preview; it need not be saved.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ScheduleInput {
    /// Cron expression of five fields.
    cron_expression: String,
    /// IANA time zone; default: the tenant's.
    timezone: Option<String>,
}

impl ScheduleInput {
    pub(crate) fn parse(&self) -> Result<CronSchedule, FieldErrors> {
        let expression = CronExpression::parse(&self.cron_expression);
        let named = self.timezone.as_deref().filter(|name| !name.trim().is_empty());
        let timezone = named.map(TimeZone::parse).transpose();
        match (expression, timezone) {
            (Ok(expression), Ok(timezone)) => Ok(CronSchedule { expression, timezone }),
            (expression, timezone) => Err(FieldErrors(expression.err().into_iter().chain(timezone.err()).collect())),
        }
    }
}

/// A schedule and its next times.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ScheduleDocument {
    cron_expression: String,
    /// The schedule as a sentence, in the user's language.
    sentence: String,
    /// The time zone of the schedule.
    timezone: &'static str,
    /// Whether the time zone is the tenant's.
    follows_tenant: bool,
    /// The next ten times, the earliest first.
    #[schema(value_type = Vec<String>, format = DateTime)]
    next: Vec<Timestamp>,
}

impl ScheduleDocument {
    pub(crate) fn new(upcoming: Upcoming, locale: Locale) -> Self {
        Self {
            sentence: cron_sentence::sentence(&upcoming.schedule.expression.fields(), locale),
            cron_expression: upcoming.schedule.expression.as_str().to_owned(),
            timezone: upcoming.zone.name(),
            follows_tenant: upcoming.schedule.timezone.is_none(),
            next: upcoming.times,
        }
    }
}

/// A scheduled run and its outcome.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OccurrenceDocument {
    id: String,
    script_id: String,
    script_name: String,
    /// `schedule`, `later` or `event`.
    cause: &'static str,
    /// `due`, `running`, `ran`, `failed`, `skipped`, `missed` or `cancelled`.
    state: &'static str,
    #[schema(value_type = String, format = DateTime)]
    due_at: Timestamp,
    /// Number of the running or last attempt, from 1.
    attempt: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    next_attempt_at: Option<Timestamp>,
    /// Id of its last run.
    #[serde(skip_serializing_if = "Option::is_none")]
    execution_id: Option<String>,
    /// The reason for the state, as one English sentence.
    #[serde(skip_serializing_if = "String::is_empty")]
    reason: String,
    /// The reason as a stable code: `missed_no_node`, `missed_clock`, `missed_database`, `skipped_running`,
    /// `skipped_waiting`, `skipped_retrying`, `script_deleted`, `script_off`, `script_quarantined`, `tenant_inactive`,
    /// `user_unknown`, `user_unresolved`, `cancelled_by`, `paused`, `node_died`, or the code of the fault. Absent if
    /// only the sentence is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason_code: Option<&'static str>,
    /// Number of scheduled runs that this entry covers; more than 1 for runs that a pause left out.
    times: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    requested_by: Option<String>,
    /// The argument list.
    #[schema(value_type = Object)]
    input: JsonText,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    settled_at: Option<Timestamp>,
    /// The version to run, if a user requested the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    script_version: Option<i64>,
    /// Id of the earlier delivery that this one repeats.
    #[serde(skip_serializing_if = "Option::is_none")]
    replay_of: Option<String>,
    /// How a user handled a dead letter: `{"how": "replayed" or "dismissed", "at", "by"}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    handled: Option<Handled>,
}

impl From<Occurrence> for OccurrenceDocument {
    fn from(occurrence: Occurrence) -> Self {
        Self {
            id: occurrence.id.to_string(),
            script_id: occurrence.script.to_string(),
            script_name: occurrence.script_name.to_string(),
            cause: occurrence.cause.as_str(),
            state: occurrence.state.as_str(),
            due_at: occurrence.due_at,
            attempt: occurrence.attempt,
            next_attempt_at: occurrence.next_attempt_at,
            execution_id: occurrence.execution.map(|id| id.to_string()),
            reason: occurrence.reason.to_string(),
            reason_code: occurrence.reason.code(),
            times: occurrence.times,
            requested_by: occurrence.requested_by.map(Into::into),
            input: occurrence.args,
            settled_at: occurrence.settled_at,
            script_version: occurrence.pinned.map(|pinned| pinned.script.get()),
            replay_of: occurrence.replay_of.map(|id| id.to_string()),
            handled: occurrence.handled,
        }
    }
}

/// Occurrences that are due and wait for a free slot.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BacklogDocument {
    /// Number of waiting occurrences; 10000 means 10,000 or more.
    waiting: u64,
    /// Due time of the occurrence that has waited longest.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
}

impl From<Backlog> for BacklogDocument {
    fn from(Backlog { waiting, since }: Backlog) -> Self {
        Self { waiting, since }
    }
}

/// Dead letters to deliver again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReplayInput {
    /// Ids of dead letters, at most 200.
    ids: Vec<String>,
}

impl ReplayInput {
    /// Maximum number of dead letters in one request.
    const MAX_REPLAYED: usize = 200;

    pub(crate) fn parse(&self) -> Result<Vec<OccurrenceId>, FieldError> {
        if self.ids.len() > Self::MAX_REPLAYED {
            return Err(FieldError::new(
                "ids",
                FieldProblem::OutOfRange,
                format!("at most {} ids per request", Self::MAX_REPLAYED),
            ));
        }
        self.ids.iter().map(|id| id.parse().map_err(|error| invalid_field("ids", &error))).collect()
    }
}

/// The result for each dead letter.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReplayDocument {
    pub(crate) items: Vec<ReplayItem>,
}

/// The result for one dead letter.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReplayItem {
    /// Id of the dead letter.
    pub(crate) id: String,
    /// Id of the new delivery.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) replay: Option<OccurrenceDocument>,
    /// Why it was not delivered: a stable code and a message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<String>,
}

/// Filters of the list of occurrences.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OccurrenceListQuery {
    /// Only occurrences of this script.
    script_id: Option<String>,
    /// Only occurrences in this state.
    state: Option<String>,
    /// Only occurrences with this cause.
    cause: Option<String>,
    /// Only occurrences due at or after this time: `2025-01-31T09:00:00Z`.
    from: Option<String>,
    /// Only occurrences due before this time.
    to: Option<String>,
    /// Cursor: entries after `next` of an earlier response.
    after: Option<String>,
    /// Cursor: entries before `previous` of an earlier response.
    before: Option<String>,
    /// Page number, from 1; only for the first 10,000 entries.
    page: Option<u32>,
    /// Entries per page, 1 to 200; default 50.
    per_page: Option<u32>,
}

impl OccurrenceListQuery {
    pub(crate) fn parse(self) -> Result<OccurrenceQuery, FieldError> {
        let script =
            self.script_id.map(|id| id.parse().map_err(|error| invalid_field("script_id", &error))).transpose()?;
        let page = PageQuery { after: self.after, before: self.before, page: self.page, per_page: self.per_page };
        let page = page.request(CursorKind::Time)?;
        Ok(OccurrenceQuery {
            script,
            state: self.state.as_deref().map(str::parse).transpose()?,
            cause: self.cause.as_deref().map(str::parse).transpose()?,
            from: local_time("from", self.from.as_deref())?,
            to: local_time("to", self.to.as_deref())?,
            unhandled: false,
            late_before: None,
            page,
        })
    }
}

/// Parses a timestamp of a query or a request body.
pub(crate) fn local_time(field: &'static str, text: Option<&str>) -> Result<Option<Timestamp>, FieldError> {
    text.map(|text| Timestamp::parse(text).map_err(|error| invalid_field(field, &error))).transpose()
}

pub(super) fn invalid_field(field: &'static str, error: &impl std::fmt::Display) -> FieldError {
    FieldError::new(field, FieldProblem::Invalid, error.to_string())
}
