//! The page of a script: its source, its settings, a test panel, its versions and its latest runs.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use iota_scripts_domain::{
    CallerStrikes, ExecutionQuery, PageRequest, Quarantine, Rights, Script, ScriptId, ScriptKind, ScriptType,
    ScriptVersion, UserId, Version,
};
use iota_scripts_services::{Identity, ServiceError, Upcoming};

use super::{
    Page,
    bulk::{seen_by, used},
    form::ScriptForm,
    list::{LastRun, occasion},
    local_time::LocalTime,
    people::People,
    rendered,
    run_form::RunForm,
    sentences,
};
use crate::AppState;

/// Number of versions on a page.
pub(super) const VERSIONS: u32 = 12;
/// Number of latest runs.
const RUNS: u32 = 6;

#[derive(Template)]
#[template(path = "edit.html")]
struct EditPage {
    page: Page,
    id: ScriptId,
    version: i64,
    active: bool,
    kind: ScriptType,
    types: [ScriptType; 4],
    occasion: String,
    quarantine: Option<QuarantineNote>,
    /// Whether the user may save this script.
    writable: bool,
    form: ScriptForm,
    /// The function that would be called and is not in the source.
    missing: Option<String>,
    run: RunForm,
    /// The newer version that another user saved.
    stale: Option<i64>,
    next: Vec<LocalTime>,
    zone: &'static str,
    versions: Vec<VersionRow>,
    older: Option<String>,
    runs: Vec<LastRun>,
    /// Initial input of a test.
    sample: String,
    updated: LocalTime,
    author: String,
    /// Name of the user that schedules and events run it as; empty if it has not been activated yet.
    runs_as: String,
    /// Whether schedules or events start it.
    unattended: bool,
    /// Why the user may not change it although they are an author; empty if they may.
    locked: String,
    /// Callers of the endpoint that are throttled.
    held: Option<HeldNote>,
    /// The libraries that it uses, with their versions.
    libraries: String,
    /// Suggested users that it can run as, by id and name.
    users: Vec<(String, String)>,
}

/// Why the script does not run.
struct QuarantineNote {
    why: String,
    code: &'static str,
    /// The fault of most of its runs, in the user's language.
    fault: String,
}

/// Callers that overload the endpoint.
struct HeldNote {
    why: String,
    /// The callers, for users with the permission to act on them.
    callers: Vec<String>,
}

struct VersionRow {
    number: i64,
    summary: String,
    author: String,
    at: LocalTime,
    current: bool,
}

/// The rejected form that a page shows again.
#[derive(Default)]
pub(super) struct Rejection {
    pub(super) form: Option<ScriptForm>,
    pub(super) run: Option<RunForm>,
    pub(super) stale: Option<Version>,
}

/// Returns the request for the first page of versions.
pub(super) fn newest_versions() -> PageRequest {
    PageRequest::first(VERSIONS)
}

