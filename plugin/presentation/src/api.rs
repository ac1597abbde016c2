//! The JSON API: one table of routes, used both to serve requests and to generate the OpenAPI 3.1 document.
//!
//! The paths and methods are those of each handler's `#[utoipa::path]`.

use std::sync::LazyLock;

use axum::{Json, Router, middleware};
use utoipa::{OpenApi, openapi::OpenApi as Document};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    AppState,
    controllers::{
        check, dead_letters, declarations, executions, http_hosts, pause, schedules, scripts, templates, versions,
    },
    error, permitted,
};

/// The top-level fields of the OpenAPI document.
#[derive(OpenApi)]
#[openapi(
    info(title = "iota-scripts", description = "Scripts of a tenant, their versions and runs.", version = "1"),
    servers((url = "/scripts/api/v1"))
)]
struct ApiInfo;

/// The routes, relative to the prefix of the API.
pub(crate) fn router(state: AppState) -> Router<AppState> {
    Router::from(routes())
        .fallback(error::no_such_address)
        .layer(middleware::from_fn_with_state(state, permitted::check_first))
        .method_not_allowed_fallback(error::method_not_allowed)
}

/// All routes, in the order of the document.
fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(ApiInfo::openapi())
        .routes(routes!(scripts::list, scripts::create))
        .routes(routes!(scripts::show, scripts::replace, scripts::delete))
        .routes(routes!(scripts::activate))
        .routes(routes!(scripts::deactivate))
        .routes(routes!(scripts::run))
        .routes(routes!(scripts::test))
        .routes(routes!(versions::list))
        .routes(routes!(versions::show))
        .routes(routes!(versions::restore))
        .routes(routes!(executions::list))
        .routes(routes!(executions::show))
        .routes(routes!(executions::cancel))
        .routes(routes!(executions::stream))
        .routes(routes!(templates::list))
        .routes(routes!(templates::show, templates::put, templates::remove))
        .routes(routes!(schedules::of_script))
        .routes(routes!(schedules::preview))
        .routes(routes!(schedules::occurrences))
        .routes(routes!(schedules::backlog))
        .routes(routes!(schedules::cancel))
        .routes(routes!(pause::show, pause::begin, pause::end))
        .routes(routes!(dead_letters::list))
        .routes(routes!(dead_letters::replay))
        .routes(routes!(dead_letters::replay_many))
        .routes(routes!(dead_letters::dismiss))
        .routes(routes!(http_hosts::list))
        .routes(routes!(http_hosts::add, http_hosts::remove))
        .routes(routes!(check::check))
        .routes(routes!(declarations::types))
        .routes(routes!(document))
}

/// This document.
#[utoipa::path(get, path = "/openapi.json", tag = "meta", responses((status = 200, content_type = "application/json")))]
async fn document() -> Json<&'static Document> {
    Json(openapi())
}

/// The document as data.
pub(crate) fn openapi() -> &'static Document {
    static DOCUMENT: LazyLock<Document> = LazyLock::new(|| routes().into_openapi());
    &DOCUMENT
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the order too: readers of the document see the API in this order.
    #[test]
    fn the_document_lists_the_published_paths() {
        let snapshot = include_str!("../../../tests/e2e/snapshots/e2e__api__openapi_paths.snap");
        let (_, published) = snapshot.rsplit_once("---\n").expect("a snapshot");
        let published: Vec<String> = serde_json::from_str(published).expect("a list of paths");
        assert_eq!(openapi().paths.paths.keys().cloned().collect::<Vec<_>>(), published);
    }
}
