//! [`HttpGateway`] over an HTTP client that reaches only allowed hosts.
//!
//! Each request, redirect and retry passes the same checks: the URL as it is written (`policy`), the tenant's rate limit, the run's meter,
//! and the IP addresses that the name resolves to (`resolver`), which are exactly the ones that are connected to. Cookies are not stored,
//! and proxies from the environment are not used.
//! no proxy of the environment is used.

mod address;
mod client;
mod failure;
mod hop;
mod policy;
mod rate;
mod resolver;
mod retry;

use std::{
    net::SocketAddr,
    num::NonZeroU32,
    sync::{Arc, OnceLock},
    time::Duration,
};

use async_trait::async_trait;
use iota_scripts_domain::{Clock, FaultCode, HostPattern, TenantId};
use iota_scripts_services::ports::{HttpError, HttpGateway, HttpMeter, HttpRequest, HttpResponse};
use reqwest::{Client, Response};
use tokio::time::{Instant, sleep, timeout};
use tracing::{Instrument as _, field::Empty};

use address::AddressPolicy;
pub use address::{AddressRange, InvalidAddressRange};
use client::ClientError;
use hop::Hop;
use policy::UrlPolicy;
use rate::TenantRate;

/// Default timeout of an attempt.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);
/// Default limit of redirects.
const DEFAULT_REDIRECTS: u32 = 5;

/// The operator's configuration of outgoing requests.
#[derive(Debug, Clone)]
pub struct HttpGatewayConfig {
    /// Hosts that every tenant may call.
    pub allow: Vec<HostPattern>,
    /// Hosts that no tenant may call, even if the tenant allows them.
    pub deny: Vec<HostPattern>,
    /// Non-public addresses that are allowed.
    pub allow_addresses: Vec<AddressRange>,
    /// Allowed ports.
    pub ports: Vec<u16>,
    /// Maximum time of one attempt.
    pub timeout: Duration,
    /// Maximum size of a response body, in bytes after decompression.
    pub max_response_bytes: usize,
    /// Maximum requests of one tenant per minute on this node.
    pub rate_per_minute: NonZeroU32,
    /// DNS servers; if empty, those of the system.
    pub name_servers: Vec<SocketAddr>,
}

/// Sends the HTTP requests of scripts.
#[expect(missing_debug_implementations, reason = "a client and rate limiters without useful output")]
pub struct GuardedHttp {
    url_policy: UrlPolicy,
    addresses: Arc<AddressPolicy>,
    rate: TenantRate,
    clock: Arc<dyn Clock>,
    config: HttpGatewayConfig,
    /// Built for the first request, since most tenants never send one.
    client: OnceLock<Result<Client, ClientError>>,
}

impl GuardedHttp {
    /// Creates the gateway of an instance.
    #[must_use]
    pub fn new(config: HttpGatewayConfig, clock: Arc<dyn Clock>) -> Self {
        let addresses = Arc::new(AddressPolicy::new(config.allow_addresses.clone()));
        Self {
            url_policy: UrlPolicy::new(&config, Arc::clone(&addresses)),
            addresses,
            rate: TenantRate::new(config.rate_per_minute),
            clock,
            config,
            client: OnceLock::new(),
        }
    }

    fn client(&self) -> Result<&Client, HttpError> {
        let made = self.client.get_or_init(|| client::build(&self.config, Arc::clone(&self.addresses)));
        made.as_ref().map_err(|reason| {
            tracing::error!("the HTTP client could not be created, so scripts cannot send requests: {reason}");
            HttpError::new(FaultCode::Unavailable, "the HTTP client could not be created; see the application's log")
        })
    }

    /// Makes one attempt: sends the request and follows its redirects.
    async fn follow(
        &self,
        tenant: &TenantId,
        allowed: &[HostPattern],
        request: &HttpRequest,
        meter: &dyn HttpMeter,
    ) -> Result<HttpResponse, HttpError> {
        let max_redirects = request.redirects.unwrap_or(DEFAULT_REDIRECTS);
        let mut left = max_redirects;
        let follows = left > 0;
        let mut hop = Hop::of(request)?;
        loop {
            self.url_policy.check(&hop.url, allowed)?;
            self.rate.admit(tenant)?;
            meter.request()?;
            meter.bytes(hop.body.len() as u64)?;
            let sent = self.client()?.request(hop.method.clone(), hop.url.clone());
            let sent = sent.headers(hop.headers.clone()).body(hop.body.clone()).send();
            let response = sent.await.map_err(failure::of)?;
            match hop.redirected(&response)?.filter(|_| follows) {
                None => return self.read(&hop, response, meter).await,
                Some(_) if left == 0 => {
                    let message =
                        format!("more than {max_redirects} redirects; raise `redirects` or request the final URL");
                    return Err(HttpError::new(FaultCode::HttpRedirects, message));
                }
                Some(next) => hop = next,
            }
            left -= 1;
        }
    }

    /// Sends the request and retries it as configured.
    async fn attempts(
        &self,
        tenant: &TenantId,
        allowed: &[HostPattern],
        request: &HttpRequest,
        meter: &dyn HttpMeter,
    ) -> Result<HttpResponse, HttpError> {
        let end = Instant::now() + request.within;
        let limit = request.timeout.unwrap_or(DEFAULT_TIMEOUT).min(self.config.timeout);
        for attempt in 0.. {
            let time = limit.min(end.saturating_duration_since(Instant::now()));
            let outcome = timeout(time, self.follow(tenant, allowed, request, meter)).await.unwrap_or_else(|_| {
                let message = format!(
                    "no complete response within {} ms; raise `timeout_ms` or request less data",
                    time.as_millis()
                );
                Err(HttpError::new(FaultCode::HttpTimeout, message))
            });
            match retry::pause(request, attempt, &outcome, self.clock.now()) {
                Some(pause) if Instant::now() + pause < end => sleep(pause).await,
                _ => return outcome,
            }
        }
        Err(HttpError::new(FaultCode::HttpTimeout, "no time left for the request"))
    }

    async fn read(&self, hop: &Hop, mut response: Response, meter: &dyn HttpMeter) -> Result<HttpResponse, HttpError> {
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(failure::of)? {
            meter.bytes(piece.len() as u64)?;
            if piece.len() > self.config.max_response_bytes - body.len() {
                let message = format!(
                    "the response is larger than {} bytes; request less data at a time",
                    self.config.max_response_bytes
                );
                return Err(HttpError::new(FaultCode::HttpTooLarge, message));
            }
            body.extend_from_slice(&piece);
        }
        let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = response.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
        Ok(HttpResponse { status: response.status().as_u16(), url: hop.url.clone(), headers, body })
    }
}

#[async_trait]
impl HttpGateway for GuardedHttp {
    async fn send(
        &self,
        tenant: &TenantId,
        allowed: &[HostPattern],
        request: HttpRequest,
        meter: &dyn HttpMeter,
    ) -> Result<HttpResponse, HttpError> {
        // Only the origin is recorded: the rest of the URL may contain a key.
        let span = tracing::debug_span!(
            "http",
            %tenant,
            method = request.method.as_str(),
            origin = request.url.origin().ascii_serialization(),
            status = Empty,
            error = Empty,
        );
        let sent = self.attempts(tenant, allowed, &request, meter).instrument(span.clone()).await;
        match &sent {
            Ok(response) => span.record("status", response.status),
            Err(error) => span.record("error", error.code.as_str()),
        };
        sent
    }

    fn judge(&self, allowed: &[HostPattern], request: &HttpRequest) -> Result<(), HttpError> {
        self.url_policy.check(&Hop::of(request)?.url, allowed)
    }
}
