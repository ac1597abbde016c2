//! Runs.

use iota_scripts_domain::{
    CursorKind, EntryPoint, Execution, ExecutionQuery, ExecutionStatus, ExecutionSummary, Fault, FieldError,
    FieldProblem, JsonText, LogLine, NewExecution, Receipt, ScriptRef, SourceCode, Timestamp, TrialFilter, Trigger,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};
use utoipa::{IntoParams, ToSchema};

use super::{
    PageQuery,
    occurrence::{OccurrenceDocument, invalid_field, local_time},
};

/// How to run a script.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RunInput {
    /// The function to call; default: the entry function of the script's type.
    function: Option<String>,
    /// The function's argument.
    #[schema(value_type = Option<Object>)]
    input: Option<Box<RawValue>>,
    /// Wall time in milliseconds; at most the script's own limit.
    pub(crate) timeout_ms: Option<u64>,
    /// Change nothing; the run's record lists the changes that it would have made.
    pub(crate) dry_run: bool,
    /// Run at this time instead of now; then `function`, `timeout_ms` and `dry_run` are not allowed.
    at: Option<String>,
}

impl RunInput {
    /// Returns the time to run at, or `None` for now.
    pub(crate) fn at(&self) -> Result<Option<Timestamp>, FieldError> {
        let at = local_time("at", self.at.as_deref())?;
        for (field, is_set) in [
            ("function", self.function.is_some()),
            ("timeout_ms", self.timeout_ms.is_some()),
            ("dry_run", self.dry_run),
        ] {
            if at.is_some() && is_set {
                return Err(FieldError::new(field, FieldProblem::NotApplicable, "cannot be combined with `at`"));
            }
        }
        Ok(at)
    }

    pub(crate) fn entry(&self) -> Result<Option<EntryPoint>, FieldError> {
        self.function.as_deref().map(EntryPoint::parse).transpose()
    }

    /// Returns the argument list: the input, if there is one.
    pub(crate) fn args(&self) -> JsonText {
        let args: Vec<&RawValue> = self.input.as_deref().into_iter().collect();
        serde_json::value::to_raw_value(&args).map_or_else(|_| JsonText::null(), JsonText::from)
    }
}

/// A source to test, and how to run it.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct TestInput {
    /// The JavaScript source, which is not saved.
    #[serde(default)]
    content: String,
    /// The function to call; default: the entry function of the script's type.
    function: Option<String>,
    /// The function's argument.
    #[schema(value_type = Option<Object>)]
    input: Option<Box<RawValue>>,
    /// Wall time in milliseconds; at most the script's own limit.
    timeout_ms: Option<u64>,
    /// Change nothing; the run's record lists the changes that it would have made.
    #[serde(default)]
    dry_run: bool,
}

impl TestInput {
    /// Returns the source and how to run it.
    pub(crate) fn parse(self) -> Result<(SourceCode, RunInput), FieldError> {
        let source = SourceCode::parse(&self.content)?;
        let Self { content: _, function, input, timeout_ms, dry_run } = self;
        Ok((source, RunInput { function, input, timeout_ms, dry_run, at: None }))
    }
}

/// The result of a request to run a script.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum RunAnswer {
    /// The run has started.
    Started(RunStarted),
    /// The run is scheduled.
    Later { occurrence: Box<OccurrenceDocument> },
}

/// A run that has started.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RunStarted {
    pub(crate) execution_id: String,
}

/// A run in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExecutionItem {
    id: String,
    script_id: String,
    script_name: String,
    script_version: i64,
    function: String,
    /// `cron`, `manual`, `api`, `system`, `event` or `test`.
    triggered_by: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    /// `pending`, `running`, `success`, `refused`, `failed`, `timeout`, `cancelled` or `lost`. `refused`: an endpoint
    /// answered with an HTTP status from 400 to 499; a status of 500 or more is `failed`.
    status: &'static str,
    /// The HTTP status of the endpoint's response, also if it was not sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    http_status: Option<u16>,
    /// Number of errors that the run wrote to the console; known when it has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    error_lines: Option<u64>,
    /// Whether the run tested a source that was not saved.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    test: bool,
    /// Whether this is a dry run, which changes nothing; its record lists the changes in `would_change`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    dry_run: bool,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    started_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    finished_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_ms: Option<f64>,
    /// Why the run did not succeed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    error: Option<Fault>,
}

/// A run with its input, result, log and resource usage.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExecutionDocument {
    #[serde(flatten)]
    item: ExecutionItem,
    /// Id of the occurrence that this run is an attempt of; only for runs that are not started interactively.
    #[serde(skip_serializing_if = "Option::is_none")]
    occurrence_id: Option<String>,
    /// Number of the attempt, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    attempt: Option<u32>,
    /// The libraries that the run used, with their versions: `[{"id", "version", "name"}]`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    libraries: Vec<ScriptRef>,
    /// The argument list.
    #[schema(value_type = Object)]
    input: JsonText,
    /// The returned value.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    result: Option<JsonText>,
    /// Console output: `at`, `level`, `message`, and in `data` the objects among the arguments; a single one unchanged,
    /// several as a list.
    #[schema(value_type = Vec<Object>)]
    logs: Vec<LogLine>,
    /// Whether lines were left out because the log was longer than its limit.
    logs_truncated: bool,
    /// Resource usage and limits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    receipt: Option<Receipt>,
    /// The changes that a dry run would have made: `statements`, `services`, `http`, `events`, `storage`, and the
    /// number of entries that were `left_out`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    would_change: Option<JsonText>,
    /// Whether input, result and log are incomplete because the tenant's history was over its quota.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    truncated: bool,
    /// Number of bytes that were left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    truncated_bytes: Option<u64>,
}

