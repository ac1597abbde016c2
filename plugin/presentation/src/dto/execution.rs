//! Runs.

use iota_scripts_domain::{
    CursorKind, EntryPoint, Execution, ExecutionQuery, ExecutionStatus, ExecutionSummary, Fault, FieldError,
    FieldProblem, JsonText, LogLine, NewExecution, Receipt, ScriptRef, SourceCode, Timestamp, Trials, Trigger,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};
use utoipa::{IntoParams, ToSchema};

use super::{
    PageQuery,
    occurrence::{OccurrenceDocument, local_time, wrong},
};

/// What to run a script with.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RunInput {
    /// The function to call; the usual one of the script's type when not given.
    function: Option<String>,
    /// Its argument.
    #[schema(value_type = Option<Object>)]
    input: Option<Box<RawValue>>,
    /// Milliseconds; not more than the script has.
    pub(crate) timeout_ms: Option<u64>,
    /// Change nothing, and tell in the run's record what would have been changed.
    pub(crate) dry_run: bool,
    /// Run later, at this moment; then function, timeout and dry run cannot be chosen.
    at: Option<String>,
}

impl RunInput {
    /// When it is to run, unless now.
    pub(crate) fn at(&self) -> Result<Option<Timestamp>, FieldError> {
        let at = local_time("at", self.at.as_deref())?;
        for (field, given) in [
            ("function", self.function.is_some()),
            ("timeout_ms", self.timeout_ms.is_some()),
            ("dry_run", self.dry_run),
        ] {
            if at.is_some() && given {
                return Err(FieldError::new(field, FieldProblem::NotApplicable, "cannot be combined with `at`"));
            }
        }
        Ok(at)
    }

    pub(crate) fn entry(&self) -> Result<Option<EntryPoint>, FieldError> {
        self.function.as_deref().map(EntryPoint::parse).transpose()
    }

    /// The argument list: the input, if there is one.
    pub(crate) fn args(&self) -> JsonText {
        let args: Vec<&RawValue> = self.input.as_deref().into_iter().collect();
        serde_json::value::to_raw_value(&args).map_or_else(|_| JsonText::null(), JsonText::from)
    }
}

/// What to try, and with what.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct TestInput {
    /// The JavaScript source that is not saved.
    #[serde(default)]
    content: String,
    /// The function to call; the usual one of the script's type when not given.
    function: Option<String>,
    /// Its argument.
    #[schema(value_type = Option<Object>)]
    input: Option<Box<RawValue>>,
    /// Milliseconds; not more than the script has.
    timeout_ms: Option<u64>,
    /// Change nothing, and tell in the run's record what would have been changed.
    #[serde(default)]
    dry_run: bool,
}

impl TestInput {
    /// The text, and how to run it.
    pub(crate) fn parse(self) -> Result<(SourceCode, RunInput), FieldError> {
        let source = SourceCode::parse(&self.content)?;
        let Self { content: _, function, input, timeout_ms, dry_run } = self;
        Ok((source, RunInput { function, input, timeout_ms, dry_run, at: None }))
    }
}

/// What became of the wish to run a script.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum RunAnswer {
    /// It runs.
    Started(RunStarted),
    /// It will.
    Later { occurrence: Box<OccurrenceDocument> },
}

/// A run that has begun.
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
    /// `pending`, `running`, `success`, `rejection`, `failed`, `timeout`, `cancelled` or `lost`. `rejection`: an endpoint answered with
    /// an HTTP status from 400 to 499; one from 500 on is `failed`.
    status: &'static str,
    /// The HTTP status that an endpoint answered, or would have.
    #[serde(skip_serializing_if = "Option::is_none")]
    http_status: Option<u16>,
    /// How many errors it wrote to the console, once it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    error_lines: Option<u64>,
    /// It tried a text that was not saved.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    test: bool,
    /// It changes nothing: `would_change` of its record says what it would have.
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
    /// Why it did not end well.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    error: Option<Fault>,
}

/// A run with all that it left behind.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExecutionDocument {
    #[serde(flatten)]
    item: ExecutionItem,
    /// The expected time that it is an attempt at, of a run that nobody waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    occurrence_id: Option<String>,
    /// Which attempt, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    attempt: Option<u32>,
    /// The libraries that it used, each in its version: `[{"id", "version", "name"}]`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    libraries: Vec<ScriptRef>,
    /// The argument list.
    #[schema(value_type = Object)]
    input: JsonText,
    /// What it returned.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    result: Option<JsonText>,
    /// What it wrote to the console: `at`, `level`, `message`, and in `data` the objects among the arguments, one as it is,
    /// several as a list.
    #[schema(value_type = Vec<Object>)]
    logs: Vec<LogLine>,
    /// Whether it wrote more than is kept.
    logs_truncated: bool,
    /// What it used, and what it might have.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    receipt: Option<Receipt>,
    /// What a dry run would have changed: `statements`, `services`, `http`, `events`, `storage`, and how many entries were
    /// `left_out`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    would_change: Option<JsonText>,
    /// Input, result and log are not whole: the history of the tenant was over its quota.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    truncated: bool,
    /// Bytes that were left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    truncated_bytes: Option<u64>,
}

/// A run as the JSON API shows it; the ABI's `run` ends with the same document.
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

/// Which runs.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExecutionListQuery {
    /// Only of this script.
    script_id: Option<String>,
    /// Only with this status, or with one of several: `failed,timeout,lost`.
    status: Option<String>,
    /// Only with this cause: `cron`, `manual`, `api`, `system`, `event` or `test`.
    triggered_by: Option<String>,
    /// Only trials, which are tests of texts that were not saved and dry runs (`true`), or all but them (`false`).
    trial: Option<bool>,
    /// Only what was asked for at this moment or later: `2025-01-31T09:00:00Z`.
    from: Option<String>,
    /// Only what was asked for before this moment.
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

impl ExecutionListQuery {
    pub(crate) fn parse(self) -> Result<ExecutionQuery, FieldError> {
        let script = self.script_id.map(|id| id.parse().map_err(|error| wrong("script_id", &error))).transpose()?;
        let page = PageQuery { after: self.after, before: self.before, page: self.page, per_page: self.per_page };
        let page = page.request(CursorKind::Time)?;
        Ok(ExecutionQuery {
            script,
            statuses: statuses(self.status.as_deref())?,
            trigger: self.triggered_by.as_deref().map(str::parse).transpose()?,
            trials: self.trial.map_or(Trials::Included, |trial| if trial { Trials::Only } else { Trials::Excluded }),
            from: local_time("from", self.from.as_deref())?,
            to: local_time("to", self.to.as_deref())?,
            page,
        })
    }
}

/// One word or several with commas between them.
fn statuses(words: Option<&str>) -> Result<Vec<ExecutionStatus>, FieldError> {
    words.into_iter().flat_map(|words| words.split(',')).filter(|word| !word.is_empty()).map(str::parse).collect()
}
