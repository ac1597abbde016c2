//! A single request, and the request that follows from a redirect.

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use iota_scripts_domain::FaultCode;
use iota_scripts_services::ports::{HttpError, HttpRequest};
use reqwest::Response;
use url::Url;

/// Headers that are forwarded to another origin. Any other header may contain a key.
const CROSS_ORIGIN_HEADERS: [HeaderName; 5] =
    [header::ACCEPT, header::ACCEPT_LANGUAGE, header::CONTENT_LANGUAGE, header::CONTENT_TYPE, header::USER_AGENT];

/// A request as it is sent.
#[derive(Debug, Clone)]
pub(super) struct Hop {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Hop {
    /// Creates the first request.
    pub(super) fn of(request: &HttpRequest) -> Result<Self, HttpError> {
        let wrong = |what: &str| HttpError::new(FaultCode::HttpFailed, format!("{what} cannot be sent"));
        let method = Method::from_bytes(request.method.as_str().as_bytes()).map_err(|_| wrong("the method"))?;
        let mut headers = HeaderMap::new();
        for (name, value) in &request.headers {
            let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong(name))?;
            headers.insert(key, HeaderValue::from_bytes(value.as_bytes()).map_err(|_| wrong(name))?);
        }
        Ok(Self { method, url: request.url.clone(), headers, body: request.body.clone() })
    }

    /// Returns the next request if the response is a redirect.
    pub(super) fn redirected(&self, response: &Response) -> Result<Option<Self>, HttpError> {
        match response.headers().get(header::LOCATION) {
            Some(location) => self.redirect_to(response.status(), location),
            None => Ok(None),
        }
    }

    fn redirect_to(&self, status: StatusCode, location: &HeaderValue) -> Result<Option<Self>, HttpError> {
        let reads = match status {
            StatusCode::SEE_OTHER => self.method != Method::HEAD,
            // As browsers do.
            StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND => self.method == Method::POST,
            StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => false,
            _ => return Ok(None),
        };
        let target = std::str::from_utf8(location.as_bytes()).ok().and_then(|target| self.url.join(target).ok());
        let Some(mut url) = target else {
            return Err(HttpError::new(FaultCode::HttpRedirects, "the redirect's Location header is not a valid URL"));
        };
        url.set_fragment(None);
        let mut next = Self { url, ..self.clone() };
        if reads {
            next.method = Method::GET;
            next.body = Vec::new();
            next.headers.remove(header::CONTENT_TYPE);
        }
        if next.url.origin() != self.url.origin() {
            next.headers = CROSS_ORIGIN_HEADERS
                .iter()
                .filter_map(|name| Some((name.clone(), next.headers.get(name)?.clone())))
                .collect();
        }
        Ok(Some(next))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post() -> Hop {
        let headers = [(header::AUTHORIZATION, "Bearer x"), (header::ACCEPT, "a/b"), (header::CONTENT_TYPE, "c/d")];
        let mut headers: HeaderMap =
            headers.into_iter().map(|(name, value)| (name, HeaderValue::from_static(value))).collect();
        headers.insert("x-api-key", HeaderValue::from_static("secret"));
        Hop { method: Method::POST, url: Url::parse("https://a.example/x/y").unwrap(), headers, body: b"body".to_vec() }
    }

    fn redirect(status: u16, location: &'static str) -> Option<Hop> {
        post().redirect_to(StatusCode::from_u16(status).unwrap(), &HeaderValue::from_static(location)).unwrap()
    }

    #[test]
    fn a_redirect_keeps_or_changes_the_method_as_browsers_do() {
        for (status, method, body) in
            [(301, "GET", 0), (302, "GET", 0), (303, "GET", 0), (307, "POST", 4), (308, "POST", 4)]
        {
            let next = redirect(status, "../z?q#f").unwrap();
            assert_eq!(
                (next.method.as_str(), next.body.len(), next.url.as_str()),
                (method, body, "https://a.example/z?q"),
                "{status}"
            );
            assert!(next.headers.contains_key(header::AUTHORIZATION), "the same origin");
        }
        assert!(redirect(200, "/z").is_none() && redirect(304, "/z").is_none());
        assert!(post().redirect_to(StatusCode::FOUND, &HeaderValue::from_static("https://")).is_err());
    }

    #[test]
    fn credentials_are_not_sent_to_another_origin() {
        for other in ["https://b.example/", "http://a.example/", "https://a.example:444/", "//a.example.org"] {
            let next = redirect(307, other).unwrap();
            let names: Vec<&str> = next.headers.keys().map(HeaderName::as_str).collect();
            assert_eq!(names, ["accept", "content-type"], "{other}");
        }
    }
}