/// Returns a run as the JSON API shows it. The ABI's `run` operation ends with the same document.
#[must_use]
pub fn execution_json(execution: &Execution) -> Value {
    serde_json::to_value(ExecutionDocument::from(execution)).unwrap_or_default()
}

impl From<ExecutionSummary> for ExecutionItem {
    fn from(summary: ExecutionSummary) -> Self {
        let duration = summary.duration();
        Self {
            id: summary.id.to_string(),
            script_id: summary.script.id.to_string(),
            script_name: summary.script.name.to_string(),
            script_version: summary.script.version.get(),
            function: summary.entry.as_str().to_owned(),
            triggered_by: summary.trigger.as_str(),
            user_id: summary.user.map(Into::into),
            status: summary.status.as_str(),
            http_status: summary.http_status,
            error_lines: summary.status.is_final().then_some(summary.error_lines),
            test: summary.trigger == Trigger::Test,
            dry_run: summary.dry_run,
            created_at: summary.created_at,
            started_at: summary.started_at,
            finished_at: summary.finished_at,
            duration_ms: duration.map(|duration| duration.as_secs_f64() * 1000.0),
            error: summary.fault,
        }
    }
}

impl From<&Execution> for ExecutionDocument {
    fn from(execution: &Execution) -> Self {
        let NewExecution { id, script, libraries, entry, trigger, user, origin, input, dry_run, created_at, tenant: _ } =
            execution.head().clone();
        let summary = ExecutionSummary {
            id,
            script,
            entry,
            trigger,
            user,
            status: execution.status(),
            http_status: execution.record().and_then(|record| record.http_status),
            error_lines: execution.record().map(|record| record.log.errors()).unwrap_or_default(),
            dry_run,
            created_at,
            started_at: execution.started_at(),
            finished_at: execution.finished_at(),
            fault: execution.fault().cloned(),
        };
        let record = execution.record();
        Self {
            item: summary.into(),
            occurrence_id: origin.map(|origin| origin.occurrence.to_string()),
            attempt: origin.map(|origin| origin.attempt),
            libraries,
            input,
            result: record.and_then(|record| record.outcome.result().cloned()),
            logs: record.map(|record| record.log.lines.clone()).unwrap_or_default(),
            logs_truncated: record.is_some_and(|record| record.log.truncated),
            receipt: record.and_then(|record| record.receipt),
            would_change: record.and_then(|record| record.would_change.clone()),
            truncated: execution.truncated_bytes() > 0,
            truncated_bytes: Some(execution.truncated_bytes()).filter(|bytes| *bytes > 0),
        }
    }
}

/// Filters of the list of runs.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExecutionListQuery {
    /// Only runs of this script.
    script_id: Option<String>,
    /// Only runs with this status, or with one of several: `failed,timeout,lost`.
    status: Option<String>,
    /// Only runs with this trigger: `cron`, `manual`, `api`, `system`, `event` or `test`.
    triggered_by: Option<String>,
    /// `true`: only trials (tests of unsaved sources, and dry runs); `false`: all other runs.
    trial: Option<bool>,
    /// Only runs that were requested at or after this time: `2025-01-31T09:00:00Z`.
    from: Option<String>,
    /// Only runs that were requested before this time.
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

impl ExecutionListQuery {
    pub(crate) fn parse(self) -> Result<ExecutionQuery, FieldError> {
        let script =
            self.script_id.map(|id| id.parse().map_err(|error| invalid_field("script_id", &error))).transpose()?;
        let page = PageQuery { after: self.after, before: self.before, page: self.page, per_page: self.per_page };
        let page = page.request(CursorKind::Time)?;
        Ok(ExecutionQuery {
            script,
            statuses: statuses(self.status.as_deref())?,
            trigger: self.triggered_by.as_deref().map(str::parse).transpose()?,
            trials: self
                .trial
                .map_or(TrialFilter::Included, |trial| if trial { TrialFilter::Only } else { TrialFilter::Excluded }),
            from: local_time("from", self.from.as_deref())?,
            to: local_time("to", self.to.as_deref())?,
            page,
        })
    }
}

/// Parses one status, or several separated by commas.
fn statuses(words: Option<&str>) -> Result<Vec<ExecutionStatus>, FieldError> {
    words.into_iter().flat_map(|words| words.split(',')).filter(|word| !word.is_empty()).map(str::parse).collect()
}
