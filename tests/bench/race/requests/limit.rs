//! The limit of the machine for `make race-requests`: axum with one handler for hello and one for echo, which does not even parse the
//! JSON that it echoes. Its argument is the address to serve on.

use anyhow::Context as _;
use axum::{
    Json, Router,
    body::Bytes,
    extract::Path,
    http::header::CONTENT_TYPE,
    response::IntoResponse,
    routing::{get, post},
};
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let address = std::env::args().nth(1).context("an address to serve on, please")?;
    let app = Router::new().route("/api/race/hello/{name}", get(hello)).route("/api/race/echo", post(echo));
    let listener = tokio::net::TcpListener::bind(address).await?;
    Ok(axum::serve(listener, app).await?)
}

async fn hello(Path(name): Path<String>) -> Json<Value> {
    Json(json!({"hello": name}))
}

async fn echo(body: Bytes) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], body)
}
