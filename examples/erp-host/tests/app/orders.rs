//! Orders: placed, checked by the rule, processed, reported.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use erp_host::call_context::CallContext;
use erp_host::error::AppError;
use erp_host::orders;
use erp_host::orders::rule::{OrderRule, RuleError, Verdict};
use erp_host::sessions;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::Running;

async fn stock(running: &Running, product: &Value) -> i64 {
    let path = format!("/api/products/{}", product.as_str().unwrap());
    running.get("acme-admin", &path).await.1["stock"].as_i64().unwrap()
}

#[tokio::test]
async fn processing_an_order_reduces_stock_placing_does_not() {
    let running = Running::start().await;
    let body = running.good_order("acme-admin").await;
    let product = &body["items"][0]["product_id"];
    let before = stock(&running, product).await;
    let (status, order) = running.post("acme-admin", "/api/orders", &body).await;
    assert_eq!((status, &order["status"]), (StatusCode::CREATED, &json!("new")), "{order}");
    assert_eq!(stock(&running, product).await, before);

    let path = format!("/api/orders/{}/process", order["id"].as_str().unwrap());
    let (status, processed) = running.post("acme-admin", &path, &json!({})).await;
    assert_eq!((status, &processed["status"]), (StatusCode::OK, &json!("processed")));
    assert_eq!(stock(&running, product).await, before - 3);
    let invoice =
        running.first("acme-admin", &format!("/api/invoices?order_id={}", order["id"].as_str().unwrap())).await;
    assert_eq!((&invoice["amount"], &invoice["status"]), (&order["total"], &json!("open")));

    let (status, _) = running.post("acme-admin", &path, &json!({})).await;
    assert_eq!(status, StatusCode::CONFLICT, "only once");
    assert_eq!(stock(&running, product).await, before - 3);
}

#[tokio::test]
async fn an_order_beyond_the_stock_stays_new() {
    let running = Running::start().await;
    let mut body = running.good_order("acme-admin").await;
    body["items"][0]["quantity"] = json!(100_000);
    body["items"][0]["price"] = json!(1);
    let (_, order) = running.post("acme-admin", "/api/orders", &body).await;
    let path = format!("/api/orders/{}", order["id"].as_str().unwrap());
    let before = stock(&running, &body["items"][0]["product_id"]).await;
    let (status, _) = running.post("acme-admin", &format!("{path}/process"), &json!({})).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(running.get("acme-admin", &path).await.1["status"], "new");
    assert_eq!(stock(&running, &body["items"][0]["product_id"]).await, before);
    let (_, cancelled) = running.post("acme-admin", &format!("{path}/cancel"), &json!({})).await;
    assert_eq!(cancelled["status"], "cancelled");
}

