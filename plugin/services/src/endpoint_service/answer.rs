//! Reads a script's return value as an HTTP response: `{status, headers, body}`, or only a body.

use std::sync::OnceLock;

use iota_scripts_domain::{Fault, FaultCode, FaultKind, JsonText, Outcome};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, value::RawValue};

use super::{headers, invalid_answer::InvalidAnswer};

/// A response that can be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct EndpointAnswer {
    /// 200 to 599.
    pub status: u16,
    /// Names in lower case; without headers reserved for the server.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: EndpointBody,
}

/// The body of a response.
#[derive(Debug, Clone, PartialEq)]
pub enum EndpointBody {
    /// No body.
    Empty,
    /// Plain text, or text of the content type in the headers.
    Text(String),
    /// JSON.
    Json(JsonText),
}

/// The response as read when the run was judged, so that its sender need not parse it again.
pub type ReadAnswer = OnceLock<Result<EndpointAnswer, InvalidAnswer>>;

impl EndpointAnswer {
    /// Reads the return value of `handleRequest`. An object with no members but `status`, `headers` and `body` is a response; any other
    /// value is a body.
    ///
    /// # Errors
    /// Why the response is invalid.
    pub fn of(returned: &JsonText) -> Result<Self, InvalidAnswer> {
        let Some(Parts { status: said, headers, body }) = Parts::of(returned) else {
            let status = if returned.as_str() == "null" { 204 } else { 200 };
            return Ok(Self { status, headers: Vec::new(), body: content(returned.clone()) });
        };
        let content = body.0.map_or(EndpointBody::Empty, |body| content(body.to_owned().into()));
        let status = match said.value() {
            None if content == EndpointBody::Empty => 204,
            None => 200,
            Some(given) => status(&given)?,
        };
        let mut headers = headers::read(headers.value().as_ref())?;
        if has_no_body(status) {
            headers.retain(|(name, _)| name != "content-type");
            return Ok(Self { status, headers, body: EndpointBody::Empty });
        }
        Ok(Self { status, headers, body: content })
    }
}

/// The parts of a response as raw JSON: the body may be large and is passed on unparsed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts<'a> {
    #[serde(borrow, default)]
    status: Part<'a>,
    #[serde(borrow, default)]
    headers: Part<'a>,
    #[serde(borrow, default)]
    body: Part<'a>,
}

/// A member's raw value, possibly `null`; `None` if it is absent.
#[derive(Default)]
struct Part<'a>(Option<&'a RawValue>);

impl<'de: 'a, 'a> Deserialize<'de> for Part<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&'a RawValue>::deserialize(deserializer).map(|raw| Self(Some(raw)))
    }
}

impl Part<'_> {
    fn value(&self) -> Option<Value> {
        Some(serde_json::from_str(self.0?.get()).unwrap_or_default())
    }
}

impl<'a> Parts<'a> {
    /// Returns `None` if the value is a body.
    fn of(returned: &'a JsonText) -> Option<Self> {
        let parts: Self =
            returned.as_str().starts_with('{').then(|| serde_json::from_str(returned.as_str()).ok())??;
        [&parts.status, &parts.headers, &parts.body].iter().any(|part| part.0.is_some()).then_some(parts)
    }
}

/// Returns whether HTTP allows no body for this status.
const fn has_no_body(status: u16) -> bool {
    matches!(status, 204 | 205 | 304)
}

impl EndpointAnswer {
    /// Judges how an endpoint's run ended, and the HTTP status of its response: statuses from 400 count as a rejected request, from 500 as
    /// a failure, although nothing was thrown. The status is `None` if the caller no longer waits for a response. Stores the parsed
    /// response in `read`.
    pub(crate) fn judge(ended: Result<JsonText, Fault>, read: Option<&ReadAnswer>) -> (Outcome, Option<u16>) {
        let returned = match ended {
            Ok(returned) => returned,
            Err(fault) => {
                let answered = !matches!(fault.kind(), FaultKind::Cancelled | FaultKind::Lost);
                let status = answered.then(|| failure_status(fault.code));
                return (Outcome::of_fault(fault), status);
            }
        };
        let answer = Self::of(&returned);
        let (outcome, status) = match &answer {
            Ok(Self { status, .. }) => (Outcome::of_answer(returned, *status), *status),
            Err(invalid) => {
                let status = failure_status(FaultCode::ScriptError);
                (Outcome::unsendable(returned, status, invalid), status)
            }
        };
        // A run is judged only once.
        let _ = read.map(|read| read.set(answer));
        (outcome, Some(status))
    }
}

