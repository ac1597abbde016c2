//! The page of a run: status, input, log, result and resource usage; updated live while it runs.

use askama::Template;
use axum::{extract::State, http::StatusCode};
use iota_scripts_domain::{
    CallKind, Execution, ExecutionId, Fault, JsonText, LogLevel, LogLine, Outcome, Receipt, RunRecord, ScriptId,
    ScriptKind, Usage, UserId,
};
use iota_scripts_services::{Identity, ServiceError};

use super::{
    Page, PageResult, done,
    local_time::{LocalTime, length},
    marks::Marks,
    page_context::PageContext,
    people::People,
    rendered, sentences,
};
use crate::{AppState, extract::PathOf};

#[derive(Template)]
#[template(path = "run.html")]
struct RunPage {
    page: Page,
    id: String,
    script_id: ScriptId,
    script: String,
    version: i64,
    function: String,
    /// Id, and name with version.
    libraries: Vec<(ScriptId, String)>,
    marks: Marks,
    running: bool,
    trigger: &'static str,
    user: Option<String>,
    asked: LocalTime,
    ended: Option<LocalTime>,
    length: Option<String>,
    attempt: Option<u32>,
    input: String,
    result: Option<String>,
    fault: Option<Fault>,
    /// Advice about the fault, in the user's language.
    advice: Option<String>,
    /// Whether the fault's own message is shown: it is in the user's language, or was written by the script's author.
    verbatim: bool,
    lines: Vec<LogRow>,
    truncated: bool,
    /// Amount of data that was left out because the tenant's history is over its quota.
    left_out: Option<String>,
    /// The changes that a dry run would have made, by kind; `None` for other runs.
    would_change: Option<Vec<(String, String)>>,
    /// The user whose rights a dry run used, and the user that the script usually runs as.
    rights: Vec<String>,
    receipt: Vec<UsageRow>,
    all_limits: Vec<UsageRow>,
}

struct LogRow {
    offset: String,
    level: &'static str,
    message: String,
    /// Logged values that are hard to read inside the message.
    data: Option<String>,
}

/// Maximum length of JSON that is shown within the line, in characters; the same as in the browser.
const PLAIN: usize = 60;

/// A value of the resource usage.
struct UsageRow {
    name: &'static str,
    /// The parts of the value.
    note: String,
    /// A dash if it was not measured.
    used: String,
    allowed: String,
    /// Percentage of the limit, at most 100.
    share: u64,
}

pub(super) async fn show(
    State(app): State<AppState>,
    PageContext { identity, page }: PageContext,
    PathOf(id): PathOf<ExecutionId>,
) -> PageResult {
    let run = app.executions.get(&identity, id).await?;
    let head = run.head();
    let record = run.record();
    let receipt = record.and_then(|record| record.receipt);
    let (receipt, all_limits) = receipt.map(|receipt| figures(&receipt, &page)).unwrap_or_default();
    let acts_as = if head.dry_run { acts_as(&app, &identity, run.script().id).await } else { None };
    let people = People::of(&app, &identity, run.user().into_iter().chain(&acts_as)).await;
    let body = RunPage {
        id: run.id().to_string(),
        script_id: run.script().id,
        script: run.script().name.to_string(),
        version: run.script().version.get(),
        function: head.entry.as_str().to_owned(),
        libraries: head.libraries.iter().map(|used| (used.id, format!("{} {}", used.name, used.version))).collect(),
        marks: Marks::of_record(&run, &page),
        running: !run.status().is_final(),
        trigger: run.trigger().as_str(),
        user: run.user().map(|user| people.name(user)),
        asked: LocalTime::of(head.created_at, page.zone),
        ended: LocalTime::optional(run.finished_at(), page.zone),
        length: run.duration().map(|duration| length(duration, page.locale)),
        attempt: head.origin.map(|origin| origin.attempt),
        input: argument(head.input.as_str()),
        result: record.and_then(|record| record.outcome.result()).map(|result| pretty(result.as_str())),
        fault: run.fault().cloned(),
        advice: run.fault().map(|fault| advice(fault, &page)),
        verbatim: run.fault().is_some_and(|fault| sentences::is_verbatim(fault, &page)),
        lines: lines(&run),
        truncated: record.is_some_and(|record| record.log.truncated),
        left_out: Some(run.truncated_bytes()).filter(|bytes| *bytes > 0).map(|bytes| size(bytes, &page)),
        would_change: head.dry_run.then(|| would_change(record, &page)),
        rights: if head.dry_run { rights(run.user(), acts_as.as_ref(), &people, &page) } else { Vec::new() },
        receipt,
        all_limits,
        page: page.clone(),
    };
    let title = format!("{} · {}", run.script().name, page.word("status", run.status().as_str()));
    rendered(&page, &title, StatusCode::OK, &body)
}

