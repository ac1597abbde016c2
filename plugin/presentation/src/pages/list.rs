//! The list of scripts: type, state, last run, and actions on several scripts.

use askama::Template;
use axum::{extract::State, http::StatusCode};
use iota_scripts_domain::{
    Direction, ExecutionSummary, FieldError, Script, ScriptId, ScriptKind, ScriptQuery, ScriptSort, ScriptType,
};
use serde::Deserialize;

use super::{
    Page, PageResult,
    local_time::LocalTime,
    marks::Marks,
    page_context::PageContext,
    pager::{Pager, non_empty, requested},
    people::People,
    rendered,
};
use crate::{AppState, cron_sentence, extract::QueryString};

const PER_PAGE: u32 = 50;

/// The filters; an empty one is not applied.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct ListFilter {
    #[serde(rename = "type")]
    script_type: String,
    active: String,
    search: String,
    sort: String,
    after: String,
    before: String,
}

#[derive(Template)]
#[template(path = "list.html")]
struct ListPage {
    page: Page,
    rows: Vec<Row>,
    /// Number of scripts in quarantine.
    quarantined: u64,
    filter: ListFilter,
    types: [ScriptType; 4],
    pager: Pager,
    /// Whether no filter hides a script of the tenant.
    unfiltered: bool,
}

struct Row {
    id: ScriptId,
    name: String,
    description: String,
    kind: ScriptType,
    /// When it runs: a schedule, a path or events.
    occasion: String,
    active: bool,
    /// The fault that caused the quarantine; `None` for a script that is not in quarantine.
    quarantine: Option<&'static str>,
    last: Option<LastRun>,
    /// Name of the user that schedules and events run it as; empty if neither starts it.
    runs_as: String,
}

/// The last run of a script.
pub(super) struct LastRun {
    pub(super) id: String,
    pub(super) marks: Marks,
    pub(super) at: LocalTime,
}

impl LastRun {
    pub(super) fn of(run: &ExecutionSummary, page: &Page) -> Self {
        Self { id: run.id.to_string(), marks: Marks::of(run, page), at: LocalTime::of(run.created_at, page.zone) }
    }
}

/// Describes when a script runs.
pub(super) fn occasion(kind: &ScriptKind, page: &Page) -> String {
    match kind {
        ScriptKind::Cron(schedule) => cron_sentence::sentence(&schedule.expression.fields(), page.locale),
        ScriptKind::OneOff => String::new(),
        ScriptKind::Endpoint(endpoint) => format!("{} {}{}", endpoint.method, crate::ENDPOINT_PREFIX, endpoint.path),
        ScriptKind::Embedded(patterns) => patterns.iter().collect::<Vec<_>>().join(", "),
    }
}

impl ListFilter {
    /// Unknown filter values are ignored: an address that a user shortened still shows a list.
    fn query(&self) -> Result<ScriptQuery, FieldError> {
        let sort = if self.sort == "updated" { ScriptSort::Updated } else { ScriptSort::Name };
        Ok(ScriptQuery {
            script_type: ScriptType::parse(&self.script_type).ok(),
            active: match self.active.as_str() {
                "on" => Some(true),
                "off" => Some(false),
                _ => None,
            },
            quarantined: self.active == "quarantine",
            search: non_empty(&self.search),
            sort,
            direction: if sort == ScriptSort::Updated { Direction::Desc } else { Direction::Asc },
            page: requested(&self.after, &self.before, sort.cursor(), PER_PAGE)?,
        })
    }

    fn is_empty(&self) -> bool {
        self.script_type.is_empty() && self.active.is_empty() && self.search.is_empty()
    }
}

pub(super) async fn show(
    State(app): State<AppState>,
    PageContext { identity, page }: PageContext,
    QueryString(filter): QueryString<ListFilter>,
) -> PageResult {
    let query = filter.query()?;
    let found = app.scripts.list(&identity, &query).await?;
    let ids: Vec<ScriptId> = found.items.iter().map(Script::id).collect();
    let latest = app.executions.latest(&identity, &ids).await?;
    let people = People::of(&app, &identity, found.items.iter().filter_map(Script::runs_as)).await;
    let row = |script: &Script| {
        let definition = script.definition();
        Row {
            id: script.id(),
            name: definition.name.to_string(),
            description: definition.description.as_str().to_owned(),
            kind: definition.kind.script_type(),
            occasion: occasion(&definition.kind, &page),
            active: definition.active,
            quarantine: script.quarantine().map(|quarantine| quarantine.fault.as_str()),
            runs_as: script.runs_as().map(|user| people.run_as_name(user, &page)).unwrap_or_default(),
            last: latest.iter().find(|run| run.script.id == script.id()).map(|run| LastRun::of(run, &page)),
        }
    };
    let parts =
        [("type", &filter.script_type), ("active", &filter.active), ("search", &filter.search), ("sort", &filter.sort)];
    let rows: Vec<Row> = found.items.iter().map(row).collect();
    let body = ListPage {
        quarantined: rows.iter().filter(|row| row.quarantine.is_some()).count() as u64,
        rows,
        pager: Pager::new("/scripts", &parts, &found, &page),
        types: ScriptType::ALL,
        unfiltered: filter.is_empty(),
        filter,
        page: page.clone(),
    };
    rendered(&page, page.t("nav.scripts"), StatusCode::OK, &body)
}
