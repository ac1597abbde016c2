//! Retries of requests, and the rate limit of a tenant.

use std::{
    num::NonZeroU32,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::Duration,
};

use iota_scripts_domain::{FaultCode, OutgoingMethod};
use iota_scripts_infrastructure::http_gateway::HttpGatewayConfig;
use iota_scripts_services::ports::{HttpRequest, Retries};

use crate::{
    gateway::{TestGateway, config, get, text},
    servers::{answer, answering},
};

/// Starts a server that responds with 503 this many times and with 200 after that.
async fn busy(times: usize, headers: &'static [&'static str]) -> (u16, crate::servers::Requests) {
    let asked = AtomicUsize::new(0);
    answering(move |_| {
        if asked.fetch_add(1, Relaxed) < times {
            answer("503 Busy", headers, b"busy")
        } else {
            answer("200 OK", &[], b"fine")
        }
    })
    .await
}

fn again(port: u16, method: OutgoingMethod, times: u32) -> HttpRequest {
    let retries = Retries { times, any_method: false };
    HttpRequest { method, retries, ..get(&format!("http://127.0.0.1:{port}/")) }
}

#[tokio::test]
async fn retries_happen_only_if_requested_and_are_counted() {
    for (method, times, any_method, status, sent) in [
        (OutgoingMethod::Get, 0, false, 503, 1),
        (OutgoingMethod::Get, 1, false, 503, 2),
        (OutgoingMethod::Get, 2, false, 200, 3),
        (OutgoingMethod::Put, 3, false, 200, 3),
        (OutgoingMethod::Post, 3, false, 503, 1),
        (OutgoingMethod::Post, 3, true, 200, 3),
    ] {
        let (port, requests) = busy(2, &[]).await;
        let gateway = TestGateway::new(config(&[port]), &["127.0.0.1"]);
        let request = HttpRequest { retries: Retries { times, any_method }, ..again(port, method, times) };
        let answered = gateway.send(request).await.expect("an answer");
        assert_eq!((answered.status, requests.lock().len()), (status, sent), "{method:?} {times}");
        assert_eq!(gateway.meter.requests.load(Relaxed), sent as u64);
    }
}

#[tokio::test]
async fn a_pause_beyond_the_deadline_returns_the_response() {
    let (port, requests) = busy(9, &["Retry-After: 30"]).await;
    let gateway = TestGateway::new(config(&[port]), &["127.0.0.1"]);
    let request = HttpRequest { within: Duration::from_secs(20), ..again(port, OutgoingMethod::Get, 5) };
    let answered = gateway.send(request).await.expect("an answer");
    assert_eq!((answered.status, text(&answered), requests.lock().len()), (503, "busy", 1));
}

#[tokio::test]
async fn blocked_requests_are_not_retried() {
    let gateway = TestGateway::new(config(&[80]), &["127.0.0.2"]);
    let request = HttpRequest { retries: Retries { times: 5, any_method: true }, ..get("http://127.0.0.2/") };
    assert_eq!(gateway.send(request).await.expect_err("refused").code, FaultCode::HttpBlocked);
    assert_eq!(gateway.meter.requests.load(Relaxed), 0);
}

#[tokio::test]
async fn each_tenant_has_its_own_rate_limit() {
    let (port, _) = answering(|_| answer("200 OK", &[], b"")).await;
    let rate = HttpGatewayConfig { rate_per_minute: NonZeroU32::new(2).expect("not zero"), ..config(&[port]) };
    let gateway = TestGateway::new(rate, &["127.0.0.1"]);
    let request = || get(&format!("http://127.0.0.1:{port}/"));
    for _ in 0..2 {
        gateway.send(request()).await.expect("within the rate");
    }
    let refused = gateway.send(request()).await.expect_err("too many");
    assert_eq!(refused.code, FaultCode::HttpRateLimited);
    assert!(refused.details.is_some_and(|details| details["retry_after_ms"].as_u64() > Some(0)));
    gateway.send_for("globex", request()).await.expect("another tenant");
}
