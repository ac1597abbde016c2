//! The smallest host in Rust: one service, one user, the pages and the JSON API at <http://127.0.0.1:3000/scripts>.
//!
//! A real host takes the identity of each request from its own session.

use std::sync::Arc;

use iota_scripts_host::{Host, HostError, Identity, Library, Plugin, ServiceCall, Tenant, User};
use serde_json::{Value, json};

struct Shop;

#[async_trait::async_trait]
impl Host for Shop {
    async fn authorize(&self, identity: &Identity, permission: &str, _resource: Option<&Value>) -> bool {
        identity.has_permission(permission)
    }

    async fn call_service(&self, call: ServiceCall) -> Result<Value, HostError> {
        match call.method.as_str() {
            "stock.count" => Ok(json!(42)),
            other => Err(HostError::not_found(format!("no service method {other}"))),
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let library = Library::open("target/debug/libiota_scripts.so")?;
    let config = json!({"database": {"url": "sqlite://shop-scripts.db"}});
    let plugin = Plugin::start(&library, config, Arc::new(Shop)).await?;
    plugin.bind_service(&json!({"name": "stock", "methods": [{"name": "count", "access": "read"}]}))?;

    let ada = User::new("1", "Ada").allowed(["scripts.create", "scripts.read", "scripts.update", "scripts.execute"]);
    let identity = Identity::user(Tenant::new("acme", "Acme"), ada);

    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    let app = plugin.router().layer(axum::Extension(identity));
    axum::serve(tokio::net::TcpListener::bind(address).await?, app).await?;
    Ok(())
}
