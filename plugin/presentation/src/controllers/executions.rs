//! Runs: list, read, cancel, follow.

use std::{convert::Infallible, time::Duration};

use axum::{
    Extension, Json,
    extract::State,
    http::{StatusCode, header},
    response::{
        IntoResponse,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::stream::{self, Stream};
use iota_scripts_domain::ExecutionId;
use iota_scripts_services::{RunEvent, RunListener};

use crate::{
    AppState, Streamed,
    caller::Caller,
    dto::{ExecutionDocument, ExecutionItem, ExecutionListQuery, PageDocument},
    error::{ApiError, ErrorDocument},
    extract::{PathOf, QueryString},
};

/// Returns a page of the tenant's runs, newest first.
#[utoipa::path(get, path = "/executions", tag = "executions", params(ExecutionListQuery),
    responses((status = 200, body = PageDocument<ExecutionItem>), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn list(
    State(app): State<AppState>,
    Caller(identity): Caller,
    QueryString(query): QueryString<ExecutionListQuery>,
) -> Result<Json<PageDocument<ExecutionItem>>, ApiError> {
    let query = query.parse()?;
    let page = app.executions.list(&identity, &query).await?;
    Ok(Json(PageDocument::new(page, &query.page, Into::into)))
}

/// Returns a run with its input, result, log and resource usage.
#[utoipa::path(get, path = "/executions/{id}", tag = "executions", params(("id" = String, Path)),
    responses((status = 200, body = ExecutionDocument), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn show(
    State(app): State<AppState>,
    Caller(identity): Caller,
    PathOf(id): PathOf<ExecutionId>,
) -> Result<Json<ExecutionDocument>, ApiError> {
    Ok(Json((&app.executions.get(&identity, id).await?).into()))
}

/// Requests the cancellation of a run; 409 if it has ended.
#[utoipa::path(post, path = "/executions/{id}/cancel", tag = "executions", params(("id" = String, Path)),
    responses((status = 202), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn cancel(
    State(app): State<AppState>,
    Caller(identity): Caller,
    PathOf(id): PathOf<ExecutionId>,
) -> Result<StatusCode, ApiError> {
    app.executions.cancel(&identity, id).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Follows a run as server-sent events: `state` first, then `log` for each line from the first, and `result` at the
/// end.
#[utoipa::path(get, path = "/executions/{id}/stream", tag = "executions", params(("id" = String, Path)),
    responses((status = 200, content_type = "text/event-stream"), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn stream(
    State(app): State<AppState>,
    Caller(identity): Caller,
    PathOf(id): PathOf<ExecutionId>,
) -> Result<impl IntoResponse, ApiError> {
    let state = ExecutionDocument::from(&app.executions.get(&identity, id).await?);
    let listener = app.executions.follow(&identity, id).await?;
    let events = Sse::new(events(&state, listener)).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)));
    // Set to `identity`: a host that compresses would delay small writes.
    Ok((Extension(Streamed), [(header::CONTENT_ENCODING, "identity")], events))
}

fn events(state: &ExecutionDocument, listener: RunListener) -> impl Stream<Item = Result<Event, Infallible>> + use<> {
    let first = stream::iter([Ok(named("state", state))]);
    let rest = stream::unfold(listener, |mut listener| async {
        let event = match listener.next().await? {
            RunEvent::Log(line) => named("log", &*line),
            RunEvent::Finished(execution) => named("result", &ExecutionDocument::from(&*execution)),
        };
        Some((Ok(event), listener))
    });
    stream::StreamExt::chain(first, rest)
}

fn named(name: &str, data: &impl serde::Serialize) -> Event {
    let event = Event::default().event(name);
    event.clone().json_data(data).unwrap_or(event)
}