#[tokio::test]
async fn an_invalid_order_names_its_field() {
    let running = Running::start().await;
    let good = running.good_order("acme-admin").await;
    let theirs = running.good_order("globex-admin").await;
    let with = |pointer: &str, value: Value| {
        let mut order = good.clone();
        *order.pointer_mut(pointer).unwrap() = value;
        order
    };
    let and = |name: &str, value: Value| {
        let mut order = good.clone();
        order[name] = value;
        order
    };
    for (order, field) in [
        (with("/customer_id", json!("nobody")), "customer_id"),
        (with("/customer_id", theirs["customer_id"].clone()), "customer_id"),
        (with("/items", json!([])), "items"),
        (with("/items/0/quantity", json!(0)), "items[0].quantity"),
        (with("/items/0/quantity", json!(1.5)), "items[0].quantity"),
        (with("/items/0/product_id", theirs["items"][0]["product_id"].clone()), "items[0].product_id"),
        (and("total", json!(0.5)), "total"),
        (and("delivery_date", json!("tomorrow")), "delivery_date"),
        (and("status", json!("processed")), "status"),
    ] {
        let (status, body) = running.post("acme-admin", "/api/orders", &order).await;
        assert_eq!((status, &body["error"]["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(field)), "{body}");
    }
}

/// A rule with an answer set by the test, which records the orders.
#[derive(Debug)]
struct StubRule(Verdict, SeenOrder);

type SeenOrder = Arc<Mutex<Option<Value>>>;

#[async_trait]
impl OrderRule for StubRule {
    async fn validate(&self, _: &CallContext, order: &Value) -> Result<Verdict, RuleError> {
        *self.1.lock().unwrap() = Some(order.clone());
        Ok(self.0.clone())
    }
}

#[derive(Debug)]
struct FailingRule;

#[async_trait]
impl OrderRule for FailingRule {
    async fn validate(&self, _: &CallContext, _: &Value) -> Result<Verdict, RuleError> {
        Err(RuleError::Fault("TypeError: customer is null".to_owned()))
    }
}

#[tokio::test]
async fn the_rule_gets_the_whole_order_and_can_reject_it() {
    let running = Running::start().await;
    let admin = sessions::by_bearer(&running.erp, "acme-admin").await.unwrap().unwrap().context.clone();
    let body = running.good_order("acme-admin").await;
    let before = running.get("acme-admin", "/api/orders").await.1["total"].clone();
    let seen = SeenOrder::default();
    let rule = StubRule(Verdict::Rejected { errors: vec!["too early".to_owned()] }, Arc::clone(&seen));
    let refused = orders::create(&running.erp, &admin, &body, &rule).await.unwrap_err();
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.to_json()["error"]["details"], json!({ "errors": ["too early"] }));
    let order = seen.lock().unwrap().clone().unwrap();
    for field in ["id", "customer_id", "items", "total", "delivery_date"] {
        assert!(order.get(field).is_some(), "{field}");
    }
    let item = &order["items"][0];
    assert_eq!(order["total"].as_f64().unwrap(), item["price"].as_f64().unwrap() * 3.0);
    assert_eq!(running.get("acme-admin", "/api/orders").await.1["total"], before);
    assert_eq!(running.get("acme-admin", "/api/events?type=order.rejected").await.1["total"], 1);
}

#[tokio::test]
async fn the_rule_sees_unknown_products_before_they_are_refused() {
    let running = Running::start().await;
    let admin = sessions::by_bearer(&running.erp, "acme-admin").await.unwrap().unwrap().context.clone();
    let mut body = running.good_order("acme-admin").await;
    body["items"][0]["product_id"] = json!("nothing");
    let errors = vec!["Product nothing not found".to_owned()];
    let rule = StubRule(Verdict::Rejected { errors: errors.clone() }, SeenOrder::default());
    let refused = orders::create(&running.erp, &admin, &body, &rule).await.unwrap_err();
    assert!(matches!(refused, AppError::OrderRejected { errors: told } if told == errors));
    let rule = StubRule(Verdict::Accepted, SeenOrder::default());
    let refused = orders::create(&running.erp, &admin, &body, &rule).await.unwrap_err();
    assert_eq!(refused.field_name(), Some("items[0].product_id"));
}

#[tokio::test]
async fn a_broken_rule_rejects_every_order() {
    let running = Running::start().await;
    let admin = sessions::by_bearer(&running.erp, "acme-admin").await.unwrap().unwrap().context.clone();
    let body = running.good_order("acme-admin").await;
    let before = running.get("acme-admin", "/api/orders").await.1["total"].clone();
    let refused = orders::create(&running.erp, &admin, &body, &FailingRule).await.unwrap_err();
    assert_eq!((refused.status(), refused.code()), (StatusCode::SERVICE_UNAVAILABLE, "ORDER_RULE_FAILED"));
    assert_eq!(running.get("acme-admin", "/api/orders").await.1["total"], before);
}

#[tokio::test]
async fn the_report_adds_up_to_the_orders() {
    let running = Running::start().await;
    let (_, days) = running.get("acme-viewer", "/api/reports/orders?groupBy=day").await;
    let (_, months) = running.get("acme-viewer", "/api/reports/orders?groupBy=month").await;
    let sum = |periods: &Value, metric: &str| -> f64 {
        periods.as_array().unwrap().iter().map(|period| period[metric].as_f64().unwrap()).sum()
    };
    assert_eq!(days.as_array().unwrap().len(), 31);
    assert!(sum(&days, "count") > 50.0);
    assert_eq!(sum(&days, "count"), sum(&months, "count"));
    assert_eq!(sum(&days, "revenue").round(), sum(&months, "revenue").round());
    let (status, body) = running.get("acme-viewer", "/api/reports/orders?groupBy=hour").await;
    assert_eq!((status, &body["error"]["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("groupBy")));
}
