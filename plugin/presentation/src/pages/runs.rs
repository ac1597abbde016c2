//! The history of runs: a chart over time, and the list with its filters.

use std::time::Duration;

use askama::Template;
use axum::{extract::State, http::StatusCode};
use iota_scripts_domain::{
    CursorKind, ExecutionQuery, ExecutionStatus, ExecutionSummary, FieldError, ScriptId, Timestamp, TrialFilter,
    Trigger,
};
use iota_scripts_services::Identity;
use serde::Deserialize;

use super::{
    Page, PageResult,
    chart::{Chart, Scale},
    local_time::{BoundField, LocalTime, bound, length},
    marks::Marks,
    page_context::PageContext,
    pager::{Pager, requested},
    rendered, sentences,
};
use crate::{AppState, extract::QueryString};

const PER_PAGE: u32 = 50;
/// Default period of the chart, if no dates are chosen.
const DEFAULT_PERIOD: Duration = Duration::from_secs(7 * 86_400);

/// The filters; an empty one is not applied. Days are in the tenant's time zone.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct RunsFilter {
    script: String,
    status: String,
    trigger: String,
    /// `excluded` or `only`.
    trials: String,
    from: String,
    to: String,
    after: String,
    before: String,
}

#[derive(Template)]
#[template(path = "runs.html")]
struct RunsPage {
    page: Page,
    rows: Vec<RunRow>,
    filter: RunsFilter,
    /// Name of the filtered script, if it is known.
    script: Option<String>,
    statuses: [ExecutionStatus; 8],
    triggers: [Trigger; 6],
    from: BoundField,
    to: BoundField,
    chart: Chart,
    pager: Pager,
}

/// A run in a list.
pub(super) struct RunRow {
    pub(super) id: String,
    pub(super) script_id: ScriptId,
    pub(super) script: String,
    pub(super) marks: Marks,
    pub(super) trigger: &'static str,
    pub(super) at: LocalTime,
    pub(super) length: Option<String>,
    pub(super) fault: Option<String>,
}

impl RunRow {
    pub(super) fn of(run: &ExecutionSummary, page: &Page) -> Self {
        Self {
            id: run.id.to_string(),
            script_id: run.script.id,
            script: run.script.name.to_string(),
            marks: Marks::of(run, page),
            trigger: run.trigger.as_str(),
            at: LocalTime::of(run.created_at, page.zone),
            length: run.duration().map(|duration| length(duration, page.locale)),
            fault: run.fault.as_ref().map(|fault| sentences::fault(fault, page)),
        }
    }
}

impl RunsFilter {
    fn query(&self, page: &Page) -> Result<ExecutionQuery, FieldError> {
        let statuses = match self.status.as_str() {
            "unsuccessful" => UNSUCCESSFUL.to_vec(),
            "under_way" => IN_FLIGHT.to_vec(),
            word => word.parse().ok().into_iter().collect(),
        };
        Ok(ExecutionQuery {
            script: self.script.parse().ok(),
            statuses,
            trigger: self.trigger.parse().ok(),
            trials: match self.trials.as_str() {
                "excluded" => TrialFilter::Excluded,
                "only" => TrialFilter::Only,
                _ => TrialFilter::Included,
            },
            from: bound(&self.from, page.zone, 0),
            to: bound(&self.to, page.zone, 1),
            page: requested(&self.after, &self.before, CursorKind::Time, PER_PAGE)?,
        })
    }
}

/// Statuses of runs that have not ended.
pub(super) const IN_FLIGHT: [ExecutionStatus; 2] = [ExecutionStatus::Pending, ExecutionStatus::Running];

/// Statuses of runs that need attention.
pub(super) const UNSUCCESSFUL: [ExecutionStatus; 3] =
    [ExecutionStatus::Failed, ExecutionStatus::Timeout, ExecutionStatus::Lost];

pub(super) async fn show(
    State(app): State<AppState>,
    PageContext { identity, page }: PageContext,
    QueryString(filter): QueryString<RunsFilter>,
) -> PageResult {
    let query = filter.query(&page)?;
    let found = app.executions.list(&identity, &query).await?;
    let chart = chart(&app, &identity, &query, app.executions.now(), &page).await?;
    let script = match query.script {
        Some(id) => app.scripts.get(&identity, id).await.ok().map(|script| script.definition().name.to_string()),
        None => None,
    };
    let parts = [
        ("script", &filter.script),
        ("status", &filter.status),
        ("trigger", &filter.trigger),
        ("trials", &filter.trials),
        ("from", &filter.from),
        ("to", &filter.to),
    ];
    let body = RunsPage {
        rows: found.items.iter().map(|run| RunRow::of(run, &page)).collect(),
        pager: Pager::new("/scripts/runs", &parts, &found, &page),
        script,
        statuses: ExecutionStatus::ALL,
        triggers: Trigger::ALL,
        from: BoundField::of(&filter.from, page.zone),
        to: BoundField::of(&filter.to, page.zone),
        chart,
        filter,
        page: page.clone(),
    };
    rendered(&page, page.t("nav.run_history"), StatusCode::OK, &body)
}

/// Returns the chart of the filtered runs, over the chosen dates or the last week.
async fn chart(
    app: &AppState,
    identity: &Identity,
    query: &ExecutionQuery,
    now: Timestamp,
    page: &Page,
) -> Result<Chart, iota_scripts_services::ServiceError> {
    let to = query.to.unwrap_or(now).min(now);
    let from = query.from.unwrap_or_else(|| to.minus(DEFAULT_PERIOD)).min(to);
    let scale = Scale::of(from, to);
    let query = ExecutionQuery { from: Some(from), ..query.clone() };
    Ok(scale.chart(&app.executions.activity(identity, &query, scale.width).await?, page))
}
