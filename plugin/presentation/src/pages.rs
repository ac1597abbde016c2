//! The pages: each is a fragment with a title, which the host wraps in its own layout.
//!
//! A page shows only the actions that the user may take; use cases check the permissions again, with the host's answers
//! of this request. Output of scripts is shown as text. Forms work without JavaScript; if the input is invalid, the
//! page keeps it and shows the errors.

mod actions;
mod attention;
mod bulk;
mod chart;
mod create;
mod dashboard;
mod dead_letters;
mod edit;
mod form;
mod http_hosts;
mod list;
mod local_time;
mod marks;
mod occurrences;
mod page_context;
mod pager;
mod pause;
mod people;
mod rejection;
mod run;
mod run_form;
mod runs;
mod script_page;
mod sentences;
mod start_run;
mod starters;
mod templates;

use askama::Template;
use axum::{
    Extension, Router,
    http::StatusCode,
    middleware,
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use iota_scripts_domain::{Permission, ScriptId};
use serde_json::{Value, json};

use crate::{AppState, Layout, error, error::ApiError, locale::Locale};
use page_context::Page;

/// The path prefix of the pages.
pub const PAGES_PREFIX: &str = "/scripts";

/// The host's navigation entry of the pages.
const NAV: &str = "scripts";

/// The result of a page's handler.
type PageResult = Result<Response, ApiError>;

/// Every page and every form.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/scripts", get(list::show))
        .route("/scripts/bulk", post(bulk::bulk))
        .route("/scripts/new", get(create::show).post(create::create))
        .route("/scripts/dashboard", get(dashboard::show))
        .route("/scripts/widget", get(dashboard::widget))
        .route("/scripts/runs", get(runs::show))
        .route("/scripts/runs/{id}", get(run::show))
        .route("/scripts/runs/{id}/cancel", post(run::cancel))
        .route("/scripts/pause", get(pause::show).post(pause::begin))
        .route("/scripts/resume", post(pause::end))
        .route("/scripts/occurrences", get(occurrences::show))
        .route("/scripts/occurrences/{id}/cancel", post(occurrences::cancel))
        .route("/scripts/dead-letters", get(dead_letters::show))
        .route("/scripts/dead-letters/replay", post(dead_letters::replay))
        .route("/scripts/dead-letters/dismiss", post(dead_letters::dismiss))
        .route("/scripts/http-hosts", get(http_hosts::show).post(http_hosts::add))
        .route("/scripts/http-hosts/remove", post(http_hosts::remove))
        .route("/scripts/templates", get(templates::list).post(templates::save))
        .route("/scripts/templates/edit", get(templates::edit))
        .route("/scripts/templates/remove", post(templates::remove))
        .route("/scripts/{id}", get(edit::show).post(edit::save))
        .route("/scripts/{id}/activate", post(actions::activate))
        .route("/scripts/{id}/deactivate", post(actions::deactivate))
        .route("/scripts/{id}/delete", post(actions::delete))
        .route("/scripts/{id}/run", post(start_run::run))
        .route("/scripts/{id}/versions/{number}/restore", post(actions::restore))
        .method_not_allowed_fallback(error::method_not_allowed)
        .layer(middleware::from_fn(rejection::as_page))
}

/// Renders a page with its title.
fn rendered(page: &Page, title: &str, status: StatusCode, body: &impl Template) -> PageResult {
    let html = body.render().map_err(|error| ApiError::render_failed(&error))?;
    let all = page.t("nav.scripts");
    let title = if title == all { title.to_owned() } else { format!("{title} · {all}") };
    let layout = Layout { title, active_nav: NAV.to_owned() };
    Ok((status, Extension(layout), Html(html)).into_response())
}

/// Returns the address of a script's page.
fn script_path(id: ScriptId) -> String {
    format!("{PAGES_PREFIX}/{id}")
}

/// Redirects to a page after a form, with a word that says which action was done.
fn done(path: &str, word: &str) -> Response {
    let joint = if path.contains('?') { '&' } else { '?' };
    Redirect::to(&format!("{path}{joint}done={word}")).into_response()
}

/// Returns the pages for the host's navigation, each with its permissions, one of which is enough.
#[must_use]
pub fn nav_items() -> Value {
    json!([{"id": NAV, "title_key": "nav.scripts", "path": PAGES_PREFIX, "any_of": [Permission::Read.name()], "order": 900}])
}

/// Returns the actions for the host's search or command palette.
#[must_use]
pub fn quick_links() -> Value {
    json!([
        {"id": "scripts.new", "title_key": "nav.new_script", "path": "/scripts/new", "any_of": [Permission::Create.name()]},
        {"id": "scripts.runs", "title_key": "nav.run_history", "path": "/scripts/runs", "any_of": [Permission::Read.name()]},
    ])
}

/// Returns the texts of navigation and permissions by language, for the host to show.
#[must_use]
pub fn host_texts() -> Value {
    let texts = |locale: Locale| (locale.as_str().to_owned(), Value::from(locale.beginning(&["nav.", "permission."])));
    Value::Object(Locale::ALL.map(texts).into_iter().collect())
}
