//! Leases: a node says that it is alive; a run whose node has been silent too long is recorded as lost.

use tokio::time::{MissedTickBehavior, interval};

use iota_scripts_domain::{DomainEvent, Lease};

use super::Inner;

/// The most runs that one look ends as lost.
const BATCH: u32 = 100;

/// Renews three times a lease, so that one missed beat costs nothing.
pub(super) async fn keep(inner: &Inner) {
    let mut beat = interval(inner.policy.lease / 3);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        beat.tick().await;
        let now = inner.clock.now();
        let lease = Lease { node: inner.policy.node.clone(), until: now.plus(inner.policy.lease) };
        let ids = inner.active.ids();
        if !ids.is_empty()
            && let Err(error) = inner.executions.renew_lease(&lease, &ids).await
        {
            tracing::error!("leases were not renewed: {error}");
        }
        match inner.executions.recover_lost(now, BATCH).await {
            Ok(lost) => {
                for execution in lost {
                    tracing::warn!(execution = %execution.id(), "a run was lost: its node died");
                    inner.announcer.announce(DomainEvent::of_finished(execution)).await;
                }
            }
            Err(error) => tracing::error!("lost runs were not looked for: {error}"),
        }
    }
}