/// Renders the page of a script, with the rejected form if there is one.
pub(super) async fn respond(
    app: &AppState,
    identity: &Identity,
    page: Page,
    script: &Script,
    versions: PageRequest,
    rejection: Rejection,
) -> Result<Response, crate::error::ApiError> {
    let status = match (&rejection.stale, &rejection.form, &rejection.run) {
        (Some(_), ..) => StatusCode::CONFLICT,
        (None, None, None) => StatusCode::OK,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let definition = script.definition();
    let kind = &definition.kind;
    let versions = app.scripts.versions(identity, script.id(), versions).await?;
    let runs =
        ExecutionQuery { script: Some(script.id()), page: PageRequest::first(RUNS), ..ExecutionQuery::default() };
    let runs = app.executions.newest(identity, &runs).await?;
    let upcoming = match kind {
        ScriptKind::Cron(schedule) => Some(app.schedules.preview(identity, schedule.clone()).await?),
        ScriptKind::OneOff | ScriptKind::Endpoint(_) | ScriptKind::Embedded(_) => None,
    };
    let authors = versions.items.iter().map(|version| &version.created.by).chain([&script.updated().by]);
    let rights = app.scripts.rights(script).await?;
    let author = identity.author();
    let held = app.endpoints.held(script).await.map_err(ServiceError::from)?;
    let callers: Vec<UserId> = held.iter().filter_map(|held| held.caller.user_id()).collect();
    let authors = authors.chain(script.runs_as()).chain(identity.user_id()).chain(&rights.users).chain(&callers);
    let people = People::of(app, identity, authors).await;
    let libraries = app.scripts.libraries(script).await?;
    let form = rejection.form.unwrap_or_else(|| ScriptForm::of(definition).having_seen(seen_by(&libraries)));
    let body = EditPage {
        id: script.id(),
        version: script.version().get(),
        active: definition.active,
        quarantine: script.quarantine().map(|quarantine| note(quarantine, &page)),
        kind: kind.script_type(),
        types: ScriptType::ALL,
        occasion: occasion(kind, &page),
        writable: page.may_update() && (page.may_manage() || !rights.are_beyond(&author)),
        locked: locked(&rights, &author, &page, &people),
        held: held_note(&held, &page, &people),
        missing: form.missing_function(),
        form,
        run: rejection.run.unwrap_or_default(),
        stale: rejection.stale.map(Version::get),
        next: upcoming.iter().flat_map(|upcoming| &upcoming.times).map(|time| next(*time, upcoming.as_ref())).collect(),
        zone: upcoming.as_ref().map_or(page.zone, |upcoming| upcoming.zone).name(),
        older: versions.next.as_ref().map(|cursor| cursor.to_string()),
        versions: versions.items.iter().map(|version| version_row(version, script, &page, &people)).collect(),
        runs: runs.iter().map(|run| LastRun::of(run, &page)).collect(),
        sample: sample(kind),
        updated: LocalTime::of(script.updated().at, page.zone),
        author: people.name(&script.updated().by),
        runs_as: script.runs_as().map(|user| people.run_as_name(user, &page)).unwrap_or_default(),
        unattended: definition.runs_unattended(),
        users: people.known(),
        libraries: used(&libraries),
        page: page.clone(),
    };
    rendered(&page, definition.name.as_str(), status, &body)
}

/// Returns why an author may not change a script: they would get the rights of another user.
fn locked(rights: &Rights, author: &UserId, page: &Page, people: &People) -> String {
    if !page.may_update() || page.may_manage() || !rights.are_beyond(author) {
        return String::new();
    }
    let others: Vec<String> = rights.others_than(author).map(|user| people.run_as_name(user, page)).collect();
    if others.is_empty() {
        return page.t("run_as.locked_outside").to_owned();
    }
    page.with("run_as.locked", "names", &others.join(", "))
}

fn held_note(held: &[CallerStrikes], page: &Page, people: &People) -> Option<HeldNote> {
    if held.is_empty() {
        return None;
    }
    let name = |held: &CallerStrikes| {
        held.caller
            .user_id()
            .map_or_else(|| held.caller.as_str().replacen("address:", "", 1), |user| people.name(&user))
    };
    let callers = if page.may_manage() { held.iter().map(name).collect() } else { Vec::new() };
    Some(HeldNote { why: page.plural("throttle.why", &(held.len() as u64)), callers })
}

/// Returns a time in the time zone of the schedule, which may differ from the tenant's.
fn next(time: iota_scripts_domain::Timestamp, upcoming: Option<&Upcoming>) -> LocalTime {
    LocalTime::of(time, upcoming.map_or(iota_scripts_domain::TimeZone::UTC, |upcoming| upcoming.zone))
}

fn note(quarantine: &Quarantine, page: &Page) -> QuarantineNote {
    let why = page.plural("quarantine.why", &quarantine.times.into());
    QuarantineNote {
        why: why.replace("{since}", &LocalTime::of(quarantine.since, page.zone).full),
        code: quarantine.fault.as_str(),
        fault: page.word("fault", quarantine.fault),
    }
}

fn version_row(version: &ScriptVersion, script: &Script, page: &Page, people: &People) -> VersionRow {
    VersionRow {
        number: version.version.get(),
        summary: sentences::change(version, page),
        author: people.name(&version.created.by),
        at: LocalTime::of(version.created.at, page.zone),
        current: version.version == script.version(),
    }
}

/// Returns a sample input for a script of this type.
fn sample(kind: &ScriptKind) -> String {
    match kind {
        ScriptKind::Cron(_) => String::new(),
        ScriptKind::OneOff => "{}".to_owned(),
        ScriptKind::Endpoint(endpoint) => {
            let request = serde_json::json!({
                "method": endpoint.method.as_str(), "path": endpoint.path.as_str(),
                "params": {}, "query": {}, "headers": {}, "body": null, "rawBody": "",
            });
            serde_json::to_string_pretty(&request).unwrap_or_default()
        }
        ScriptKind::Embedded(patterns) => match patterns.iter().next() {
            Some(pattern) => {
                let event = serde_json::json!({
                    "id": "1", "type": pattern.replace('*', "created"), "at": "2026-01-31T09:00:00Z", "data": {},
                });
                serde_json::to_string_pretty(&event).unwrap_or_default()
            }
            None => "{}".to_owned(),
        },
    }
}
