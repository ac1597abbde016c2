//! The API that scripts can call, as TypeScript declarations for editors.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use iota_scripts_domain::{Permission, ScriptType};
use iota_scripts_services::{ServiceError, declarations};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{AppState, caller::Caller, error::ApiError, error::ErrorDocument, extract::QueryString};

/// Selects the declarations.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct TypesQuery {
    /// `cron`, `one_off`, `endpoint` or `embedded`: only the API of scripts of this type.
    #[serde(default, rename = "type")]
    script_type: Option<String>,
}

/// Returns the declarations of the API, of the services that are bound now and of the declared tables.
#[utoipa::path(get, path = "/types.d.ts", tag = "check", params(TypesQuery),
    responses((status = 200, content_type = "application/typescript", body = String), (status = "4XX", body = ErrorDocument)))]
pub(crate) async fn types(
    State(app): State<AppState>,
    Caller(identity): Caller,
    QueryString(query): QueryString<TypesQuery>,
) -> Result<Response, ApiError> {
    if !app.scripts.permissions(&identity).await?.contains(&Permission::Read) {
        return Err(ServiceError::Forbidden(Permission::Read).into());
    }
    let script_type = query.script_type.as_deref().map(ScriptType::parse).transpose()?;
    let headers = [(header::CONTENT_TYPE, "application/typescript; charset=utf-8")];
    Ok((headers, declarations(&app.catalog, &app.tables, script_type)).into_response())
}
