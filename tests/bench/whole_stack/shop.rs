//! A host that answers immediately with constants, so that the plugin alone is measured.

use std::time::Duration;

use async_trait::async_trait;
use iota_scripts_host::{Host, HostError, Identity, ServiceCall};
use serde_json::{Value, json};

pub(super) struct Shop;

#[async_trait]
impl Host for Shop {
    async fn authorize(&self, who: &Identity, permission: &str, _: Option<&Value>) -> bool {
        who.has_permission(permission)
    }

    async fn call_service(&self, call: ServiceCall) -> Result<Value, HostError> {
        match call.method.as_str() {
            "products.get" => Ok(json!({"id": call.args[0], "name": "Chair", "stock": 40, "category": "furniture"})),
            "clients.get" => Ok(json!({"id": call.args[0], "name": "Ada", "credit_limit": 5000})),
            "invoices.getOutstandingAmount" => Ok(json!(120)),
            "orders.getReport" => Ok((1..=31).map(day).collect()),
            "products.wait" => {
                tokio::time::sleep(Duration::from_millis(5)).await;
                Ok(Value::Null)
            }
            other => Err(HostError::not_found(format!("no {other}"))),
        }
    }
}

/// The service that the scripts call.
pub(super) fn services() -> [Value; 4] {
    let method = |name: &str| json!({"name": name, "access": "read"});
    [
        json!({"name": "products", "methods": [method("get"), method("wait")]}),
        json!({"name": "clients", "methods": [method("get")]}),
        json!({"name": "invoices", "methods": [method("getOutstandingAmount")]}),
        json!({"name": "orders", "methods": [method("getReport")]}),
    ]
}

/// One day of the order report.
fn day(number: i64) -> Value {
    json!({"period": format!("2026-01-{number:02}"), "count": number, "revenue": 1250.5, "average_value": 310.25})
}

/// An order that the rule accepts.
pub(super) fn order() -> Value {
    json!({"id": 7, "customer_id": "c1", "total": 300, "delivery_date": "2026-01-30",
           "items": [{"product_id": "p1", "quantity": 2, "price": 100}, {"product_id": "p2", "quantity": 1, "price": 100}]})
}
