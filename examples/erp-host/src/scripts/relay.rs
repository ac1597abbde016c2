//! Relays the events of the log to the plugin, including the plugin's own.
//!
//! An event is logged in the transaction that caused it, and is marked once the plugin has recorded it. So no event is lost in a crash;
//! one may be delivered twice, which the plugin recognizes by its id.

use std::time::Duration;

use iota_scripts_host::{Event as EventDto, Plugin, RequestError};
use tokio::sync::broadcast::error::RecvError;

use crate::{
    clock,
    db::DbError,
    erp::Erp,
    events::{self, Event},
};

/// Events that are relayed before the log is read again.
const BATCH: usize = 100;
/// Events older than this when the plugin starts are not relayed.
const MAX_AGE_HOURS: i64 = 24;
/// Pause after a failure of the plugin or of the database.
const PAUSE: Duration = Duration::from_secs(1);

/// Runs until it is aborted.
pub(super) async fn run(erp: Erp, plugin: Plugin) {
    let mut bus = erp.bus.subscribe();
    loop {
        match relay_events(&erp, &plugin).await {
            Ok(handed) if handed < BATCH => match bus.recv().await {
                // One read of the log finds all signalled events, and those missed on the bus.
                Ok(_) | Err(RecvError::Lagged(_)) => bus = bus.resubscribe(),
                Err(RecvError::Closed) => return,
            },
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "cannot relay events to the plugin; retrying");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum RelayError {
    #[error(transparent)]
    Log(#[from] DbError),
    #[error(transparent)]
    Plugin(#[from] RequestError),
}

/// Relays waiting events in order; returns their number.
async fn relay_events(erp: &Erp, plugin: &Plugin) -> Result<usize, RelayError> {
    let since = clock::to_text(clock::now() - chrono::Duration::hours(MAX_AGE_HOURS));
    let (mut handed, mut refused) = (Vec::new(), None);
    for event in events::waiting(&erp.db, &since, BATCH).await? {
        match plugin.deliver(&event_dto(&event)).await {
            Ok(_) => handed.push(event.id),
            // It would be refused again.
            Err(RequestError::Refused(error)) if error.code == "VALIDATION" => {
                tracing::warn!(%error, event = event.kind, id = event.id, "the plugin rejected an event");
                handed.push(event.id);
            }
            Err(error) => {
                refused = Some(error);
                break;
            }
        }
    }
    events::mark_relayed(&erp.db, &handed).await?;
    refused.map_or(Ok(handed.len()), |error| Err(error.into()))
}

fn event_dto(event: &Event) -> EventDto {
    EventDto {
        id: event.id.clone(),
        kind: event.kind.clone(),
        tenant: event.tenant.to_string(),
        user: event.user.clone(),
        at: event.at.clone(),
        data: event.data.clone(),
    }
}
