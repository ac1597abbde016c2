//! The form that places an order. Errors of the tenant's rule are shown above the form.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};
use serde_json::{Map, Value as Json, json};

use super::super::view::csrf;
use super::super::{AppState, PageResult, respond};
use crate::access::Permission;
use crate::caller::Caller;
use crate::clients::{self, Client};
use crate::error::AppError;
use crate::listing::{Listing, MAX_LIMIT};
use crate::orders;
use crate::products::{self, Product};
use crate::web::extract::{Form, PageCaller};

const LINES: usize = 5;

#[derive(Template)]
#[template(path = "order_form.html")]
struct OrderForm {
    csrf: String,
    problems: Vec<String>,
    clients: Vec<Client>,
    products: Vec<Product>,
    customer_id: String,
    delivery_date: String,
    lines: Vec<Line>,
}

#[derive(Default)]
struct Line {
    product_id: String,
    quantity: String,
}

pub(crate) async fn show(State(state): State<AppState>, PageCaller(caller): PageCaller) -> PageResult {
    caller.context.require(Permission::OrdersCreate)?;
    let lines = (0..LINES).map(|_| Line::default()).collect();
    let form = order_form(&state, &caller, ("", ""), lines, Vec::new()).await?;
    respond(&state, &caller, ("New order", "orders"), StatusCode::OK, &form)
}

pub(crate) async fn create(State(state): State<AppState>, form: Form) -> PageResult {
    let caller = &form.caller;
    let lines: Vec<Line> = (0..LINES)
        .map(|index| Line {
            product_id: form.get(&format!("product_{index}")).to_owned(),
            quantity: form.get(&format!("quantity_{index}")).to_owned(),
        })
        .collect();
    let (customer_id, delivery_date) = (form.get("customer_id"), form.get("delivery_date"));
    let order = to_order(customer_id, delivery_date, &lines);
    let error = match orders::create(&state.erp, &caller.context, &order, state.rule.as_ref()).await {
        Ok(order) => return Ok(Redirect::to(&format!("/orders/{}", order.id)).into_response()),
        Err(error) => error,
    };
    let problems = match &error {
        AppError::OrderRejected { errors } => errors.clone(),
        AppError::Validation { .. } | AppError::OrderRuleFailed { .. } => vec![error.to_string()],
        _ => return Err(error.into()),
    };
    let page = order_form(&state, caller, (customer_id, delivery_date), lines, problems).await?;
    respond(&state, caller, ("New order", "orders"), error.status(), &page)
}

/// The order as the API takes it; lines without a product are left out.
fn to_order(customer_id: &str, delivery_date: &str, lines: &[Line]) -> Json {
    let items = lines.iter().filter(|line| !line.product_id.is_empty());
    let items = items.map(|line| json!({ "product_id": line.product_id, "quantity": line.quantity }));
    let mut order = Map::new();
    order.insert("customer_id".to_owned(), json!(customer_id));
    order.insert("items".to_owned(), items.collect());
    order.insert("delivery_date".to_owned(), json!(delivery_date));
    Json::Object(order)
}

async fn order_form(
    state: &AppState,
    caller: &Caller,
    (customer_id, delivery_date): (&str, &str),
    lines: Vec<Line>,
    problems: Vec<String>,
) -> Result<OrderForm, AppError> {
    let everything = |source| {
        let mut listing = Listing::all(source);
        listing.limit = MAX_LIMIT;
        listing
    };
    Ok(OrderForm {
        csrf: csrf(caller),
        problems,
        clients: clients::list(&state.erp, &caller.context, &everything(&clients::SOURCE)).await?,
        products: products::list(&state.erp, &caller.context, &everything(&products::SOURCE)).await?,
        customer_id: customer_id.to_owned(),
        delivery_date: delivery_date.to_owned(),
        lines,
    })
}
