//! News of the other nodes: PostgreSQL tells every listener when a script changed. SQLite has one node, which needs no news.

use std::{sync::Arc, time::Duration};

use iota_scripts_domain::TenantId;
use iota_scripts_services::Changes;
use sqlx::postgres::PgListener;

use super::db::{Db, Pools};

/// The channel of the news; what is told is the tenant.
pub(super) const CHANNEL: &str = "iota_scripts_changes";
/// How long after a connection that broke.
const PAUSE: Duration = Duration::from_secs(1);

/// Passes the news on until the future is dropped. What was told while the connection was broken is not known, so everything
/// counts as changed then.
pub async fn listen_for_changes(db: Db, changes: Arc<Changes>) {
    let Pools::Postgres(pool) = &db.pools else { return };
    loop {
        match PgListener::connect_with(pool).await {
            Ok(mut listener) => {
                if let Err(error) = listener.listen(CHANNEL).await {
                    tracing::warn!("no news of other nodes: {error}");
                } else {
                    changes.of_everything();
                    hear(&mut listener, &changes).await;
                }
            }
            Err(error) => tracing::warn!("no news of other nodes: {error}"),
        }
        tokio::time::sleep(PAUSE).await;
        changes.of_everything();
    }
}

/// Until the connection breaks.
async fn hear(listener: &mut PgListener, changes: &Changes) {
    loop {
        match listener.try_recv().await {
            Ok(Some(news)) => match TenantId::parse(news.payload()) {
                Ok(tenant) => changes.of_tenant(&tenant),
                Err(_) => changes.of_everything(),
            },
            Ok(None) => return,
            Err(error) => {
                tracing::warn!("the connection for news of other nodes broke: {error}");
                return;
            }
        }
    }
}
