//! A client of the JSON API of a running application.

use anyhow::{Context, bail};
use eventsource_stream::{Event, EventStreamError, Eventsource as _};
use futures_util::{Stream, StreamExt as _, stream::BoxStream};
use reqwest::{Method, RequestBuilder, Url, header};
use serde_json::{Value, json};

/// Path of the API, relative to the application's address.
const API: &str = "scripts/api/v1/";
/// Number of scripts per page.
const PAGE: usize = 200;

pub(super) struct Client {
    http: reqwest::Client,
    api: Url,
}

/// An event of a followed run.
pub(super) enum Followed {
    /// A line, counted from 0.
    Log { number: usize, line: Value },
    /// The run has ended; contains its whole record.
    Finished(Value),
    /// The connection ended before the run did.
    Broken(String),
}

/// The events of one run.
pub(super) struct Events {
    stream: BoxStream<'static, anyhow::Result<Event>>,
    lines: usize,
}

impl Client {
    pub(super) fn new(url: &Url, token: &str) -> anyhow::Result<Self> {
        // Fails only if a provider is installed already, which is sufficient.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut authorization = header::HeaderValue::from_str(&format!("Bearer {token}"))
            .context("the token has characters that no token has")?;
        authorization.set_sensitive(true);
        let headers = header::HeaderMap::from_iter([(header::AUTHORIZATION, authorization)]);
        let http = reqwest::Client::builder().default_headers(headers).build()?;
        let mut base = url.clone();
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", url.path()));
        }
        let api = base.join(API).with_context(|| format!("{url} is not the address of an application"))?;
        Ok(Self { http, api })
    }

    /// Returns the id of a script, found by name or by id.
    pub(super) async fn find(&self, script: &str) -> anyhow::Result<String> {
        if uuid_like(script) {
            return Ok(script.to_owned());
        }
        let mut scripts = self.api.join("scripts")?;
        scripts.query_pairs_mut().append_pair("search", script).append_pair("per_page", &PAGE.to_string());
        let found = answer(self.http.get(scripts)).await?;
        let items = found["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        let exact = items.iter().find(|item| item["name"] == script);
        match exact.and_then(|item| item["id"].as_str()) {
            Some(id) => Ok(id.to_owned()),
            None if items.len() == PAGE => bail!("there are too many scripts like \"{script}\": give its id"),
            None => bail!("script \"{script}\" not found"),
        }
    }

    /// Returns the text at a path of the API.
    pub(super) async fn text(&self, path: &str) -> anyhow::Result<String> {
        let response = self.request(Method::GET, path)?.send().await.context("the application does not answer")?;
        let status = response.status();
        let text = response.text().await?;
        if !status.is_success() {
            let refusal: Value = serde_json::from_str(&text).unwrap_or_default();
            bail!("the application says {status} {}", refusal["error"]["message"]);
        }
        Ok(text)
    }

    pub(super) async fn start(&self, script: &str, wish: &Value) -> anyhow::Result<Value> {
        answer(self.request(Method::POST, &format!("scripts/{script}/run"))?.json(wish)).await
    }

    pub(super) async fn cancel(&self, run: &str) -> anyhow::Result<()> {
        answer(self.request(Method::POST, &format!("executions/{run}/cancel"))?.json(&json!({}))).await.map(drop)
    }

    pub(super) async fn follow(&self, run: &str) -> anyhow::Result<Events> {
        let request = self.request(Method::GET, &format!("executions/{run}/stream"))?;
        let response = request.send().await.context("the application does not answer")?;
        if !response.status().is_success() {
            bail!("the run cannot be followed: {}", response.status());
        }
        Ok(Events { stream: readable(response.bytes_stream().eventsource()), lines: 0 })
    }

    fn request(&self, method: Method, path: &str) -> anyhow::Result<RequestBuilder> {
        Ok(self.http.request(method, self.api.join(path)?))
    }
}

impl Events {
    pub(super) async fn next(&mut self) -> Followed {
        while let Some(event) = self.stream.next().await {
            let event = match event {
                Ok(event) => event,
                Err(reason) => return Followed::Broken(reason.to_string()),
            };
            let data = serde_json::from_str(&event.data).unwrap_or_default();
            match event.event.as_str() {
                "log" => {
                    self.lines += 1;
                    return Followed::Log { number: self.lines - 1, line: data };
                }
                "result" => return Followed::Finished(data),
                _ => {}
            }
        }
        Followed::Broken("it closed the connection".to_owned())
    }
}

fn readable<E: std::error::Error + Send + Sync + 'static>(
    events: impl Stream<Item = Result<Event, EventStreamError<E>>> + Send + 'static,
) -> BoxStream<'static, anyhow::Result<Event>> {
    events.map(|event| event.map_err(anyhow::Error::from)).boxed()
}

/// Returns the JSON of a successful response; otherwise an error with the application's message.
async fn answer(request: RequestBuilder) -> anyhow::Result<Value> {
    let response = request.send().await.context("the application does not answer")?;
    let status = response.status();
    let body: Value = serde_json::from_slice(&response.bytes().await?).unwrap_or_default();
    if status.is_success() {
        return Ok(body);
    }
    let field = body["error"]["field"].as_str().map(|field| format!("{field}: ")).unwrap_or_default();
    match body["error"]["message"].as_str() {
        Some(message) => bail!("{field}{message}"),
        None => bail!("the application answered {status}; is --url right?"),
    }
}

fn uuid_like(text: &str) -> bool {
    text.len() == 36 && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_api_is_below_the_application_s_own_path() {
        let api = |url: &str| Client::new(&url.parse().unwrap(), "t").unwrap().api.to_string();
        assert_eq!(api("http://localhost:8080"), "http://localhost:8080/scripts/api/v1/");
        assert_eq!(api("https://x.example/erp"), "https://x.example/erp/scripts/api/v1/");
        assert!(Client::new(&"http://x".parse().unwrap(), "a\nb").is_err());
    }

    #[tokio::test]
    async fn events_are_counted_and_an_early_end_is_reported() {
        let text =
            "event: state\ndata: {}\n\nevent: log\ndata: {\"message\":\"a\"}\n\n: ping\n\nevent: log\ndata: {}\n\n";
        let bytes = futures_util::stream::iter([Ok::<_, std::io::Error>(text)]);
        let mut events = Events { stream: readable(bytes.eventsource()), lines: 0 };
        assert!(matches!(events.next().await, Followed::Log { number: 0, line } if line["message"] == "a"));
        assert!(matches!(events.next().await, Followed::Log { number: 1, .. }));
        assert!(matches!(events.next().await, Followed::Broken(_)));
    }
}
