//! Tells the host's bus what happened to scripts and runs.
//!
//! An event that the host would not take is logged and not repeated: what it reports is in the database.

use std::sync::Arc;

use iota_scripts_domain::{Clock, DomainEvent};
use uuid::Uuid;

use crate::ports::{HostEvent, HostGateway};

/// Publishes domain events.
#[derive(Clone)]
pub(crate) struct Announcer {
    host: Arc<dyn HostGateway>,
    clock: Arc<dyn Clock>,
}

impl Announcer {
    pub(crate) fn new(host: Arc<dyn HostGateway>, clock: Arc<dyn Clock>) -> Self {
        Self { host, clock }
    }

    pub(crate) async fn announce(&self, event: DomainEvent) {
        let message = HostEvent {
            id: Uuid::now_v7().to_string(),
            event_type: event.event_type().to_owned(),
            tenant: event.tenant().clone(),
            user: event.user().cloned(),
            at: self.clock.now(),
            data: event.data(),
        };
        if let Err(error) = self.host.publish(message).await {
            tracing::warn!(event = event.event_type(), "the host did not take an event: {error}");
        }
    }
}
