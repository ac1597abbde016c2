//! Orders of clients. An order is `new`, then `processed` or `cancelled`; processing an order reduces the stock, creating it does not.
//! Before an order is saved, the tenant's rule is checked (`rule`), for every way of creating it.

mod draft;
mod lifecycle;
pub mod report;
pub mod rule;

use serde::Serialize;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use draft::OrderDraft;
pub use lifecycle::{cancel, process};
use rule::{OrderRule, Verdict};

use crate::access::Permission;
use crate::call_context::CallContext;
use crate::clock;
use crate::db::{DbError, Row};
use crate::erp::{Counter, Erp};
use crate::error::AppError;
use crate::listing::{self, Column, Kind, Listing, Source};
use crate::money::Money;

/// Columns of lists of orders.
pub static SOURCE: Source = Source {
    select: "o.id, o.number, o.customer_id, c.name AS customer_name, o.status, o.total, o.delivery_date, o.created_at",
    from: "erp_orders o JOIN erp_clients c ON c.id = o.customer_id",
    tenant: "o.tenant_id",
    columns: &[
        Column { field: "number", sql: "o.number", kind: Kind::Int },
        Column { field: "id", sql: "o.id", kind: Kind::Text },
        Column { field: "customer_id", sql: "o.customer_id", kind: Kind::Text },
        Column { field: "customer_name", sql: "c.name", kind: Kind::Text },
        Column { field: "status", sql: "o.status", kind: Kind::Text },
        Column { field: "total", sql: "o.total", kind: Kind::Money },
        Column { field: "delivery_date", sql: "o.delivery_date", kind: Kind::Date },
        Column { field: "created_at", sql: "o.created_at", kind: Kind::Time },
    ],
    search: "(o.number || ' ' || c.search_text)",
    default_sort: "-number",
    id: "o.id",
};

/// The columns of a new row, in order.
pub const COLUMNS: [&str; 8] =
    ["id", "tenant_id", "number", "customer_id", "status", "total", "delivery_date", "created_at"];
/// The columns of a new line, in order.
pub const ITEM_COLUMNS: [&str; 6] = ["order_id", "line", "tenant_id", "product_id", "quantity", "price"];

/// An order.
#[derive(Debug, Clone, Serialize)]
pub struct Order {
    pub id: String,
    /// Consecutive in each tenant.
    pub number: i64,
    pub customer_id: String,
    pub customer_name: String,
    /// `new`, `processed` or `cancelled`.
    pub status: String,
    pub total: Money,
    pub delivery_date: Option<String>,
    pub created_at: String,
    /// Omitted in lists.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
}

/// A line of an order.
#[derive(Debug, Clone, Serialize)]
pub struct Item {
    pub product_id: String,
    pub product_name: String,
    pub quantity: i64,
    /// Price of one piece, as agreed.
    pub price: Money,
}

impl Item {
    /// The price of the whole line.
    pub fn total(&self) -> Money {
        self.price * self.quantity
    }
}

impl Order {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.text("id")?,
            number: row.int("number")?,
            customer_id: row.text("customer_id")?,
            customer_name: row.text("customer_name")?,
            status: row.text("status")?,
            total: row.money("total")?,
            delivery_date: row.optional_text("delivery_date")?,
            created_at: row.text("created_at")?,
            items: Vec::new(),
        })
    }
}

/// A page of the tenant's orders, without their items.
pub async fn list(erp: &Erp, context: &CallContext, listing: &Listing) -> Result<Vec<Order>, AppError> {
    context.require(Permission::OrdersRead)?;
    let rows = listing::fetch(&erp.db, &SOURCE, &context.tenant.id, listing).await?;
    Ok(rows.iter().map(Order::from_row).collect::<Result<_, _>>()?)
}

