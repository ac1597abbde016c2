//! Services for scripts: the methods that the seed's examples use, on real rows, and their errors.

use std::sync::Arc;

use erp_host::call_context::CallContext;
use erp_host::events::Event;
use erp_host::orders::rule::NoRule;
use erp_host::services::{Services, catalogue};
use erp_host::sessions;
use serde_json::{Value, json};

use crate::{ACME, Running};

struct Caller {
    services: Services,
    context: CallContext,
}

impl Caller {
    async fn new(running: &Running, token: &str) -> Self {
        let context = sessions::by_bearer(&running.erp, token).await.unwrap().unwrap().context.clone();
        Self { services: Services::new(running.erp.clone(), Arc::new(NoRule)), context }
    }

    /// Calls a method; its result must match the schema in the catalogue.
    async fn call(&self, name: &str, args: Value) -> Value {
        let (service, method) = name.split_once('.').unwrap();
        let service = catalogue().into_iter().find(|known| known.name == service).unwrap();
        let method = service.methods.into_iter().find(|known| known.name == method).unwrap();
        jsonschema::validate(&method.params, &args).unwrap();
        let value = self.services.call(&self.context, name, args.as_array().unwrap()).await.unwrap();
        jsonschema::validate(&method.result, &value).unwrap_or_else(|error| panic!("{name}: {error}"));
        value
    }

    async fn code(&self, name: &str, args: Value) -> &'static str {
        self.services.call(&self.context, name, args.as_array().unwrap()).await.unwrap_err().code()
    }
}

#[tokio::test]
async fn the_reminder_finds_its_clients_and_writes_to_the_outbox() {
    let running = Running::start().await;
    let admin = Caller::new(&running, "acme-admin").await;
    let month_ago = erp_host::clock::to_text(erp_host::clock::now() - chrono::Duration::days(30));
    let filters = json!([
        { "field": "last_activity", "operator": "lt", "value": month_ago },
        { "field": "status", "operator": "eq", "value": "active" },
    ]);
    let clients = admin.call("clients.list", json!([{ "filters": filters, "limit": 100 }])).await;
    let clients = clients.as_array().unwrap();
    assert!((20..=60).contains(&clients.len()), "{}", clients.len());
    for client in clients {
        let sms = json!({ "to": client["phone"], "message": "Hi", "metadata": { "client_id": client["id"] } });
        assert_eq!(admin.call("notifications.sendSMS", json!([sms])).await["status"], "queued");
    }
    assert_eq!(running.get("acme-viewer", "/api/sms").await.1["total"], clients.len());
}

#[tokio::test]
async fn the_order_rule_finds_its_data() {
    let running = Running::start().await;
    let viewer = Caller::new(&running, "acme-viewer").await;
    let invoice = running.first("acme-viewer", "/api/invoices?outstanding.gt=0&per_page=1").await;
    let owed = viewer.call("invoices.getOutstandingAmount", json!([invoice["client_id"]])).await;
    assert!(owed.as_f64().unwrap() >= invoice["outstanding"].as_f64().unwrap());
    let client = viewer.call("clients.get", json!([invoice["client_id"]])).await;
    assert_eq!(client["name"], invoice["client_name"]);
    let product = running.first("acme-viewer", "/api/products?per_page=1").await;
    assert_eq!(viewer.call("products.get", json!([product["id"]])).await, product);
    assert_eq!(viewer.call("products.get", json!(["nothing"])).await, Value::Null);
    assert_eq!(viewer.code("invoices.getOutstandingAmount", json!(["nobody"])).await, "NOT_FOUND");
}

#[tokio::test]
async fn the_report_has_the_requested_metrics() {
    let running = Running::start().await;
    let viewer = Caller::new(&running, "globex-viewer").await;
    let query = json!({ "groupBy": "week", "includeMetrics": ["count", "revenue", "average_value"] });
    let periods = viewer.call("orders.getReport", json!([query])).await;
    for period in periods.as_array().unwrap() {
        let keys: Vec<_> = period.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, ["period", "count", "revenue", "average_value"]);
    }
    let counts = viewer.call("orders.getReport", json!([{ "includeMetrics": ["count"] }])).await;
    assert_eq!(counts[0].as_object().unwrap().len(), 2);
    assert!(!viewer.call("orders.getReport", json!([])).await.as_array().unwrap().is_empty());
}

