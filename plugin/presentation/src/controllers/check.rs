//! Checks a source without running it.

use axum::{Json, extract::State};
use iota_scripts_domain::{ApiVersion, Handler, ScriptType};
use iota_scripts_services::ports::{Check, Diagnostic};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{AppState, caller::Caller, error::ApiError, extract::JsonBody};

/// A source to check.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckInput {
    /// The source, JavaScript or TypeScript.
    content: String,
    /// `cron`, `one_off`, `endpoint` or `embedded`: then a missing function is found, too.
    #[serde(default, rename = "type")]
    script_type: Option<String>,
    /// The script's name, which suggests the function of an embedded one.
    #[serde(default)]
    name: String,
    /// The version of the API that it was written for; 1 when not given.
    #[serde(default)]
    api_version: Option<i64>,
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CheckDocument {
    /// In the order of the text; without one of severity `error` the source compiles. `warning` and `hint` keep nobody from switching
    /// the script on.
    #[schema(value_type = Vec<Object>)]
    diagnostics: Vec<Diagnostic>,
    /// The function that would be called, when it is not in the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    missing_function: Option<String>,
}

/// Looks at a source without running it, and says what is wrong with it and what could be better. For those who may create or change
/// scripts; 429 with `Retry-After` for who asks too often, or has two texts under way.
#[utoipa::path(post, path = "/check", tag = "check", request_body = CheckInput,
    responses((status = 200, body = CheckDocument), (status = "4XX", body = crate::error::ErrorDocument)))]
pub(crate) async fn check(
    State(app): State<AppState>,
    Caller(identity): Caller,
    JsonBody(input): JsonBody<CheckInput>,
) -> Result<Json<CheckDocument>, ApiError> {
    let kind = input.script_type.as_deref().map(ScriptType::parse).transpose()?;
    let handler = kind.map(|kind| (kind, Handler::of(kind, &input.name)));
    let missing_function = handler.as_ref().and_then(|(_, handler)| handler.missing_in(&input.content));
    let api_version = input.api_version.map_or(Ok(ApiVersion::FIRST), ApiVersion::parse)?;
    let check = Check { handler, api_version, ..Check::text(input.content) };
    let diagnostics = app.scripts.check(&identity, &check).await?;
    Ok(Json(CheckDocument { diagnostics, missing_function }))
}
