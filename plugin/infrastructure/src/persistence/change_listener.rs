//! News of the other nodes: PostgreSQL tells every listener when a script changed or when a run is to end. SQLite has one node, which
//! needs no news.

use std::{sync::Arc, time::Duration};

use iota_scripts_domain::{ExecutionId, ScriptId, TenantId};
use iota_scripts_services::{Background, BackgroundTask, Invalidation};
use sqlx::{
    Executor as _, PgPool,
    postgres::{PgListener, PgNotification},
};
use tokio::time::timeout;

use super::db::{Db, Pools};

/// The channel of changed scripts; what is told is the tenant and the script.
pub(super) const CHANGES: &str = "iota_scripts_changes";
/// The channel of runs that are to end; what is told is the run and its tenant.
pub(super) const CANCELS: &str = "iota_scripts_cancels";
/// How long after a connection that broke.
const PAUSE: Duration = Duration::from_secs(1);
/// Without news for so long, the server is asked whether it is there: of one that has vanished nothing is heard, not even its end.
const QUIET: Duration = Duration::from_secs(30);
/// How long it may take to answer.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Passes the news on until the future is dropped. What was told while the connection was broken is not known: everything counts as
/// changed then, and a run that was to end goes on.
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
                let broken = hear(&mut listener, &changes, &cancel, &task).await;
                tracing::warn!("the connection for news of other nodes broke: {broken}");
                task.failed(&broken);
            }
            Err(error) => {
                tracing::warn!("no news of other nodes: {error}");
                task.failed(&error);
            }
        }
        tokio::time::sleep(PAUSE).await;
        // While it does not answer, what is known goes on to be served: nothing else could be.
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

/// Until the connection breaks; why it did.
async fn hear(
    listener: &mut PgListener,
    changes: &Invalidation,
    cancel: &(impl Fn(&TenantId, ExecutionId) + Send + Sync),
    task: &BackgroundTask,
) -> String {
    loop {
        let Ok(heard) = timeout(QUIET, listener.try_recv()).await else {
            if let Ok(Ok(_)) = timeout(CONNECT_TIMEOUT, listener.execute("SELECT 1")).await {
                task.succeeded();
                continue;
            }
            return "the server does not answer on it".to_owned();
        };
        match heard {
            Ok(Some(news)) if news.channel() == CANCELS => {
                if let Some((run, tenant)) = run_to_cancel(&news) {
                    cancel(&tenant, run);
                }
            }
            Ok(Some(news)) => match changed_script(news.payload()) {
                Some((tenant, Some(script))) => changes.of_script(&tenant, script),
                Some((tenant, None)) => changes.of_tenant(&tenant),
                None => changes.of_everything(),
            },
            Ok(None) => return "the server closed it".to_owned(),
            Err(error) => return error.to_string(),
        }
    }
}

/// What is told of a changed script. No tenant has a line feed in its id: a node of the release before, which takes the text for a
/// tenant, finds that it is none, and forgets all that it knows.
pub(super) fn changed(tenant: &TenantId, script: ScriptId) -> String {
    format!("{tenant}\n{script}")
}

/// The tenant and, unless a node of the release before tells it, the script.
fn changed_script(news: &str) -> Option<(TenantId, Option<ScriptId>)> {
    let (tenant, script) = match news.split_once('\n') {
        Some((tenant, script)) => (tenant, Some(script.parse().ok()?)),
        None => (news, None),
    };
    Some((TenantId::parse(tenant).ok()?, script))
}

fn run_to_cancel(news: &PgNotification) -> Option<(ExecutionId, TenantId)> {
    let (run, tenant) = news.payload().split_once(' ')?;
    Some((run.parse().ok()?, TenantId::parse(tenant).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_script_is_told_and_understood() {
        let (tenant, script) = (TenantId::parse("acme & co").unwrap(), ScriptId::generate());
        let told = changed(&tenant, script);
        assert_eq!(changed_script(&told), Some((tenant.clone(), Some(script))));
        assert_eq!(changed_script("acme & co"), Some((tenant, None)), "a node of the release before");
        assert!(TenantId::parse(told).is_err(), "which then forgets everything");
        assert_eq!(changed_script("acme\nno id"), None);
        assert_eq!(changed_script(""), None);
    }
}
