//! The scheduled runs of a tenant, each with its outcome.

use askama::Template;
use axum::{extract::State, http::StatusCode};
use iota_scripts_domain::{Cause, CursorKind, Occurrence, OccurrenceId, OccurrenceQuery, OccurrenceState, ScriptId};
use iota_scripts_services::ServiceError;
use serde::Deserialize;

use super::{
    Page, PageResult, done,
    local_time::{BoundField, LocalTime, bound},
    page_context::PageContext,
    pager::{Pager, requested},
    people::People,
    rendered, sentences,
};
use crate::{
    AppState,
    extract::{PathOf, QueryString},
};

const PER_PAGE: u32 = 50;
/// Value of the state filter: due, and should have started.
const LATE: &str = "late";

/// The filters; an empty one is not applied. Days are in the tenant's time zone.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct OccurrenceFilter {
    script: String,
    state: String,
    cause: String,
    from: String,
    to: String,
    after: String,
    before: String,
}

#[derive(Template)]
#[template(path = "occurrences.html")]
struct OccurrencesPage {
    page: Page,
    rows: Vec<Row>,
    /// Number of occurrences that wait for a free slot, and since when; `None` if no occurrence waits.
    backlog: Option<(String, LocalTime)>,
    filter: OccurrenceFilter,
    states: &'static [OccurrenceState],
    causes: &'static [Cause],
    from: BoundField,
    to: BoundField,
    pager: Pager,
}

struct Row {
    id: OccurrenceId,
    script_id: ScriptId,
    script: String,
    due: LocalTime,
    cause: &'static str,
    state: &'static str,
    /// Whether the occurrence can still be cancelled.
    waits: bool,
    attempt: u32,
    execution: Option<String>,
    reason: String,
    /// For scheduled runs that a pause left out: how many, and the time of the last.
    times: u64,
    last: Option<LocalTime>,
}

pub(super) async fn show(
    State(app): State<AppState>,
    PageContext { identity, page }: PageContext,
    QueryString(filter): QueryString<OccurrenceFilter>,
) -> PageResult {
    let query = OccurrenceQuery {
        script: filter.script.parse().ok(),
        state: filter.state.parse().ok(),
        late_before: (filter.state == LATE).then(|| app.overview.late_before()),
        cause: filter.cause.parse().ok(),
        from: bound(&filter.from, page.zone, 0),
        to: bound(&filter.to, page.zone, 1),
        unhandled: false,
        page: requested(&filter.after, &filter.before, CursorKind::Time, PER_PAGE)?,
    };
    let found = app.schedules.occurrences(&identity, &query).await?;
    let backlog = app.schedules.backlog(&identity).await?;
    let people =
        People::of(&app, &identity, found.items.iter().filter_map(|occurrence| occurrence.reason.user())).await;
    let parts = [
        ("script", &filter.script),
        ("state", &filter.state),
        ("cause", &filter.cause),
        ("from", &filter.from),
        ("to", &filter.to),
    ];
    let body = OccurrencesPage {
        backlog: backlog
            .since
            .filter(|_| backlog.waiting > 0)
            .map(|since| (page.plural("scheduled_runs.backlog", &backlog.waiting), LocalTime::of(since, page.zone))),
        rows: found.items.iter().map(|occurrence| row(occurrence, &page, &people)).collect(),
        pager: Pager::new("/scripts/occurrences", &parts, &found, &page),
        states: OccurrenceState::ALL,
        causes: Cause::ALL,
        from: BoundField::of(&filter.from, page.zone),
        to: BoundField::of(&filter.to, page.zone),
        filter,
        page: page.clone(),
    };
    rendered(&page, page.t("tabs.scheduled_runs"), StatusCode::OK, &body)
}

/// Cancels waiting occurrences. One that has started in the meantime shows its state in its row.
pub(super) async fn cancel(
    State(app): State<AppState>,
    PageContext { identity, .. }: PageContext,
    PathOf(id): PathOf<OccurrenceId>,
) -> PageResult {
    match app.schedules.cancel(&identity, id).await {
        Ok(_) => Ok(done("/scripts/occurrences", "cancelled")),
        Err(ServiceError::AlreadyFinished) => Ok(done("/scripts/occurrences", "too_late")),
        Err(error) => Err(error.into()),
    }
}

fn row(occurrence: &Occurrence, page: &Page, people: &People) -> Row {
    Row {
        id: occurrence.id,
        script_id: occurrence.script,
        script: occurrence.script_name.to_string(),
        due: LocalTime::of(occurrence.due_at, page.zone),
        cause: occurrence.cause.as_str(),
        state: occurrence.state.as_str(),
        waits: occurrence.state == OccurrenceState::Due,
        attempt: occurrence.attempt,
        execution: occurrence.execution.map(|id| id.to_string()),
        reason: sentences::reason(&occurrence.reason, page, people),
        times: occurrence.times,
        last: LocalTime::optional(occurrence.settled_at, page.zone),
    }
}
