//! Scripts: list, create, read, replace, activate, deactivate, delete, run.

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::IntoResponse,
};
use iota_scripts_domain::{OccurrenceId, ScriptId, ScriptInput, Trigger};
use iota_scripts_services::{RunRequest, Target};

use crate::{
    API_PREFIX, AppState,
    caller::Caller,
    dto::{
        ActivationInput, PageDocument, RunAnswer, RunInput, RunStarted, ScriptBody, ScriptDocument, ScriptListQuery,
        TestInput,
    },
    error::{ApiError, ErrorDocument},
    extract::{JsonBody, OptionalJsonBody, PathOf, QueryString},
};

/// Returns a page of the tenant's scripts.
#[utoipa::path(get, path = "/scripts", tag = "scripts", params(ScriptListQuery),
    responses((status = 200, body = PageDocument<ScriptDocument>), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn list(
    State(app): State<AppState>,
    Caller(identity): Caller,
    QueryString(query): QueryString<ScriptListQuery>,
) -> Result<Json<PageDocument<ScriptDocument>>, ApiError> {
    let query = query.parse()?;
    let page = app.scripts.list(&identity, &query).await?;
    Ok(Json(PageDocument::new(page, &query.page, Into::into)))
}

/// Creates a script.
#[utoipa::path(post, path = "/scripts", tag = "scripts", request_body = ScriptBody,
    responses((status = 201, body = ScriptDocument), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn create(
    State(app): State<AppState>,
    Caller(identity): Caller,
    JsonBody(input): JsonBody<ScriptBody>,
) -> Result<impl IntoResponse, ApiError> {
    let script = app.scripts.create(&identity, &ScriptInput::from(input)).await?;
    let location = format!("{API_PREFIX}/scripts/{}", script.id());
    let location = HeaderValue::try_from(location).map_err(|_| ApiError::not_found("address"))?;
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(ScriptDocument::from(script))))
}

/// Returns a script.
#[utoipa::path(get, path = "/scripts/{id}", tag = "scripts", params(("id" = String, Path)),
    responses((status = 200, body = ScriptDocument), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn show(
    State(app): State<AppState>,
    Caller(identity): Caller,
    PathOf(id): PathOf<ScriptId>,
) -> Result<Json<ScriptDocument>, ApiError> {
    Ok(Json(app.scripts.get(&identity, id).await?.into()))
}

/// Replaces a script, based on the version that the author saw; 409 if that version is not the newest.
#[utoipa::path(put, path = "/scripts/{id}", tag = "scripts", params(("id" = String, Path)), request_body = ScriptBody,
    responses((status = 200, body = ScriptDocument), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn replace(
    State(app): State<AppState>,
    Caller(identity): Caller,
    PathOf(id): PathOf<ScriptId>,
    JsonBody(input): JsonBody<ScriptBody>,
) -> Result<Json<ScriptDocument>, ApiError> {
    let base = input.base()?;
    Ok(Json(app.scripts.replace(&identity, id, base, &input.into()).await?.into()))
}

/// Deletes a script with its versions and runs.
#[utoipa::path(delete, path = "/scripts/{id}", tag = "scripts", params(("id" = String, Path)),
    responses((status = 204), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn delete(
    State(app): State<AppState>,
    Caller(identity): Caller,
    PathOf(id): PathOf<ScriptId>,
) -> Result<StatusCode, ApiError> {
    app.scripts.delete(&identity, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Activates a script.
#[utoipa::path(post, path = "/scripts/{id}/activate", tag = "scripts", params(("id" = String, Path)), request_body = ActivationInput,
    responses((status = 200, body = ScriptDocument), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn activate(
    State(app): State<AppState>,
    Caller(identity): Caller,
    PathOf(id): PathOf<ScriptId>,
    OptionalJsonBody(input): OptionalJsonBody<ActivationInput>,
) -> Result<Json<ScriptDocument>, ApiError> {
    Ok(Json(app.scripts.activate(&identity, id, input.seen()?).await?.into()))
}

/// Deactivates a script.
#[utoipa::path(post, path = "/scripts/{id}/deactivate", tag = "scripts", params(("id" = String, Path)),
    responses((status = 200, body = ScriptDocument), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn deactivate(
    State(app): State<AppState>,
    Caller(identity): Caller,
    PathOf(id): PathOf<ScriptId>,
) -> Result<Json<ScriptDocument>, ApiError> {
    Ok(Json(app.scripts.deactivate(&identity, id).await?.into()))
}

/// Starts a run and returns its id immediately; `executions/{id}` and its stream report the rest. With `at` the script
/// runs at that time, and the response names the occurrence.
#[utoipa::path(post, path = "/scripts/{id}/run", tag = "scripts", params(("id" = String, Path)), request_body = RunInput,
    responses((status = 202, body = RunAnswer), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn run(
    State(app): State<AppState>,
    Caller(identity): Caller,
    PathOf(id): PathOf<ScriptId>,
    OptionalJsonBody(input): OptionalJsonBody<RunInput>,
) -> Result<(StatusCode, Json<RunAnswer>), ApiError> {
    if let Some(at) = input.at()? {
        let occurrence = app.schedules.later(&identity, id, OccurrenceId::generate(), at, input.args()).await?;
        return Ok((StatusCode::ACCEPTED, Json(RunAnswer::Later { occurrence: Box::new(occurrence.into()) })));
    }
    let request = RunRequest {
        entry: input.entry()?,
        args: input.args(),
        timeout_ms: input.timeout_ms,
        dry_run: input.dry_run,
        ..RunRequest::of(Target::Id(id), Trigger::Api)
    };
    let run = app.executions.start(&identity, request).await?;
    Ok((StatusCode::ACCEPTED, Json(RunAnswer::Started(RunStarted { execution_id: run.id().to_string() }))))
}

/// Starts a run of a source that is not saved, with the settings of the script.
#[utoipa::path(post, path = "/scripts/{id}/test", tag = "scripts", params(("id" = String, Path)), request_body = TestInput,
    responses((status = 202, body = RunStarted), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn test(
    State(app): State<AppState>,
    Caller(identity): Caller,
    PathOf(id): PathOf<ScriptId>,
    JsonBody(input): JsonBody<TestInput>,
) -> Result<(StatusCode, Json<RunStarted>), ApiError> {
    let (source, input) = input.parse()?;
    let request = RunRequest {
        entry: input.entry()?,
        args: input.args(),
        timeout_ms: input.timeout_ms,
        dry_run: input.dry_run,
        ..RunRequest::of(Target::Id(id), Trigger::Test)
    };
    let run = app.executions.test(&identity, source, request).await?;
    Ok((StatusCode::ACCEPTED, Json(RunStarted { execution_id: run.id().to_string() })))
}
