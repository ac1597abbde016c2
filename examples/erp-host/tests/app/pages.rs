//! The pages: every page renders, respects the role, and accepts forms.

use reqwest::StatusCode;

use crate::Running;
use crate::sign_in::{csrf_of, signed_in};

#[tokio::test]
async fn every_page_renders_for_a_viewer() {
    let running = Running::start().await;
    let browser = signed_in(&running, "viewer@globex.localhost", "globex-viewer").await;
    let client = running.first("globex-viewer", "/api/clients?per_page=1").await;
    let order = running.first("globex-viewer", "/api/orders?per_page=1").await;
    let client = format!("/clients/{}", client["id"].as_str().unwrap());
    let order = format!("/orders/{}", order["id"].as_str().unwrap());
    let lists = ["/", "/clients", "/products", "/orders", "/invoices", "/sms", "/events"];
    for path in lists.into_iter().chain([client.as_str(), order.as_str()]) {
        let answer = browser.get(format!("{}{path}", running.base)).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        let html = answer.text().await.unwrap();
        assert!(html.contains("<h1>") && html.contains("Globex GmbH"), "{path}");
        assert!(!html.contains("New client") && !html.contains("Process<"), "{path}");
    }
    for path in ["/clients/new", "/orders/new", "/sms/new"] {
        let answer = browser.get(format!("{}{path}", running.base)).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(browser.get(format!("{}/nowhere", running.base)).send().await.unwrap().status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_list_keeps_its_filter_across_pages() {
    let running = Running::start().await;
    let browser = signed_in(&running, "viewer@acme.localhost", "acme-viewer").await;
    let page = browser.get(format!("{}/clients?status=active&page=2", running.base)).send().await.unwrap();
    let html = page.text().await.unwrap();
    assert!(html.contains("Page 2 of 5"), "220 active clients, 50 on a page");
    assert!(html.contains("?status=active&#38;page=3") || html.contains("?status=active&amp;page=3"));
    let wrong = browser.get(format!("{}/clients?page=x", running.base)).send().await.unwrap();
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn forms_add_a_client_an_order_and_a_message() {
    let running = Running::start().await;
    let browser = signed_in(&running, "admin@acme.localhost", "acme-admin").await;
    let html = browser.get(format!("{}/clients/new", running.base)).send().await.unwrap().text().await.unwrap();
    let token = csrf_of(&html);
    let post = |path: &str, fields: Vec<(&'static str, String)>| {
        let mut form = vec![("csrf_token", token.clone())];
        form.extend(fields);
        browser.post(format!("{}{path}", running.base)).form(&form).send()
    };

    let refused = post("/clients", vec![("name", "<b>Nova</b>".into()), ("phone", "12".into())]).await.unwrap();
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let html = refused.text().await.unwrap();
    assert!(html.contains("phone must be") && !html.contains("<b>Nova"), "the input is kept and escaped");
    let fields = vec![("name", "Nova".into()), ("credit_limit", "150.50".into()), ("email", String::new())];
    assert_eq!(post("/clients", fields).await.unwrap().status(), StatusCode::SEE_OTHER);
    assert_eq!(running.first("acme-admin", "/api/clients?name=Nova").await["credit_limit"], 150.5);

    let order = running.good_order("acme-admin").await;
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let mut fields = vec![("customer_id", text(&order["customer_id"])), ("quantity_0", "2".into())];
    let empty = post("/orders", fields.clone()).await.unwrap();
    assert_eq!(empty.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.text().await.unwrap().contains("items must not be empty"));
    fields.push(("product_0", text(&order["items"][0]["product_id"])));
    let placed = post("/orders", fields).await.unwrap();
    assert_eq!(placed.status(), StatusCode::SEE_OTHER);
    let location = placed.headers()["location"].to_str().unwrap().to_owned();
    assert_eq!(post(&format!("{location}/process"), Vec::new()).await.unwrap().status(), StatusCode::SEE_OTHER);
    assert_eq!(post(&format!("{location}/cancel"), Vec::new()).await.unwrap().status(), StatusCode::CONFLICT);

    let fields = vec![("to", "+998901234567".into()), ("message", "Hello".into())];
    assert_eq!(post("/sms", fields).await.unwrap().headers()["location"], "/sms");
    assert_eq!(running.get("acme-admin", "/api/sms").await.1["total"], 1);
}
