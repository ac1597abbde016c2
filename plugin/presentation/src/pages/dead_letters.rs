//! Dead letters, which are events whose handler failed for good: the event, the reason, and buttons to deliver it again
//! or dismiss it.

use askama::Template;
use axum::{extract::State, http::StatusCode};
use iota_scripts_domain::{CursorKind, Occurrence, OccurrenceId, OccurrenceQuery, ScriptId};
use iota_scripts_services::ServiceError;
use serde::Deserialize;

use super::{
    Page, PageResult, done,
    local_time::{LocalTime, day},
    page_context::PageContext,
    pager::{Pager, requested},
    people::People,
    rendered,
    run::argument,
    sentences,
};
use crate::{
    AppState,
    error::ApiError,
    extract::{FormPairs, QueryString},
};

const PATH: &str = "/scripts/dead-letters";
const PER_PAGE: u32 = 50;

/// The filters; an empty one is not applied. Days are in the tenant's time zone.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct DeadLetterFilter {
    script: String,
    from: String,
    to: String,
    after: String,
    before: String,
}

#[derive(Template)]
#[template(path = "dead_letters.html")]
struct DeadLettersPage {
    page: Page,
    rows: Vec<Row>,
    filter: DeadLetterFilter,
    pager: Pager,
}

struct Row {
    id: OccurrenceId,
    script_id: ScriptId,
    script: String,
    at: LocalTime,
    event_type: String,
    attempts: u32,
    execution: Option<String>,
    reason: String,
    /// The event, formatted for display; empty if it was not kept.
    event: String,
}

pub(super) async fn show(
    State(app): State<AppState>,
    PageContext { identity, page }: PageContext,
    QueryString(filter): QueryString<DeadLetterFilter>,
) -> PageResult {
    let query = OccurrenceQuery {
        script: filter.script.parse().ok(),
        from: day(&filter.from, page.zone, 0),
        to: day(&filter.to, page.zone, 1),
        page: requested(&filter.after, &filter.before, CursorKind::Time, PER_PAGE)?,
        ..OccurrenceQuery::default()
    };
    let found = app.schedules.dead_letters(&identity, &query).await?;
    let people = People::of(&app, &identity, found.items.iter().filter_map(|letter| letter.reason.user())).await;
    let parts = [("script", &filter.script), ("from", &filter.from), ("to", &filter.to)];
    let body = DeadLettersPage {
        rows: found.items.iter().map(|letter| row(letter, &page, &people)).collect(),
        pager: Pager::new(PATH, &parts, &found, &page),
        filter,
        page: page.clone(),
    };
    rendered(&page, page.t("tabs.failed_events"), StatusCode::OK, &body)
}

/// Delivers the selected dead letters again. Those that were handled in the meantime are skipped.
pub(super) async fn replay(
    State(app): State<AppState>,
    PageContext { identity, .. }: PageContext,
    form: FormPairs,
) -> PageResult {
    let mut rejection = false;
    for id in ids(&form)? {
        match app.schedules.replay(&identity, id).await {
            Ok(_) => {}
            Err(ServiceError::NotReplayable(_) | ServiceError::NotFound(_) | ServiceError::Inactive) => {
                rejection = true
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(done(PATH, if rejection { "letters_left" } else { "replayed" }))
}

/// Dismisses the selected dead letters.
pub(super) async fn dismiss(
    State(app): State<AppState>,
    PageContext { identity, .. }: PageContext,
    form: FormPairs,
) -> PageResult {
    for id in ids(&form)? {
        match app.schedules.dismiss(&identity, id).await {
            Ok(_) | Err(ServiceError::NotReplayable(_) | ServiceError::NotFound(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(done(PATH, "dismissed"))
}

fn ids(FormPairs(pairs): &FormPairs) -> Result<Vec<OccurrenceId>, ApiError> {
    let ids = pairs.iter().filter(|(name, _)| name == "id").map(|(_, id)| id.parse::<OccurrenceId>());
    ids.collect::<Result<_, _>>().map_err(|_| ApiError::not_found("dead letter"))
}

fn row(letter: &Occurrence, page: &Page, people: &People) -> Row {
    let event = letter.args.to_value();
    let event_type = event.get(0).and_then(|event| event.get("type")).and_then(|word| word.as_str());
    Row {
        id: letter.id,
        script_id: letter.script,
        script: letter.script_name.to_string(),
        at: LocalTime::of(letter.due_at, page.zone),
        event_type: event_type.unwrap_or_default().to_owned(),
        attempts: letter.attempt,
        execution: letter.execution.map(|id| id.to_string()),
        reason: sentences::reason(&letter.reason, page, people),
        event: argument(letter.args.as_str()),
    }
}
