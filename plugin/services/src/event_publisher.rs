//! Publishes domain events of scripts and runs on the host's bus.
//!
//! Publishing does not wait for the bus, and a rejected event is not repeated: its content is in the database.

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

    /// Publishes an event, if the host subscribes to its type.
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
