//! One turn after another: write down what has come due, claim what there is room for, sleep until the next time.

use std::{sync::Arc, time::Duration};

use iota_scripts_domain::RepositoryError;
use tokio::time::{Instant, sleep};

use super::{Inner, attempt, recovery};

/// Schedules that one transaction moves on.
const SCHEDULES: u32 = 100;
/// How long after a database that did not answer.
const TROUBLE_PAUSE: Duration = Duration::from_secs(2);
/// How often the clocks of the tenants are asked for.
const ZONES_EVERY: Duration = Duration::from_secs(3600);

pub(super) async fn keep(inner: &Arc<Inner>) {
    if let Err(error) = inner.occurrences.adopt_schedules(inner.clock.now()).await {
        tracing::error!("scripts of an older version have no schedule yet: {error}");
    }
    let mut changed = inner.changes.news();
    let (mut zones_due, mut recovery_due) = (Instant::now(), Instant::now());
    loop {
        if zones_due <= Instant::now() {
            follow_clocks(inner).await;
            zones_due = Instant::now() + ZONES_EVERY;
        }
        if recovery_due <= Instant::now() {
            recovery::settle_stranded(inner).await;
            recovery_due = Instant::now() + inner.policy.lease / 3;
        }
        // Registered before the look, so that what comes meanwhile is not missed.
        let woken = inner.wake.notified();
        changed.mark_unchanged();
        let pause = match turn(inner).await {
            Ok(pause) => pause,
            Err(error) => {
                tracing::error!("schedules wait for the database: {error}");
                TROUBLE_PAUSE
            }
        };
        let pause = pause.min(recovery_due.saturating_duration_since(Instant::now()));
        tokio::select! {
            () = woken => {}
            // The sender lives as long as `inner`.
            _ = changed.changed() => {}
            () = sleep(pause) => {}
        }
    }
}

/// How long until the next turn, if nothing wakes it.
async fn turn(inner: &Arc<Inner>) -> Result<Duration, RepositoryError> {
    let now = inner.clock.now();
    while inner.occurrences.advance_schedules(now, inner.policy.grace, SCHEDULES).await? == SCHEDULES {}
    let room = u32::try_from(inner.slots.available_permits()).unwrap_or(u32::MAX);
    if room == 0 {
        // The end of a run wakes the next turn.
        return Ok(inner.policy.poll);
    }
    let claimed = inner.occurrences.claim(&inner.policy.node, now, room).await?;
    for occurrence in claimed {
        // Only this loop takes slots, and it has counted them.
        let Ok(slot) = Arc::clone(&inner.slots).try_acquire_owned() else { break };
        let inner = Arc::clone(inner);
        inner.under_way.lock().insert(occurrence.id);
        inner.tasks.clone().spawn(async move {
            let id = occurrence.id;
            attempt::run(&inner, occurrence).await;
            inner.under_way.lock().remove(&id);
            drop(slot);
            inner.wake.notify_one();
        });
    }
    let next = inner.occurrences.next_due().await?;
    let until = next.map_or(inner.policy.poll, |next| next.since(inner.clock.now()));
    Ok(until.min(inner.policy.poll))
}

/// Schedules that follow their tenant's clock get the clock that the host tells.
async fn follow_clocks(inner: &Inner) {
    inner.tenants.refresh().await;
    for (tenant, zone) in inner.tenants.zones() {
        if let Err(error) = inner.occurrences.set_tenant_zone(&tenant, zone, inner.clock.now()).await {
            tracing::warn!(%tenant, "the schedules of a tenant keep their clock for now: {error}");
        }
    }
}