/// Returns the HTTP status of a failed run: to a client, a fault of the script is a fault of the server.
#[must_use]
pub fn failure_status(code: FaultCode) -> u16 {
    match code.http_status() {
        status @ 500.. => status,
        _ => FaultCode::Internal.http_status(),
    }
}

fn content(json: JsonText) -> EndpointBody {
    match json.as_str().as_bytes() {
        b"null" => EndpointBody::Empty,
        [b'"', ..] => EndpointBody::Text(serde_json::from_str(json.as_str()).unwrap_or_default()),
        _ => EndpointBody::Json(json),
    }
}

/// Reads the status. `null` is invalid: JSON serializes `NaN` and `Infinity` to it.
fn status(given: &Value) -> Result<u16, InvalidAnswer> {
    let whole = given.as_u64().or_else(|| given.as_f64().filter(|n| n.fract() == 0.0 && *n > 0.0).map(|n| n as u64));
    let status = whole.and_then(|status| u16::try_from(status).ok()).filter(|status| (200..=599).contains(status));
    status.ok_or_else(|| {
        InvalidAnswer::Status(match given {
            Value::Null => "null (or NaN)".to_owned(),
            Value::Number(number) => number.to_string(),
            Value::String(_) => "a text".to_owned(),
            Value::Bool(_) | Value::Array(_) | Value::Object(_) => "not a number".to_owned(),
        })
    })
}

#[cfg(test)]
mod tests {
    use iota_scripts_domain::ExecutionStatus::{Failed, Refused, Success};
    use serde_json::json;

    use super::*;

    fn answer(value: &Value) -> Result<EndpointAnswer, InvalidAnswer> {
        EndpointAnswer::of(&JsonText::from(value))
    }

