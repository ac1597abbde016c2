//! The messages that the host's bus gets, and the effect of a rejection.

use iota_scripts_domain::{Clock, SystemClock, TenantId};
use iota_scripts_services::{Background, ports::HostErrorCode};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::*;

/// A bus that records the ids of each message, and waits for a permit before it answers the first.
#[derive(Debug)]
struct FakeBus {
    many: bool,
    /// Whether it rejects every message of several events.
    refuses_many: bool,
    open: Semaphore,
    messages: Mutex<Vec<Vec<String>>>,
}

impl FakeBus {
    fn new(many: bool, refuses_many: bool) -> Arc<Self> {
        Arc::new(Self { many, refuses_many, open: Semaphore::new(0), messages: Mutex::default() })
    }

    async fn take(&self, events: &[&RawValue]) -> Vec<Value> {
        let _ = self.open.acquire().await.expect("open");
        let events: Vec<Value> = events.iter().map(|event| serde_json::from_str(event.get()).expect("JSON")).collect();
        self.messages.lock().push(events.iter().map(|event| event["id"].as_str().expect("an id").to_owned()).collect());
        events
    }
}

#[async_trait]
impl Bus for FakeBus {
    fn accepts_many(&self) -> bool {
        self.many
    }

    async fn send(&self, event: &RawValue) -> Result<(), HostError> {
        self.take(&[event]).await;
        Ok(())
    }

    async fn send_many(&self, events: &[&RawValue]) -> Result<Vec<RefusedEvent>, HostError> {
        if self.refuses_many {
            return Err(HostError::new(HostErrorCode::Unsupported, "one at a time"));
        }
        let refused = self.take(events).await.into_iter().filter(|event| event["type"] == "scripts.custom.bad");
        let refused = refused.map(|event| json!({"id": event["id"], "error": {"code": "CONFLICT", "message": "no"}}));
        Ok(refused.map(|refused| serde_json::from_value(refused).expect("a refusal")).collect())
    }
}

fn event(number: usize, data: Value) -> HostEvent {
    let kind = if number == 3 { "scripts.custom.bad" } else { "scripts.custom.paid" };
    HostEvent {
        id: format!("e{number}"),
        event_type: kind.to_owned(),
        tenant: TenantId::parse("acme").expect("an id"),
        user: None,
        at: SystemClock.now(),
        data,
    }
}

/// Announces events of the given sizes while the bus is busy with the first, and returns the messages that it got.
async fn sent(bus: Arc<FakeBus>, sizes: &[usize]) -> Vec<Vec<String>> {
    let announcements = Announcements::new(bus.clone(), Background::new(Arc::new(SystemClock)).task("events", None));
    for (number, size) in sizes.iter().enumerate() {
        announcements.push(event(number, json!("x".repeat(*size))));
        // The first event is sent alone, without waiting for others.
        tokio::task::yield_now().await;
    }
    bus.open.add_permits(1);
    announcements.all_sent().await;
    let messages = std::mem::take(&mut *bus.messages.lock());
    let all: Vec<String> = messages.iter().flatten().cloned().collect();
    assert_eq!(all, (0..sizes.len()).map(|number| format!("e{number}")).collect::<Vec<_>>(), "each once, in order");
    messages
}

fn lengths(messages: &[Vec<String>]) -> Vec<usize> {
    messages.iter().map(Vec::len).collect()
}

#[tokio::test]
async fn waiting_events_are_sent_together() {
    let messages = sent(FakeBus::new(true, false), &[10; 150]).await;
    assert_eq!(lengths(&messages), [1, 64, 64, 21]);
}

#[tokio::test]
async fn a_message_is_bounded_in_bytes() {
    let half = MAX_BYTES / 2 - 1000;
    let messages = sent(FakeBus::new(true, false), &[10, half, half, half, 10, 2 * MAX_BYTES, 10]).await;
    assert_eq!(lengths(&messages), [1, 2, 2, 1, 1]);
}

#[tokio::test]
async fn a_host_without_batches_gets_one_event_at_a_time() {
    assert_eq!(lengths(&sent(FakeBus::new(false, false), &[10; 5]).await), [1; 5]);
}

#[tokio::test]
async fn a_rejected_message_is_sent_event_by_event() {
    assert_eq!(lengths(&sent(FakeBus::new(true, true), &[10; 5]).await), [1; 5]);
}
