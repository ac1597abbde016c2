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
    outside::{Outside, config, get, text},
    servers::{answer, answering, on},
};

const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n";

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

async fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.expect("a port")
}

/// Starts a server that writes `head` and then `piece` repeatedly with a pause in between.
async fn endless(head: &'static [u8], piece: &'static [u8], pause: Duration) -> u16 {
    let (port, _) = on(listener().await, move |_, mut stream: TcpStream| async move {
        let mut open = stream.write_all(head).await;
        while open.is_ok() {
            tokio::time::sleep(pause).await;
            open = stream.write_all(piece).await;
        }
    });
    port
}

/// Sends a GET with this timeout and returns its error.
async fn ends(port: u16, timeout: Duration) -> HttpError {
    let outside = Outside::new(config(&[port]), &["127.0.0.1"]);
    let request = HttpRequest { timeout: Some(timeout), ..get(&format!("http://127.0.0.1:{port}/")) };
    outside.send(request).await.expect_err("no answer")
}

const SHORT: Duration = Duration::from_millis(300);
const LONG: Duration = Duration::from_secs(60);

#[tokio::test]
async fn who_does_not_answer_in_time_is_given_up() {
    let silent = listener().await;
    let error = ends(silent.local_addr().expect("an address").port(), SHORT).await;
    assert_eq!(error.code, FaultCode::HttpTimeout);
    assert!(error.message.contains("300 ms"), "{error}");
    let drip = endless(HEAD, b"x", Duration::from_millis(20)).await;
    assert_eq!(ends(drip, SHORT).await.code, FaultCode::HttpTimeout);
    let head_only = endless(b"HTTP/1.1 200 OK\r\n", b"X-A: 1\r\n", Duration::from_millis(20)).await;
    assert_eq!(ends(head_only, SHORT).await.code, FaultCode::HttpTimeout);
}

#[tokio::test]
async fn an_answer_that_does_not_end_is_cut_at_the_limit() {
    let endless_body = endless(HEAD, &[b'x'; 65_536], Duration::ZERO).await;
    assert_eq!(ends(endless_body, LONG).await.code, FaultCode::HttpTooLarge);
    let endless_head =
        endless(b"HTTP/1.1 200 OK\r\n", b"X-A: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n", Duration::ZERO)
            .await;
    assert_eq!(ends(endless_head, LONG).await.code, FaultCode::HttpFailed);
}

#[tokio::test]
async fn a_packed_answer_is_unpacked_and_measured_as_it_is_then() {
    let small = packed("ёж".repeat(100).as_bytes());
    let (port, requests) = answering(move |_| answer("200 OK", &["Content-Encoding: gzip"], &small)).await;
    let outside = Outside::new(config(&[port]), &["127.0.0.1"]);
    let answered = outside.send(get(&format!("http://127.0.0.1:{port}/"))).await.expect("an answer");
    assert_eq!(text(&answered), "ёж".repeat(100));
    assert_eq!(outside.meter.bytes.load(Relaxed), 400);
    assert!(requests.lock()[0].to_lowercase().contains("accept-encoding: gzip"));

    let bomb = packed(&vec![0; 64 * 1024 * 1024]);
    assert!(bomb.len() < 1024 * 1024, "it is small on the way");
    let (port, _) = answering(move |_| answer("200 OK", &["Content-Encoding: gzip"], &bomb)).await;
    let outside = Outside::new(config(&[port]), &["127.0.0.1"]);
    assert_eq!(outside.refusal(&format!("http://127.0.0.1:{port}/")).await, FaultCode::HttpTooLarge);
    assert!(outside.meter.bytes.load(Relaxed) < 2 * 1024 * 1024, "it was not unpacked to its end");
}

#[tokio::test]
async fn an_answer_of_exactly_the_limit_is_whole() {
    for (length, whole) in [(1024 * 1024, true), (1024 * 1024 + 1, false)] {
        let (port, _) = answering(move |_| answer("200 OK", &[], &vec![b'x'; length])).await;
        let outside = Outside::new(config(&[port]), &["127.0.0.1"]);
        let answered = outside.send(get(&format!("http://127.0.0.1:{port}/"))).await;
        assert_eq!(answered.is_ok_and(|answered| answered.body.len() == length), whole, "{length}");
    }
}

#[tokio::test]
async fn what_breaks_off_or_is_no_http_is_an_error() {
    for wrong in [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort".as_slice(),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nx",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"",
    ] {
        let (port, _) = answering(move |_| wrong.to_vec()).await;
        assert_eq!(ends(port, LONG).await.code, FaultCode::HttpFailed, "{:?}", String::from_utf8_lossy(wrong));
    }
    let closed = listener().await.local_addr().expect("an address").port();
    let error = ends(closed, LONG).await;
    assert_eq!(error.code, FaultCode::HttpFailed);
    assert!(error.message.contains("refused"), "{error}");
}

#[tokio::test]
async fn nothing_is_said_in_clear_to_who_does_not_speak_tls() {
    let listener = listener().await;
    let port = listener.local_addr().expect("an address").port();
    let heard = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut first = [0; 1];
        stream.read_exact(&mut first).await.expect("a byte");
        stream.write_all(&answer("200 OK", &[], b"in clear")).await.expect("written");
        first[0]
    });
    let outside = Outside::new(config(&[port]), &["127.0.0.1"]);
    assert_eq!(outside.refusal(&format!("https://127.0.0.1:{port}/")).await, FaultCode::HttpFailed);
    assert_eq!(heard.await.expect("no panic"), 0x16, "a handshake of TLS");
}