/// One order with its items, or `None`.
pub async fn find(erp: &Erp, context: &CallContext, id: &str) -> Result<Option<Order>, AppError> {
    context.require(Permission::OrdersRead)?;
    let sql = format!("SELECT {} FROM {} WHERE o.tenant_id = $1 AND o.id = $2", SOURCE.select, SOURCE.from);
    let Some(row) = erp.db.first(&sql, &[context.tenant.id.as_str().into(), id.into()]).await? else {
        return Ok(None);
    };
    let sql = "SELECT i.product_id, p.name AS product_name, i.quantity, i.price
               FROM erp_order_items i JOIN erp_products p ON p.id = i.product_id
               WHERE i.order_id = $1 AND i.tenant_id = $2 ORDER BY i.line";
    let mut order = Order::from_row(&row)?;
    for row in erp.db.fetch(sql, &[id.into(), context.tenant.id.as_str().into()]).await? {
        order.items.push(Item {
            product_id: row.text("product_id")?,
            product_name: row.text("product_name")?,
            quantity: row.int("quantity")?,
            price: row.money("price")?,
        });
    }
    Ok(Some(order))
}

/// One order with its items, which must exist.
pub async fn get(erp: &Erp, context: &CallContext, id: &str) -> Result<Order, AppError> {
    find(erp, context, id).await?.ok_or_else(|| AppError::not_found("order", id))
}

/// Saves a new order if the tenant's rule accepts it. If the rule fails, the order is rejected. The input is `{customer_id, items:
/// [{product_id, quantity, price?}], delivery_date?, total?}`.
pub async fn create(erp: &Erp, context: &CallContext, input: &Json, rule: &dyn OrderRule) -> Result<Order, AppError> {
    context.require(Permission::OrdersCreate)?;
    let id = Uuid::now_v7().to_string();
    let priced = OrderDraft::parse(input)?.price(erp, context).await?;
    match rule.validate(context, &priced.for_rule(&id)).await {
        Ok(Verdict::NoRule | Verdict::Accepted) => {}
        Ok(Verdict::Rejected { errors }) => {
            let mut work = erp.begin(context).await?;
            work.event("order.rejected", json!({ "customer_id": priced.customer_id, "errors": errors }));
            work.commit().await?;
            return Err(AppError::OrderRejected { errors });
        }
        Err(error) => {
            return Err(AppError::OrderRuleFailed { rule: rule::SCRIPT_NAME, message: error.to_string() });
        }
    }
    let items = priced.known_items()?;
    let mut work = erp.begin(context).await?;
    let order = Order {
        id,
        number: work.next_number(Counter::Order).await?,
        customer_id: priced.customer_id,
        customer_name: priced.customer_name,
        status: "new".to_owned(),
        total: priced.total,
        delivery_date: priced.delivery_date,
        created_at: clock::to_text(clock::now()),
        items,
    };
    insert(&mut work, context, &order).await?;
    let touch = "UPDATE erp_clients SET last_activity = $3 WHERE tenant_id = $1 AND id = $2";
    let values = [context.tenant.id.as_str().into(), (&order.customer_id).into(), (&order.created_at).into()];
    work.execute(touch, &values).await?;
    let data = json!({
        "order_id": order.id, "number": order.number, "customer_id": order.customer_id, "total": order.total,
    });
    work.event("order.created", data);
    work.commit().await?;
    Ok(order)
}

async fn insert(work: &mut crate::erp::Work<'_>, context: &CallContext, order: &Order) -> Result<(), DbError> {
    let tenant = context.tenant.id.as_str();
    let values = vec![
        (&order.id).into(),
        tenant.into(),
        order.number.into(),
        (&order.customer_id).into(),
        (&order.status).into(),
        order.total.into(),
        order.delivery_date.clone().into(),
        (&order.created_at).into(),
    ];
    work.insert("erp_orders", &COLUMNS, values).await?;
    let lines = (0_i64..).zip(&order.items).map(|(line, item)| {
        vec![
            (&order.id).into(),
            line.into(),
            tenant.into(),
            (&item.product_id).into(),
            item.quantity.into(),
            item.price.into(),
        ]
    });
    work.insert_all("erp_order_items", &ITEM_COLUMNS, lines.collect()).await
}
