//! The overview: a verdict, scripts that need attention, recent runs and the next runs. Complete as a page, shortened
//! as a widget.
//!
//! Tests of unsaved sources and dry runs are left out. Each number links to the list of exactly the entries that it
//! counts.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{Html, IntoResponse as _},
};
use iota_scripts_domain::{
    ExecutionQuery, NextDue, OccurrenceQuery, OccurrenceState, PageRequest, ScriptQuery, Total, TrialFilter,
};
use iota_scripts_services::{Day, Identity, ServiceError};

use super::{
    Page, PageResult,
    attention::{AttentionTable, list},
    chart::{Chart, Scale},
    local_time::LocalTime,
    page_context::PageContext,
    rendered,
    runs::RunRow,
};
use crate::{AppState, error::ApiError};

/// Number of rows in each list.
const ROWS: u32 = 6;

#[derive(Template)]
#[template(path = "dashboard.html")]
struct DashboardPage {
    page: Page,
    overview: Overview,
}

#[derive(Template)]
#[template(path = "widget.html")]
struct Widget {
    page: Page,
    overview: Overview,
}

/// The state of a tenant's scripts.
struct Overview {
    verdict: String,
    /// CSS class of the verdict.
    verdict_class: &'static str,
    active: Total,
    all: Total,
    running: u64,
    missed: Total,
    chart: Chart,
    /// Addresses of the lists behind the numbers: runs, failed runs, missed runs.
    runs_list: String,
    failed_list: String,
    missed_list: String,
    attention: AttentionTable,
    recent: Vec<RunRow>,
    next: Vec<Next>,
}

struct Next {
    script: String,
    id: String,
    at: LocalTime,
}

pub(super) async fn show(State(app): State<AppState>, PageContext { identity, page }: PageContext) -> PageResult {
    let overview = overview(&app, &identity, &page).await?;
    let body = DashboardPage { overview, page: page.clone() };
    rendered(&page, page.t("tabs.overview"), StatusCode::OK, &body)
}

/// Renders a fragment for the host's own front page. It contains its style and no script.
pub(super) async fn widget(State(app): State<AppState>, PageContext { identity, page }: PageContext) -> PageResult {
    let overview = overview(&app, &identity, &page).await?;
    let html = Widget { page, overview }.render().map_err(|error| ApiError::render_failed(&error))?;
    Ok(Html(html).into_response())
}

async fn overview(app: &AppState, identity: &Identity, page: &Page) -> Result<Overview, ServiceError> {
    let day = Day::until(app.executions.now());
    let (from, to) = (Some(day.from), Some(day.to));
    let runs = ExecutionQuery {
        trials: TrialFilter::Excluded,
        from,
        to,
        page: PageRequest::first(ROWS),
        ..Default::default()
    };
    let scripts = |active: Option<bool>| ScriptQuery { active, ..ScriptQuery::default() };
    let missed = OccurrenceQuery { state: Some(OccurrenceState::Missed), from, to, ..Default::default() };
    let scale = Scale::of(day.from, day.to);
    let recent = app.executions.newest(identity, &runs).await?;
    let next = app.schedules.next_due(identity).await?;
    let attention = app.overview.attention(identity, day).await?;
    let attention = AttentionTable::of(&attention, day, page);
    let chart = scale.chart(&app.executions.activity(identity, &runs, scale.width).await?, page);
    let (verdict, verdict_class) = verdict(&attention, &chart, page);
    let (from, to) = (day.from.to_string(), day.to.to_string());
    let (from, to, real) = (("from", from.as_str()), ("to", to.as_str()), ("trials", "excluded"));
    Ok(Overview {
        verdict,
        verdict_class,
        active: app.scripts.count(identity, &scripts(Some(true))).await?,
        all: app.scripts.count(identity, &scripts(None)).await?,
        running: app.executions.unfinished(identity).await?,
        missed: app.schedules.count(identity, &missed).await?,
        chart,
        runs_list: list("/scripts/runs", &[real, from, to]),
        failed_list: list("/scripts/runs", &[("status", "unsuccessful"), real, from, to]),
        missed_list: list("/scripts/occurrences", &[("state", "missed"), from, to]),
        attention,
        recent: recent.iter().map(|run| RunRow::of(run, page)).collect(),
        next: next.iter().filter(|next| fires(next, page)).take(ROWS as usize).map(|next| coming(next, page)).collect(),
    })
}

/// Returns the first line: the scripts that need attention, else whether there were runs and how they ended.
fn verdict(attention: &AttentionTable, chart: &Chart, page: &Page) -> (String, &'static str) {
    if attention.scripts > 0 {
        let text = page.plural("attention.verdict", &attention.scripts);
        return (if attention.more { page.with("attention.at_least", "said", &text) } else { text }, "is-notice-bad");
    }
    if chart.well > 0 {
        return (page.plural("overview.no_problems", &chart.well), "is-notice-good");
    }
    let nothing = if chart.total() == 0 { "overview.no_runs" } else { "overview.no_finished_runs" };
    (page.t(nothing).to_owned(), "")
}

/// A pause in force leaves out the runs before its end.
fn fires(next: &NextDue, page: &Page) -> bool {
    page.pause().is_none_or(|pause| pause.ends_at.is_some_and(|end| end <= next.at))
}

fn coming(next: &NextDue, page: &Page) -> Next {
    Next { script: next.name.to_string(), id: next.script.to_string(), at: LocalTime::of(next.at, page.zone) }
}
