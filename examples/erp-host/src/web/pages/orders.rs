//! Orders: the list, one order with its items, and its actions.

pub(super) mod form;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};

use super::view::{Action, Cell, Detail, Link, ListParts, ListRequest, Table, csrf};
use super::{AppState, PageResult, respond};
use crate::access::Permission;
use crate::caller::Caller;
use crate::clock;
use crate::error::AppError;
use crate::orders::{self, Order};
use crate::web::extract::{Form, PageCaller, Params};

pub(super) async fn list(
    State(state): State<AppState>,
    PageCaller(caller): PageCaller,
    Params(query): Params,
) -> PageResult {
    let request = ListRequest::read(&orders::SOURCE, &caller, query);
    let found = orders::list(&state.erp, &caller.context, &request.listing).await?;
    let parts = ListParts {
        table: table(&found, &caller),
        choices: vec![
            request.choice("status", "Status", &["new", "processed", "cancelled"]),
            request.choice("sort", "Order", &["-number", "number", "-total", "delivery_date"]),
        ],
        searchable: true,
        action: caller
            .context
            .may(Permission::OrdersCreate)
            .then_some(Link { label: "New order", href: "/orders/new" }),
    };
    request.respond(&state, &caller, ("Orders", "orders"), parts).await
}

pub(super) async fn show(
    State(state): State<AppState>,
    PageCaller(caller): PageCaller,
    Path(id): Path<String>,
) -> PageResult {
    let order = orders::get(&state.erp, &caller.context, &id).await?;
    detail(&state, &caller, &order, None)
}

pub(super) async fn process(State(state): State<AppState>, Path(id): Path<String>, form: Form) -> PageResult {
    let result = orders::process(&state.erp, &form.caller.context, &id).await;
    back_to_order(&state, &form.caller, &id, result).await
}

pub(super) async fn cancel(State(state): State<AppState>, Path(id): Path<String>, form: Form) -> PageResult {
    let result = orders::cancel(&state.erp, &form.caller.context, &id).await;
    back_to_order(&state, &form.caller, &id, result).await
}

/// The table of some orders.
pub(super) fn table(orders: &[Order], caller: &Caller) -> Table {
    let zone = caller.context.tenant.time_zone;
    let rows = orders.iter().map(|order| {
        let delivery = order.delivery_date.as_deref().map(|date| clock::display_date(date, zone));
        vec![
            Cell::link(format!("#{}", order.number), format!("/orders/{}", order.id)),
            Cell::link(&order.customer_name, format!("/clients/{}", order.customer_id)),
            Cell::badge(&order.status),
            Cell::number(&order.total),
            Cell::optional(delivery.as_deref()).with_class("nowrap"),
            Cell::text(clock::display(&order.created_at, zone)).with_class("nowrap"),
        ]
    });
    Table::new("Orders", &["Number", "Customer", "Status", "#Total", "Delivery", "Created"], rows.collect())
}

async fn back_to_order(state: &AppState, caller: &Caller, id: &str, result: Result<Order, AppError>) -> PageResult {
    match result {
        Ok(_) => Ok(Redirect::to(&format!("/orders/{id}")).into_response()),
        Err(AppError::Conflict(problem)) => {
            let order = orders::get(&state.erp, &caller.context, id).await?;
            detail(state, caller, &order, Some(problem))
        }
        Err(error) => Err(error.into()),
    }
}

fn detail(state: &AppState, caller: &Caller, order: &Order, problem: Option<String>) -> PageResult {
    let zone = caller.context.tenant.time_zone;
    let title = format!("Order #{}", order.number);
    let delivery = order.delivery_date.as_deref().map(|date| clock::display_date(date, zone));
    let items = order.items.iter().map(|item| {
        vec![
            Cell::text(&item.product_name),
            Cell::number(&item.quantity),
            Cell::number(&item.price),
            Cell::number(&item.total()),
        ]
    });
    let action = |label, verb: &str, class| Action { label, path: format!("/orders/{}/{verb}", order.id), class };
    let can_act = order.status == "new" && caller.context.may(Permission::OrdersProcess);
    let status = if problem.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let page = Detail {
        title: title.clone(),
        csrf: csrf(caller),
        actions: if can_act {
            vec![action("Process", "process", "primary"), action("Cancel order", "cancel", "danger")]
        } else {
            Vec::new()
        },
        problem,
        facts: vec![
            ("Status", Cell::badge(&order.status)),
            ("Customer", Cell::link(&order.customer_name, format!("/clients/{}", order.customer_id))),
            ("Total", Cell::text(format!("{} {}", order.total, caller.context.tenant.currency))),
            ("Delivery", Cell::optional(delivery.as_deref())),
            ("Created", Cell::text(clock::display(&order.created_at, zone))),
        ],
        tables: vec![Table::new("Items", &["Product", "#Quantity", "#Price", "#Total"], items.collect())],
    };
    respond(state, caller, (&title, "orders"), status, &page)
}