    #[test]
    fn a_response_has_status_headers_and_body() {
        let full =
            answer(&json!({"status": 201, "headers": {"X-Cache": "MISS", "X-Count": 3}, "body": {"b": 1, "a": 2}}))
                .unwrap();
        assert_eq!(
            (full.status, full.headers),
            (201, vec![("x-cache".into(), "MISS".into()), ("x-count".into(), "3".into())])
        );
        assert_eq!(full.body, EndpointBody::Json(JsonText::parse(r#"{"b":1,"a":2}"#.into()).unwrap()));
        assert_eq!(answer(&json!({"status": 404.0})).unwrap().status, 404);
        assert_eq!(answer(&json!({"body": "hi"})).unwrap().body, EndpointBody::Text("hi".into()));
        assert_eq!(answer(&json!({"status": 200, "body": null})).unwrap().body, EndpointBody::Empty);
    }

    #[test]
    fn status_400_counts_as_rejected_and_500_as_failed() {
        let judged = |value: Value| {
            let (outcome, status) = EndpointAnswer::judge(Ok(JsonText::from(&value)), None);
            (outcome.status(), status, outcome.fault().map(|fault| fault.message.clone()))
        };
        assert_eq!(judged(json!({"status": 399})), (Success, Some(399), None));
        assert_eq!(judged(json!({"status": 400, "body": "no"})), (Refused, Some(400), None));
        assert_eq!(judged(json!({"status": 499})), (Refused, Some(499), None));
        let failed = |status, message: &str| (Failed, Some(status), Some(message.to_owned()));
        assert_eq!(judged(json!({"status": 503})), failed(503, "the endpoint answered 503"));
        let invalid =
            "the endpoint's response cannot be sent: the status is 99; it must be a whole number from 200 to 599";
        assert_eq!(judged(json!({"status": 99})), failed(500, invalid));
        assert_eq!(judged(json!(null)), (Success, Some(204), None));
    }

    #[test]
    fn a_fault_maps_to_the_sent_status() {
        let status = |code| EndpointAnswer::judge(Err(Fault::new(code, "no")), None).1;
        assert_eq!(status(FaultCode::Timeout), Some(504));
        assert_eq!(status(FaultCode::ScriptError), Some(500));
        assert_eq!(status(FaultCode::HttpBlocked), Some(500), "not the caller's fault");
        assert_eq!(status(FaultCode::PoolExhausted), Some(503));
        assert_eq!(status(FaultCode::Cancelled), None, "the caller is gone");
    }

    #[test]
    fn any_other_value_is_a_body() {
        assert_eq!(answer(&json!(null)).unwrap().status, 204);
        assert_eq!(answer(&json!("text")).unwrap().body, EndpointBody::Text("text".into()));
        for value in [json!([1]), json!({}), json!({"status": 7, "name": "x"}), json!(0)] {
            let found = answer(&value).unwrap();
            assert_eq!((found.status, found.body), (200, EndpointBody::Json(JsonText::from(&value))));
        }
    }

    #[test]
    fn statuses_without_a_body_send_none() {
        for status in [204, 205, 304] {
            let value =
                json!({"status": status, "headers": {"content-type": "text/csv", "etag": "\"1\""}, "body": "x"});
            let found = answer(&value).unwrap();
            assert_eq!((found.status, found.body), (status, EndpointBody::Empty));
            assert_eq!(found.headers, [("etag".to_owned(), "\"1\"".to_owned())]);
        }
    }

    #[test]
    fn invalid_responses_name_their_fault() {
        let many = |count| (0..count).map(|n| (format!("x-{n}"), json!("v"))).collect::<serde_json::Map<_, _>>();
        let too_many =
            "there are more than 64 headers, or more than 16384 bytes in total; send long values in the body";
        assert!(answer(&json!({"headers": many(64)})).is_ok());
        for (value, message) in [
            (json!({"status": 99}), "the status is 99; it must be a whole number from 200 to 599"),
            (json!({"status": 101, "body": "x"}), "the status is 101; it must be a whole number from 200 to 599"),
            (json!({"status": 600}), "the status is 600; it must be a whole number from 200 to 599"),
            (json!({"status": -200}), "the status is -200; it must be a whole number from 200 to 599"),
            (json!({"status": 200.5}), "the status is 200.5; it must be a whole number from 200 to 599"),
            (json!({"status": 1e300}), "the status is 1e+300; it must be a whole number from 200 to 599"),
            (json!({"status": "ok"}), "the status is a text; it must be a whole number from 200 to 599"),
            (json!({"status": [200]}), "the status is not a number; it must be a whole number from 200 to 599"),
            // JSON's form of NaN and Infinity.
            (
                json!({"status": null, "body": null}),
                "the status is null (or NaN); it must be a whole number from 200 to 599",
            ),
            (json!({"status": 200, "headers": {"a b": "c"}}), "the header \"a b\" cannot be sent"),
            (json!({"status": 200, "headers": {"x": "a\r\nb: c"}}), "the header \"x\" cannot be sent"),
            (
                json!({"status": 200, "headers": {"Set-Cookie": "a=b"}}),
                "the header \"set-cookie\" cannot be set by scripts: leave it out. Scripts can set headers that describe their response, \
                 and names of their own that begin with x-",
            ),
            (json!({"headers": []}), "the header \"headers\" cannot be sent"),
            (json!({"headers": many(65)}), too_many),
            (json!({"headers": {"x-a": "a".repeat(9 << 10), "x-b": "b".repeat(9 << 10)}}), too_many),
        ] {
            assert_eq!(answer(&value).unwrap_err().to_string(), message);
        }
    }
}
