//! Leases: each node renews its own; a run whose node has been silent too long is recorded as lost.

use std::sync::Arc;

use tokio::time::{MissedTickBehavior, interval};

use iota_scripts_domain::{DomainEvent, RepositoryError};

use super::Inner;
use crate::{Background, BackgroundTask};

/// Maximum number of runs that one query ends as lost.
const BATCH: u32 = 100;

/// Renews three times per lease, so that one failed renewal has no effect.
pub(super) async fn keep(inner: &Inner, background: &Background) {
    let period = inner.policy.lease / 3;
    let (leases, lost_runs) = (background.task("leases", Some(period)), background.task("lost_runs", Some(period)));
    let mut beat = interval(period);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        beat.tick().await;
        let renewed = renew(inner).await;
        leases.ended(&renewed);
        if let Err(error) = renewed {
            tracing::error!("leases were not renewed: {error}");
        }
        if inner.may_declare_lost() {
            recover(inner, &lost_runs).await;
        }
    }
}

/// Renews this node's lease and reads which of its runs it still owns.
async fn renew(inner: &Inner) -> Result<(), RepositoryError> {
    let asked = inner.clock.monotonic();
    let runs = inner.active.leases();
    // Only runs that the store knew before the query can be missing from its answer.
    let held: Vec<_> = runs.iter().filter(|run| run.is_held()).collect();
    let ids: Vec<_> = runs.iter().map(|run| run.run()).collect();
    let renewal = inner.executions.renew_lease(&inner.policy.node, &ids).await?;
    inner.lease_state.lock().renewed(asked, renewal.at);
    let still: std::collections::HashSet<_> = renewal.held.into_iter().collect();
    for run in held {
        if still.contains(&run.run()) {
            run.renewed(asked);
        } else {
            run.lose();
        }
    }
    Ok(())
}

async fn recover(inner: &Inner, task: &BackgroundTask) {
    let recovered = inner.executions.recover_lost(BATCH).await;
    task.ended(&recovered);
    match recovered {
        Ok(lost) => {
            if !lost.is_empty() {
                tracing::info!(runs = lost.len(), "lost runs were taken over");
            }
            for execution in lost {
                tracing::warn!(execution = %execution.id(), "a run was lost: its node died");
                inner.event_publisher.publish(&DomainEvent::of_finished(Arc::new(execution)));
            }
        }
        Err(error) => tracing::error!("lost runs were not looked for: {error}"),
    }
}
