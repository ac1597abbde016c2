//! Decides whether a request is sent again and after which pause. It only decides and does not send or wait.

use std::time::Duration;

use chrono::DateTime;
use iota_scripts_domain::{FaultCode, Timestamp};
use iota_scripts_services::{
    Backoff,
    ports::{HttpError, HttpRequest, HttpResponse},
};

/// The default pauses.
const PAUSES: Backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(10));
/// The longest pause that a server may request. If it requests a longer one, its response is returned.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Returns the pause before the request is sent again, or `None` if it is not.
pub(super) fn pause(
    request: &HttpRequest,
    attempt: u32,
    outcome: &Result<HttpResponse, HttpError>,
    now: Timestamp,
) -> Option<Duration> {
    let repeats = request.retries.any_method || request.method.is_idempotent();
    if attempt >= request.retries.times || !repeats || !is_transient(outcome) {
        return None;
    }
    let backoff = PAUSES.pause(attempt);
    let requested = outcome.as_ref().ok().and_then(|response| retry_after(response, now));
    let pause = requested.map_or(backoff, |requested| requested.max(backoff));
    (pause <= LONGEST_WAIT).then_some(pause)
}

/// Returns whether the same request may succeed later.
fn is_transient(outcome: &Result<HttpResponse, HttpError>) -> bool {
    match outcome {
        Ok(response) => matches!(response.status, 429 | 502 | 503 | 504),
        Err(error) => {
            matches!(error.code, FaultCode::HttpFailed | FaultCode::HttpTimeout | FaultCode::HttpUnknownHost)
        }
    }
}

/// Parses `Retry-After`: seconds or a date.
fn retry_after(response: &HttpResponse, now: Timestamp) -> Option<Duration> {
    let (_, text) = response.headers.iter().find(|(name, _)| name == "retry-after")?;
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = DateTime::parse_from_rfc2822(text.trim()).ok()?;
    Some((date.to_utc() - now.to_utc()).to_std().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use iota_scripts_domain::OutgoingMethod;
    use iota_scripts_services::ports::Retries;
    use url::Url;

    use super::*;

    fn request(method: OutgoingMethod, any_method: bool) -> HttpRequest {
        HttpRequest {
            method,
            url: Url::parse("https://a.example/").unwrap(),
            headers: Vec::new(),
            body: Vec::new(),
            timeout: None,
            within: Duration::MAX,
            redirects: None,
            retries: Retries { times: 3, any_method },
        }
    }

    fn answer(status: u16, retry_after: Option<&str>) -> Result<HttpResponse, HttpError> {
        let headers = retry_after.map(|value| ("retry-after".to_owned(), value.to_owned()));
        let url = Url::parse("https://a.example/").unwrap();
        Ok(HttpResponse { status, url, headers: headers.into_iter().collect(), body: Vec::new() })
    }

    /// 1994-11-06 08:49:37
    const NOW: Timestamp = Timestamp::from_micros(784_111_777_000_000);

    fn millis(request: &HttpRequest, attempt: u32, outcome: &Result<HttpResponse, HttpError>) -> Option<u128> {
        pause(request, attempt, outcome, NOW).map(|pause| pause.as_millis())
    }

    #[test]
    fn pauses_grow_until_retries_are_used_up() {
        let get = request(OutgoingMethod::Get, false);
        let failed = Err(HttpError::new(FaultCode::HttpFailed, "broken"));
        assert_eq!([0, 1, 2, 3].map(|attempt| millis(&get, attempt, &failed)), [Some(200), Some(400), Some(800), None]);
        let many = HttpRequest { retries: Retries { times: 100, any_method: false }, ..get };
        assert_eq!(millis(&many, 90, &failed), Some(10_000));
    }

    #[test]
    fn only_transient_failures_of_idempotent_requests_retry() {
        let get = request(OutgoingMethod::Get, false);
        for (status, again) in
            [(200, false), (404, false), (429, true), (500, false), (502, true), (503, true), (504, true)]
        {
            assert_eq!(millis(&get, 0, &answer(status, None)).is_some(), again, "{status}");
        }
        for code in [FaultCode::HttpBlocked, FaultCode::HttpTooLarge, FaultCode::HttpLimit, FaultCode::HttpRateLimited]
        {
            assert_eq!(millis(&get, 0, &Err(HttpError::new(code, "no"))), None, "{code}");
        }
        let busy = answer(503, None);
        assert!(millis(&request(OutgoingMethod::Put, false), 0, &busy).is_some());
        assert!(millis(&request(OutgoingMethod::Post, false), 0, &busy).is_none());
        assert!(millis(&request(OutgoingMethod::Post, true), 0, &busy).is_some());
    }

    #[test]
    fn a_server_can_request_a_longer_pause() {
        let get = request(OutgoingMethod::Get, false);
        for (header, pause) in [
            ("3", Some(3000)),
            ("0", Some(200)),
            ("61", None),
            ("Sun, 06 Nov 1994 08:49:47 GMT", Some(10_000)),
            ("Sun, 06 Nov 1994 08:40:00 GMT", Some(200)),
            ("soon", Some(200)),
        ] {
            assert_eq!(millis(&get, 0, &answer(503, Some(header))), pause, "{header}");
        }
    }
}
