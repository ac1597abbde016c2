//! Writes log records of the plugin to the log of the instance's host.
//!
//! An instance has one subscriber with a level, and each of its threads carries it: two instances in one process do not
//! influence each other. A record contains the fields of the spans around it; at `debug` a span writes a record when it
//! ends.

mod fields;
#[cfg(test)]
mod tests;

use std::sync::{Arc, LazyLock, Once, OnceLock};

use serde_json::json;
use tracing::{
    Dispatch, Event, Level, Metadata, Subscriber,
    dispatcher::DefaultGuard,
    level_filters::LevelFilter,
    span::{Attributes, Id, Record},
    subscriber::NoSubscriber,
};
use tracing_subscriber::{
    Registry,
    layer::{Context, Layer, SubscriberExt as _},
    registry::LookupSpan,
};

use crate::abi::{Host, LogLevel};
use fields::{Fields, SpanFields};

/// Keeps a second subscriber registered. With a single one, `tracing` decides about a call site by the subscriber of
/// the first thread that reaches it, and caches the result: a thread of the host, which has no subscriber, would
/// disable the call site for all threads.
static SECOND: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(NoSubscriber::default()));

/// The log of one instance. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct HostLog {
    dispatch: Dispatch,
    level: Arc<OnceLock<LevelFilter>>,
}

impl HostLog {
    /// Creates a log that writes to this host.
    pub(crate) fn new(host: Host) -> Self {
        report_panics();
        Self::to(host)
    }

    fn to(sink: impl Sink) -> Self {
        LazyLock::force(&SECOND);
        let level = Arc::new(OnceLock::new());
        let layer = HostLayer { sink, level: Arc::clone(&level) };
        Self { dispatch: Dispatch::new(Registry::default().with(layer)), level }
    }

    /// Sets the minimum level, which is `info` until then. Only the first call has an effect.
    pub(crate) fn set_level(&self, level: LevelFilter) {
        if self.level.set(level).is_ok() {
            tracing::callsite::rebuild_interest_cache();
        }
    }

    /// Writes the records of this thread to this log until the guard is dropped.
    pub(crate) fn enter(&self) -> DefaultGuard {
        tracing::dispatcher::set_default(&self.dispatch)
    }
}

/// Writes one warning from a thread that belongs to no instance.
pub(crate) fn write(host: Host, message: &str) {
    let record = json!({"target": "iota_scripts", "message": message});
    host.log(LogLevel::Warn, record.to_string().as_bytes());
}

/// Logs a panic where it happens; the guard or the task around it converts it to an error.
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

/// Receives finished records.
trait Sink: Send + Sync + 'static {
    fn write(&self, level: LogLevel, record: &[u8]);
}

impl Sink for Host {
    fn write(&self, level: LogLevel, record: &[u8]) {
        self.log(level, record);
    }
}

struct HostLayer<W> {
    sink: W,
    level: Arc<OnceLock<LevelFilter>>,
}

impl<W> HostLayer<W> {
    fn level(&self) -> LevelFilter {
        self.level.get().copied().unwrap_or(LevelFilter::INFO)
    }
}

impl<W: Sink, S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for HostLayer<W> {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        // Third-party crates log only warnings and errors.
        let level = self.level();
        let ours = metadata.target().starts_with("iota_scripts");
        *metadata.level() <= if ours { level } else { level.min(LevelFilter::WARN) }
    }

    /// A span or record below this level costs one comparison, unless another instance writes that level.
    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level())
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(SpanFields::of(attributes));
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<SpanFields>()
        {
            fields.add(values);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        for span in context.event_scope(event).into_iter().flatten() {
            fields.inherit(&span);
        }
        let record = fields.into_record(event.metadata().target());
        self.sink.write(level(*event.metadata().level()), &record);
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id).filter(|_| self.level() >= LevelFilter::DEBUG) else { return };
        let mut fields = Fields::of_end(&span);
        for span in span.scope() {
            fields.inherit(&span);
        }
        self.sink.write(LogLevel::Debug, &fields.into_record(span.metadata().target()));
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
