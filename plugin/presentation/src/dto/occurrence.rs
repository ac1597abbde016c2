//! Schedules and the ledger of occurrences.

use iota_scripts_domain::{
    Backlog, CronExpression, CronSchedule, CursorKind, FieldError, FieldErrors, FieldProblem, Handled, JsonText,
    Occurrence, OccurrenceId, OccurrenceQuery, TimeZone, Timestamp,
};
use iota_scripts_services::Upcoming;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::PageQuery;
use crate::{cron_sentence, locale::Locale};

/// A schedule that need not be saved.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ScheduleInput {
    /// Five fields.
    cron_expression: String,
    /// IANA name; the tenant's when not given.
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
    /// The schedule in words, in the language of who asks.
    sentence: String,
    /// The zone whose clock counts.
    timezone: &'static str,
    /// Whether that is the tenant's.
    follows_tenant: bool,
    /// The next ten times, the soonest first.
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

/// A time at which a run was expected, and what became of it.
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
    /// The attempt that is under way or was the last, from 1.
    attempt: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    next_attempt_at: Option<Timestamp>,
    /// The last run of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    execution_id: Option<String>,
    /// Why it came to this, in one English sentence.
    #[serde(skip_serializing_if = "String::is_empty")]
    reason: String,
    /// The same as a stable code: `missed_no_node`, `missed_clock`, `missed_database`, `skipped_running`, `skipped_waiting`,
    /// `skipped_retrying`, `script_deleted`, `script_off`, `script_quarantined`, `tenant_inactive`, `user_unknown`, `user_unresolved`,
    /// `cancelled_by`, `paused`, `node_died`, or the code of the fault. Missing where only the sentence is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason_code: Option<&'static str>,
    /// How many expected times it stands for: more than one of those that a pause left out.
    times: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    requested_by: Option<String>,
    /// The argument list.
    #[schema(value_type = Object)]
    input: JsonText,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    settled_at: Option<Timestamp>,
    /// The version that is to run, of a run that somebody asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    script_version: Option<i64>,
    /// The delivery of an event that this one repeats.
    #[serde(skip_serializing_if = "Option::is_none")]
    replay_of: Option<String>,
    /// What a person did about an event whose handler failed for good: `{"how": "replayed" or "dismissed", "at", "by"}`.
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

/// What has come due and has not begun, because there is no place for it yet.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BacklogDocument {
    /// How many occurrences wait; 10000 stands for more too.
    waiting: u64,
    /// Since when the one waits that waits longest.
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
    /// At most 200.
    ids: Vec<String>,
}

impl ReplayInput {
    /// The most that one request replays.
    const MOST: usize = 200;

    pub(crate) fn parse(&self) -> Result<Vec<OccurrenceId>, FieldError> {
        if self.ids.len() > Self::MOST {
            return Err(FieldError::new(
                "ids",
                FieldProblem::OutOfRange,
                format!("at most {} ids per request", Self::MOST),
            ));
        }
        self.ids.iter().map(|id| id.parse().map_err(|error| wrong("ids", &error))).collect()
    }
}

/// What became of each.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReplayDocument {
    pub(crate) items: Vec<ReplayItem>,
}

/// One of them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReplayItem {
    /// The dead letter.
    pub(crate) id: String,
    /// The new delivery.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) replay: Option<OccurrenceDocument>,
    /// Why there is none: a stable code, and a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<String>,
}

/// Which occurrences.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OccurrenceListQuery {
    /// Only of this script.
    script_id: Option<String>,
    /// Only in this state.
    state: Option<String>,
    /// Only for this cause.
    cause: Option<String>,
    /// Only what was due at this moment or later: `2025-01-31T09:00:00Z`.
    from: Option<String>,
    /// Only what was due before this moment.
    to: Option<String>,
    /// What follows: `next` of an earlier answer.
    after: Option<String>,
    /// What comes before: `previous` of an earlier answer.
    before: Option<String>,
    /// Number of the page, from 1; only for the first 10,000 entries.
    page: Option<u32>,
    /// Entries on a page, 1 to 200; 50 when not given.
    per_page: Option<u32>,
}

impl OccurrenceListQuery {
    pub(crate) fn parse(self) -> Result<OccurrenceQuery, FieldError> {
        let script = self.script_id.map(|id| id.parse().map_err(|error| wrong("script_id", &error))).transpose()?;
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

/// A moment of a query or a wish.
pub(crate) fn local_time(field: &'static str, text: Option<&str>) -> Result<Option<Timestamp>, FieldError> {
    text.map(|text| Timestamp::parse(text).map_err(|error| wrong(field, &error))).transpose()
}

pub(super) fn wrong(field: &'static str, error: &impl std::fmt::Display) -> FieldError {
    FieldError::new(field, FieldProblem::Invalid, error.to_string())
}
