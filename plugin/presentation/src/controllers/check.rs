//! Checks a source without running it.

use axum::{Json, extract::State};
use iota_scripts_services::ports::Diagnostic;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{AppState, caller::Caller, error::ApiError, extract::JsonBody};

/// A source to check.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckInput {
    /// The JavaScript source.
    content: String,
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CheckDocument {
    /// Empty when the source compiles.
    #[schema(value_type = Vec<Object>)]
    diagnostics: Vec<Diagnostic>,
}

/// Compiles a source and says what is wrong with it.
#[utoipa::path(post, path = "/check", tag = "check", request_body = CheckInput,
    responses((status = 200, body = CheckDocument), (status = "4XX", body = crate::error::ErrorDocument)))]
pub(crate) async fn check(
    State(app): State<AppState>,
    Caller(identity): Caller,
    JsonBody(input): JsonBody<CheckInput>,
) -> Result<Json<CheckDocument>, ApiError> {
    let diagnostics = app.scripts.check(&identity, &input.content).await?;
    Ok(Json(CheckDocument { diagnostics }))
}
