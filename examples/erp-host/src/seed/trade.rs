//! A tenant's clients, products, orders and invoices, consistent with each other: no order is later than its client's last activity,
//! every processed order has its invoice, and numbers are in the order of dates.

use chrono::{DateTime, Duration, Utc};

use super::names::{self, Vocabulary};
use super::random::Rng;
use crate::clients;
use crate::clock;
use crate::db::{DbError, Tx, Value};
use crate::money::Money;
use crate::products;
use crate::tenant::Tenant;

const CLIENTS: i64 = 240;
const ORDERS: usize = 400;
/// The number before the first order's.
const ORDERS_BEFORE: i64 = 1000;
/// Age of the oldest order, in days.
const ORDER_DAYS: i64 = 90;

struct Client {
    id: String,
    minutes_silent: i64,
}

struct Product {
    id: String,
    price: Money,
}

struct Order {
    id: String,
    client: String,
    at: DateTime<Utc>,
    status: &'static str,
    lines: Vec<(String, i64, Money)>,
}

impl Order {
    fn total(&self) -> Money {
        self.lines.iter().map(|(_, quantity, price)| *price * *quantity).sum()
    }
}

/// Writes all trade records of the tenant.
pub(super) async fn fill(tx: &mut Tx, tenant: &Tenant, now: DateTime<Utc>) -> Result<(), DbError> {
    let (vocabulary, seed) = if tenant.slug == "acme" { (&names::ACME, 1) } else { (&names::GLOBEX, 2) };
    let mut dice = Rng::new(seed);
    let clients = add_clients(tx, tenant, vocabulary, &mut dice, now).await?;
    let products = add_products(tx, tenant, vocabulary, &mut dice, now).await?;
    let buyers: Vec<&Client> = clients.iter().filter(|client| client.minutes_silent < ORDER_DAYS * 1440).collect();
    let mut orders = Vec::new();
    for index in 0..ORDERS {
        // Everyone's last activity is an order; the others are older.
        let last = buyers.get(index).map(|client| (*client, client.minutes_silent));
        let older = |dice: &mut Rng| {
            let client = *dice.pick(&buyers)?;
            Some((client, dice.between(client.minutes_silent, ORDER_DAYS * 1440)))
        };
        if let Some((client, minutes_ago)) = last.or_else(|| older(&mut dice)) {
            orders.push(make_order(client, minutes_ago, &products, &mut dice, now));
        }
    }
    orders.sort_by_key(|order| order.at);
    add_orders(tx, tenant, &orders).await?;
    let invoices = add_invoices(tx, tenant, &orders, &mut dice, now).await?;
    let last_order = ORDERS_BEFORE + i64::try_from(orders.len()).unwrap_or(i64::MAX - ORDERS_BEFORE);
    let sql = "UPDATE erp_tenants SET last_order_number = $2, last_invoice_number = $3 WHERE id = $1";
    tx.execute(sql, &[tenant.id.as_str().into(), last_order.into(), invoices.into()]).await?;
    Ok(())
}

async fn add_clients(
    tx: &mut Tx,
    tenant: &Tenant,
    vocabulary: &Vocabulary,
    dice: &mut Rng,
    now: DateTime<Utc>,
) -> Result<Vec<Client>, DbError> {
    let mut clients = Vec::new();
    let mut rows = Vec::new();
    for index in 0..CLIENTS {
        let days_silent = match index % 12 {
            0 => dice.between(60, 300),     // inactive
            1 | 7 => dice.between(32, 118), // active, but without activity for more than 30 days
            _ => dice.between(0, 28),
        };
        let minutes_silent = days_silent * 1440 + dice.between(1, 1439);
        let created = minutes_silent + dice.between(100, 900) * 1440;
        let id = dice.uuid().to_string();
        let name = client_name(vocabulary, dice);
        let email = format!(
            "{}{index}@{}",
            ["info", "sales", "office"][index.unsigned_abs() as usize % 3],
            dice.word(vocabulary.mail_domains)
        );
        let digits = dice.between(0, 10_i64.pow(vocabulary.phone_digits) - 1);
        let phone = format!(
            "{}{digits:0width$}",
            dice.word(vocabulary.phone_prefixes),
            width = vocabulary.phone_digits as usize
        );
        let credit_limit =
            if dice.between(0, 2) == 0 { dice.between(5, 40) * 100_000 * vocabulary.price_scale } else { 0 };
        rows.push(vec![
            Value::from(&id),
            tenant.id.as_str().into(),
            (&name).into(),
            (&email).into(),
            (&phone).into(),
            if index % 12 == 0 { "inactive" } else { "active" }.into(),
            credit_limit.into(),
            clock::to_text(now - Duration::minutes(minutes_silent)).into(),
            clock::to_text(now - Duration::minutes(created)).into(),
            clients::search_text(&name, Some(&email), Some(&phone)).into(),
        ]);
        clients.push(Client { id, minutes_silent });
    }
    tx.insert_all("erp_clients", &clients::COLUMNS, rows).await?;
    Ok(clients)
}

