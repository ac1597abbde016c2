//! Requests to the world outside, on behalf of scripts. What may be called is the adapter's to enforce; what a run may use up is the meter's.

use std::time::Duration;

use async_trait::async_trait;
use iota_scripts_domain::{FaultCode, HostPattern, OutgoingMethod, TenantId};
use serde_json::Value;
use url::Url;

/// Sends requests. Adapter: an HTTP client behind a guard.
#[async_trait]
pub trait HttpGateway: Send + Sync {
    /// Sends a request to one of the hosts that the tenant or the operator allows, follows redirects to other such hosts, and repeats it
    /// where the request asks for that.
    ///
    /// # Errors
    /// Why there is no answer. An answer with a status such as 404 or 500 is one.
    async fn send(
        &self,
        tenant: &TenantId,
        allowed: &[HostPattern],
        request: HttpRequest,
        meter: &dyn HttpMeter,
    ) -> Result<HttpResponse, HttpError>;

    /// Whether such a request would be sent, as far as it says itself: nothing goes out, not even a question for a name.
    ///
    /// # Errors
    /// Why it would not.
    fn judge(&self, allowed: &[HostPattern], request: &HttpRequest) -> Result<(), HttpError>;
}

/// Counts what goes out of a run, and says when it is enough.
pub trait HttpMeter: Send + Sync {
    /// One more request is about to go out: the first, a redirect or a repetition.
    ///
    /// # Errors
    /// The run may not send more.
    fn request(&self) -> Result<(), HttpError>;
    /// So many more bytes of bodies went out or came in.
    ///
    /// # Errors
    /// The run may not transfer more.
    fn bytes(&self, count: u64) -> Result<(), HttpError>;
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// What to do.
    pub method: OutgoingMethod,
    /// Where.
    pub url: Url,
    /// Names in any case.
    pub headers: Vec<(String, String)>,
    /// The bytes to send.
    pub body: Vec<u8>,
    /// How long each attempt may take, its redirects and the whole answer included; the gateway may allow less.
    pub timeout: Option<Duration>,
    /// How long all attempts may take together.
    pub within: Duration,
    /// How many redirects are followed; with 0 a redirect is an answer like any other.
    pub redirects: Option<u32>,
    /// Whether and when it is sent again.
    pub retries: Retries,
}

/// Whether a request is sent again when it failed for a reason that may pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Retries {
    /// How often.
    pub times: u32,
    /// Also with methods that do a thing twice when they are sent twice.
    pub any_method: bool,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpResponse {
    /// 200 and so on.
    pub status: u16,
    /// Where it came from, after redirects.
    pub url: Url,
    /// Names in small letters, in the order in which they came.
    pub headers: Vec<(String, String)>,
    /// As it is after unpacking.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct HttpError {
    /// From the one table.
    pub code: FaultCode,
    /// What happened and what to do.
    pub message: String,
    /// Figures.
    pub details: Option<Value>,
}

impl HttpError {
    /// An error without figures.
    #[must_use]
    pub fn new(code: FaultCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), details: None }
    }
}
