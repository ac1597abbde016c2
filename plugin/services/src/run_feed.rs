//! The console lines of a run: collected for the record, and followed live by any number of listeners.
//!
//! A late listener gets the lines from the start; a slow one loses none.

use std::sync::Arc;

use iota_scripts_domain::{Execution, LogLine};
use parking_lot::Mutex;
use tokio::sync::watch;

/// The lines and the end of one run.
#[derive(Debug)]
pub(crate) struct RunFeed {
    state: Mutex<State>,
    changed: watch::Sender<()>,
    /// Whether the run waits for a host call.
    waits: watch::Sender<bool>,
}

#[derive(Debug, Default)]
struct State {
    lines: Vec<Arc<LogLine>>,
    finished: Option<Arc<Execution>>,
}

/// An event for a listener.
#[derive(Debug, Clone)]
pub enum RunEvent {
    /// A line of the console.
    Log(Arc<LogLine>),
    /// The end; always the last event.
    Finished(Arc<Execution>),
}

impl RunFeed {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { state: Mutex::default(), changed: watch::Sender::new(()), waits: watch::Sender::new(false) })
    }

    /// Creates the feed of a run that is not active here, from its record.
    pub(crate) fn of_record(execution: Execution) -> Arc<Self> {
        let lines = execution.record().map(|record| record.log.lines.iter().cloned().map(Arc::new).collect());
        let state = State { lines: lines.unwrap_or_default(), finished: Some(Arc::new(execution)) };
        Arc::new(Self { state: Mutex::new(state), changed: watch::Sender::new(()), waits: watch::Sender::new(false) })
    }

    pub(crate) fn push(&self, line: LogLine) {
        self.state.lock().lines.push(Arc::new(line));
        self.changed.send_replace(());
    }

    /// Reports that the run starts or stops waiting for host calls.
    pub(crate) fn waits(&self, waits: bool) {
        self.waits.send_if_modified(|before| std::mem::replace(before, waits) != waits);
    }

    /// Subscribes to [`Self::waits`].
    pub(crate) fn subscribe_waits(&self) -> watch::Receiver<bool> {
        self.waits.subscribe()
    }

    pub(crate) fn finish(&self, execution: Arc<Execution>) {
        self.state.lock().finished = Some(execution);
        self.changed.send_replace(());
    }

    pub(crate) fn lines(&self) -> Vec<LogLine> {
        self.state.lock().lines.iter().map(|line| LogLine::clone(line)).collect()
    }

    /// Waits for the end.
    pub(crate) async fn finished(&self) -> Arc<Execution> {
        let mut changed = self.changed.subscribe();
        loop {
            let finished = self.state.lock().finished.clone();
            if let Some(execution) = finished {
                return execution;
            }
            // The sender lives as long as `self`, so this cannot fail.
            let _ = changed.changed().await;
        }
    }

    /// Listens from the first line on.
    pub(crate) fn follow(self: &Arc<Self>) -> RunListener {
        RunListener { changed: self.changed.subscribe(), feed: Arc::clone(self), next: 0, ended: false }
    }
}

/// One listener's position in a feed.
#[derive(Debug)]
pub struct RunListener {
    feed: Arc<RunFeed>,
    changed: watch::Receiver<()>,
    next: usize,
    ended: bool,
}

impl RunListener {
    /// Returns the next event; `None` after the end.
    pub async fn next(&mut self) -> Option<RunEvent> {
        while !self.ended {
            if let Some(event) = self.ready() {
                return Some(event);
            }
            // The sender lives in the feed that this listener holds, so this cannot fail.
            self.changed.changed().await.ok()?;
        }
        None
    }

    fn ready(&mut self) -> Option<RunEvent> {
        self.changed.mark_unchanged();
        let state = self.feed.state.lock();
        if let Some(line) = state.lines.get(self.next) {
            self.next += 1;
            return Some(RunEvent::Log(Arc::clone(line)));
        }
        let finished = state.finished.clone()?;
        self.ended = true;
        Some(RunEvent::Finished(finished))
    }
}
