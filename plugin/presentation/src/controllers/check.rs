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
    /// `cron`, `one_off`, `endpoint` or `embedded`. If given, a missing function is reported too.
    #[serde(default, rename = "type")]
    script_type: Option<String>,
    /// The script's name. The function of an embedded script is derived from it.
    #[serde(default)]
    name: String,
    /// The version of the JavaScript API that the source was written for; default 1.
    #[serde(default)]
    api_version: Option<i64>,
}

/// The result of a check.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CheckDocument {
    /// Diagnostics in the order of the source. Without one of severity `error` the source compiles. `warning` and
    /// `hint` do not prevent the script from being activated.
    #[schema(value_type = Vec<Object>)]
    diagnostics: Vec<Diagnostic>,
    /// The function that would be called, if it is not in the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    missing_function: Option<String>,
}

/// Checks a source without running it, and returns errors, warnings and hints. Needs the permission to create or to
/// change scripts; 429 with `Retry-After` above the rate limit or with two checks of this user in flight.
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
