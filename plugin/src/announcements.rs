//! Sends events of the plugin to the host's bus, in order and without blocking the sender. A host that supports it gets
//! several events in one message.

use std::{collections::VecDeque, fmt::Debug, sync::Arc};

use async_trait::async_trait;
use iota_scripts_services::{
    BackgroundTask,
    ports::{HostError, HostEvent},
};
use parking_lot::Mutex;
use serde::Deserialize;
use serde_json::value::{RawValue, to_raw_value};
use tokio::sync::watch;

/// Maximum number of events that wait for a slow host. Beyond it the oldest are dropped; the database has the data that
/// they report.
const MOST: usize = 10_000;
/// Maximum number of events in one message.
const AT_ONCE: usize = 64;
/// Maximum size in bytes of a message of several events; a larger event is sent alone.
const MOST_BYTES: usize = 256 * 1024;

/// The host's bus.
#[async_trait]
pub(crate) trait Bus: Debug + Send + Sync {
    /// Checks whether the bus accepts several events in one message.
    fn takes_many(&self) -> bool;
    /// Sends one event.
    async fn tell(&self, event: &RawValue) -> Result<(), HostError>;
    /// Sends several events in order; returns those that the bus rejected. An error means that it accepted none of
    /// them.
    async fn tell_many(&self, events: &[&RawValue]) -> Result<Vec<RefusedEvent>, HostError>;
}

/// An event that the host rejected, of a message of several.
#[derive(Debug, Deserialize)]
pub(crate) struct RefusedEvent {
    id: String,
    error: HostError,
}

/// The queue of events for the host.
#[derive(Debug)]
pub(crate) struct Announcements {
    bus: Arc<dyn Bus>,
    line: Arc<Queue>,
}

#[derive(Debug)]
struct Queue {
    waiting: Mutex<Waiting>,
    is_empty: watch::Sender<bool>,
    task: BackgroundTask,
}

#[derive(Debug, Default)]
struct Waiting {
    events: VecDeque<HostEvent>,
    /// Whether a task is sending the events.
    told: bool,
    given_up: u64,
}

/// An event in its serialized form.
#[derive(Debug)]
struct Written {
    id: String,
    event_type: String,
    json: Box<RawValue>,
}

impl Announcements {
    pub(crate) fn new(bus: Arc<dyn Bus>, task: BackgroundTask) -> Self {
        let line = Queue { waiting: Mutex::default(), is_empty: watch::Sender::new(true), task };
        Self { bus, line: Arc::new(line) }
    }

    /// Appends an event to the queue.
    pub(crate) fn push(&self, event: HostEvent) {
        let mut waiting = self.line.waiting.lock();
        if waiting.events.len() >= MOST {
            waiting.events.pop_front();
            waiting.given_up += 1;
        }
        waiting.events.push_back(event);
        if !std::mem::replace(&mut waiting.told, true) {
            self.line.is_empty.send_replace(false);
            tokio::spawn(tell_all(Arc::clone(&self.bus), Arc::clone(&self.line)));
        }
    }

    /// Waits until the queue is empty.
    pub(crate) async fn all_told(&self) {
        // The sender lives as long as `self`, so this cannot fail.
        let _ = self.line.is_empty.subscribe().wait_for(|is_empty| *is_empty).await;
    }
}

/// Sends messages until the queue is empty.
async fn tell_all(bus: Arc<dyn Bus>, line: Arc<Queue>) {
    while let Some((events, given_up)) = line.next(if bus.takes_many() { AT_ONCE } else { 1 }) {
        if given_up > 0 {
            tracing::warn!(given_up, "the host takes events so slowly that some were not told");
        }
        for message in messages(events.into_iter().filter_map(Written::of)) {
            line.task.ended(&tell_message(&*bus, &message).await);
        }
    }
}

/// Sends the events of one message together, or one at a time if the host rejects the message.
async fn tell_message(bus: &dyn Bus, message: &[Written]) -> Result<(), HostError> {
    let mut told = Ok(());
    if message.len() > 1 && bus.takes_many() {
        let events: Vec<&RawValue> = message.iter().map(|event| &*event.json).collect();
        if let Ok(refused) = bus.tell_many(&events).await {
            for RefusedEvent { id, error } in refused {
                let event = message.iter().find(|event| event.id == id).map_or("", |event| event.event_type.as_str());
                not_taken(event, &error);
                told = Err(error);
            }
            return told;
        }
    }
    for event in message {
        if let Err(error) = bus.tell(&event.json).await {
            not_taken(&event.event_type, &error);
            told = Err(error);
        }
    }
    told
}

fn not_taken(event: &str, error: &HostError) {
    tracing::warn!(event, "the host did not take an event: {error}");
}

/// Groups events, in order, into messages of at most [`MOST_BYTES`] bytes.
fn messages(events: impl Iterator<Item = Written>) -> Vec<Vec<Written>> {
    let mut messages: Vec<Vec<Written>> = Vec::new();
    let mut bytes = 0;
    for event in events {
        let length = event.json.get().len();
        match messages.last_mut() {
            Some(message) if bytes + length <= MOST_BYTES => message.push(event),
            _ => {
                messages.push(vec![event]);
                bytes = 0;
            }
        }
        bytes += length;
    }
    messages
}

impl Written {
    fn of(event: HostEvent) -> Option<Self> {
        match to_raw_value(&event) {
            Ok(json) => Some(Self { id: event.id, event_type: event.event_type, json }),
            Err(error) => {
                tracing::warn!(event = event.event_type, "an event could not be written: {error}");
                None
            }
        }
    }
}

impl Queue {
    /// Returns the next events and the number of dropped events before them.
    fn next(&self, most: usize) -> Option<(Vec<HostEvent>, u64)> {
        let mut waiting = self.waiting.lock();
        let given_up = std::mem::take(&mut waiting.given_up);
        let count = waiting.events.len().min(most);
        if count == 0 {
            waiting.told = false;
            self.is_empty.send_replace(true);
            return None;
        }
        Some((waiting.events.drain(..count).collect(), given_up))
    }
}

#[cfg(test)]
mod tests;
