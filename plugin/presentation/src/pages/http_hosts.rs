//! The allowlist of HTTP hosts: who allowed each, a form to add one, and a button to remove one.

use askama::Template;
use axum::{extract::State, http::StatusCode};
use iota_scripts_services::{Identity, ServiceError};

use super::{Page, PageResult, done, local_time::LocalTime, page_context::PageContext, people::People, rendered};
use crate::{AppState, extract::FormPairs};

const PATH: &str = "/scripts/http-hosts";

#[derive(Template)]
#[template(path = "http_hosts.html")]
struct HostsPage {
    page: Page,
    rows: Vec<Row>,
    /// The input, and its error.
    host: String,
    error: String,
}

struct Row {
    host: String,
    at: LocalTime,
    by: String,
}

pub(super) async fn show(State(app): State<AppState>, PageContext { identity, page }: PageContext) -> PageResult {
    render(&app, &identity, &page, StatusCode::OK, "").await
}

/// Allows a host; an invalid one is shown again with the reason.
pub(super) async fn add(
    State(app): State<AppState>,
    PageContext { identity, page }: PageContext,
    form: FormPairs,
) -> PageResult {
    let host = form.get("host");
    match app.http_hosts.add(&identity, host).await {
        Ok(_) => Ok(done(PATH, "host_added")),
        Err(ServiceError::Invalid(_)) => render(&app, &identity, &page, StatusCode::UNPROCESSABLE_ENTITY, host).await,
        Err(error) => Err(error.into()),
    }
}

/// Removes a host. Removing a removed host succeeds: the form was sent twice.
pub(super) async fn remove(
    State(app): State<AppState>,
    PageContext { identity, .. }: PageContext,
    form: FormPairs,
) -> PageResult {
    match app.http_hosts.remove(&identity, form.get("host")).await {
        Ok(()) | Err(ServiceError::NotFound(_)) => Ok(done(PATH, "host_removed")),
        Err(error) => Err(error.into()),
    }
}

/// Renders the page; `rejection` is the invalid input.
async fn render(app: &AppState, identity: &Identity, page: &Page, status: StatusCode, rejection: &str) -> PageResult {
    let hosts = app.http_hosts.list(identity).await?;
    let people = People::of(app, identity, hosts.iter().map(|allowed| &allowed.added.by)).await;
    let rows = hosts.into_iter().map(|allowed| Row {
        at: LocalTime::of(allowed.added.at, page.zone),
        by: people.name(&allowed.added.by),
        host: allowed.host.as_str().to_owned(),
    });
    let error = if status == StatusCode::OK { "" } else { page.t("problem.host") };
    let body =
        HostsPage { rows: rows.collect(), host: rejection.to_owned(), error: error.to_owned(), page: page.clone() };
    rendered(page, page.t("tabs.hosts"), status, &body)
}
