//! `http.*`: a script's outgoing requests. Every method of the API arrives here as one call with all its options.
//!
//! Requests are parsed, counted and answered here; the gateway decides which addresses may be called.

mod aborts;
mod answer;
mod headers;
mod options;
mod plain;

use iota_scripts_domain::{FaultCode, HostPattern, JsonText};

pub(crate) use self::aborts::Aborts;
pub(super) use self::aborts::METHOD as ABORT;
use self::{answer::ResponseJson, options::HttpOptions};
use super::{HostBridge, arguments, json, refuse, unavailable};
use crate::ports::{CallError, CallFailure, HttpError, HttpMeter};

/// Maximum size of one response as JSON, in bytes: it must fit into a message to a worker.
const MAX_REPLY_BYTES: usize = 15 * 1024 * 1024;

/// `[{method, url, query, headers, json | form | text | base64, timeout_ms, retries, retry_any_method, redirects, abort_key}]`
pub(super) async fn request(bridge: &HostBridge, args: &JsonText) -> Result<JsonText, CallError> {
    let (options,): (HttpOptions,) = arguments("http", args)?;
    let abortable = bridge.aborts.enter(options.abort_key);
    let request = options.into_request(bridge.time_left())?;
    // The rest of the URL may contain a key, and messages are logged.
    let name = format!("http: {} {}", request.method.as_str(), request.url.origin().ascii_serialization());
    let tenant = bridge.scope.identity.tenant_id();
    let hosts = bridge.ports.http_hosts.list(tenant).await.map_err(|error| unavailable("http", &error))?;
    let hosts: Vec<HostPattern> = hosts.into_iter().map(|allowed| allowed.host).collect();
    if !request.method.is_safe() {
        bridge.writes().await?;
    }
    let sent = tokio::time::timeout(bridge.time_left(), bridge.ports.http.send(tenant, &hosts, request, bridge));
    let response = tokio::select! {
        biased;
        () = abortable.aborted() => return Err(refuse("CANCELLED", format!("{name} was aborted by the script"))),
        response = sent => response,
    };
    let response = response
        .map_err(|_| refuse(FaultCode::HttpTimeout.as_str(), format!("{name} was not answered within the run's time")))?
        .map_err(|error| failure(&name, error))?;
    let reply = json(&ResponseJson::of(response))?;
    if reply.as_str().len() > MAX_REPLY_BYTES {
        let message =
            format!("{name}: the answer is larger than {MAX_REPLY_BYTES} bytes as JSON; ask for less at a time");
        return Err(refuse(FaultCode::HttpTooLarge.as_str(), message));
    }
    Ok(reply)
}

impl HttpMeter for HostBridge {
    fn request(&self) -> Result<(), HttpError> {
        let most = self.scope.limits.http_calls;
        self.counts.http_call(most).then_some(()).ok_or_else(|| spent(&format!("{most} HTTP requests")))
    }

    fn bytes(&self, count: u64) -> Result<(), HttpError> {
        let most = self.scope.limits.http_bytes;
        if self.counts.http_bytes(count) > most {
            return Err(spent(&format!("{most} bytes sent and received over HTTP")));
        }
        Ok(())
    }
}

fn spent(what: &str) -> HttpError {
    HttpError::new(FaultCode::HttpLimit, format!("the run reached its limit of {what}; do less in one run"))
}

fn failure(name: &str, error: HttpError) -> CallError {
    let mut failure = CallFailure::new(error.code.as_str(), format!("{name}: {}", error.message));
    failure.details = error.details;
    CallError::Refused(failure)
}
