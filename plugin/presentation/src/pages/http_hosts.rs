//! The hosts that scripts may call: who allowed which, a form for one more, and a button to take one away.

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
    /// What was typed, and what is wrong with it.
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

/// Allows a host; what cannot be one comes back with the reason.
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

/// Takes a host away. One that is gone already is gone: the form was sent twice.
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

/// The page; `rejection` is what was typed and cannot be a host.
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
