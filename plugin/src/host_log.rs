//! Log records of the plugin, written to the log of the host that the instance belongs to.
//!
//! An instance has one subscriber with a level, and each of its threads carries it: two instances in one process do not
//! influence each other. A record has the fields of the spans that it was made in; at `debug` a span writes a record when it ends.

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

/// Keeps a second subscriber registered. With a single one, `tracing` decides about a call site by the subscriber of the thread that
/// comes by first, and keeps the answer: a thread of the host, which has none, would silence it for all.
static SECOND: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(NoSubscriber::default()));

/// The log of one instance. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct HostLog {
    dispatch: Dispatch,
    level: Arc<OnceLock<LevelFilter>>,
}

impl HostLog {
    /// A log that writes to this host.
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

    /// Sets the least important level that is written, `info` until then. The first call counts.
    pub(crate) fn set_level(&self, level: LevelFilter) {
        if self.level.set(level).is_ok() {
            tracing::callsite::rebuild_interest_cache();
        }
    }

    /// The records of this thread are written here until the guard is dropped.
    pub(crate) fn enter(&self) -> DefaultGuard {
        tracing::dispatcher::set_default(&self.dispatch)
    }
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

/// Takes finished records.
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
        // Third-party crates speak up only when something is wrong.
        let level = self.level();
        let ours = metadata.target().starts_with("iota_scripts");
        *metadata.level() <= if ours { level } else { level.min(LevelFilter::WARN) }
    }

    /// With it a span or a record below the level costs one comparison, unless another instance writes that level.
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
