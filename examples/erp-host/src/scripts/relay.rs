//! Hands the events of the log on to the plugin, its own included: they are events like all others.
//!
//! An event is in the log in the same transaction as what it tells of, and is marked when the plugin has it on record. So none is lost,
//! whatever dies in between; one may be told twice, which the plugin knows by its id.

use std::time::Duration;

use iota_scripts_host::{Event as EventDto, Plugin, RequestError};
use tokio::sync::broadcast::error::RecvError;

use crate::{
    clock,
    db::DbError,
    erp::Erp,
    events::{self, Event},
};

/// Events that are handed on before the log is looked at again.
const BATCH: usize = 100;
/// What is older than this when the plugin comes up is no news any more.
const NEWS_HOURS: i64 = 24;
/// The pause after the plugin or the database could not take or give events.
const PAUSE: Duration = Duration::from_secs(1);

/// Runs until it is aborted.
pub(super) async fn run(erp: Erp, plugin: Plugin) {
    let mut bus = erp.bus.subscribe();
    loop {
        match hand_on(&erp, &plugin).await {
            Ok(handed) if handed < BATCH => match bus.recv().await {
                // One look at the log finds what all of them told of, and what was missed on the bus.
                Ok(_) | Err(RecvError::Lagged(_)) => bus = bus.resubscribe(),
                Err(RecvError::Closed) => return,
            },
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "events wait for the plugin");
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

/// Hands on what waits, in its order; how many there were.
async fn hand_on(erp: &Erp, plugin: &Plugin) -> Result<usize, RelayError> {
    let since = clock::to_text(clock::now() - chrono::Duration::hours(NEWS_HOURS));
    let (mut handed, mut refused) = (Vec::new(), None);
    for event in events::waiting(&erp.db, &since, BATCH).await? {
        match plugin.deliver(&event_dto(&event)).await {
            Ok(_) => handed.push(event.id),
            // It would be refused again.
            Err(RequestError::Refused(error)) if error.code == "VALIDATION" => {
                tracing::warn!(%error, event = event.kind, id = event.id, "the plugin cannot read an event");
                handed.push(event.id);
            }
            Err(error) => {
                refused = Some(error);
                break;
            }
        }
    }
    events::handed_on(&erp.db, &handed).await?;
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
