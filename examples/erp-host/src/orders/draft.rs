//! A new order before it is saved: read, priced, and checked by the tenant's rule before it becomes an `Order`.
//!
//! Unknown products are kept until the rule has run, so that the caller gets the tenant's own message about them; afterwards they are
//! rejected here.

use serde_json::{Value as Json, json};

use super::Item;
use crate::call_context::CallContext;
use crate::clients;
use crate::db::Value;
use crate::erp::Erp;
use crate::error::AppError;
use crate::fields::Fields;
use crate::money::Money;

const MAX_ITEMS: usize = 200;
const MAX_QUANTITY: i64 = 1_000_000;

/// An order as requested by the caller.
#[derive(Debug)]
pub(super) struct OrderDraft {
    customer_id: String,
    items: Vec<ItemDraft>,
    delivery_date: Option<String>,
    /// The total that the caller expects.
    total: Option<Money>,
}

#[derive(Debug)]
struct ItemDraft {
    product_id: String,
    quantity: i64,
    price: Option<Money>,
}

/// An order with a customer, prices and a total.
#[derive(Debug)]
pub(super) struct PricedOrder {
    pub(super) customer_id: String,
    pub(super) customer_name: String,
    pub(super) delivery_date: Option<String>,
    pub(super) total: Money,
    items: Vec<PricedItem>,
}

#[derive(Debug)]
struct PricedItem {
    item: Item,
    exists: bool,
}

impl OrderDraft {
    pub(super) fn parse(input: &Json) -> Result<Self, AppError> {
        let mut fields = Fields::of(input)?;
        let customer_id = fields.text("customer_id", 64)?;
        let entries = fields.list("items", MAX_ITEMS)?;
        let items = entries.iter().enumerate().map(|(index, entry)| ItemDraft::parse(index, entry));
        let items = items.collect::<Result<_, _>>()?;
        let delivery_date = fields.optional_date("delivery_date")?;
        let total = fields.optional_money("total")?;
        fields.finish()?;
        Ok(Self { customer_id, items, delivery_date, total })
    }

    /// Looks up the customer and the products, and adds up.
    pub(super) async fn price(self, erp: &Erp, context: &CallContext) -> Result<PricedOrder, AppError> {
        let customer = clients::find(erp, context, &self.customer_id).await?.ok_or_else(|| {
            AppError::field("customer_id", format!("customer_id: client {} not found", self.customer_id))
        })?;
        let known = self.known_products(erp, context).await?;
        let items: Vec<PricedItem> = self.items.into_iter().map(|draft| draft.priced(&known)).collect();
        let total: Money = items.iter().map(|priced| priced.item.total()).sum();
        if total > Money::LIMIT {
            return Err(AppError::field("items", "the items total exceeds 100 billion"));
        }
        if let Some(claimed) = self.total.filter(|claimed| *claimed != total) {
            let message =
                format!("total is {claimed}, but the items add up to {total}; leave it out to have it computed");
            return Err(AppError::field("total", message));
        }
        let (customer_id, customer_name) = (customer.id, customer.name);
        Ok(PricedOrder { customer_id, customer_name, delivery_date: self.delivery_date, total, items })
    }

    async fn known_products(&self, erp: &Erp, context: &CallContext) -> Result<Vec<(String, String, Money)>, AppError> {
        let mut values: Vec<Value> = vec![context.tenant.id.as_str().into()];
        values.extend(self.items.iter().map(|item| Value::from(&item.product_id)));
        let marks: Vec<String> = (2..=values.len()).map(|number| format!("${number}")).collect();
        let sql =
            format!("SELECT id, name, price FROM erp_products WHERE tenant_id = $1 AND id IN ({})", marks.join(", "));
        let rows = erp.db.fetch(&sql, &values).await?;
        let products = rows.iter().map(|row| Ok((row.text("id")?, row.text("name")?, row.money("price")?)));
        products.collect()
    }
}

impl ItemDraft {
    fn parse(index: usize, entry: &Json) -> Result<Self, AppError> {
        let mut fields = Fields::at(&format!("items[{index}]"), entry)?;
        let draft = Self {
            product_id: fields.text("product_id", 64)?,
            quantity: fields.int("quantity", 1, MAX_QUANTITY)?,
            price: fields.optional_money("price")?,
        };
        fields.finish()?;
        Ok(draft)
    }

    fn priced(self, known: &[(String, String, Money)]) -> PricedItem {
        let product = known.iter().find(|(id, _, _)| *id == self.product_id);
        let price = self.price.or(product.map(|(_, _, price)| *price)).unwrap_or_default();
        let product_name = product.map(|(_, name, _)| name.clone()).unwrap_or_default();
        let item = Item { product_id: self.product_id, product_name, quantity: self.quantity, price };
        PricedItem { item, exists: product.is_some() }
    }
}

impl PricedOrder {
    /// The input of the tenant's rule.
    pub(super) fn for_rule(&self, id: &str) -> Json {
        let items = self.items.iter().map(|priced| {
            let item = &priced.item;
            json!({ "product_id": item.product_id, "quantity": item.quantity, "price": item.price })
        });
        json!({
            "id": id,
            "customer_id": self.customer_id,
            "items": items.collect::<Vec<_>>(),
            "total": self.total,
            "delivery_date": self.delivery_date,
        })
    }

    /// The items, if all their products exist.
    pub(super) fn known_items(&self) -> Result<Vec<Item>, AppError> {
        let items = self.items.iter().enumerate().map(|(index, priced)| {
            priced.exists.then(|| priced.item.clone()).ok_or_else(|| {
                let field = format!("items[{index}].product_id");
                let message = format!("{field}: product {} not found", priced.item.product_id);
                AppError::field(field, message)
            })
        });
        items.collect()
    }
}
