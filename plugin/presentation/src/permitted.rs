//! Checks permissions first: a user who lacks the permission of an operation gets that error, and does not learn
//! whether the request is valid or the resource exists.
//!
//! Use cases check permissions themselves. This layer asks the host only if a request is rejected for another reason
//! and the permission was not checked during the request.

use axum::{
    extract::{MatchedPath, Request, State},
    http::{Method, StatusCode},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use iota_scripts_domain::Permission;
use iota_scripts_services::Identity;

use crate::{API_PREFIX, AppState, error::ApiError};

/// Replaces an error response of the API by 403 if the user lacks the permission.
pub(crate) async fn check_first(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let asked = request.extensions().get::<Identity>().cloned().zip(needed(&request));
    let response = next.run(request).await;
    let Some((identity, permission)) = asked.filter(|_| says_what_is_wrong(response.status())) else { return response };
    match app.scripts.require(&identity, permission).await {
        Ok(()) => response,
        Err(error) => ApiError::from(error).into_response(),
    }
}

const fn says_what_is_wrong(status: StatusCode) -> bool {
    matches!(status.as_u16(), 400 | 404 | 409 | 413 | 422)
}

/// Returns the permission that an operation requires.
fn needed(request: &Request) -> Option<Permission> {
    let path = request.extensions().get::<MatchedPath>()?.as_str();
    permission_of(request.method(), path.strip_prefix(API_PREFIX)?)
}

fn permission_of(method: &Method, path: &str) -> Option<Permission> {
    let last = path.rsplit('/').next().unwrap_or_default();
    Some(match (method.as_str(), path, last) {
        ("GET", "/openapi.json", _) => return None,
        ("GET", ..) | ("POST", "/schedule/preview", _) => Permission::Read,
        ("POST", "/check", _) => Permission::Update,
        ("POST", "/scripts", _) => Permission::Create,
        ("DELETE", "/scripts/{id}", _) => Permission::Delete,
        ("POST", _, "run" | "test" | "cancel" | "replay" | "dismiss") => Permission::Execute,
        ("PUT" | "DELETE", "/http-hosts/{host}" | "/schedules/pause", _) => Permission::ManageEndpoints,
        ("PUT", ..) | ("POST", _, "activate" | "deactivate" | "restore") | ("DELETE", "/templates/{name}", _) => {
            Permission::Update
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_operation_needs_a_permission() {
        let document = serde_json::to_value(crate::api::openapi()).unwrap();
        let mut operations = 0;
        for (path, methods) in document["paths"].as_object().unwrap() {
            for method in methods.as_object().unwrap().keys() {
                let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
                let open = path == "/openapi.json";
                assert_eq!(permission_of(&method, path).is_none(), open, "{method} {path}");
                operations += 1;
            }
        }
        assert!(operations > 25, "{operations}");
    }
}
