//! Compares the schema with that of version 0.1.0, in `published.json`: keys and values that hosts have read must not
//! change.

use super::*;

/// Collects the parts of the published schema that are missing or different now. New parts are allowed.
fn missing(published: &Value, now: &Value, place: &str, found: &mut Vec<String>) {
    match (published, now) {
        (Value::Object(published), Value::Object(now)) => {
            for (key, value) in published {
                let place = format!("{place}/{key}");
                match now.get(key) {
                    Some(now) => missing(value, now, &place, found),
                    None => found.push(place),
                }
            }
        }
        _ if published != now => found.push(format!("{place}: {published} is {now}")),
        _ => {}
    }
}

fn keys(schema: &Value, place: &str, found: &mut Vec<String>) {
    for (key, value) in schema["properties"].as_object().into_iter().flatten() {
        let place = format!("{place}.{key}");
        keys(value, &place, found);
        keys(&value["additionalProperties"], &format!("{place}.*"), found);
        found.push(place);
    }
}

#[test]
fn published_keys_are_kept_and_no_key_is_added() {
    let published: Value = serde_json::from_str(include_str!("published.json")).expect("a schema");
    let mut found = Vec::new();
    missing(&published, schema(), "", &mut found);
    assert_eq!(found, Vec::<String>::new());
    let [mut before, mut now] = [Vec::new(), Vec::new()];
    keys(&published, "", &mut before);
    keys(schema(), "", &mut now);
    before.sort();
    now.sort();
    assert_eq!(before, now);
}

#[test]
fn every_key_is_described_without_rust_terms() {
    let text = schema().to_string();
    for word in ["\"format\"", "\"$ref\"", "\"$defs\"", "\"null\"", "null"] {
        assert!(!text.contains(word), "{word}: {text}");
    }
    for (key, value) in schema()["properties"].as_object().expect("keys") {
        assert!(value["description"].is_string(), "{key}");
    }
}
