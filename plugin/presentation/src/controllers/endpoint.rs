//! Requests to the endpoints of scripts, below `/api/scripts`: matched, authorized, run and answered.
//!
//! Internal details are not shown: a failed run is a status, a code, a message and the id of its record.

mod incoming;
mod outgoing;

use axum::{
    body::Bytes,
    extract::{Request, State},
    http::{Method, StatusCode, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use iota_scripts_domain::{EndpointAccess, EndpointCaller, HttpMethod, Script};
use iota_scripts_services::{Identity, RateState, RouteMatch, ServiceError};

use crate::{AppState, Client, CsrfFailed, ENDPOINT_PREFIX, error::ApiError, openapi_endpoints};

/// Serves every request to an endpoint.
pub(crate) async fn serve(State(app): State<AppState>, request: Request) -> Response {
    answer(&app, request).await.unwrap_or_else(outgoing::rejection)
}

/// Returns the OpenAPI document of the tenant's endpoints; without a session, only of the public ones.
pub(crate) async fn document(State(app): State<AppState>, request: Request) -> Result<Response, ApiError> {
    let (parts, _) = request.into_parts();
    let (identity, session) = caller(&app, &parts).await?;
    let endpoints = app.endpoints.list(identity.tenant_id(), session).await.map_err(ServiceError::from)?;
    let document = openapi_endpoints::document(&identity.tenant.name, &endpoints);
    Ok(([(header::CACHE_CONTROL, "no-store")], document).into_response())
}

async fn answer(app: &AppState, request: Request) -> Result<Response, ApiError> {
    let (parts, body) = request.into_parts();
    let (identity, session) = caller(app, &parts).await?;
    let path = parts.uri.path().strip_prefix(ENDPOINT_PREFIX).filter(|path| !path.is_empty()).unwrap_or("/").to_owned();
    if parts.method == Method::OPTIONS {
        let methods = app.endpoints.methods(identity.tenant_id(), &path).await.map_err(ServiceError::from)?;
        return if methods.is_empty() {
            Err(ApiError::not_found("endpoint"))
        } else {
            Ok(outgoing::allow(StatusCode::NO_CONTENT, &methods))
        };
    }
    let wanted = if parts.method == Method::HEAD { "GET" } else { parts.method.as_str() };
    let Ok(method) = HttpMethod::parse(wanted) else { return Err(ApiError::not_found("endpoint")) };
    let found = app.endpoints.find(identity.tenant_id(), method, &path).await.map_err(ServiceError::from)?;
    let (script, params) = match found {
        RouteMatch::Endpoint { script, params } => (script, params),
        RouteMatch::OtherMethods(methods) => return Ok(outgoing::allow(StatusCode::METHOD_NOT_ALLOWED, &methods)),
        RouteMatch::Nothing => return Err(ApiError::not_found("endpoint")),
    };
    let identity = effective_identity(&script, identity, session, &parts)?;
    let caller = match identity.user_id() {
        Some(user) => EndpointCaller::user(user),
        None => EndpointCaller::address(parts.extensions.get::<Client>().and_then(|client| client.ip.as_deref())),
    };
    match app.endpoints.admit(&script, &caller) {
        RateState::Within => {}
        RateState::Exceeded { retry_after } => return Ok(outgoing::too_often(retry_after)),
        RateState::Held { retry_after } => return Ok(outgoing::held(retry_after)),
    }
    let body: Bytes = incoming::read(body).await?;
    let request = incoming::request(&parts, &path, params, &body)?;
    let called = app.endpoints.call(&identity, &script, caller, request).await?;
    // The router removes the body of a response to HEAD after it has computed its length.
    Ok(outgoing::of(called, session))
}

/// Returns the tenant and user of a request, and whether it has a session.
async fn caller(app: &AppState, request: &Parts) -> Result<(Identity, bool), ApiError> {
    if let Some(identity) = request.extensions.get::<Identity>() {
        return Ok((identity.clone(), true));
    }
    let client = request.extensions.get::<Client>();
    let host = client.and_then(|client| client.host.clone());
    let host = host.or_else(|| Some(request.headers.get(header::HOST)?.to_str().ok()?.to_owned()));
    match host {
        Some(host) => Ok((app.endpoints.visitor(&host).await?, false)),
        None => Err(ApiError::not_found("endpoint")),
    }
}

/// Returns the identity that the script runs as. If another site made the browser send a request to a public endpoint,
/// the script runs without a user.
fn effective_identity(
    script: &Script,
    identity: Identity,
    session: bool,
    request: &Parts,
) -> Result<Identity, ApiError> {
    let access = script.definition().kind.endpoint().map(|endpoint| endpoint.access).unwrap_or_default();
    let csrf_failed = request.extensions.get::<CsrfFailed>().is_some() && !request.method.is_safe();
    match access {
        EndpointAccess::Public if csrf_failed => Ok(Identity { user: None, session: false, ..identity }),
        EndpointAccess::Public => Ok(identity),
        EndpointAccess::Session if !session => Err(ApiError::unauthenticated()),
        EndpointAccess::Session if csrf_failed => Err(ApiError::csrf_failed()),
        EndpointAccess::Session => Ok(identity),
    }
}
