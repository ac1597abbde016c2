//! The event bus: events are written to the log of their tenant, then sent to all subscribers.
//!
//! Events of a use case are logged in its transaction (`Work`), so that the log and the data never disagree. Subscribers are in this
//! process; one that falls far behind misses events and is notified of it.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value as Json;
use tokio::sync::broadcast;
use uuid::Uuid;

use crate::access::Permission;
use crate::call_context::CallContext;
use crate::clock;
use crate::db::{Db, DbError, Row, Tx};
use crate::error::AppError;
use crate::listing::{self, Column, Kind, Listing, Source};
use crate::tenant::TenantId;

/// Retention of the log, in days.
const KEPT_DAYS: i64 = 30;

/// Columns of the log for lists and queries.
pub static SOURCE: Source = Source {
    select: "e.id, e.tenant_id, e.type, e.user_id, e.data, e.at",
    from: "erp_events e",
    tenant: "e.tenant_id",
    columns: &[
        Column { field: "type", sql: "e.type", kind: Kind::Text },
        Column { field: "user_id", sql: "e.user_id", kind: Kind::Text },
        Column { field: "at", sql: "e.at", kind: Kind::Time },
    ],
    search: "e.type",
    default_sort: "-at",
    id: "e.id DESC",
};

/// An event of a tenant.
#[derive(Debug, Clone, Serialize)]
pub struct Event {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub tenant: TenantId,
    /// The user who caused it; `None` for calls without a user.
    pub user: Option<String>,
    pub at: String,
    pub data: Json,
}

impl Event {
    /// Creates an event at the current time.
    pub fn new(context: &CallContext, kind: impl Into<String>, data: Json) -> Self {
        Self {
            id: Uuid::now_v7().to_string(),
            kind: kind.into(),
            tenant: context.tenant.id.clone(),
            user: context.user_id(),
            at: clock::to_text(clock::now()),
            data,
        }
    }

    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.text("id")?,
            kind: row.text("type")?,
            tenant: TenantId::new(row.text("tenant_id")?),
            user: row.optional_text("user_id")?,
            at: row.text("at")?,
            data: serde_json::from_str(&row.text("data")?).unwrap_or(Json::Null),
        })
    }

    /// Writes the event to the log of its tenant.
    pub async fn log(&self, tx: &mut Tx) -> Result<(), DbError> {
        let values = vec![
            (&self.id).into(),
            self.tenant.as_str().into(),
            (&self.kind).into(),
            self.user.clone().into(),
            self.data.to_string().into(),
            (&self.at).into(),
        ];
        tx.insert("erp_events", &["id", "tenant_id", "type", "user_id", "data", "at"], values).await
    }
}

/// Distributes events to subscribers.
#[derive(Debug, Clone)]
pub struct EventBus(broadcast::Sender<Arc<Event>>);

impl Default for EventBus {
    fn default() -> Self {
        Self(broadcast::Sender::new(4096))
    }
}

impl EventBus {
    /// All events published from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Event>> {
        self.0.subscribe()
    }

    /// Sends the event to the subscribers. It is in the log already.
    pub fn tell(&self, event: Event) {
        // Having no subscribers is not an error.
        drop(self.0.send(Arc::new(event)));
    }

    /// Logs and publishes an event that no use case of the ERP made, such as one of the plugin's. An event that is in
    /// the log already is a repetition, and is not published again.
    pub async fn publish(&self, db: &Db, event: Event) -> Result<(), DbError> {
        let mut tx = db.begin().await?;
        match event.log(&mut tx).await {
            Err(error) if error.is_unique_violation() => return Ok(()),
            other => other?,
        }
        tx.commit().await?;
        self.tell(event);
        Ok(())
    }
}

/// A page of the tenant's log, newest first by default.
pub async fn list(db: &Db, context: &CallContext, listing: &Listing) -> Result<Vec<Event>, AppError> {
    context.require(Permission::EventsRead)?;
    let rows = listing::fetch(db, &SOURCE, &context.tenant.id, listing).await?;
    Ok(rows.iter().map(Event::from_row).collect::<Result<_, _>>()?)
}

/// Events since a time that have not been relayed, oldest first, up to a limit.
pub async fn waiting(db: &Db, since: &str, most: usize) -> Result<Vec<Event>, DbError> {
    const SQL: &str = "SELECT id, tenant_id, type, user_id, data, at FROM erp_events
        WHERE handed_on = 0 AND at >= $1 ORDER BY id LIMIT $2";
    db.fetch(SQL, &[since.into(), i64::try_from(most).unwrap_or(i64::MAX).into()])
        .await?
        .iter()
        .map(Event::from_row)
        .collect()
}

/// Marks events as relayed.
pub async fn mark_relayed(db: &Db, ids: &[String]) -> Result<(), DbError> {
    if ids.is_empty() {
        return Ok(());
    }
    let places: Vec<String> = (1..=ids.len()).map(|number| format!("${number}")).collect();
    let sql = format!("UPDATE erp_events SET handed_on = 1 WHERE id IN ({})", places.join(", "));
    let ids: Vec<_> = ids.iter().map(|id| id.as_str().into()).collect();
    db.execute(&sql, &ids).await.map(drop)
}

/// Deletes events that are older than the retention.
pub async fn prune(tx: &mut Tx) -> Result<u64, DbError> {
    let oldest = clock::to_text(clock::now() - chrono::Duration::days(KEPT_DAYS));
    tx.execute("DELETE FROM erp_events WHERE at < $1", &[oldest.into()]).await
}
