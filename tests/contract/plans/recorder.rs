//! Records every statement that the driver logs. The driver's threads are not the test's, so the recorder listens in the whole process;
//! only a database that was opened for it logs its statements.

use std::sync::{Mutex, OnceLock};

use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

/// Statements since the last call of [`recorded`], from any database: only one test at a time may use it.
static RECORDED: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct Recorder;

/// Starts recording, once for the process.
pub(super) fn listen() {
    static LISTENING: OnceLock<()> = OnceLock::new();
    LISTENING.get_or_init(|| tracing::subscriber::set_global_default(Recorder).expect("no other listener"));
}

/// Statements since the last call.
pub(super) fn recorded() -> Vec<String> {
    std::mem::take(&mut *RECORDED.lock().expect("not poisoned"))
}

impl Subscriber for Recorder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sqlx::query"
    }
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut statement = Statement::default();
        event.record(&mut statement);
        // The summary holds all of a short statement.
        let text = if statement.whole.trim().is_empty() { statement.summary } else { statement.whole };
        RECORDED.lock().expect("not poisoned").push(text.trim().to_owned());
    }
}

#[derive(Default)]
struct Statement {
    summary: String,
    whole: String,
}

impl Visit for Statement {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "summary" => value.clone_into(&mut self.summary),
            "db.statement" => value.clone_into(&mut self.whole),
            _ => {}
        }
    }
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}