/// Returns an explanation of a fault with advice.
fn advice(fault: &Fault, page: &Page) -> String {
    match Outcome::answered(fault) {
        Some(status) => page.with("fault.answered", "status", &status),
        None => page.word("fault", fault.code),
    }
}

/// Returns the user that schedules and events run a script as; `None` if neither starts it.
async fn acts_as(app: &AppState, identity: &Identity, script: ScriptId) -> Option<UserId> {
    let script = app.scripts.get(identity, script).await.ok()?;
    let definition = script.definition();
    match &definition.kind {
        ScriptKind::Cron(_) | ScriptKind::Embedded(_) => {
            Some(definition.run_as.clone().unwrap_or_else(|| script.updated().by.clone()))
        }
        ScriptKind::OneOff | ScriptKind::Endpoint(_) => None,
    }
}

/// Describes whose rights a dry run used: it says nothing about the rights of another user that the script otherwise
/// runs as.
fn rights(user: Option<&UserId>, acts_as: Option<&UserId>, people: &People, page: &Page) -> Vec<String> {
    let asked = match user {
        Some(user) => page.with("dry.rights", "name", &people.name(user)),
        None => page.t("dry.rights_application").to_owned(),
    };
    let other = acts_as.filter(|other| user != Some(other));
    let other = other.map(|other| page.with("dry.rights_otherwise", "name", &people.name(other)));
    std::iter::once(asked).chain(other).collect()
}

/// Cancels a run. If it has ended in the meantime, nothing is left to do.
pub(super) async fn cancel(
    State(app): State<AppState>,
    PageContext { identity, .. }: PageContext,
    PathOf(id): PathOf<ExecutionId>,
) -> PageResult {
    match app.executions.cancel(&identity, id).await {
        Ok(()) | Err(ServiceError::AlreadyFinished) => Ok(done(&format!("/scripts/runs/{id}"), "cancelling")),
        Err(error) => Err(error.into()),
    }
}

/// Returns the lists that are not empty, each with its heading, and a note about omitted entries.
fn would_change(record: Option<&RunRecord>, page: &Page) -> Vec<(String, String)> {
    let report = record.and_then(|record| record.would_change.as_ref()).map(JsonText::to_value).unwrap_or_default();
    let kinds = ["statements", "services", "http", "events", "storage"].into_iter();
    let lists = kinds.filter_map(|kind| {
        let list = report.get(kind).filter(|list| list.as_array().is_some_and(|list| !list.is_empty()))?;
        Some((page.word("dry", kind), serde_json::to_string_pretty(list).ok()?))
    });
    let unchecked = report.get("unchecked").and_then(serde_json::Value::as_bool).unwrap_or_default();
    let unchecked = unchecked.then(|| (page.t("dry.unchecked").to_owned(), String::new()));
    let left_out = report.get("left_out").and_then(serde_json::Value::as_u64).filter(|count| *count > 0);
    lists
        .chain(unchecked)
        .chain(left_out.map(|count| (page.with("dry.left_out", "n", &count), String::new())))
        .collect()
}

/// Formats the input of a run: a single argument alone, several as a list.
pub(super) fn argument(list: &str) -> String {
    match serde_json::from_str::<Vec<&serde_json::value::RawValue>>(list).as_deref() {
        Ok([]) => String::new(),
        Ok([only]) => pretty(only.get()),
        _ => pretty(list),
    }
}

/// Formats JSON with indentation. A text that is not JSON, or is very long, is returned unchanged.
fn pretty(json: &str) -> String {
    const LONGEST: usize = 256 * 1024;
    if json.len() > LONGEST {
        return json.to_owned();
    }
    let value = serde_json::from_str::<serde_json::Value>(json);
    value.ok().and_then(|value| serde_json::to_string_pretty(&value).ok()).unwrap_or_else(|| json.to_owned())
}

