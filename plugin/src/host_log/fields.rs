//! The message and fields of a record, and the fields that it inherits from spans.

use std::{fmt::Write as _, time::Instant};

use serde_json::{Map, Value, json};
use tracing::{
    field::{Field, Visit},
    span::{Attributes, Record},
};
use tracing_subscriber::registry::{LookupSpan, SpanRef};

/// The content of a record besides its target and level.
#[derive(Default)]
pub(super) struct Fields {
    message: String,
    fields: Map<String, Value>,
}

/// The fields of a span, stored with it.
pub(super) struct SpanFields {
    fields: Fields,
    began: Instant,
}

impl SpanFields {
    pub(super) fn of(attributes: &Attributes<'_>) -> Self {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        Self { fields, began: Instant::now() }
    }

    pub(super) fn add(&mut self, values: &Record<'_>) {
        values.record(&mut self.fields);
    }
}

impl Fields {
    /// Creates the record that a span writes when it ends.
    pub(super) fn of_end<S: for<'a> LookupSpan<'a>>(span: &SpanRef<'_, S>) -> Self {
        let mut fields = Map::new();
        if let Some(kept) = span.extensions().get::<SpanFields>() {
            fields.insert("ms".to_owned(), json!(kept.began.elapsed().as_micros() as f64 / 1e3));
        }
        Self { message: format!("{} ended", span.name()), fields }
    }

    /// Adds the fields of a span that are not set yet: inner fields take precedence.
    pub(super) fn inherit<S: for<'a> LookupSpan<'a>>(&mut self, span: &SpanRef<'_, S>) {
        if let Some(kept) = span.extensions().get::<SpanFields>() {
            for (name, value) in &kept.fields.fields {
                if !self.fields.contains_key(name) {
                    self.fields.insert(name.clone(), value.clone());
                }
            }
        }
    }

    /// Returns the record in the host's format.
    pub(super) fn into_record(self, target: &str) -> Vec<u8> {
        let mut record = json!({"target": target, "message": self.message});
        if !self.fields.is_empty() {
            record["fields"] = Value::Object(self.fields);
        }
        record.to_string().into_bytes()
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "message" {
            let _ = write!(self.message, "{value:?}");
        } else {
            self.fields.insert(field.name().to_owned(), Value::String(format!("{value:?}")));
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.insert(field.name().to_owned(), value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.fields.insert(field.name().to_owned(), value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.fields.insert(field.name().to_owned(), value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.fields.insert(field.name().to_owned(), value.into());
    }
}
