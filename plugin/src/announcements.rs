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
const MAX_WAITING: usize = 10_000;
/// Maximum number of events in one message.
const MAX_EVENTS: usize = 64;
/// Maximum size in bytes of a message of several events; a larger event is sent alone.
const MAX_BYTES: usize = 256 * 1024;

/// The host's bus.
#[async_trait]
pub(crate) trait Bus: Debug + Send + Sync {
    /// Checks whether the bus accepts several events in one message.
    fn accepts_many(&self) -> bool;
    /// Sends one event.
    async fn send(&self, event: &RawValue) -> Result<(), HostError>;
    /// Sends several events in order; returns those that the bus rejected. An error means that it accepted none of
    /// them.
    async fn send_many(&self, events: &[&RawValue]) -> Result<Vec<RefusedEvent>, HostError>;
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
    queue: Arc<Queue>,
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
    sending: bool,
    dropped: u64,
}

/// An event in its serialized form.
#[derive(Debug)]
struct SerializedEvent {
    id: String,
    event_type: String,
    json: Box<RawValue>,
}

impl Announcements {
    pub(crate) fn new(bus: Arc<dyn Bus>, task: BackgroundTask) -> Self {
        let queue = Queue { waiting: Mutex::default(), is_empty: watch::Sender::new(true), task };
        Self { bus, queue: Arc::new(queue) }
    }

    /// Appends an event to the queue.
    pub(crate) fn push(&self, event: HostEvent) {
        let mut waiting = self.queue.waiting.lock();
        if waiting.events.len() >= MAX_WAITING {
            waiting.events.pop_front();
            waiting.dropped += 1;
        }
        waiting.events.push_back(event);
        if !std::mem::replace(&mut waiting.sending, true) {
            self.queue.is_empty.send_replace(false);
            tokio::spawn(send_all(Arc::clone(&self.bus), Arc::clone(&self.queue)));
        }
    }

    /// Waits until the queue is empty.
    pub(crate) async fn all_sent(&self) {
        // The sender lives as long as `self`, so this cannot fail.
        let _ = self.queue.is_empty.subscribe().wait_for(|is_empty| *is_empty).await;
    }
}

/// Sends messages until the queue is empty.
async fn send_all(bus: Arc<dyn Bus>, queue: Arc<Queue>) {
    while let Some((events, dropped)) = queue.next(if bus.accepts_many() { MAX_EVENTS } else { 1 }) {
        if dropped > 0 {
            tracing::warn!(dropped, "the host accepts events too slowly; the oldest were dropped");
        }
        for message in messages(events.into_iter().filter_map(SerializedEvent::of)) {
            queue.task.ended(&send_message(&*bus, &message).await);
        }
    }
}

/// Sends the events of one message together, or one at a time if the host rejects the message.
async fn send_message(bus: &dyn Bus, message: &[SerializedEvent]) -> Result<(), HostError> {
    let mut result = Ok(());
    if message.len() > 1 && bus.accepts_many() {
        let events: Vec<&RawValue> = message.iter().map(|event| &*event.json).collect();
        if let Ok(refused) = bus.send_many(&events).await {
            for RefusedEvent { id, error } in refused {
                let event = message.iter().find(|event| event.id == id).map_or("", |event| event.event_type.as_str());
                log_rejection(event, &error);
                result = Err(error);
            }
            return result;
        }
    }
    for event in message {
        if let Err(error) = bus.send(&event.json).await {
            log_rejection(&event.event_type, &error);
            result = Err(error);
        }
    }
    result
}

fn log_rejection(event: &str, error: &HostError) {
    tracing::warn!(event, "the host rejected an event: {error}");
}

/// Groups events, in order, into messages of at most [`MAX_BYTES`] bytes.
fn messages(events: impl Iterator<Item = SerializedEvent>) -> Vec<Vec<SerializedEvent>> {
    let mut messages: Vec<Vec<SerializedEvent>> = Vec::new();
    let mut bytes = 0;
    for event in events {
        let length = event.json.get().len();
        match messages.last_mut() {
            Some(message) if bytes + length <= MAX_BYTES => message.push(event),
            _ => {
                messages.push(vec![event]);
                bytes = 0;
            }
        }
        bytes += length;
    }
    messages
}

impl SerializedEvent {
    fn of(event: HostEvent) -> Option<Self> {
        match to_raw_value(&event) {
            Ok(json) => Some(Self { id: event.id, event_type: event.event_type, json }),
            Err(error) => {
                tracing::warn!(event = event.event_type, "an event cannot be serialized: {error}");
                None
            }
        }
    }
}

impl Queue {
    /// Returns the next events and the number of dropped events before them.
    fn next(&self, max: usize) -> Option<(Vec<HostEvent>, u64)> {
        let mut waiting = self.waiting.lock();
        let dropped = std::mem::take(&mut waiting.dropped);
        let count = waiting.events.len().min(max);
        if count == 0 {
            waiting.sending = false;
            self.is_empty.send_replace(true);
            return None;
        }
        Some((waiting.events.drain(..count).collect(), dropped))
    }
}

#[cfg(test)]
mod tests;
