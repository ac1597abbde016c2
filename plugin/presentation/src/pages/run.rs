//! One run: where it stands, what it was given, what it said and answered, what it used; live while it runs.

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
    /// What to do about the fault, in the reader's language.
    advice: Option<String>,
    /// The fault's own message is in the reader's language, or nobody's but its author's.
    verbatim: bool,
    lines: Vec<Line>,
    truncated: bool,
    /// How much was left out because the tenant's history is full.
    left_out: Option<String>,
    /// What a dry run would have changed, by kind; none for any other run.
    would_change: Option<Vec<(String, String)>>,
    /// With whose rights a dry run was made, and whose the script has otherwise.
    rights: Vec<String>,
    receipt: Vec<Figure>,
    all_limits: Vec<Figure>,
}

struct Line {
    offset: String,
    level: &'static str,
    message: String,
    /// The values that are hard to read in the message.
    data: Option<String>,
}

/// Characters of JSON that a line shows well enough by itself, as in the browser.
const PLAIN: usize = 60;

/// One figure of the receipt.
struct Figure {
    name: &'static str,
    /// What it is made of.
    note: String,
    /// A dash where nobody measured it.
    used: String,
    allowed: String,
    /// Of a hundred; at most that.
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
        ended: LocalTime::maybe(run.finished_at(), page.zone),
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

/// What a fault means, and what to do about it.
fn advice(fault: &Fault, page: &Page) -> String {
    match Outcome::answered(fault) {
        Some(status) => page.with("fault.answered", "status", &status),
        None => page.word("fault", fault.code),
    }
}

/// Who the script acts for when a schedule or an event starts it; nobody for scripts that neither starts.
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

/// Whose rights a dry run had says nothing of others': where the script has another's otherwise, that is said.
fn rights(user: Option<&UserId>, acts_as: Option<&UserId>, people: &People, page: &Page) -> Vec<String> {
    let asked = match user {
        Some(user) => page.with("dry.rights", "name", &people.name(user)),
        None => page.t("dry.rights_application").to_owned(),
    };
    let other = acts_as.filter(|other| user != Some(other));
    let other = other.map(|other| page.with("dry.rights_otherwise", "name", &people.name(other)));
    std::iter::once(asked).chain(other).collect()
}

/// Ends a run. One that has ended meanwhile is what was wanted.
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

/// The lists that are not empty, each under its heading, and a word about what there was no room for.
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

/// What the run was given: its one argument as it is, several as a list.
pub(super) fn argument(list: &str) -> String {
    match serde_json::from_str::<Vec<&serde_json::value::RawValue>>(list).as_deref() {
        Ok([]) => String::new(),
        Ok([only]) => pretty(only.get()),
        _ => pretty(list),
    }
}

/// JSON for people. What is no JSON, or very long, is left as it is.
fn pretty(json: &str) -> String {
    const LONGEST: usize = 256 * 1024;
    if json.len() > LONGEST {
        return json.to_owned();
    }
    let value = serde_json::from_str::<serde_json::Value>(json);
    value.ok().and_then(|value| serde_json::to_string_pretty(&value).ok()).unwrap_or_else(|| json.to_owned())
}

fn lines(run: &Execution) -> Vec<Line> {
    let began = run.started_at().unwrap_or(run.head().created_at);
    let line = |line: &LogLine| Line {
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

/// What the run used: first what people look for, then the rest.
fn figures(receipt: &Receipt, page: &Page) -> (Vec<Figure>, Vec<Figure>) {
    type Shown = fn(u64, &Page) -> String;
    let millis: Shown = |ms, page| length(std::time::Duration::from_millis(ms), page.locale);
    let micros: Shown = |us, page| length(std::time::Duration::from_micros(us), page.locale);
    let bytes: Shown = size;
    let plain: Shown = |n, _| n.to_string();
    let first: [(&'static str, Usage, Shown); 10] = [
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
    let rest: [(&'static str, Usage, Shown); 9] = [
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
    let figure = |(name, usage, shown): (&'static str, Usage, Shown)| Figure {
        name: page.locale.find(name).unwrap_or(name),
        note: if name == "receipt.host_calls" { kinds(receipt, page) } else { String::new() },
        used: usage.used.map_or_else(|| "–".to_owned(), |used| shown(used, page)),
        allowed: if usage.allowed == 0 { String::new() } else { shown(usage.allowed, page) },
        share: (usage.used.unwrap_or(0).saturating_mul(100)).checked_div(usage.allowed).unwrap_or(0).min(100),
    };
    // An older version did not know of every limit.
    let known = |(_, usage, _): &(&'static str, Usage, Shown)| usage.used > Some(0) || usage.allowed > 0;
    (first.into_iter().filter(known).map(figure).collect(), rest.into_iter().filter(known).map(figure).collect())
}

/// The calls by kind: "services 3 · storage 2".
fn kinds(receipt: &Receipt, page: &Page) -> String {
    let made = CallKind::ALL.into_iter().map(|kind| (kind, receipt.host_calls_by_kind.get(kind)));
    let said = made
        .filter(|(_, calls)| *calls > 0)
        .map(|(kind, calls)| format!("{} {calls}", page.word("call", kind.as_str())));
    said.collect::<Vec<_>>().join(" · ")
}

/// A number of bytes in the unit that suits it.
fn size(bytes: u64, page: &Page) -> String {
    match bytes {
        0..1024 => format!("{bytes} {}", page.t("unit.bytes")),
        1024..1_048_576 => format!("{:.1} {}", bytes as f64 / 1024.0, page.t("unit.kb")),
        _ => format!("{:.1} {}", bytes as f64 / 1_048_576.0, page.t("unit.mb")),
    }
}
