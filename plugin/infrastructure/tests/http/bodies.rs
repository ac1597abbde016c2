//! Responses that never arrive, never end, or are far larger than they appear.

use std::{io::Write as _, sync::atomic::Ordering::Relaxed, time::Duration};

use flate2::{Compression, write::GzEncoder};
use iota_scripts_domain::FaultCode;
use iota_scripts_services::ports::{HttpError, HttpRequest};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::{
    gateway::{TestGateway, config, get, text},
    servers::{answer, answering, serve},
};

const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

async fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.expect("a port")
}

/// Starts a server that writes `head` and then `piece` repeatedly with a pause in between.
async fn endless(head: &'static [u8], piece: &'static [u8], pause: Duration) -> u16 {
    let (port, _) = serve(listener().await, move |_, mut stream: TcpStream| async move {
        let mut open = stream.write_all(head).await;
        while open.is_ok() {
            tokio::time::sleep(pause).await;
            open = stream.write_all(piece).await;
        }
    });
    port
}

/// Sends a GET with this timeout and returns its error.
async fn get_error(port: u16, timeout: Duration) -> HttpError {
    let gateway = TestGateway::new(config(&[port]), &["127.0.0.1"]);
    let request = HttpRequest { timeout: Some(timeout), ..get(&format!("http://127.0.0.1:{port}/")) };
    gateway.send(request).await.expect_err("no answer")
}

const SHORT: Duration = Duration::from_millis(300);
const LONG: Duration = Duration::from_secs(60);

#[tokio::test]
async fn slow_responses_time_out() {
    let silent = listener().await;
    let error = get_error(silent.local_addr().expect("an address").port(), SHORT).await;
    assert_eq!(error.code, FaultCode::HttpTimeout);
    assert!(error.message.contains("300 ms"), "{error}");
    let drip = endless(HEAD, b"x", Duration::from_millis(20)).await;
    assert_eq!(get_error(drip, SHORT).await.code, FaultCode::HttpTimeout);
    let head_only = endless(b"HTTP/1.1 200 OK\r\n", b"X-A: 1\r\n", Duration::from_millis(20)).await;
    assert_eq!(get_error(head_only, SHORT).await.code, FaultCode::HttpTimeout);
}

#[tokio::test]
async fn an_endless_response_is_cut_off_at_the_limit() {
    let endless_body = endless(HEAD, &[b'x'; 65_536], Duration::ZERO).await;
    assert_eq!(get_error(endless_body, LONG).await.code, FaultCode::HttpTooLarge);
    let endless_head =
        endless(b"HTTP/1.1 200 OK\r\n", b"X-A: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n", Duration::ZERO)
            .await;
    assert_eq!(get_error(endless_head, LONG).await.code, FaultCode::HttpFailed);
}

#[tokio::test]
async fn compressed_responses_are_limited_after_decompression() {
    let small = gzip("ёж".repeat(100).as_bytes());
    let (port, requests) = answering(move |_| answer("200 OK", &["Content-Encoding: gzip"], &small)).await;
    let gateway = TestGateway::new(config(&[port]), &["127.0.0.1"]);
    let answered = gateway.send(get(&format!("http://127.0.0.1:{port}/"))).await.expect("an answer");
    assert_eq!(text(&answered), "ёж".repeat(100));
    assert_eq!(gateway.meter.bytes.load(Relaxed), 400);
    assert!(requests.lock()[0].to_lowercase().contains("accept-encoding: gzip"));

    let bomb = gzip(&vec![0; 64 * 1024 * 1024]);
    assert!(bomb.len() < 1024 * 1024, "it is small on the way");
    let (port, _) = answering(move |_| answer("200 OK", &["Content-Encoding: gzip"], &bomb)).await;
    let gateway = TestGateway::new(config(&[port]), &["127.0.0.1"]);
    assert_eq!(gateway.error_code(&format!("http://127.0.0.1:{port}/")).await, FaultCode::HttpTooLarge);
    assert!(gateway.meter.bytes.load(Relaxed) < 2 * 1024 * 1024, "it was not unpacked to its end");
}

#[tokio::test]
async fn a_response_of_exactly_the_limit_is_complete() {
    for (length, whole) in [(1024 * 1024, true), (1024 * 1024 + 1, false)] {
        let (port, _) = answering(move |_| answer("200 OK", &[], &vec![b'x'; length])).await;
        let gateway = TestGateway::new(config(&[port]), &["127.0.0.1"]);
        let answered = gateway.send(get(&format!("http://127.0.0.1:{port}/"))).await;
        assert_eq!(answered.is_ok_and(|answered| answered.body.len() == length), whole, "{length}");
    }
}

#[tokio::test]
async fn incomplete_or_invalid_responses_are_errors() {
    for wrong in [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort".as_slice(),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nx",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"",
    ] {
        let (port, _) = answering(move |_| wrong.to_vec()).await;
        assert_eq!(get_error(port, LONG).await.code, FaultCode::HttpFailed, "{:?}", String::from_utf8_lossy(wrong));
    }
    let closed = listener().await.local_addr().expect("an address").port();
    let error = get_error(closed, LONG).await;
    assert_eq!(error.code, FaultCode::HttpFailed);
    assert!(error.message.contains("refused"), "{error}");
}

#[tokio::test]
async fn https_sends_nothing_unencrypted() {
    let listener = listener().await;
    let port = listener.local_addr().expect("an address").port();
    let heard = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut first = [0; 1];
        stream.read_exact(&mut first).await.expect("a byte");
        stream.write_all(&answer("200 OK", &[], b"in clear")).await.expect("written");
        first[0]
    });
    let gateway = TestGateway::new(config(&[port]), &["127.0.0.1"]);
    assert_eq!(gateway.error_code(&format!("https://127.0.0.1:{port}/")).await, FaultCode::HttpFailed);
    assert_eq!(heard.await.expect("no panic"), 0x16, "a handshake of TLS");
}