fn lines(run: &Execution) -> Vec<LogRow> {
    let began = run.started_at().unwrap_or(run.head().created_at);
    let line = |line: &LogLine| LogRow {
        offset: format!("{:.3}", line.at.since(began).as_secs_f64()),
        level: match line.level {
            LogLevel::Debug => "debug",
            LogLevel::Log => "log",
            LogLevel::Info => "info",
            LogLevel::Warn => "warn",
            LogLevel::Error => "error",
        },
        message: line.message.clone(),
        data: line.data.as_ref().map(JsonText::as_str).filter(|data| data.len() > PLAIN).map(pretty),
    };
    run.record().map(|record| record.log.lines.iter().map(line).collect()).unwrap_or_default()
}

/// Returns the resource usage: the most important values first, then the others.
fn figures(receipt: &Receipt, page: &Page) -> (Vec<UsageRow>, Vec<UsageRow>) {
    type Formatter = fn(u64, &Page) -> String;
    let millis: Formatter = |ms, page| length(std::time::Duration::from_millis(ms), page.locale);
    let micros: Formatter = |us, page| length(std::time::Duration::from_micros(us), page.locale);
    let bytes: Formatter = size;
    let plain: Formatter = |n, _| n.to_string();
    let first: [(&'static str, Usage, Formatter); 10] = [
        ("receipt.wall", receipt.wall_ms, millis),
        ("receipt.cpu", receipt.cpu_us, micros),
        ("receipt.memory", receipt.peak_memory_bytes, bytes),
        ("receipt.log", receipt.log_bytes, bytes),
        ("receipt.result", receipt.result_bytes, bytes),
        ("receipt.host_calls", receipt.host_calls, plain),
        ("receipt.rows_read", receipt.sql_rows_read, plain),
        ("receipt.rows_written", receipt.sql_rows_written, plain),
        ("receipt.http_calls", receipt.http_calls, plain),
        ("receipt.events", receipt.events, plain),
    ];
    let rest: [(&'static str, Usage, Formatter); 9] = [
        ("receipt.input", receipt.input_bytes, bytes),
        ("receipt.json_depth", receipt.json_depth, plain),
        ("receipt.pending", receipt.pending_host_calls, plain),
        ("receipt.message", receipt.message_bytes, bytes),
        ("receipt.http_bytes", receipt.http_bytes, bytes),
        ("receipt.source", receipt.source_bytes, bytes),
        ("receipt.nesting", receipt.nesting, plain),
        ("receipt.call_depth", receipt.call_depth, plain),
        ("receipt.stack", receipt.stack_bytes, bytes),
    ];
    let usage_row = |(name, usage, shown): (&'static str, Usage, Formatter)| UsageRow {
        name: page.locale.find(name).unwrap_or(name),
        note: if name == "receipt.host_calls" { kinds(receipt, page) } else { String::new() },
        used: usage.used.map_or_else(|| "–".to_owned(), |used| shown(used, page)),
        allowed: if usage.allowed == 0 { String::new() } else { shown(usage.allowed, page) },
        share: (usage.used.unwrap_or(0).saturating_mul(100)).checked_div(usage.allowed).unwrap_or(0).min(100),
    };
    // Older records do not contain every limit.
    let known = |(_, usage, _): &(&'static str, Usage, Formatter)| usage.used > Some(0) || usage.allowed > 0;
    (first.into_iter().filter(known).map(usage_row).collect(), rest.into_iter().filter(known).map(usage_row).collect())
}

/// Formats the calls by kind: "services 3 · storage 2".
fn kinds(receipt: &Receipt, page: &Page) -> String {
    let made = CallKind::ALL.into_iter().map(|kind| (kind, receipt.host_calls_by_kind.get(kind)));
    let text = made
        .filter(|(_, calls)| *calls > 0)
        .map(|(kind, calls)| format!("{} {calls}", page.word("call", kind.as_str())));
    text.collect::<Vec<_>>().join(" · ")
}

/// Formats a number of bytes in a suitable unit.
fn size(bytes: u64, page: &Page) -> String {
    match bytes {
        0..1024 => format!("{bytes} {}", page.t("unit.bytes")),
        1024..1_048_576 => format!("{:.1} {}", bytes as f64 / 1024.0, page.t("unit.kb")),
        _ => format!("{:.1} {}", bytes as f64 / 1_048_576.0, page.t("unit.mb")),
    }
}
