//! Products: the list.

use axum::extract::State;

use super::view::{Cell, ListParts, ListRequest, Table};
use super::{AppState, PageResult};
use crate::products;
use crate::web::extract::{PageCaller, Params};

pub(super) async fn list(
    State(state): State<AppState>,
    PageCaller(caller): PageCaller,
    Params(query): Params,
) -> PageResult {
    let request = ListRequest::read(&products::SOURCE, &caller, query);
    let found = products::list(&state.erp, &caller.context, &request.listing).await?;
    let rows = found.iter().map(|product| {
        vec![
            Cell::text(&product.sku).with_class("nowrap"),
            Cell::text(&product.name),
            Cell::text(&product.category),
            Cell::number(&product.price),
            Cell::number(&product.stock),
        ]
    });
    let parts = ListParts {
        table: Table::new("Products", &["SKU", "Name", "Category", "#Price", "#Stock"], rows.collect()),
        choices: vec![
            request.choice("category", "Category", &["Tools", "Electronics", "Office", "Packaging", "Kitchen"]),
            request.choice("sort", "Order", &["sku", "name", "-price", "stock"]),
        ],
        searchable: true,
        action: None,
    };
    request.respond(&state, &caller, ("Products", "products"), parts).await
}
