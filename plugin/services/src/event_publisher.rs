//! Tells the host's bus what happened to scripts and runs.
//!
//! Nobody waits for the bus, and an event that the host does not take is not repeated: what it reports is in the database.

use std::sync::Arc;

use iota_scripts_domain::{Clock, DomainEvent};
use uuid::Uuid;

use crate::ports::{HostEvent, HostGateway};

/// Publishes domain events.
#[derive(Clone)]
pub(crate) struct EventPublisher {
    host: Arc<dyn HostGateway>,
    clock: Arc<dyn Clock>,
}

impl EventPublisher {
    pub(crate) fn new(host: Arc<dyn HostGateway>, clock: Arc<dyn Clock>) -> Self {
        Self { host, clock }
    }

    /// Tells of an event that the host wants to hear of.
    pub(crate) fn publish(&self, event: &DomainEvent) {
        if !self.host.wants(event.event_type()) {
            return;
        }
        self.host.notify(HostEvent {
            id: Uuid::now_v7().to_string(),
            event_type: event.event_type().to_owned(),
            tenant: event.tenant().clone(),
            user: event.user().cloned(),
            at: self.clock.now(),
            data: event.data(),
        });
    }
}
