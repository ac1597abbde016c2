//! Recovery of the ERP without a restart: after a full disk, and from silent clients.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    routing::{get, post},
};
use erp_host::{app, server};
use futures_util::{future::join_all, stream};
use reqwest::{Method, StatusCode};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::{mpsc, oneshot},
    time::timeout,
};

use crate::Running;

const IDLE_TIMEOUT: Duration = Duration::from_millis(200);
/// Far longer than any step here takes.
const LONG: Duration = Duration::from_secs(30);

#[tokio::test]
async fn orders_are_accepted_again_after_a_full_disk() {
    let erp = Running::start().await;
    let order = erp.good_order("acme-admin").await;
    let take = async || erp.post("acme-admin", "/api/orders", &order).await.0;
    assert_eq!(take().await, StatusCode::CREATED);
    // SQLite rolls a transaction back automatically when the disk is full, as it does here.
    let full = "CREATE TRIGGER full_disk BEFORE INSERT ON erp_orders BEGIN SELECT RAISE(ROLLBACK, 'database or disk is full'); END";
    erp.erp.db.execute(full, &[]).await.unwrap();
    for _ in 0..12 {
        assert!(take().await.is_server_error());
    }
    erp.erp.db.execute("DROP TRIGGER full_disk", &[]).await.unwrap();
    for _ in 0..12 {
        assert_eq!(take().await, StatusCode::CREATED, "on every connection");
    }
}

/// Sends this and then nothing; returns everything received until the server closes the connection.
async fn until_closed(address: &str, sent: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(sent.as_bytes()).await.unwrap();
    let mut got = Vec::new();
    let closed = timeout(LONG, stream.read_to_end(&mut got)).await.expect("the server closes the connection");
    // A connection closed in the middle may be reset.
    drop(closed);
    String::from_utf8_lossy(&got).into_owned()
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let erp = Running::with_idle_timeout(IDLE_TIMEOUT).await;
    let address = erp.base.strip_prefix("http://").unwrap();
    let head = "GET /login HTTP/1.1\r\nHost: erp\r\n";
    let whole = format!("{head}\r\n");
    let part = "POST /login HTTP/1.1\r\nHost: erp\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\nuser";
    for (sent, answered) in [("", false), (head, false), (whole.as_str(), true), (part, true)] {
        let got = until_closed(address, sent).await;
        assert!(!answered || got.starts_with("HTTP/1.1 "), "{sent:?}: {got}");
    }
    join_all((0..200).map(|_| until_closed(address, ""))).await;
    let status = erp.request("acme-admin", Method::GET, "/api/clients").send().await.unwrap().status();
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn slow_streams_and_uploads_are_not_cut() {
    let listener = app::listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (parts, waiting) = mpsc::channel::<&'static str>(1);
    let waiting = Arc::new(Mutex::new(Some(waiting)));
    let stream = get(move || async move {
        let waiting = waiting.lock().unwrap().take();
        Body::from_stream(stream::unfold(waiting, async |waiting| {
            let mut waiting = waiting?;
            let part = waiting.recv().await?;
            Some((Ok::<_, Infallible>(part), Some(waiting)))
        }))
    });
    let router = Router::new()
        .route("/stream", stream)
        .route("/upload", post(|body: Bytes| async move { body.len().to_string() }));
    let (stop, stopped) = oneshot::channel::<()>();
    let served = tokio::spawn(server::serve(listener, router, IDLE_TIMEOUT, async { drop(stopped.await) }));

    let mut upload = TcpStream::connect(&address).await.unwrap();
    upload
        .write_all(b"POST /upload HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 8\r\n\r\n")
        .await
        .unwrap();
    let mut client = TcpStream::connect(&address).await.unwrap();
    client.write_all(b"GET /stream HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    // Together longer than the idle timeout.
    for _ in 0..8 {
        // Not a wait for a result: this simulates a slow client.
        tokio::time::sleep(IDLE_TIMEOUT / 4).await;
        upload.write_all(b"x").await.unwrap();
    }
    let mut got = String::new();
    timeout(LONG, upload.read_to_string(&mut got)).await.unwrap().unwrap();
    assert!(got.starts_with("HTTP/1.1 200 ") && got.ends_with('8'), "{got}");

    // During shutdown, the server waits for the stream, and accepts no other request.
    parts.send("first").await.unwrap();
    stop.send(()).unwrap();
    parts.send("last").await.unwrap();
    drop(parts);
    let mut got = String::new();
    timeout(LONG, client.read_to_string(&mut got)).await.unwrap().unwrap();
    assert!(got.contains("first") && got.contains("last"), "{got}");
    timeout(LONG, served).await.unwrap().unwrap();
    assert!(TcpStream::connect(&address).await.is_err());
}
