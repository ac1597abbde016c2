//! A running ERP and the helpers to access it.

use std::time::Duration;

use erp_host::app;
use erp_host::config::{Config, ScriptsConfig};
use erp_host::erp::Erp;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::oneshot;

/// The id of the tenant acme.
pub(crate) const ACME: &str = "0198c0de-acce-7000-8000-000000000001";

pub(crate) struct Running {
    pub(crate) base: String,
    pub(crate) erp: Erp,
    client: Client,
    _stop: oneshot::Sender<()>,
    _folder: TempDir,
}

impl Running {
    /// Starts an ERP with fresh rows.
    pub(crate) async fn start() -> Self {
        Self::with_idle_timeout(Duration::from_secs(60)).await
    }

    /// Starts one with this idle timeout.
    pub(crate) async fn with_idle_timeout(silence: Duration) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database_url = format!("sqlite://{}/erp.db", folder.path().display());
        let listener = app::listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let app = app::build(&Config { database_url, scripts: ScriptsConfig::Disabled }).await.unwrap();
        let erp = app.erp.clone();
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(app.serve(listener, silence, async { drop(stopped.await) }));
        Self { base, erp, client: browser(), _stop: stop, _folder: folder }
    }

    /// A request with a bearer token.
    pub(crate) fn request(&self, token: &str, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base)).bearer_auth(token)
    }

    pub(crate) async fn get(&self, token: &str, path: &str) -> (StatusCode, Value) {
        answer(self.request(token, Method::GET, path)).await
    }

    pub(crate) async fn post(&self, token: &str, path: &str, body: &Value) -> (StatusCode, Value) {
        answer(self.request(token, Method::POST, path).json(body)).await
    }

    /// The first entry of a list.
    pub(crate) async fn first(&self, token: &str, path: &str) -> Value {
        let (status, body) = self.get(token, path).await;
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        body["items"][0].clone()
    }

    /// A valid order.
    pub(crate) async fn good_order(&self, token: &str) -> Value {
        let client = self.first(token, "/api/clients?status=active&credit_limit=0&per_page=1").await;
        let product = self.first(token, "/api/products?stock.gt=10&per_page=1").await;
        json!({ "customer_id": client["id"], "items": [{ "product_id": product["id"], "quantity": 3 }] })
    }
}

/// A client that keeps cookies and does not follow redirects.
pub(crate) fn browser() -> Client {
    // The client asks for a TLS provider though it uses plain HTTP here; a second one is refused, which is harmless.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().cookie_store(true).redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// Status and JSON of a response; null for an empty body.
pub(crate) async fn answer(request: RequestBuilder) -> (StatusCode, Value) {
    let response = request.send().await.unwrap();
    let status = response.status();
    let text = response.text().await.unwrap();
    (status, if text.is_empty() { Value::Null } else { serde_json::from_str(&text).expect(&text) })
}
