//! Products that a tenant sells, and their stock.

use serde::Serialize;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::access::Permission;
use crate::call_context::CallContext;
use crate::clock;
use crate::db::{DbError, Row};
use crate::erp::Erp;
use crate::error::AppError;
use crate::fields::Fields;
use crate::listing::{self, Column, Kind, Listing, Source};
use crate::money::Money;

/// Maximum stock of one product.
pub const MAX_STOCK: i64 = 1_000_000_000;

/// Columns of lists of products.
pub static SOURCE: Source = Source {
    select: "p.id, p.sku, p.name, p.category, p.price, p.stock, p.created_at",
    from: "erp_products p",
    tenant: "p.tenant_id",
    columns: &[
        Column { field: "name", sql: "p.name", kind: Kind::Text },
        Column { field: "id", sql: "p.id", kind: Kind::Text },
        Column { field: "sku", sql: "p.sku", kind: Kind::Text },
        Column { field: "category", sql: "p.category", kind: Kind::Text },
        Column { field: "price", sql: "p.price", kind: Kind::Money },
        Column { field: "stock", sql: "p.stock", kind: Kind::Int },
        Column { field: "created_at", sql: "p.created_at", kind: Kind::Time },
    ],
    search: "p.search_text",
    default_sort: "sku",
    id: "p.id",
};

/// The columns of a new row, in order.
pub const COLUMNS: [&str; 9] =
    ["id", "tenant_id", "sku", "name", "category", "price", "stock", "created_at", "search_text"];

/// A product.
#[derive(Debug, Clone, Serialize)]
pub struct Product {
    pub id: String,
    pub sku: String,
    pub name: String,
    pub category: String,
    pub price: Money,
    /// Pieces in stock.
    pub stock: i64,
    pub created_at: String,
}

impl Product {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.text("id")?,
            sku: row.text("sku")?,
            name: row.text("name")?,
            category: row.text("category")?,
            price: row.money("price")?,
            stock: row.int("stock")?,
            created_at: row.text("created_at")?,
        })
    }
}

/// The fields of a new product.
#[derive(Debug)]
struct ProductDraft {
    sku: String,
    name: String,
    category: String,
    price: Money,
    stock: i64,
}

impl ProductDraft {
    fn parse(input: &Json) -> Result<Self, AppError> {
        let mut fields = Fields::of(input)?;
        let draft = Self {
            sku: fields.text("sku", 40)?,
            name: fields.text("name", 200)?,
            category: fields.text("category", 60)?,
            price: fields.money("price")?,
            stock: fields.optional_int("stock", 0, MAX_STOCK)?.unwrap_or(0),
        };
        fields.finish()?;
        Ok(draft)
    }
}

/// The text that a search for products matches.
pub fn search_text(sku: &str, name: &str, category: &str) -> String {
    format!("{sku} {name} {category}").to_lowercase()
}

/// A page of the tenant's products.
pub async fn list(erp: &Erp, context: &CallContext, listing: &Listing) -> Result<Vec<Product>, AppError> {
    context.require(Permission::ProductsRead)?;
    let rows = listing::fetch(&erp.db, &SOURCE, &context.tenant.id, listing).await?;
    Ok(rows.iter().map(Product::from_row).collect::<Result<_, _>>()?)
}

/// One product, or `None`.
pub async fn find(erp: &Erp, context: &CallContext, id: &str) -> Result<Option<Product>, AppError> {
    context.require(Permission::ProductsRead)?;
    let sql = format!("SELECT {} FROM {} WHERE p.tenant_id = $1 AND p.id = $2", SOURCE.select, SOURCE.from);
    let row = erp.db.first(&sql, &[context.tenant.id.as_str().into(), id.into()]).await?;
    Ok(row.as_ref().map(Product::from_row).transpose()?)
}

/// One product, which must exist.
pub async fn get(erp: &Erp, context: &CallContext, id: &str) -> Result<Product, AppError> {
    find(erp, context, id).await?.ok_or_else(|| AppError::not_found("product", id))
}

/// Adds a product with an unused SKU: `{sku, name, category, price, stock?}`.
pub async fn create(erp: &Erp, context: &CallContext, input: &Json) -> Result<Product, AppError> {
    context.require(Permission::ProductsCreate)?;
    let draft = ProductDraft::parse(input)?;
    let product = Product {
        id: Uuid::now_v7().to_string(),
        sku: draft.sku,
        name: draft.name,
        category: draft.category,
        price: draft.price,
        stock: draft.stock,
        created_at: clock::to_text(clock::now()),
    };
    let values = vec![
        (&product.id).into(),
        context.tenant.id.as_str().into(),
        (&product.sku).into(),
        (&product.name).into(),
        (&product.category).into(),
        product.price.into(),
        product.stock.into(),
        (&product.created_at).into(),
        search_text(&product.sku, &product.name, &product.category).into(),
    ];
    let mut work = erp.begin(context).await?;
    work.insert("erp_products", &COLUMNS, values).await.map_err(|error| {
        if error.is_unique_violation() {
            AppError::Conflict(format!("a product with the SKU {} already exists", product.sku))
        } else {
            error.into()
        }
    })?;
    work.event("product.created", json!({ "product_id": product.id, "sku": product.sku }));
    work.commit().await?;
    Ok(product)
}

/// Sets the stock: `{stock}`.
pub async fn set_stock(erp: &Erp, context: &CallContext, id: &str, input: &Json) -> Result<Product, AppError> {
    context.require(Permission::ProductsUpdate)?;
    let mut fields = Fields::of(input)?;
    let stock = fields.int("stock", 0, MAX_STOCK)?;
    fields.finish()?;
    let before = get(erp, context, id).await?;
    let values = [context.tenant.id.as_str().into(), id.into(), stock.into()];
    let mut work = erp.begin(context).await?;
    work.execute("UPDATE erp_products SET stock = $3 WHERE tenant_id = $1 AND id = $2", &values).await?;
    work.event("product.stock_changed", json!({ "product_id": id, "from": before.stock, "to": stock }));
    work.commit().await?;
    Ok(Product { stock, ..before })
}
