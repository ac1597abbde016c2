//! Log records of the plugin, written to the log of the host that the instance belongs to.
//!
//! Each thread of an instance carries that instance's subscriber, so two instances in one process stay apart.

use std::{
    fmt::Write as _,
    sync::{Once, RwLock},
};

use serde_json::{Map, Value, json};
use tracing::{
    Dispatch, Event, Level, Subscriber,
    field::{Field, Visit},
    level_filters::LevelFilter,
};
use tracing_subscriber::{
    Registry,
    layer::{Context, Layer, SubscriberExt as _},
};

use crate::abi::{Host, LogLevel};

static LEVEL: RwLock<LevelFilter> = RwLock::new(LevelFilter::INFO);

/// Sets the least important level that is still written.
pub(crate) fn set_level(level: LevelFilter) {
    *LEVEL.write().unwrap_or_else(std::sync::PoisonError::into_inner) = level;
    tracing::callsite::rebuild_interest_cache();
}

/// A subscriber that writes to this host.
pub(crate) fn dispatch(host: Host) -> Dispatch {
    report_panics();
    Dispatch::new(Registry::default().with(HostLayer { host }))
}

/// Writes one warning outside of any instance's threads.
pub(crate) fn write(host: Host, message: &str) {
    let record = json!({"target": "iota_scripts", "message": message});
    host.log(LogLevel::Warn, record.to_string().as_bytes());
}

/// A panic is logged where it happens; the guard or the task above it turns it into an error.
fn report_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        std::panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            let message = panic.payload_as_str().unwrap_or("a panic without a message");
            tracing::error!(target: "iota_scripts", place, "internal error: {message}");
        }));
    });
}

struct HostLayer {
    host: Host,
}

impl<S: Subscriber> Layer<S> for HostLayer {
    fn enabled(&self, metadata: &tracing::Metadata<'_>, _: Context<'_, S>) -> bool {
        // Third-party crates speak up only when something is wrong.
        let level = *LEVEL.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let ours = metadata.target().starts_with("iota_scripts");
        *metadata.level() <= if ours { level } else { level.min(LevelFilter::WARN) }
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut record = Record::default();
        event.record(&mut record);
        let mut line = json!({"target": event.metadata().target(), "message": record.message});
        if !record.fields.is_empty() {
            line["fields"] = Value::Object(record.fields);
        }
        self.host.log(level(*event.metadata().level()), line.to_string().as_bytes());
    }
}

const fn level(level: Level) -> LogLevel {
    match level {
        Level::ERROR => LogLevel::Error,
        Level::WARN => LogLevel::Warn,
        Level::INFO => LogLevel::Info,
        Level::DEBUG => LogLevel::Debug,
        Level::TRACE => LogLevel::Trace,
    }
}

#[derive(Default)]
struct Record {
    message: String,
    fields: Map<String, Value>,
}

impl Visit for Record {
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
