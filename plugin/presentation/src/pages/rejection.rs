//! An error as a page: the reason and links to continue, in the user's language.

use askama::Template;
use axum::{
    extract::Request,
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use iota_scripts_domain::FaultCode;
use iota_scripts_services::Identity;

use super::{Page, page_context::PageSlot, rendered};
use crate::{error::Rejection, locale::Locale};

#[derive(Template)]
#[template(path = "refusal.html")]
struct RejectionPage<'a> {
    page: &'a Page,
    title: &'a str,
    /// A more precise message, if there is one.
    message: &'a str,
    code: &'a str,
    /// Whether a form was sent, which the browser still has.
    sent: bool,
}

/// Converts the error responses of the pages to pages.
pub(super) async fn as_page(mut request: Request, next: Next) -> Response {
    let locale = request.extensions().get::<Identity>().map_or(Locale::En, Locale::of);
    let sent = !request.method().is_safe();
    let json = wants_json(request.headers()) && request.method() != Method::HEAD;
    let shown = PageSlot::default();
    request.extensions_mut().insert(shown.clone());
    let response = next.run(request).await;
    let Some(rejection) = response.extensions().get::<Rejection>().cloned().filter(|_| !json) else { return response };
    let page = shown.0.get().cloned().unwrap_or_else(|| Page::plain(locale));
    let title = locale.find(&format!("fault.{}", rejection.code)).unwrap_or(&rejection.message);
    let message = specific_message(&rejection, locale);
    let message = if title == message { "" } else { message.as_str() };
    let body = RejectionPage { page: &page, title, message, code: rejection.code.as_str(), sent };
    let mut shown = rendered(&page, title, response.status(), &body).unwrap_or_else(|error| error.into_response());
    if let Some(retry_after) = response.headers().get(header::RETRY_AFTER) {
        shown.headers_mut().insert(header::RETRY_AFTER, retry_after.clone());
    }
    shown
}

/// English uses the message of the plugin; other languages name the missing resource or permission.
fn specific_message(rejection: &Rejection, locale: Locale) -> String {
    let text = |key: &str| locale.find(key).map(str::to_owned);
    match (rejection.code, rejection.subject) {
        _ if locale == Locale::En => rejection.message.clone(),
        (FaultCode::NotFound, Some(subject)) => {
            text(&format!("not_found.{}", subject.replace(' ', "_"))).unwrap_or_default()
        }
        (FaultCode::Forbidden, Some(permission)) => {
            let subject = text(&format!("permission.{permission}")).unwrap_or_else(|| permission.to_owned());
            locale.with("error_page.permission", "permission", &subject)
        }
        _ => String::new(),
    }
}

fn wants_json(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accept.starts_with("application/json")
}
