//! Extractors of handlers: a caller, query parameters, a JSON body, a form. Each has its own rejection.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde_json::Value as Json;

use super::{ApiError, MAX_BODY_BYTES, PageError, csrf, urls};
use crate::caller::Caller;
use crate::error::AppError;
use crate::fields;

/// The caller of an API: 401 if missing, 403 for a cookie without its CSRF token.
pub(super) struct ApiCaller(pub(super) Arc<Caller>);

impl<S: Send + Sync> FromRequestParts<S> for ApiCaller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let caller = parts.extensions.get::<Arc<Caller>>().cloned().ok_or(ApiError(AppError::Unauthenticated))?;
        if !csrf::header_ok(&caller, &parts.method, &parts.headers) {
            return Err(ApiError(AppError::Csrf));
        }
        Ok(Self(caller))
    }
}

/// The caller of a page: if missing, the browser is redirected to the sign-in page, and back afterwards.
pub(super) struct PageCaller(pub(super) Arc<Caller>);

impl<S: Send + Sync> FromRequestParts<S> for PageCaller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Response> {
        match parts.extensions.get::<Arc<Caller>>() {
            Some(caller) => Ok(Self(caller.clone())),
            None if parts.method == Method::GET => {
                let target = parts.uri.path_and_query().map_or("/", |path| path.as_str());
                Err(Redirect::to(&sign_in_path(target)).into_response())
            }
            None => Err(Redirect::to("/login").into_response()),
        }
    }
}

/// The sign-in page that leads back to a path.
pub fn sign_in_path(target: &str) -> String {
    if target == "/" {
        return "/login".to_owned();
    }
    format!("/login?next={}", urls::encode(target))
}

/// The query string, decoded, in order.
pub(super) struct Params(pub(super) Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        match Query::try_from_uri(&parts.uri) {
            Ok(Query(pairs)) => Ok(Self(pairs)),
            Err(_) => Err(ApiError(AppError::BadRequest("the query string is malformed".to_owned()))),
        }
    }
}

/// A JSON body, whatever its content type.
pub(super) struct JsonBody(pub(super) Json);

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes =
            Bytes::from_request(request, state).await.map_err(|rejection| ApiError(unreadable_body(&rejection)))?;
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|error| ApiError(AppError::BadRequest(format!("the request body is not valid JSON: {error}"))))
    }
}

/// The form of a signed-in user, without its CSRF token, which was verified.
pub(super) struct Form {
    pub(super) caller: Arc<Caller>,
    pub(super) fields: HashMap<String, String>,
}

impl Form {
    /// The form as an object; empty fields count as missing.
    pub(super) fn to_json(&self) -> Json {
        fields::form_object(self.fields.clone())
    }

    /// One field, or an empty text.
    pub(super) fn get(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let PageCaller(caller) = PageCaller::from_request_parts(&mut parts, state).await?;
        let mut fields = read_form(Request::from_parts(parts, body), state).await?;
        let token = fields.remove("csrf_token");
        if !csrf::token_ok(&caller, token.as_deref()) {
            return Err(PageError::new(&AppError::Csrf).into_response());
        }
        Ok(Self { caller, fields })
    }
}

/// The fields of a form from any sender.
pub(super) async fn read_form<S: Send + Sync>(
    request: Request,
    state: &S,
) -> Result<HashMap<String, String>, Response> {
    match axum::extract::Form::<HashMap<String, String>>::from_request(request, state).await {
        Ok(axum::extract::Form(fields)) => Ok(fields),
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            Err(PageError::new(&AppError::TooLarge { limit: MAX_BODY_BYTES }).into_response())
        }
        Err(_) => Err(PageError::new(&AppError::BadRequest("the form is malformed".to_owned())).into_response()),
    }
}

fn unreadable_body(rejection: &BytesRejection) -> AppError {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        AppError::TooLarge { limit: MAX_BODY_BYTES }
    } else {
        AppError::BadRequest("the request body could not be read".to_owned())
    }
}
