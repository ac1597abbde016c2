//! Converts a JSON Schema to a TypeScript type.
//!
//! An argument's type allows every value that the schema allows: keywords without an equivalent (`$ref`, `not`, formats, bounds) are
//! ignored, and a schema without other keywords becomes `unknown`.

use serde_json::{Map, Value};

use super::text::{comment, indentation, key, literal};

/// The direction of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Sent to the host, serialized by `JSON.stringify`.
    Argument,
    /// Received from the host.
    Result,
}

/// The entries of a list.
#[derive(Debug)]
pub(super) struct Entries<'s> {
    /// The leading entries, each with whether it is required.
    pub(super) first: Vec<(&'s Value, bool)>,
    /// The schema of further entries; `None` if there can be none.
    pub(super) more: Option<&'s Value>,
}

const ANYTHING: &Value = &Value::Bool(true);

/// Returns the type that a schema describes; lines after the first are indented for this level.
pub(super) fn type_of(schema: &Value, side: Side, level: usize) -> String {
    match schema {
        Value::Bool(false) => "never".to_owned(),
        Value::Object(schema) => of_keywords(schema, side, level),
        _ => unknown(),
    }
}

fn of_keywords(schema: &Map<String, Value>, side: Side, level: usize) -> String {
    let of = |schema: &Value| type_of(schema, side, level);
    let list = |keyword: &str| schema.get(keyword).and_then(Value::as_array);
    let mut parts = vec![of_own_keywords(schema, side, level)];
    parts.extend(["anyOf", "oneOf"].into_iter().filter_map(list).map(|choices| union(choices.iter().map(of))));
    parts.extend(list("allOf").into_iter().flatten().map(of));
    let all = intersection(parts);
    // The keyword is from OpenAPI; the validator of arguments ignores it.
    let nullable = side == Side::Result && schema.get("nullable") == Some(&Value::Bool(true));
    if nullable { union([all, "null".to_owned()]) } else { all }
}

fn of_own_keywords(schema: &Map<String, Value>, side: Side, level: usize) -> String {
    if let Some(value) = schema.get("const") {
        return of_value(value);
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return union(values.iter().map(of_value));
    }
    let named = |kind: &Value| kind.as_str().map_or_else(unknown, |kind| of_kind(kind, schema, side, level));
    let has = |keywords: &[&str]| keywords.iter().any(|keyword| schema.contains_key(*keyword));
    match schema.get("type") {
        Some(Value::Array(kinds)) => union(kinds.iter().map(named)),
        Some(kind) => named(kind),
        None if has(&["properties", "additionalProperties"]) => object(schema, side, level),
        None if has(&["items", "prefixItems"]) => array(schema, side, level),
        None => unknown(),
    }
}

fn of_kind(kind: &str, schema: &Map<String, Value>, side: Side, level: usize) -> String {
    match kind {
        // `JSON.stringify` writes a `Date` as such a text.
        "string" if side == Side::Argument && schema.get("format").and_then(Value::as_str) == Some("date-time") => {
            "string | Date".to_owned()
        }
        "string" | "number" | "boolean" | "null" => kind.to_owned(),
        "integer" => "number".to_owned(),
        "array" => array(schema, side, level),
        "object" => object(schema, side, level),
        _ => unknown(),
    }
}

/// Returns the literal type of a value.
fn of_value(value: &Value) -> String {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => literal(text),
        Value::Array(_) | Value::Object(_) => unknown(),
    }
}

fn object(schema: &Map<String, Value>, side: Side, level: usize) -> String {
    let nothing = Map::new();
    let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&nothing);
    let required = schema.get("required").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let indent = indentation(level + 1);
    let mut text = String::from("{\n");
    for (name, property) in properties {
        let optional = if required.iter().any(|required| required == name) { "" } else { "?" };
        text.push_str(&comment(&description(property), &[], level + 1));
        text.push_str(&format!("{indent}{}{optional}: {};\n", key(name), type_of(property, side, level + 1)));
    }
    if let Some(others) = others(schema, side, properties.is_empty(), level + 1) {
        text.push_str(&format!("{indent}[key: string]: {others};\n"));
    }
    text.push_str(&indentation(level));
    text.push('}');
    text
}

/// Returns the type of properties without their own schema, if they are to be declared.
fn others(schema: &Map<String, Value>, side: Side, are_all: bool, level: usize) -> Option<String> {
    let additional = schema.get("additionalProperties");
    match additional {
        _ if schema.contains_key("patternProperties") => Some(unknown()),
        Some(additional) if are_all => Some(type_of(additional, side, level)),
        Some(Value::Bool(false)) => None,
        // In TypeScript this type would have to match the named properties too.
        Some(_) => Some(unknown()),
        None => (are_all || side == Side::Argument).then(unknown),
    }
}

fn array(schema: &Map<String, Value>, side: Side, level: usize) -> String {
    let Some(entries) = entries(schema) else { return unknown() };
    let more = entries.more.map(|more| format!("Array<{}>", type_of(more, side, level)));
    if entries.first.is_empty() {
        return more.unwrap_or_else(|| "[]".to_owned());
    }
    let first = entries.first.iter().map(|(schema, required)| {
        let entry = type_of(schema, side, level);
        if *required { entry } else { format!("({entry})?") }
    });
    let all: Vec<String> = first.chain(more.map(|more| format!("...{more}"))).collect();
    format!("[{}]", all.join(", "))
}

/// Reads the entries of an array schema; `None` if it uses the keywords of old drafts.
pub(super) fn entries(schema: &Map<String, Value>) -> Option<Entries<'_>> {
    let count = |keyword: &str| schema.get(keyword).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
    let (least, most) = (count("minItems").unwrap_or(0), count("maxItems").unwrap_or(usize::MAX));
    let items = schema.get("items").unwrap_or(ANYTHING);
    if items.is_array() {
        return None;
    }
    let first = schema.get("prefixItems").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let closed = items == &Value::Bool(false) || most <= first.len();
    let first = first.iter().take(most).enumerate().map(|(index, schema)| (schema, index < least)).collect();
    Some(Entries { first, more: (!closed).then_some(items) })
}

/// Returns the schema's description for people.
pub(super) fn description(schema: &Value) -> Vec<String> {
    schema.get("description").and_then(Value::as_str).map(str::to_owned).into_iter().collect()
}

fn unknown() -> String {
    "unknown".to_owned()
}

fn union(types: impl IntoIterator<Item = String>) -> String {
    let mut members: Vec<String> = Vec::new();
    for member in types {
        if member == "unknown" {
            return member;
        }
        if member != "never" && !members.contains(&member) {
            members.push(member);
        }
    }
    if members.is_empty() { "never".to_owned() } else { members.join(" | ") }
}

fn intersection(types: Vec<String>) -> String {
    let mut members: Vec<String> = Vec::new();
    for member in types {
        if member != "unknown" && !members.contains(&member) {
            members.push(member);
        }
    }
    match members.len() {
        0 => unknown(),
        1 => members.remove(0),
        _ => members.iter().map(|member| format!("({member})")).collect::<Vec<_>>().join(" & "),
    }
}

#[cfg(test)]
mod tests;
