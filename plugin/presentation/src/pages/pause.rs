//! The form that pauses all schedules of the tenant, and the button that resumes them.

use askama::Template;
use axum::{extract::State, http::StatusCode};
use iota_scripts_domain::{FieldError, FieldErrors, FieldProblem, PauseReason};
use iota_scripts_services::ServiceError;

use super::{
    Page, PageResult, done,
    local_time::{field, local},
    page_context::PageContext,
    rendered,
};
use crate::{AppState, extract::FormPairs};

const OVERVIEW: &str = "/scripts/dashboard";

#[derive(Template)]
#[template(path = "pause.html")]
struct PausePage {
    page: Page,
    reason: String,
    until: String,
    reason_error: String,
    until_error: String,
    longest: usize,
}

/// While schedules are paused, the form changes reason and end.
pub(super) async fn show(PageContext { page, .. }: PageContext) -> PageResult {
    let reason = page.pause().map(|pause| pause.reason.as_str().to_owned()).unwrap_or_default();
    let until = page.pause().and_then(|pause| pause.ends_at).map(|until| field(until, page.zone)).unwrap_or_default();
    render(&page, reason, until, &FieldErrors::default())
}

pub(super) async fn begin(
    State(app): State<AppState>,
    PageContext { identity, page }: PageContext,
    form: FormPairs,
) -> PageResult {
    let (reason, typed) = (form.get("reason"), form.get("until").trim());
    let until = if typed.is_empty() { None } else { local(typed, page.zone) };
    let unreadable = FieldError::new("until", FieldProblem::Invalid, "not a date and time");
    let paused = if until.is_none() && !typed.is_empty() {
        Err(ServiceError::from(unreadable))
    } else {
        app.schedules.pause(&identity, reason, until).await
    };
    match paused {
        Ok(_) => Ok(done(OVERVIEW, "paused")),
        Err(ServiceError::Invalid(errors)) => render(&page, reason.to_owned(), typed.to_owned(), &errors),
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn end(State(app): State<AppState>, PageContext { identity, .. }: PageContext) -> PageResult {
    app.schedules.resume(&identity).await?;
    Ok(done(OVERVIEW, "resumed"))
}

fn render(page: &Page, reason: String, until: String, errors: &FieldErrors) -> PageResult {
    let text = |field: &str| {
        let wrong = errors.0.iter().any(|error| error.field == field);
        if wrong {
            page.word("problem", if field == "until" { "pause_until" } else { "pause_reason" })
        } else {
            String::new()
        }
    };
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let body = PausePage {
        reason_error: text("reason"),
        until_error: text("until"),
        reason,
        until,
        longest: PauseReason::MAX_CHARS,
        page: page.clone(),
    };
    rendered(page, page.t("pause.title"), status, &body)
}
