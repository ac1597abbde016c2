//! Outgoing HTTP requests of scripts. The adapter decides which addresses may be called; the meter limits the usage of a run.

use std::time::Duration;

use async_trait::async_trait;
use iota_scripts_domain::{FaultCode, HostPattern, OutgoingMethod, TenantId};
use serde_json::Value;
use url::Url;

/// Sends requests. Adapter: an HTTP client behind a guard.
#[async_trait]
pub trait HttpGateway: Send + Sync {
    /// Sends a request to a host that the tenant or the operator allows, follows redirects to other such hosts, and repeats it as the
    /// request asks.
    ///
    /// # Errors
    /// Why there is no response. A response with a status such as 404 or 500 is not an error.
    async fn send(
        &self,
        tenant: &TenantId,
        allowed: &[HostPattern],
        request: HttpRequest,
        meter: &dyn HttpMeter,
    ) -> Result<HttpResponse, HttpError>;

    /// Checks a request against the rules without sending anything, not even a DNS query.
    ///
    /// # Errors
    /// Why it would be rejected.
    fn judge(&self, allowed: &[HostPattern], request: &HttpRequest) -> Result<(), HttpError>;
}

/// Counts the traffic of a run and enforces its limits.
pub trait HttpMeter: Send + Sync {
    /// Counts a request about to be sent: the first, a redirect or a repetition.
    ///
    /// # Errors
    /// The run may not send more.
    fn request(&self) -> Result<(), HttpError>;
    /// Counts bytes of bodies sent or received.
    ///
    /// # Errors
    /// The run may not transfer more.
    fn bytes(&self, count: u64) -> Result<(), HttpError>;
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// The method.
    pub method: OutgoingMethod,
    /// The URL.
    pub url: Url,
    /// Names in any case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// Time limit of each attempt, including its redirects and the whole response; the gateway's own limit may be lower.
    pub timeout: Option<Duration>,
    /// Time limit of all attempts together.
    pub within: Duration,
    /// Maximum number of redirects; with 0 a redirect is returned as the response.
    pub redirects: Option<u32>,
    /// Whether and when it is repeated.
    pub retries: Retries,
}

/// Whether a request is repeated after a temporary failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Retries {
    /// Maximum number of repetitions.
    pub times: u32,
    /// Also repeats methods that are not idempotent.
    pub any_method: bool,
}

/// A response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpResponse {
    /// The status code.
    pub status: u16,
    /// Its URL, after redirects.
    pub url: Url,
    /// Names in lower case, in the order in which they came.
    pub headers: Vec<(String, String)>,
    /// The decoded body.
    pub body: Vec<u8>,
}

/// Why there is no response.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct HttpError {
    /// The code, from the one table of codes.
    pub code: FaultCode,
    /// The cause, and how to fix it.
    pub message: String,
    /// Further data, such as limits.
    pub details: Option<Value>,
}

impl HttpError {
    /// Creates an error without details.
    #[must_use]
    pub fn new(code: FaultCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), details: None }
    }
}
