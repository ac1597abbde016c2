//! How things stand: did last night's jobs run, what needs a look, what comes next. Whole as a page, short as a widget.

use std::time::Duration;

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{Html, IntoResponse as _},
};
use iota_scripts_domain::{
    ExecutionQuery, ExecutionStatus, NextDue, OccurrenceQuery, OccurrenceState, PageRequest, ScriptQuery, Total,
};
use iota_scripts_services::{Identity, ServiceError};

use super::{
    Page, PageResult,
    chart::{Chart, last_day},
    moment::Moment,
    rendered,
    runs::{RunRow, UNSUCCESSFUL},
    visitor::Visitor,
};
use crate::{AppState, error::ApiError};

/// Rows of each list.
const ROWS: u32 = 6;
const DAY: Duration = Duration::from_secs(86_400);

#[derive(Template)]
#[template(path = "dashboard.html")]
struct DashboardPage {
    page: Page,
    standing: Standing,
}

#[derive(Template)]
#[template(path = "widget.html")]
struct Widget {
    page: Page,
    standing: Standing,
}

/// How things stand in a tenant.
struct Standing {
    active: Total,
    all: Total,
    running: u64,
    missed: Total,
    chart: Chart,
    unsuccessful: Vec<RunRow>,
    recent: Vec<RunRow>,
    next: Vec<Next>,
}

struct Next {
    script: String,
    id: String,
    at: Moment,
}

pub(super) async fn show(State(app): State<AppState>, Visitor { identity, page }: Visitor) -> PageResult {
    let standing = standing(&app, &identity, &page).await?;
    let body = DashboardPage { standing, page: page.clone() };
    rendered(&page, page.t("tabs.overview"), StatusCode::OK, &body)
}

/// A fragment for the host's own front page: it brings its own style, and no script.
pub(super) async fn widget(State(app): State<AppState>, Visitor { identity, page }: Visitor) -> PageResult {
    let standing = standing(&app, &identity, &page).await?;
    let html = Widget { page, standing }.render().map_err(|error| ApiError::unrendered(&error))?;
    Ok(Html(html).into_response())
}

async fn standing(app: &AppState, identity: &Identity, page: &Page) -> Result<Standing, ServiceError> {
    let now = app.executions.now();
    let from = Some(now.minus(DAY));
    let few = PageRequest::first(ROWS);
    let runs = |statuses: &[ExecutionStatus]| ExecutionQuery {
        statuses: statuses.to_vec(),
        from,
        page: few.clone(),
        ..ExecutionQuery::default()
    };
    let scripts = |active: Option<bool>| ScriptQuery { active, ..ScriptQuery::default() };
    let missed = OccurrenceQuery { state: Some(OccurrenceState::Missed), from, ..OccurrenceQuery::default() };
    let scale = last_day(now);
    let unsuccessful = app.executions.newest(identity, &runs(&UNSUCCESSFUL)).await?;
    let recent = app.executions.newest(identity, &runs(&[])).await?;
    let next = app.schedules.next_due(identity).await?;
    Ok(Standing {
        active: app.scripts.count(identity, &scripts(Some(true))).await?,
        all: app.scripts.count(identity, &scripts(None)).await?,
        running: app.executions.unfinished(identity).await?,
        missed: app.schedules.count(identity, &missed).await?,
        chart: scale.chart(&app.executions.activity(identity, &runs(&[]), scale.width).await?, page),
        unsuccessful: unsuccessful.iter().map(|run| RunRow::of(run, page)).collect(),
        recent: recent.iter().map(|run| RunRow::of(run, page)).collect(),
        next: next.iter().take(ROWS as usize).map(|next| coming(next, page)).collect(),
    })
}

fn coming(next: &NextDue, page: &Page) -> Next {
    Next { script: next.name.to_string(), id: next.script.to_string(), at: Moment::of(next.at, page.zone) }
}
