//! Redirects to hosts that are not allowed, too many redirects, and headers that must not be forwarded.

use std::{net::Ipv4Addr, sync::atomic::Ordering::Relaxed};

use iota_scripts_domain::{FaultCode, OutgoingMethod};
use iota_scripts_services::ports::HttpRequest;

use crate::{
    gateway::{TestGateway, config, get, text},
    servers::{NameServer, answer, answering},
};

/// Starts a server that redirects `/?to=…` there and responds to any other request with its text.
async fn redirecting() -> (u16, crate::servers::Requests) {
    answering(|request| {
        let path = request.split(' ').nth(1).unwrap_or_default();
        match path.split_once("?to=") {
            Some((status, target)) => {
                let target = target.replace("%20", " ");
                answer(&format!("{} Moved", status.trim_start_matches('/')), &[&format!("Location: {target}")], b"gone")
            }
            None => answer("200 OK", &["Set-Cookie: session=1"], request.as_bytes()),
        }
    })
    .await
}

#[tokio::test]
async fn redirects_to_blocked_hosts_are_blocked() {
    let (port, requests) = redirecting().await;
    let gateway = TestGateway::new(config(&[port]), &["127.0.0.1", "127.0.0.2", "169.254.169.254", "localhost"]);
    for target in [
        format!("http://127.0.0.2:{port}/"),
        format!("http://2130706434:{port}/"),
        format!("http://[::1]:{port}/"),
        "http://169.254.169.254/latest/meta-data".to_owned(),
        format!("http://evil.test:{port}/"),
        format!("//evil.test:{port}/"),
        "http://127.0.0.1:22/".to_owned(),
        "ftp://127.0.0.1/".to_owned(),
        "file:///etc/passwd".to_owned(),
        format!("http://user@127.0.0.1:{port}/"),
    ] {
        let refused = gateway.error_code(&format!("http://127.0.0.1:{port}/302?to={target}")).await;
        assert_eq!(refused, FaultCode::HttpBlocked, "{target}");
    }
    assert_eq!(requests.lock().len(), 10, "each was asked once, and nothing after it");
}

#[tokio::test]
async fn redirects_are_limited_and_count_as_requests() {
    let (port, _) = redirecting().await;
    let gateway = TestGateway::new(config(&[port]), &["127.0.0.1"]);
    let base = format!("http://127.0.0.1:{port}");
    let three = format!("{base}/302?to=/301?to=/307?to=/end");
    let answered = gateway.send(get(&three)).await.expect("the end");
    assert_eq!((answered.status, answered.url.path()), (200, "/end"));
    assert_eq!(gateway.meter.requests.load(Relaxed), 4);
    let two = HttpRequest { redirects: Some(2), ..get(&three) };
    assert_eq!(gateway.send(two).await.expect_err("too many").code, FaultCode::HttpRedirects);
    let none = HttpRequest { redirects: Some(0), ..get(&three) };
    let answered = gateway.send(none).await.expect("the redirect itself");
    assert_eq!((answered.status, text(&answered)), (302, "gone"));
    assert_eq!(gateway.error_code(&format!("{base}/302?to=http://%20")).await, FaultCode::HttpRedirects);

    let (endless, _) = answering(|_| answer("307 Again", &["Location: /"], b"")).await;
    let gateway = TestGateway::new(config(&[endless]), &["127.0.0.1"]);
    assert_eq!(gateway.error_code(&format!("http://127.0.0.1:{endless}/")).await, FaultCode::HttpRedirects);
    gateway.meter.max_requests.store(8, Relaxed);
    assert_eq!(
        gateway.error_code(&format!("http://127.0.0.1:{endless}/")).await,
        FaultCode::HttpLimit,
        "redirects count"
    );
}

#[tokio::test]
async fn a_redirected_post_follows_browser_rules() {
    let (port, _) = redirecting().await;
    let names = NameServer::start(&[&[Ipv4Addr::LOCALHOST]]).await;
    let gateway = TestGateway::named(&names, &[port], &["a.test", "b.test"]);
    let post = |status: u16, host: &str| HttpRequest {
        method: OutgoingMethod::Post,
        body: b"body".to_vec(),
        headers: [("Authorization", "Bearer secret"), ("X-Api-Key", "secret"), ("Accept", "text/x")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
        ..get(&format!("http://a.test:{port}/{status}?to=http://{host}:{port}/end"))
    };
    let seen = async |request| text(&gateway.send(request).await.expect("the end")).to_lowercase();
    let same = seen(post(307, "a.test")).await;
    assert!(same.starts_with("post /end") && same.contains("bearer secret") && same.ends_with("body"), "{same}");
    let other = seen(post(307, "b.test")).await;
    assert!(other.starts_with("post /end") && !other.contains("secret") && other.contains("accept: text/x"), "{other}");
    let read = seen(post(303, "a.test")).await;
    assert!(read.starts_with("get /end") && !read.contains("content-length") && !read.ends_with("body"), "{read}");
}

#[tokio::test]
async fn cookies_are_not_stored() {
    let (port, _) = redirecting().await;
    let gateway = TestGateway::new(config(&[port]), &["127.0.0.1"]);
    for _ in 0..2 {
        let answered = gateway.send(get(&format!("http://127.0.0.1:{port}/"))).await.expect("an answer");
        assert!(!text(&answered).to_lowercase().contains("cookie"), "{answered:?}");
    }
}
