//! Sign in, sign out, choose a language.
//!
//! The sign-in form has no session for its token, so the token is in a separate cookie.

use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, Html, IntoResponse as _, Redirect, Response};

use super::{AppState, PageResult};
use crate::error::AppError;
use crate::secrets;
use crate::sessions;
use crate::user::Locale;
use crate::web::extract::{Form, Params, read_form};
use crate::web::{PageError, cookie, urls};

#[derive(Template)]
#[template(path = "login.html")]
struct Login<'a> {
    token: &'a str,
    next: &'a str,
    email: &'a str,
    wrong: bool,
}

pub(super) async fn show(Params(query): Params) -> PageResult {
    let next = query.iter().find(|(name, _)| name == "next").map_or("/", |(_, path)| path.as_str());
    login_page(urls::local_path(next), "", false)
}

pub(super) async fn sign_in(State(state): State<AppState>, headers: HeaderMap, request: Request) -> PageResult {
    let form = match read_form(request, &state).await {
        Ok(form) => form,
        Err(refusal) => return Ok(refusal),
    };
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    let expected = cookie::read(&headers, cookie::SIGN_IN).unwrap_or_default();
    if expected.is_empty() || !secrets::same(expected.as_bytes(), field("csrf_token").as_bytes()) {
        return Err(PageError::new(&AppError::Csrf));
    }
    let next = urls::local_path(field("next"));
    match sessions::sign_in(&state.erp, field("email"), field("password")).await? {
        Some(session) => {
            let cookies = [cookie::set(cookie::SESSION, &session.0), cookie::clear(cookie::SIGN_IN)];
            Ok(with_cookies(cookies, Redirect::to(next).into_response()))
        }
        None => login_page(next, field("email"), true),
    }
}

pub(super) async fn sign_out(State(state): State<AppState>, headers: HeaderMap, _form: Form) -> PageResult {
    if let Some(token) = cookie::read(&headers, cookie::SESSION) {
        sessions::sign_out(&state.erp, &token).await?;
    }
    Ok(with_cookies([cookie::clear(cookie::SESSION), None], Redirect::to("/login").into_response()))
}

/// Returns to the page of the language switch.
pub(super) async fn set_locale(State(state): State<AppState>, headers: HeaderMap, form: Form) -> PageResult {
    let requested = form.get("locale");
    let locale = Locale::parse(requested)
        .ok_or_else(|| AppError::field("locale", format!("locale must be en, ru or uz, not {requested:?}")))?;
    sessions::set_locale(&state.erp, form.caller.user.id, locale).await?;
    let referer = headers.get(header::REFERER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let path = referer.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..]));
    Ok(Redirect::to(urls::local_path(path.unwrap_or("/"))).into_response())
}

fn login_page(next: &str, email: &str, wrong: bool) -> PageResult {
    let token = secrets::random_token().map_err(AppError::from)?;
    let html = Login { token: &token, next, email, wrong }.render().map_err(AppError::from)?;
    let status = if wrong { StatusCode::UNAUTHORIZED } else { StatusCode::OK };
    Ok(with_cookies([cookie::set(cookie::SIGN_IN, &token), None], (status, Html(html)).into_response()))
}

fn with_cookies(cookies: [Option<HeaderValue>; 2], response: Response) -> Response {
    let headers: Vec<_> = cookies.into_iter().flatten().map(|cookie| (header::SET_COOKIE, cookie)).collect();
    (AppendHeaders(headers), response).into_response()
}
