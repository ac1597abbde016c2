//! Notifications from other nodes: PostgreSQL notifies every listener when a script changes or a run is to be cancelled. SQLite has a
//! single node and needs no notifications.

use std::{sync::Arc, time::Duration};

use iota_scripts_domain::{ExecutionId, ScriptId, TenantId};
use iota_scripts_services::{Background, BackgroundTask, Invalidation};
use sqlx::{
    Executor as _, PgPool,
    postgres::{PgListener, PgNotification},
};
use tokio::time::timeout;

use super::db::{Db, Pools};

/// Channel for changed scripts; the payload is the tenant and the script.
pub(super) const CHANGES: &str = "iota_scripts_changes";
/// Channel for runs to cancel; the payload is the run and its tenant.
pub(super) const CANCELS: &str = "iota_scripts_cancels";
/// Pause before reconnecting after the connection broke.
const RECONNECT_PAUSE: Duration = Duration::from_secs(1);
/// Time without notifications after which the server is pinged: a server that has vanished sends nothing, not even the end of the
/// connection.
const KEEPALIVE: Duration = Duration::from_secs(30);
/// Timeout of the ping.
const PING_TIMEOUT: Duration = Duration::from_secs(5);

/// Forwards notifications until the future is dropped. Notifications sent while the connection was broken are lost: everything then counts
/// as changed, and a run that was to be cancelled continues.
pub async fn listen_for_changes(
    db: Db,
    changes: Arc<Invalidation>,
    cancel: impl Fn(&TenantId, ExecutionId) + Send + Sync,
    background: Background,
) {
    let task = background.task("change_listener", None);
    let Pools::Postgres(pool) = &db.pools else { return task.off() };
    loop {
        match connect(pool).await {
            Ok(mut listener) => {
                task.succeeded();
                changes.of_everything();
                let broken = receive(&mut listener, &changes, &cancel, &task).await;
                tracing::warn!("the connection for notifications from other nodes broke: {broken}");
                task.failed(&broken);
            }
            Err(error) => {
                tracing::warn!("cannot listen for notifications from other nodes: {error}");
                task.failed(&error);
            }
        }
        tokio::time::sleep(RECONNECT_PAUSE).await;
        // While the server does not answer, cached data is still served, because nothing newer can be read.
        if db.ping().await.is_ok() {
            changes.of_everything();
        }
    }
}

async fn connect(pool: &PgPool) -> sqlx::Result<PgListener> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen_all([CHANGES, CANCELS]).await?;
    Ok(listener)
}

/// Receives notifications until the connection breaks, and returns why it broke.
async fn receive(
    listener: &mut PgListener,
    changes: &Invalidation,
    cancel: &(impl Fn(&TenantId, ExecutionId) + Send + Sync),
    task: &BackgroundTask,
) -> String {
    loop {
        let Ok(received) = timeout(KEEPALIVE, listener.try_recv()).await else {
            if let Ok(Ok(_)) = timeout(PING_TIMEOUT, listener.execute("SELECT 1")).await {
                task.succeeded();
                continue;
            }
            return "the server did not answer a ping".to_owned();
        };
        match received {
            Ok(Some(notification)) if notification.channel() == CANCELS => {
                if let Some((run, tenant)) = run_to_cancel(&notification) {
                    cancel(&tenant, run);
                }
            }
            Ok(Some(notification)) => match changed_script(notification.payload()) {
                Some((tenant, Some(script))) => changes.of_script(&tenant, script),
                Some((tenant, None)) => changes.of_tenant(&tenant),
                None => changes.of_everything(),
            },
            Ok(None) => return "the server closed the connection".to_owned(),
            Err(error) => return error.to_string(),
        }
    }
}

/// Returns the payload for a changed script. No tenant id contains a line feed: a node of the previous release takes the whole text for a
/// tenant id, finds it invalid and clears its whole cache.
pub(super) fn changed(tenant: &TenantId, script: ScriptId) -> String {
    format!("{tenant}\n{script}")
}

/// Parses the tenant and the script. Nodes of the previous release send no script.
fn changed_script(notification: &str) -> Option<(TenantId, Option<ScriptId>)> {
    let (tenant, script) = match notification.split_once('\n') {
        Some((tenant, script)) => (tenant, Some(script.parse().ok()?)),
        None => (notification, None),
    };
    Some((TenantId::parse(tenant).ok()?, script))
}

fn run_to_cancel(notification: &PgNotification) -> Option<(ExecutionId, TenantId)> {
    let (run, tenant) = notification.payload().split_once(' ')?;
    Some((run.parse().ok()?, TenantId::parse(tenant).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn change_notifications_round_trip() {
        let (tenant, script) = (TenantId::parse("acme & co").unwrap(), ScriptId::generate());
        let payload = changed(&tenant, script);
        assert_eq!(changed_script(&payload), Some((tenant.clone(), Some(script))));
        assert_eq!(changed_script("acme & co"), Some((tenant, None)), "a node of the previous release");
        assert!(TenantId::parse(payload).is_err(), "which then clears its cache");
        assert_eq!(changed_script("acme\nno id"), None);
        assert_eq!(changed_script(""), None);
    }
}
