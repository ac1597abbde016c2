//! The list of changes that would have been made, limited in size: entries beyond it are only counted.

use iota_scripts_domain::{JsonText, SqlValue, StorageKey, StoredValue, Timestamp};
use parking_lot::Mutex;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::ports::SqlColumn;

/// Maximum number of rows of one statement that are shown, before and after.
pub(super) const ROWS: usize = 20;
/// Maximum size of the whole list as JSON, in bytes.
const BYTES: usize = 64 * 1024;
/// Maximum number of characters shown of a statement or a body.
const TEXT: usize = 2_000;

/// The changes of a run so far.
#[derive(Default)]
pub(super) struct Recording(Mutex<Report>);

#[derive(Default, Serialize)]
struct Report {
    statements: Vec<Value>,
    services: Vec<Value>,
    http: Vec<Value>,
    events: Vec<Value>,
    storage: Vec<Value>,
    /// Some services have no permission in their descriptor: whether the host would have allowed the call is unknown.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    unchecked: bool,
    /// Number of entries left out for lack of space.
    left_out: u64,
    #[serde(skip)]
    bytes: usize,
}

/// A statement and its changes.
pub(super) struct StatementChanges<'a> {
    pub(super) sql: &'a str,
    pub(super) changed: u64,
    pub(super) before: Rows<'a>,
    pub(super) after: Rows<'a>,
}

/// Rows with the names of their columns.
pub(super) struct Rows<'a> {
    pub(super) columns: &'a [SqlColumn],
    pub(super) rows: &'a [Vec<SqlValue>],
}

impl Recording {
    pub(super) fn service(&self, method: &str, args: &JsonText) {
        self.add(|report| &mut report.services, json!({"method": method, "args": args.to_value()}));
    }

    /// Records that a service without a known permission would have been called.
    pub(super) fn unchecked(&self) {
        self.0.lock().unchecked = true;
    }

    pub(super) fn event(&self, event_type: &str, data: &Value) {
        self.add(|report| &mut report.events, json!({"type": event_type, "data": data}));
    }

    pub(super) fn http(&self, method: &str, url: &str, body: &[u8]) {
        let text = std::str::from_utf8(body).ok().map(shortened);
        let entry = json!({"method": method, "url": shortened(url), "body": text, "body_bytes": body.len()});
        self.add(|report| &mut report.http, entry);
    }

    pub(super) fn storage(&self, key: &StorageKey, before: Option<&StoredValue>, after: Option<&StoredValue>) {
        self.add(|report| &mut report.storage, json!({"key": key, "before": before, "after": after}));
    }

    pub(super) fn statement(&self, written: &StatementChanges<'_>) {
        let StatementChanges { sql, changed, before, after } = written;
        let cut = before.rows.len() > ROWS
            || after.rows.len() > ROWS
            || after.rows.is_empty() && before.rows.is_empty() && *changed > 0;
        let entry = json!({"sql": shortened(sql), "changed": changed, "before": before.shown(), "after": after.shown(), "cut": cut});
        self.add(|report| &mut report.statements, entry);
    }

    /// Returns the number of statements.
    pub(super) fn statements(&self) -> usize {
        self.0.lock().statements.len()
    }

    /// Removes the statements after the first `kept`: they were rolled back.
    pub(super) fn take_back(&self, kept: usize) {
        self.0.lock().statements.truncate(kept);
    }

    pub(super) fn report(&self) -> JsonText {
        JsonText::from(&serde_json::to_value(&*self.0.lock()).unwrap_or_default())
    }

    fn add(&self, list: impl FnOnce(&mut Report) -> &mut Vec<Value>, entry: Value) {
        let bytes = entry.to_string().len();
        let mut report = self.0.lock();
        if report.bytes + bytes > BYTES {
            report.left_out += 1;
            return;
        }
        report.bytes += bytes;
        list(&mut report).push(entry);
    }
}

impl Rows<'_> {
    pub(super) const NONE: Self = Self { columns: &[], rows: &[] };

    fn shown(&self) -> Vec<Value> {
        let row = |row: &Vec<SqlValue>| {
            let cells = self.columns.iter().zip(row).map(|(column, value)| (column.name.clone(), plain(value)));
            Value::Object(cells.collect::<Map<_, _>>())
        };
        self.rows.iter().take(ROWS).map(row).collect()
    }
}

/// Formats a value for people.
fn plain(value: &SqlValue) -> Value {
    match value {
        SqlValue::Null => Value::Null,
        SqlValue::Boolean(value) => (*value).into(),
        SqlValue::Integer(number) => (*number).into(),
        SqlValue::Number(number) => (*number).into(),
        SqlValue::Decimal(text) | SqlValue::Text(text) => shortened(text).into(),
        SqlValue::Timestamp(ms) => Timestamp::from_micros(ms.saturating_mul(1000)).to_string().into(),
        SqlValue::Bytes(bytes) => format!("({} bytes)", bytes.len()).into(),
        SqlValue::Json(text) => serde_json::from_str(text).unwrap_or_else(|_| shortened(text).into()),
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(TEXT) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_beyond_the_limit_are_counted() {
        let recording = Recording::default();
        for _ in 0..40 {
            recording.event("again", &json!("x".repeat(2_000)));
        }
        let report = recording.report().to_value();
        let shown = report["events"].as_array().unwrap().len() as u64;
        assert!(shown > 20 && report["left_out"] == 40 - shown, "{shown}");
        assert!(report.to_string().len() < BYTES + 1024);
    }

    #[test]
    fn rows_are_objects_and_statements_can_be_taken_back() {
        let recording = Recording::default();
        let row = vec![SqlValue::Integer(7), SqlValue::Timestamp(0), SqlValue::Json("{\"a\":1}".to_owned())];
        let rows = vec![row; 30];
        let columns = ["id", "at", "more"].map(|name| SqlColumn { name: name.to_owned(), column_type: None });
        let after = Rows { columns: &columns, rows: &rows };
        recording.statement(&StatementChanges { sql: "UPDATE t", changed: 30, before: Rows::NONE, after });
        let entry = recording.report().to_value()["statements"][0].clone();
        assert_eq!(entry["after"][0], json!({"id": 7, "at": "1970-01-01T00:00:00Z", "more": {"a": 1}}));
        assert_eq!(
            (entry["after"].as_array().unwrap().len(), &entry["cut"], &entry["changed"]),
            (20, &json!(true), &json!(30))
        );
        recording.take_back(0);
        assert_eq!(recording.statements(), 0);
    }
}
