//! The event log.

use axum::extract::State;

use super::view::{Cell, ListParts, ListRequest, Table};
use super::{AppState, PageResult};
use crate::caller::Caller;
use crate::clock;
use crate::events::{self, Event};
use crate::web::extract::{PageCaller, Params};

pub(super) async fn list(
    State(state): State<AppState>,
    PageCaller(caller): PageCaller,
    Params(query): Params,
) -> PageResult {
    let request = ListRequest::read(&events::SOURCE, &caller, query);
    let found = events::list(&state.erp.db, &caller.context, &request.listing).await?;
    let parts = ListParts { table: table(&found, &caller), choices: Vec::new(), searchable: true, action: None };
    request.respond(&state, &caller, ("Events", "events"), parts).await
}

/// The table of some events.
pub(super) fn table(events: &[Event], caller: &Caller) -> Table {
    let zone = caller.context.tenant.time_zone;
    let rows = events.iter().map(|event| {
        vec![
            Cell::text(clock::display(&event.at, zone)).with_class("nowrap"),
            Cell::text(&event.kind).with_class("nowrap"),
            Cell::optional(event.user.as_deref()),
            Cell::text(event.data.to_string()).with_class("mono"),
        ]
    });
    Table::new("Events", &["Time", "Type", "User", "Data"], rows.collect())
}
