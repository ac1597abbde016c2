//! A request as the input of a run: what the script gets, what is kept of it, and how many bytes it counts.
//!
//! The script gets the body twice, as it was read and as it came. Whatever the one says of the other is kept and counted once.

use std::borrow::Cow;

use iota_scripts_domain::JsonText;
use serde_json::{Map, Value};

/// The body as it was read.
const BODY: &str = "body";
/// The body as it came, when it is text.
const RAW_BODY: &str = "rawBody";
/// The body as it came, when it is none.
const BODY_BASE64: &str = "bodyBase64";

/// What is kept and counted of an input that has its body twice.
#[derive(Debug, Clone)]
pub struct RecordedInput {
    /// The arguments, without what [`completed`] makes of the rest.
    pub(crate) args: JsonText,
    /// The bytes that count: those of the body as it came, or those of all else, whichever are more.
    pub(crate) bytes: u64,
}

/// The arguments of `handleRequest`, and what is kept of them.
pub(super) fn input(request: Map<String, Value>, body_bytes: usize) -> (JsonText, RecordedInput) {
    let length = |key: &str| request.get(key).map_or(0, |value| value.to_string().len());
    let bodies = length(BODY) + length(RAW_BODY) + length(BODY_BASE64);
    let is_implied = request
        .get(RAW_BODY)
        .and_then(Value::as_str)
        .is_some_and(|raw| request.get(BODY).map(raw_of).as_deref() == Some(raw));
    let mut args = Value::Array(vec![Value::Object(request)]);
    let whole = JsonText::from(&args);
    let rest = whole.as_str().len().saturating_sub(bodies);
    let recorded = match args.get_mut(0).and_then(Value::as_object_mut) {
        Some(request) if is_implied => {
            request.shift_remove(RAW_BODY);
            JsonText::from(&args)
        }
        _ => whole.clone(),
    };
    (whole, RecordedInput { args: recorded, bytes: body_bytes.max(rest) as u64 })
}

/// The arguments of an endpoint with the body as it came, where they were kept without; all others as they are.
pub(crate) fn completed(args: JsonText) -> JsonText {
    let mut whole = args.to_value();
    let Some(request) = whole.get_mut(0).and_then(Value::as_object_mut) else { return args };
    if request.contains_key(RAW_BODY) || request.contains_key(BODY_BASE64) {
        return args;
    }
    let Some(place) = request.keys().position(|key| key == BODY) else { return args };
    let Some(body) = request.get(BODY) else { return args };
    let raw = Value::from(raw_of(body).into_owned());
    request.shift_insert(place + 1, RAW_BODY.to_owned(), raw);
    JsonText::from(&whole)
}

/// What came, if the body was read from it in the plainest way.
fn raw_of(body: &Value) -> Cow<'_, str> {
    match body {
        Value::Null => Cow::Borrowed(""),
        Value::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn recorded(body: &Value, raw: &str) -> (JsonText, RecordedInput) {
        let request = json!({"method": "POST", "body": body, "rawBody": raw, "ip": null});
        let Value::Object(request) = request else { panic!("an object") };
        input(request, raw.len())
    }

    #[test]
    fn a_body_is_kept_once_and_comes_back_as_it_came() {
        let bodies = [
            (json!(null), ""),
            (json!("a,b\n\"1\""), "a,b\n\"1\""),
            (json!({"z": [1, 2.5, null], "a": "й\u{7}"}), r#"{"z":[1,2.5,null],"a":"й\u0007"}"#),
        ];
        for (body, raw) in bodies {
            let (whole, kept) = recorded(&body, raw);
            assert!(!kept.args.as_str().contains(RAW_BODY), "{}", kept.args.as_str());
            assert_eq!(completed(kept.args), whole);
        }
    }

    #[test]
    fn what_cannot_be_told_from_the_body_is_kept() {
        let bodies = [
            (json!({"a": 1}), "{ \"a\": 1 }"),
            (json!({"a": 1e5}), r#"{"a":1e5}"#),
            (json!("x"), "\"x\""),
            (json!(null), "null"),
            (json!({"a": "1"}), "a=1"),
        ];
        for (body, raw) in bodies {
            let (whole, kept) = recorded(&body, raw);
            assert_eq!(kept.args, whole);
            assert_eq!(completed(kept.args), whole);
        }
    }

    #[test]
    fn a_request_counts_as_its_body_or_as_all_else() {
        let text = "x".repeat(1000);
        assert_eq!(recorded(&json!(text), &text).1.bytes, 1000);
        let (whole, kept) = recorded(&json!(null), "");
        assert!(kept.bytes <= whole.as_str().len() as u64 && kept.bytes > 30, "{}", kept.bytes);
    }

    #[test]
    fn what_is_no_request_stays_as_it_is() {
        for args in ["[]", "[1]", r#"[{"method":"GET"}]"#, r#"[{"body":1,"bodyBase64":"AA=="}]"#] {
            let args = JsonText::parse(args.to_owned()).unwrap();
            assert_eq!(completed(args.clone()), args);
        }
    }
}
