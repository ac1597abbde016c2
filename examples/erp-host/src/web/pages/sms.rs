//! Messages: the outbox, and the form that queues one.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};

use super::view::{Cell, Field, FormPage, Link, ListParts, ListRequest, Table};
use super::{AppState, PageResult};
use crate::access::Permission;
use crate::caller::Caller;
use crate::clock;
use crate::sms;
use crate::web::extract::{Form, PageCaller, Params};

pub(super) async fn list(
    State(state): State<AppState>,
    PageCaller(caller): PageCaller,
    Params(query): Params,
) -> PageResult {
    let request = ListRequest::read(&sms::SOURCE, &caller, query);
    let zone = caller.context.tenant.time_zone;
    let found = sms::list(&state.erp, &caller.context, &request.listing).await?;
    let rows = found.iter().map(|sms| {
        vec![
            Cell::text(&sms.to).with_class("nowrap"),
            Cell::text(&sms.message).with_class("wide"),
            Cell::badge(&sms.status),
            Cell::text(sms.metadata.to_string()).with_class("mono"),
            Cell::text(clock::display(&sms.created_at, zone)).with_class("nowrap"),
        ]
    });
    let parts = ListParts {
        table: Table::new("Messages", &["To", "Message", "Status", "Metadata", "Queued"], rows.collect()),
        choices: vec![request.choice("status", "Status", &["queued", "sent", "failed"])],
        searchable: true,
        action: caller
            .context
            .may(Permission::NotificationsSend)
            .then_some(Link { label: "New message", href: "/sms/new" }),
    };
    request.respond(&state, &caller, ("Messages", "sms"), parts).await
}

pub(super) async fn form(State(state): State<AppState>, PageCaller(caller): PageCaller) -> PageResult {
    caller.context.require(Permission::NotificationsSend)?;
    empty_form(&caller).respond(&state, &caller, "sms", StatusCode::OK)
}

pub(super) async fn send(State(state): State<AppState>, form: Form) -> PageResult {
    let sent = form.to_json();
    match sms::send(&state.erp, &form.caller.context, &sent).await {
        Ok(_) => Ok(Redirect::to("/sms").into_response()),
        Err(error) if error.field_name().is_some() => {
            let page = empty_form(&form.caller).refused(&sent, &error);
            page.respond(&state, &form.caller, "sms", error.status())
        }
        Err(error) => Err(error.into()),
    }
}

fn empty_form(caller: &Caller) -> FormPage {
    let fields = vec![
        Field { required: true, hint: "International, like +998 90 123 45 67", ..Field::new("to", "To", "tel") },
        Field { required: true, ..Field::new("message", "Message", "text") },
    ];
    FormPage::new(("New message", "/sms", "Queue message"), caller, fields)
}
