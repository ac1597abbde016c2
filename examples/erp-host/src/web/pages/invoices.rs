//! Invoices: the list.

use axum::extract::State;

use super::view::{Cell, ListParts, ListRequest, Table};
use super::{AppState, PageResult};
use crate::caller::Caller;
use crate::clock;
use crate::invoices::{self, Invoice};
use crate::web::extract::{PageCaller, Params};

pub(super) async fn list(
    State(state): State<AppState>,
    PageCaller(caller): PageCaller,
    Params(query): Params,
) -> PageResult {
    let request = ListRequest::read(&invoices::SOURCE, &caller, query);
    let found = invoices::list(&state.erp, &caller.context, &request.listing).await?;
    let parts = ListParts {
        table: table(&found, &caller),
        choices: vec![request.choice("sort", "Order", &["-number", "due_date", "-outstanding", "-amount"])],
        searchable: true,
        action: None,
    };
    request.respond(&state, &caller, ("Invoices", "invoices"), parts).await
}

/// The table of some invoices.
pub(super) fn table(invoices: &[Invoice], caller: &Caller) -> Table {
    let zone = caller.context.tenant.time_zone;
    let rows = invoices.iter().map(|invoice| {
        vec![
            Cell::text(format!("#{}", invoice.number)),
            Cell::link(&invoice.client_name, format!("/clients/{}", invoice.client_id)),
            Cell::badge(invoice.status),
            Cell::number(&invoice.amount),
            Cell::number(&invoice.outstanding),
            Cell::text(clock::display_date(&invoice.due_date, zone)).with_class("nowrap"),
        ]
    });
    Table::new("Invoices", &["Number", "Client", "Status", "#Amount", "#Outstanding", "Due"], rows.collect())
}
