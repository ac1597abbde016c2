//! The OpenAPI 3.1 document of the JSON API, made of the same types that serve it.

use axum::Json;
use utoipa::OpenApi;

use crate::controllers::{
    check, dead_letters, declarations, executions, http_hosts, pause, schedules, scripts, templates, versions,
};

#[derive(OpenApi)]
#[openapi(
    info(title = "iota-scripts", description = "Scripts of a tenant, their versions and runs.", version = "1"),
    servers((url = "/scripts/api/v1")),
    paths(
        scripts::list, scripts::create, scripts::show, scripts::replace, scripts::delete, scripts::activate,
        scripts::deactivate, scripts::run, scripts::test, versions::list, versions::show, versions::restore, executions::list,
        executions::show, executions::cancel, executions::stream, templates::list, templates::show, templates::put, templates::remove,
        schedules::of_script, schedules::preview, schedules::occurrences, schedules::backlog, schedules::cancel, pause::show, pause::begin, pause::end, dead_letters::list,
        dead_letters::replay, dead_letters::replay_many, dead_letters::dismiss,
        http_hosts::list, http_hosts::add, http_hosts::remove, check::check, declarations::types, document,
    )
)]
struct Api;

/// This document.
#[utoipa::path(get, path = "/openapi.json", tag = "meta", responses((status = 200, content_type = "application/json")))]
pub(crate) async fn document() -> Json<utoipa::openapi::OpenApi> {
    Json(api())
}

/// The document as data.
pub(crate) fn api() -> utoipa::openapi::OpenApi {
    Api::openapi()
}
