//! The JSON API: permissions, lists, and errors for invalid input.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::Running;
use crate::running::{answer, browser};

fn code(body: &Value) -> &str {
    body["error"]["code"].as_str().unwrap()
}

#[tokio::test]
async fn a_missing_or_wrong_token_is_refused() {
    let running = Running::start().await;
    for request in [
        browser().get(format!("{}/api/clients", running.base)),
        running.request("acme-root", Method::GET, "/api/clients"),
        browser().get(format!("{}/api/clients", running.base)).header("authorization", "Basic YTpi"),
    ] {
        let (status, body) = answer(request).await;
        assert_eq!((status, code(&body)), (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED"));
    }
}

#[tokio::test]
async fn a_role_without_the_permission_is_refused_and_nothing_changes() {
    let running = Running::start().await;
    let before = running.get("acme-admin", "/api/clients").await.1["total"].clone();
    for token in ["acme-viewer", "acme-author"] {
        let (status, body) = running.post(token, "/api/clients", &json!({ "name": "Nova" })).await;
        assert_eq!((status, code(&body)), (StatusCode::FORBIDDEN, "FORBIDDEN"));
        assert_eq!(body["error"]["details"]["permission"], "clients.create");
        let (status, _) = running.post(token, "/api/orders", &json!({})).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "the permission is checked before the body");
    }
    assert_eq!(running.get("acme-viewer", "/api/clients").await.1["total"], before);
}

#[tokio::test]
async fn pages_of_a_list_follow_each_other_without_gaps() {
    let running = Running::start().await;
    let (_, all) = running.get("acme-viewer", "/api/clients?per_page=500&sort=-last_activity").await;
    assert_eq!(all["total"], 240);
    let mut seen = Vec::new();
    for page in 1..=4 {
        let path = format!("/api/clients?per_page=70&page={page}&sort=-last_activity");
        let (_, part) = running.get("acme-viewer", &path).await;
        assert_eq!(part["page"], page);
        seen.extend(part["items"].as_array().unwrap().clone());
    }
    assert_eq!(&seen, all["items"].as_array().unwrap());
}

#[tokio::test]
async fn lists_are_filtered_and_searched() {
    let running = Running::start().await;
    let (_, inactive) = running.get("acme-viewer", "/api/clients?status=inactive").await;
    assert_eq!(inactive["total"], 20);
    let (_, dear) = running.get("globex-viewer", "/api/products?price.gte=200&sort=-price").await;
    assert!(dear["items"].as_array().unwrap().iter().all(|product| product["price"].as_f64().unwrap() >= 200.0));
    let name = running.first("acme-viewer", "/api/clients?sort=-name&per_page=1").await["name"].clone();
    let (_, found) =
        running.get("acme-viewer", &format!("/api/clients?q={}", name.as_str().unwrap().to_lowercase())).await;
    assert_eq!(found["items"][0]["name"], name, "also for Cyrillic and lower case");
}

#[tokio::test]
async fn an_invalid_parameter_is_named() {
    let running = Running::start().await;
    for (query, field) in [
        ("statsu=active", "statsu"),
        ("page=0", "page"),
        ("per_page=501", "per_page"),
        ("sort=age", "sort"),
        ("last_activity.lt=soon", "last_activity.lt.value"),
        ("status.like=a", "status.like.operator"),
    ] {
        let (status, body) = running.get("acme-viewer", &format!("/api/clients?{query}")).await;
        assert_eq!((status, code(&body)), (StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION"), "{query}");
        assert_eq!(body["error"]["field"], field, "{query}");
    }
}

#[tokio::test]
async fn another_tenants_ids_are_not_found() {
    let running = Running::start().await;
    for list in ["clients", "products", "orders", "invoices"] {
        let theirs = running.first("globex-admin", &format!("/api/{list}?per_page=1")).await;
        let path = format!("/api/{list}/{}", theirs["id"].as_str().unwrap());
        assert_eq!(running.get("globex-admin", &path).await.0, StatusCode::OK, "{path}");
        let (status, body) = running.get("acme-admin", &path).await;
        assert_eq!((status, code(&body)), (StatusCode::NOT_FOUND, "NOT_FOUND"), "{path}");
    }
    let client = running.first("globex-admin", "/api/clients?per_page=1").await;
    let path = format!("/api/clients/{}", client["id"].as_str().unwrap());
    let change = running.request("acme-admin", Method::PATCH, &path).json(&json!({ "name": "Taken" }));
    assert_eq!(answer(change).await.0, StatusCode::NOT_FOUND);
    assert_eq!(answer(running.request("acme-admin", Method::DELETE, &path)).await.0, StatusCode::NOT_FOUND);
    assert_eq!(running.get("globex-admin", &path).await.1, client);
}

#[tokio::test]
async fn bodies_too_big_or_malformed_are_refused() {
    let running = Running::start().await;
    let send = |body: String| running.request("acme-admin", Method::POST, "/api/clients").body(body);
    let (status, body) = answer(send(format!("{{\"name\":\"{}\"}}", "x".repeat(1024 * 1024)))).await;
    assert_eq!((status, code(&body)), (StatusCode::PAYLOAD_TOO_LARGE, "TOO_LARGE"));
    for text in ["", "{\"name\":", "name=Nova"] {
        let (status, body) = answer(send(text.to_owned())).await;
        assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, "BAD_REQUEST"), "{text}");
    }
    for (text, field) in [
        ("{}", json!("name")),
        ("{\"name\":5}", json!("name")),
        ("{\"name\":\"Nova\",\"emial\":\"a@b.example\"}", json!("emial")),
        ("{\"name\":\"Nova\",\"phone\":\"12\"}", json!("phone")),
        ("{\"name\":\"Nova\",\"credit_limit\":-1}", json!("credit_limit")),
        ("[]", Value::Null),
    ] {
        let (status, body) = answer(send(text.to_owned())).await;
        assert_eq!((status, code(&body)), (StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION"), "{text}");
        assert_eq!(body["error"]["field"], field, "{text}");
    }
}

#[tokio::test]
async fn a_client_is_created_changed_and_deleted_with_events() {
    let running = Running::start().await;
    let body = json!({ "name": "Nova", "phone": "+998 (90) 123-45-67", "credit_limit": 12.345 });
    let (status, client) = running.post("acme-admin", "/api/clients", &body).await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!((&client["phone"], &client["credit_limit"]), (&json!("+998901234567"), &json!(12.35)));
    let path = format!("/api/clients/{}", client["id"].as_str().unwrap());
    let change = running.request("acme-admin", Method::PATCH, &path).json(&json!({ "status": "inactive" }));
    let (_, changed) = answer(change).await;
    assert_eq!((&changed["name"], &changed["status"]), (&json!("Nova"), &json!("inactive")));
    assert_eq!(answer(running.request("acme-admin", Method::DELETE, &path)).await.0, StatusCode::NO_CONTENT);

    let (_, log) = running.get("acme-viewer", "/api/events?limit=3").await;
    let types: Vec<_> = log["items"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["client.deleted", "client.updated", "client.created"]);
    let (_, created) = running.get("acme-viewer", "/api/events?type=client.created").await;
    assert_eq!((&created["total"], &created["items"][0]["user"]), (&json!(1), &json!("1")));
    assert_eq!(running.get("globex-viewer", "/api/events").await.1["total"], 0);
}

#[tokio::test]
async fn a_client_with_orders_is_not_deleted() {
    let running = Running::start().await;
    let order = running.first("acme-admin", "/api/orders?per_page=1").await;
    let path = format!("/api/clients/{}", order["customer_id"].as_str().unwrap());
    let (status, body) = answer(running.request("acme-admin", Method::DELETE, &path)).await;
    assert_eq!((status, code(&body)), (StatusCode::CONFLICT, "CONFLICT"));
}

#[tokio::test]
async fn a_message_is_queued_in_the_outbox() {
    let running = Running::start().await;
    let sms = json!({ "to": "+998901234567", "message": "Hello", "metadata": { "campaign": "test" } });
    let (status, sent) = running.post("acme-admin", "/api/sms", &sms).await;
    assert_eq!((status, &sent["status"]), (StatusCode::CREATED, &json!("queued")));
    let (_, outbox) = running.get("acme-viewer", "/api/sms?to=%2B998901234567").await;
    assert_eq!(outbox["items"][0], sent);
    assert_eq!(running.get("globex-viewer", "/api/sms").await.1["total"], 0);
}

#[tokio::test]
async fn duplicate_skus_and_overpayments_are_refused() {
    let running = Running::start().await;
    let product = json!({ "sku": "TL-0010", "name": "Drill", "category": "Tools", "price": 1 });
    let (status, body) = running.post("acme-admin", "/api/products", &product).await;
    assert_eq!((status, code(&body)), (StatusCode::CONFLICT, "CONFLICT"));

    let invoice = running.first("acme-admin", "/api/invoices?outstanding.gt=1000&per_page=1").await;
    let path = format!("/api/invoices/{}/payments", invoice["id"].as_str().unwrap());
    let owed = invoice["outstanding"].as_f64().unwrap();
    let (status, body) = running.post("acme-admin", &path, &json!({ "amount": owed + 1.0 })).await;
    assert_eq!((status, &body["error"]["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("amount")));
    let (_, paid) = running.post("acme-admin", &path, &json!({ "amount": owed })).await;
    assert_eq!((&paid["status"], &paid["outstanding"]), (&json!("paid"), &json!(0)));
}

#[tokio::test]
async fn unknown_paths_and_methods_are_answered_in_json() {
    let running = Running::start().await;
    let (status, body) = running.get("acme-admin", "/api/nothing").await;
    assert_eq!((status, code(&body)), (StatusCode::NOT_FOUND, "NOT_FOUND"));
    let (status, body) = answer(running.request("acme-admin", Method::DELETE, "/api/clients")).await;
    assert_eq!((status, code(&body)), (StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED"));
}
