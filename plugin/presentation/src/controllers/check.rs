//! Checks a source without running it.

use axum::{Json, extract::State};
use iota_scripts_domain::{Handler, ScriptType};
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
    /// `cron`, `one_off`, `endpoint` or `embedded`: then a missing function is found, too.
    #[serde(default, rename = "type")]
    script_type: Option<String>,
    /// The script's name, which suggests the function of an embedded one.
    #[serde(default)]
    name: String,
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CheckDocument {
    /// Empty when the source compiles.
    #[schema(value_type = Vec<Object>)]
    diagnostics: Vec<Diagnostic>,
    /// The function that would be called, when it is not in the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    missing_function: Option<String>,
}

/// Compiles a source and says what is wrong with it.
#[utoipa::path(post, path = "/check", tag = "check", request_body = CheckInput,
    responses((status = 200, body = CheckDocument), (status = "4XX", body = crate::error::ErrorDocument)))]
pub(crate) async fn check(
    State(app): State<AppState>,
    Caller(identity): Caller,
    JsonBody(input): JsonBody<CheckInput>,
) -> Result<Json<CheckDocument>, ApiError> {
    let kind = input.script_type.as_deref().map(ScriptType::parse).transpose()?;
    let diagnostics = app.scripts.check(&identity, &input.content).await?;
    let missing_function = kind.and_then(|kind| Handler::of(kind, &input.name).missing_in(&input.content));
    Ok(Json(CheckDocument { diagnostics, missing_function }))
}
