//! Names that resolve to an internal address, at once or later, and addresses that are not public.

use std::net::Ipv4Addr;

use iota_scripts_domain::FaultCode;
use iota_scripts_infrastructure::http_gateway::HttpGatewayConfig;
use tokio::net::TcpListener;

use crate::{
    gateway::{TestGateway, config, get, text},
    servers::{NameServer, answer, answering, serve},
};

const PUBLIC_IP: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 1);
const INTERNAL_IP: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// Listens on the same port of both addresses. Each server responds with its name.
async fn both_addresses() -> (u16, crate::servers::Requests) {
    loop {
        let open = TcpListener::bind((PUBLIC_IP, 0)).await.expect("a port");
        let port = open.local_addr().expect("an address").port();
        let Ok(internal) = TcpListener::bind((INTERNAL_IP, port)).await else { continue };
        let respond = |word: &'static str| {
            move |_, mut stream: tokio::net::TcpStream| async move {
                let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, &answer("200 OK", &[], word.as_bytes())).await;
            }
        };
        serve(open, respond("open"));
        let (_, requests) = serve(internal, respond("inside"));
        return (port, requests);
    }
}

#[tokio::test]
async fn dns_rebinding_does_not_reach_internal_addresses() {
    let (port, internal) = both_addresses().await;
    let names = NameServer::start(&[&[PUBLIC_IP], &[INTERNAL_IP]]).await;
    let gateway = TestGateway::named(&names, &[port], &["rebind.test"]);
    let url = format!("http://rebind.test:{port}/");
    // Checked and connected with one DNS response: a second query would have returned the internal address.
    assert_eq!(text(&gateway.send(get(&url)).await.expect("the open address")), "open");
    assert_eq!(names.questions(), 1);
    assert_eq!(gateway.error_code(&url).await, FaultCode::HttpBlocked);
    assert_eq!(internal.lock().len(), 0, "nothing reached the inside");
}

#[tokio::test]
async fn only_the_public_address_of_a_mixed_name_is_used() {
    let (port, internal) = both_addresses().await;
    let names = NameServer::start(&[&[INTERNAL_IP, PUBLIC_IP]]).await;
    let gateway = TestGateway::named(&names, &[port], &["mixed.test"]);
    for _ in 0..3 {
        let answered = gateway.send(get(&format!("http://mixed.test:{port}/"))).await.expect("the open address");
        assert_eq!(text(&answered), "open");
    }
    assert_eq!(internal.lock().len(), 0);
}

#[tokio::test]
async fn internal_names_are_blocked_without_revealing_addresses() {
    let (port, internal) = both_addresses().await;
    for address in ["127.0.0.2", "10.0.0.1", "169.254.169.254", "192.168.1.1", "0.0.0.0", "100.64.0.1"] {
        let names = NameServer::start(&[&[address.parse().expect("an address")]]).await;
        let gateway = TestGateway::named(&names, &[port], &["inside.test"]);
        let error = gateway.send(get(&format!("http://inside.test:{port}/"))).await.expect_err("refused");
        assert_eq!(error.code, FaultCode::HttpBlocked, "{error}");
        assert!(error.message.contains("inside.test"), "{error}");
        assert!(!error.message.contains(address), "a script must not learn which machine a name means: {error}");
        assert_eq!(gateway.meter.bytes.load(std::sync::atomic::Ordering::Relaxed), 0);
    }
    assert_eq!(internal.lock().len(), 0);
}

#[tokio::test]
async fn a_name_without_an_address_is_an_unknown_host() {
    let names = NameServer::start(&[&[]]).await;
    let gateway = TestGateway::named(&names, &[80], &["*.test"]);
    let error = gateway.send(get("http://unknown.test/")).await.expect_err("refused");
    assert_eq!(error.code, FaultCode::HttpUnknownHost);
    assert_eq!(error.message, "no address found for unknown.test", "does not mention the name server");
}

#[tokio::test]
async fn no_spelling_of_an_internal_address_reaches_it() {
    let (port, internal) = both_addresses().await;
    let gateway = TestGateway::new(
        config(&[port]),
        &["127.0.0.2", "[::ffff:127.0.0.2]", "[::1]", "0.0.0.0", "localhost", "127.0.0.1"],
    );
    for host in [
        "127.0.0.2",
        "2130706434",
        "0x7f000002",
        "0177.0.0.2",
        "127.2",
        "[::ffff:127.0.0.2]",
        "[::ffff:7f00:2]",
        "[::1]",
        "0",
        "127.0.0.2.",
    ] {
        assert_eq!(gateway.error_code(&format!("http://{host}:{port}/")).await, FaultCode::HttpBlocked, "{host}");
    }
    assert_eq!(text(&gateway.send(get(&format!("http://0x7f.1:{port}/"))).await.expect("the open one")), "open");
    assert_eq!(internal.lock().len(), 0);
}

#[tokio::test]
async fn blocked_hosts_and_ports_cause_no_dns_query() {
    let (port, requests) = answering(|_| answer("200 OK", &[], b"")).await;
    let names = NameServer::start(&[&[PUBLIC_IP]]).await;
    let gateway = TestGateway::named(&names, &[port], &["good.test"]);
    for url in [
        format!("http://bad.test:{port}/"),
        format!("http://good.test.bad.test:{port}/"),
        "http://good.test/".to_owned(),
        format!("http://user:word@good.test:{port}/"),
        format!("http://127.0.0.1:{port}/"),
    ] {
        assert_eq!(gateway.error_code(&url).await, FaultCode::HttpBlocked, "{url}");
    }
    assert_eq!((names.questions(), requests.lock().len()), (0, 0));
    let denied = HttpGatewayConfig {
        deny: vec![iota_scripts_domain::HostPattern::parse("good.test").expect("a host")],
        name_servers: vec![names.address],
        ..config(&[port])
    };
    let url = format!("http://good.test:{port}/");
    assert_eq!(TestGateway::new(denied, &["good.test"]).error_code(&url).await, FaultCode::HttpBlocked);
    assert_eq!(gateway.send(get(&url)).await.expect("an answer").status, 200);
}