fn client_name(vocabulary: &Vocabulary, dice: &mut Rng) -> String {
    let tongue = usize::from(dice.between(0, 2) == 0);
    if dice.between(0, 4) == 0 {
        return format!("{} {}", dice.word(vocabulary.firms[tongue]), dice.word(vocabulary.firm_forms));
    }
    let people = &vocabulary.people[tongue];
    format!("{} {}", dice.word(people.first), dice.word(people.last))
}

async fn add_products(
    tx: &mut Tx,
    tenant: &Tenant,
    vocabulary: &Vocabulary,
    dice: &mut Rng,
    now: DateTime<Utc>,
) -> Result<Vec<Product>, DbError> {
    let mut products = Vec::new();
    let mut rows = Vec::new();
    for goods in vocabulary.products {
        for (number, (name, units)) in (1..).zip(goods.items) {
            let id = dice.uuid().to_string();
            let sku = format!("{}-{:04}", goods.prefix, number * 10);
            let price = Money::from_minor(units * 100 * vocabulary.price_scale);
            let stock = if dice.between(0, 11) == 0 { 0 } else { dice.between(3, 400) };
            rows.push(vec![
                Value::from(&id),
                tenant.id.as_str().into(),
                (&sku).into(),
                (*name).into(),
                goods.category.into(),
                price.into(),
                stock.into(),
                clock::to_text(now - Duration::days(dice.between(200, 900))).into(),
                products::search_text(&sku, name, goods.category).into(),
            ]);
            products.push(Product { id, price });
        }
    }
    tx.insert_all("erp_products", &products::COLUMNS, rows).await?;
    Ok(products)
}

fn make_order(client: &Client, minutes_ago: i64, products: &[Product], dice: &mut Rng, now: DateTime<Utc>) -> Order {
    let status = match (minutes_ago / 1440, dice.between(0, 19)) {
        (_, 0) => "cancelled",
        (0..=3, 1..=12) => "new",
        _ => "processed",
    };
    let count = dice.between(1, 5);
    let lines = (0..count).filter_map(|_| {
        let product = dice.pick(products)?;
        Some((product.id.clone(), dice.between(1, 12), product.price))
    });
    let lines = lines.collect();
    Order {
        id: dice.uuid().to_string(),
        client: client.id.clone(),
        at: now - Duration::minutes(minutes_ago),
        status,
        lines,
    }
}

async fn add_orders(tx: &mut Tx, tenant: &Tenant, orders: &[Order]) -> Result<(), DbError> {
    let tenant_id = tenant.id.as_str();
    let rows = (ORDERS_BEFORE + 1..).zip(orders).map(|(number, order)| {
        let delivery = clock::local_date(order.at + Duration::days(3), tenant.time_zone).to_string();
        vec![
            Value::from(&order.id),
            tenant_id.into(),
            number.into(),
            (&order.client).into(),
            order.status.into(),
            order.total().into(),
            delivery.into(),
            clock::to_text(order.at).into(),
        ]
    });
    tx.insert_all("erp_orders", &crate::orders::COLUMNS, rows.collect()).await?;
    let lines = orders.iter().flat_map(|order| {
        (0_i64..).zip(&order.lines).map(|(line, (product, quantity, price))| {
            vec![
                Value::from(&order.id),
                line.into(),
                tenant_id.into(),
                product.into(),
                (*quantity).into(),
                (*price).into(),
            ]
        })
    });
    tx.insert_all("erp_order_items", &crate::orders::ITEM_COLUMNS, lines.collect()).await
}

async fn add_invoices(
    tx: &mut Tx,
    tenant: &Tenant,
    orders: &[Order],
    dice: &mut Rng,
    now: DateTime<Utc>,
) -> Result<i64, DbError> {
    let mut number = 0;
    let mut rows = Vec::new();
    for order in orders.iter().filter(|order| order.status == "processed") {
        number += 1;
        let total = order.total();
        let paid = match ((now - order.at).num_days(), dice.between(0, 9)) {
            (30.., 0..=7) | (10..30, 0..=4) | (_, 0) => total,
            (_, 8) => Money::from_minor(total.minor() / 2),
            _ => Money::ZERO,
        };
        rows.push(vec![
            Value::from(dice.uuid().to_string()),
            tenant.id.as_str().into(),
            number.into(),
            (&order.client).into(),
            (&order.id).into(),
            total.into(),
            paid.into(),
            clock::local_date(order.at + Duration::days(14), tenant.time_zone).to_string().into(),
            clock::to_text(order.at).into(),
        ]);
    }
    tx.insert_all("erp_invoices", &crate::invoices::COLUMNS, rows).await?;
    Ok(number)
}
