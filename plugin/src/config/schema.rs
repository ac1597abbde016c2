//! The JSON Schema of the configuration, generated from its structs, and the check of its ranges.

use std::sync::LazyLock;

use schemars::{Schema, generate::SchemaSettings, transform::RecursiveTransform};
use serde_json::{Value, json};

use super::{ConfigError, ConfigProblem, Document};

/// The schema of the document that `start` takes.
pub(crate) fn schema() -> &'static Value {
    static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
        let mut settings = SchemaSettings::draft2020_12().with_transform(RecursiveTransform(plain));
        // Readers of the manifest do not resolve references.
        settings.inline_subschemas = true;
        settings.meta_schema = None;
        settings.into_generator().into_root_schema_for::<Document>().to_value()
    });
    &SCHEMA
}

/// Removes keywords that do not help an author of the document: that an optional key may be null, and the bit width of
/// numbers.
fn plain(schema: &mut Schema) {
    if let Some(types) = schema.get_mut("type").and_then(Value::as_array_mut) {
        types.retain(|name| name != "null");
        if let [one] = types.as_slice() {
            let one = one.clone();
            schema.insert("type".to_owned(), one);
        }
    }
    if schema.get("default").is_some_and(|default| default.is_null() || default.is_object()) {
        schema.remove("default");
    }
    schema.remove("format");
}

/// The older name of `worker.min_idle`.
pub(super) fn with_older_name(worker: &mut Schema) {
    let older = json!({"deprecated": true, "description": "use min_idle", "type": "integer"});
    if let Some(properties) = worker.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert("standing_by".to_owned(), older);
    }
}

/// Checks every number of a document against its range in the schema.
pub(super) fn check_ranges(document: &Document) -> Result<(), ConfigError> {
    let document = serde_json::to_value(document).map_err(ConfigError::of_all)?;
    in_range(schema(), &document, "")
}

fn in_range(schema: &Value, value: &Value, field: &str) -> Result<(), ConfigError> {
    match value {
        Value::Number(number) => {
            let (Some(value), Some(least), Some(most)) =
                (number.as_u64(), schema["minimum"].as_u64(), schema["maximum"].as_u64())
            else {
                return Ok(());
            };
            if value < least || value > most {
                return Err(ConfigError::at(field, ConfigProblem::OutOfRange { value, least, most }));
            }
            Ok(())
        }
        Value::Object(keys) => keys.iter().try_for_each(|(key, value)| {
            let schema = schema["properties"].get(key).unwrap_or(&schema["additionalProperties"]);
            let field = if field.is_empty() { key.clone() } else { format!("{field}.{key}") };
            in_range(schema, value, &field)
        }),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .try_for_each(|(at, item)| in_range(&schema["items"], item, &format!("{field}[{at}]"))),
        Value::Null | Value::Bool(_) | Value::String(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests;
