//! The gateway under test and the meter of the run that uses it.

use std::{
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use iota_scripts_domain::{FaultCode, HostPattern, OutgoingMethod, SystemClock, TenantId};
use iota_scripts_infrastructure::http_gateway::{AddressRange, GuardedHttp, HttpGatewayConfig};
use iota_scripts_services::ports::{HttpError, HttpGateway as _, HttpMeter, HttpRequest, HttpResponse, Retries};
use url::Url;

use crate::servers::NameServer;

/// A gateway with the allowed hosts and the meter of one run.
pub(crate) struct TestGateway {
    gateway: GuardedHttp,
    allowed: Vec<HostPattern>,
    pub(crate) meter: Meter,
}

/// A meter whose limits tests can set.
pub(crate) struct Meter {
    pub(crate) requests: AtomicU64,
    pub(crate) bytes: AtomicU64,
    pub(crate) max_requests: AtomicU64,
}

impl HttpMeter for Meter {
    fn request(&self) -> Result<(), HttpError> {
        if self.requests.load(Relaxed) >= self.max_requests.load(Relaxed) {
            return Err(HttpError::new(FaultCode::HttpLimit, "enough"));
        }
        self.requests.fetch_add(1, Relaxed);
        Ok(())
    }

    fn bytes(&self, count: u64) -> Result<(), HttpError> {
        self.bytes.fetch_add(count, Relaxed);
        Ok(())
    }
}

/// Returns a configuration in which the operator allows `127.0.0.1` and these ports.
pub(crate) fn config(ports: &[u16]) -> HttpGatewayConfig {
    HttpGatewayConfig {
        allow: Vec::new(),
        deny: Vec::new(),
        allow_addresses: vec![AddressRange::parse("127.0.0.1").expect("an address")],
        ports: ports.to_vec(),
        timeout: Duration::from_secs(60),
        max_response_bytes: 1024 * 1024,
        rate_per_minute: NonZeroU32::new(1000).expect("not zero"),
        name_servers: Vec::new(),
    }
}

impl TestGateway {
    pub(crate) fn new(config: HttpGatewayConfig, allowed: &[&str]) -> Self {
        let allowed = allowed.iter().map(|host| HostPattern::parse(host).expect("a host")).collect();
        let meter =
            Meter { requests: AtomicU64::new(0), bytes: AtomicU64::new(0), max_requests: AtomicU64::new(u64::MAX) };
        Self { gateway: GuardedHttp::new(config, Arc::new(SystemClock)), allowed, meter }
    }

    /// Creates a gateway that uses this name server.
    pub(crate) fn named(server: &NameServer, ports: &[u16], allowed: &[&str]) -> Self {
        Self::new(HttpGatewayConfig { name_servers: vec![server.address], ..config(ports) }, allowed)
    }

    pub(crate) async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        self.send_for("acme", request).await
    }

    pub(crate) async fn send_for(&self, tenant: &str, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let tenant = TenantId::parse(tenant).expect("a tenant");
        self.gateway.send(&tenant, &self.allowed, request, &self.meter).await
    }

    /// Sends a GET and returns the code of its error.
    pub(crate) async fn error_code(&self, url: &str) -> FaultCode {
        self.send(get(url)).await.expect_err(url).code
    }
}

pub(crate) fn get(url: &str) -> HttpRequest {
    HttpRequest {
        method: OutgoingMethod::Get,
        url: Url::parse(url).expect("an address"),
        headers: Vec::new(),
        body: Vec::new(),
        timeout: Some(Duration::from_secs(30)),
        within: Duration::from_secs(60),
        redirects: None,
        retries: Retries::default(),
    }
}

pub(crate) fn text(response: &HttpResponse) -> &str {
    std::str::from_utf8(&response.body).expect("text")
}
