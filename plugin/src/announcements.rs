//! Events of the plugin on their way to the host's bus: told in their order, several in one message to a host that takes that, and
//! waited for by nobody.

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

/// Events that wait for a slow host; beyond, the oldest are given up, for what they report is in the database.
const MOST: usize = 10_000;
/// The most events in one message.
const AT_ONCE: usize = 64;
/// The most bytes of events in one message of several; a larger event goes alone.
const MOST_BYTES: usize = 256 * 1024;

/// The host's bus.
#[async_trait]
pub(crate) trait Bus: Debug + Send + Sync {
    /// Whether it takes several events in one message.
    fn takes_many(&self) -> bool;
    /// Tells one event.
    async fn tell(&self, event: &RawValue) -> Result<(), HostError>;
    /// Tells several, in their order; those that it refused. An error means that it has taken none of them.
    async fn tell_many(&self, events: &[&RawValue]) -> Result<Vec<RefusedEvent>, HostError>;
}

/// An event of several that the host did not take.
#[derive(Debug, Deserialize)]
pub(crate) struct RefusedEvent {
    id: String,
    error: HostError,
}

/// The line of events.
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
    /// Somebody tells them.
    told: bool,
    given_up: u64,
}

/// An event as it crosses.
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

    /// Puts an event at the end of the line.
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

    /// Waits until the line is empty.
    pub(crate) async fn all_told(&self) {
        // The sender lives as long as `self`, so this cannot fail.
        let _ = self.line.is_empty.subscribe().wait_for(|is_empty| *is_empty).await;
    }
}

/// Tells what waits, message after message, until nothing is left.
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

/// Tells the events of one message together, or each by itself if the host did not take the message.
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

/// Events in their order, as messages of no more bytes than one may have.
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
    /// The next events, and how many before them were given up.
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
