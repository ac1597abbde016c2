//! Clients: the list, one client with orders and invoices, and the form that adds one.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};
use serde_json::json;

use super::view::{Cell, Detail, Field, FormPage, Link, ListParts, ListRequest, Table, csrf};
use super::{AppState, PageResult, invoices as invoice_pages, orders as order_pages, respond};
use crate::access::Permission;
use crate::caller::Caller;
use crate::clients;
use crate::clock;
use crate::listing::{Condition, Listing, Source};
use crate::money::Money;
use crate::web::extract::{Form, PageCaller, Params};
use crate::{invoices, orders};

pub(super) async fn list(
    State(state): State<AppState>,
    PageCaller(caller): PageCaller,
    Params(query): Params,
) -> PageResult {
    let request = ListRequest::read(&clients::SOURCE, &caller, query);
    let zone = caller.context.tenant.time_zone;
    let found = clients::list(&state.erp, &caller.context, &request.listing).await?;
    let rows = found.iter().map(|client| {
        vec![
            Cell::link(&client.name, format!("/clients/{}", client.id)),
            Cell::optional(client.phone.as_deref()).with_class("nowrap"),
            Cell::optional(client.email.as_deref()),
            Cell::badge(&client.status),
            Cell::number(&limit(client.credit_limit)),
            Cell::text(clock::display_date(&client.last_activity, zone)).with_class("nowrap"),
        ]
    });
    let titles = ["Name", "Phone", "E-mail", "Status", "#Credit limit", "Last activity"];
    let parts = ListParts {
        table: Table::new("Clients", &titles, rows.collect()),
        choices: vec![
            request.choice("status", "Status", &["active", "inactive"]),
            request.choice("sort", "Order", &["name", "last_activity", "-last_activity", "-credit_limit"]),
        ],
        searchable: true,
        action: caller
            .context
            .may(Permission::ClientsCreate)
            .then_some(Link { label: "New client", href: "/clients/new" }),
    };
    request.respond(&state, &caller, ("Clients", "clients"), parts).await
}

pub(super) async fn show(
    State(state): State<AppState>,
    PageCaller(caller): PageCaller,
    Path(id): Path<String>,
) -> PageResult {
    let context = &caller.context;
    let zone = context.tenant.time_zone;
    let client = clients::get(&state.erp, context, &id).await?;
    let owed = invoices::outstanding_amount(&state.erp, context, &id).await?;
    let orders = orders::list(&state.erp, context, &about(&orders::SOURCE, "customer_id", &id, &caller)?).await?;
    let invoices = invoices::list(&state.erp, context, &about(&invoices::SOURCE, "client_id", &id, &caller)?).await?;
    let page = Detail {
        title: client.name.clone(),
        csrf: csrf(&caller),
        actions: Vec::new(),
        problem: None,
        facts: vec![
            ("Status", Cell::badge(&client.status)),
            ("Phone", Cell::optional(client.phone.as_deref())),
            ("E-mail", Cell::optional(client.email.as_deref())),
            ("Credit limit", Cell::text(limit(client.credit_limit))),
            ("Outstanding", Cell::text(owed.to_string())),
            ("Last activity", Cell::text(clock::display(&client.last_activity, zone))),
            ("Client since", Cell::text(clock::display_date(&client.created_at, zone))),
        ],
        tables: vec![order_pages::table(&orders, &caller), invoice_pages::table(&invoices, &caller)],
    };
    respond(&state, &caller, (&client.name, "clients"), StatusCode::OK, &page)
}

pub(super) async fn form(State(state): State<AppState>, PageCaller(caller): PageCaller) -> PageResult {
    caller.context.require(Permission::ClientsCreate)?;
    empty_form(&caller).respond(&state, &caller, "clients", StatusCode::OK)
}

pub(super) async fn create(State(state): State<AppState>, form: Form) -> PageResult {
    let sent = form.to_json();
    match clients::create(&state.erp, &form.caller.context, &sent).await {
        Ok(client) => Ok(Redirect::to(&format!("/clients/{}", client.id)).into_response()),
        Err(error) if error.field_name().is_some() => {
            let page = empty_form(&form.caller).refused(&sent, &error);
            page.respond(&state, &form.caller, "clients", error.status())
        }
        Err(error) => Err(error.into()),
    }
}

fn empty_form(caller: &Caller) -> FormPage {
    let fields = vec![
        Field { required: true, ..Field::new("name", "Name", "text") },
        Field { hint: "International, like +998 90 123 45 67", ..Field::new("phone", "Phone", "tel") },
        Field::new("email", "E-mail", "email"),
        Field { options: &["active", "inactive"], ..Field::new("status", "Status", "text") },
        Field { hint: "Blank or 0: no limit", ..Field::new("credit_limit", "Credit limit", "text") },
    ];
    FormPage::new(("New client", "/clients", "Add client"), caller, fields)
}

fn about(source: &Source, field: &str, id: &str, caller: &Caller) -> Result<Listing, crate::error::AppError> {
    let condition = Condition::new(source, field, (field, "eq"), &json!(id), caller.context.tenant.time_zone)?;
    Ok(Listing::all(source).and(condition))
}

fn limit(amount: Money) -> String {
    if amount == Money::ZERO { "–".to_owned() } else { amount.to_string() }
}