#[tokio::test]
async fn every_other_method_works_with_its_permission() {
    let running = Running::start().await;
    let admin = Caller::new(&running, "acme-admin").await;
    let client = admin.call("clients.create", json!([{ "name": "Nova", "phone": "+998901234567" }])).await;
    let renamed = admin.call("clients.update", json!([client["id"], { "name": "Nova 2" }])).await;
    assert_eq!((&renamed["name"], &renamed["phone"]), (&json!("Nova 2"), &client["phone"]));
    assert_eq!(admin.call("clients.delete", json!([client["id"]])).await, true);
    let product = admin.call("products.list", json!([{ "limit": 1 }])).await[0].clone();
    assert_eq!(admin.call("products.updateStock", json!([product["id"], 7])).await["stock"], 7);
    let order = admin.call("orders.create", json!([running.good_order("acme-admin").await])).await;
    assert_eq!(admin.call("orders.get", json!([order["id"]])).await["items"], order["items"]);
    assert_eq!(admin.call("orders.list", json!([{ "limit": 1 }])).await[0]["id"], order["id"]);
    assert_eq!(admin.call("orders.process", json!([order["id"]])).await["status"], "processed");
    let other = admin.call("orders.create", json!([running.good_order("acme-admin").await])).await;
    assert_eq!(admin.call("orders.cancel", json!([other["id"]])).await["status"], "cancelled");
    let invoices = admin
        .call(
            "invoices.list",
            json!([{ "filters": [
        { "field": "order_id", "operator": "eq", "value": order["id"] },
    ] }]),
        )
        .await;
    assert_eq!(invoices[0]["amount"], order["total"]);
    assert_eq!(admin.code("clients.vanish", json!([])).await, "UNSUPPORTED");
    assert_eq!(admin.code("weather.get", json!([])).await, "UNSUPPORTED");
}

#[tokio::test]
async fn the_permission_is_checked_on_every_call() {
    let running = Running::start().await;
    let author = Caller::new(&running, "acme-author").await;
    let sms = json!([{ "to": "+998901234567", "message": "Hi" }]);
    assert_eq!(author.code("notifications.sendSMS", sms.clone()).await, "FORBIDDEN");
    let mut system = author;
    system.context.user = None;
    assert_eq!(system.code("notifications.sendSMS", sms).await, "FORBIDDEN");
    assert_eq!(system.call("clients.list", json!([{ "limit": 1 }])).await.as_array().unwrap().len(), 1);
    assert_eq!(running.get("acme-admin", "/api/sms").await.1["total"], 0);
}

#[tokio::test]
async fn a_call_stays_in_its_tenant() {
    let running = Running::start().await;
    let acme = Caller::new(&running, "acme-admin").await;
    assert_eq!(acme.context.tenant.id.as_str(), ACME);
    let theirs = running.first("globex-admin", "/api/clients?per_page=1").await;
    assert_eq!(acme.call("clients.get", json!([theirs["id"]])).await, Value::Null);
    assert_eq!(acme.code("clients.delete", json!([theirs["id"]])).await, "NOT_FOUND");
    let filter = json!([{ "filters": [{ "field": "id", "operator": "eq", "value": theirs["id"] }] }]);
    assert_eq!(acme.call("clients.list", filter).await, json!([]));
}

#[tokio::test]
async fn a_dry_run_checks_and_changes_nothing() {
    let running = Running::start().await;
    let mut admin = Caller::new(&running, "acme-admin").await;
    admin.context.dry_run = true;
    let sms = json!([{ "to": "+998901234567", "message": "Hi" }]);
    assert_eq!(admin.call("notifications.sendSMS", sms).await["status"], "queued");
    assert_eq!(admin.code("notifications.sendSMS", json!([{ "to": "12", "message": "Hi" }])).await, "VALIDATION");
    let order = running.good_order("acme-admin").await;
    let before = running.get("acme-admin", "/api/orders").await.1["total"].clone();
    admin.call("orders.create", json!([order])).await;
    assert_eq!(running.get("acme-admin", "/api/orders").await.1["total"], before);
    assert_eq!(running.get("acme-admin", "/api/sms").await.1["total"], 0);
    assert_eq!(running.get("acme-admin", "/api/events").await.1["total"], 0);
}

#[tokio::test]
async fn a_repeated_event_is_logged_once() {
    let running = Running::start().await;
    let admin = Caller::new(&running, "acme-admin").await;
    let event = Event::new(&admin.context, "scripts.custom.test", json!({ "n": 1 }));
    let mut published = running.erp.bus.subscribe();
    for _ in 0..2 {
        running.erp.bus.publish(&running.erp.db, event.clone()).await.unwrap();
    }
    assert_eq!(published.recv().await.unwrap().id, event.id);
    assert!(published.try_recv().is_err());
    assert_eq!(running.get("acme-admin", "/api/events?type=scripts.custom.test").await.1["total"], 1);
}
