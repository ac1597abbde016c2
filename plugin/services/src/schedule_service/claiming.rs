//! Claims due occurrences while there are free slots: tenants in turn, the one with the fewest runs in flight first.

use std::{
    collections::HashSet,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use iota_scripts_domain::{Occurrence, RepositoryError, TenantId, Timestamp};
use tokio::time::{Instant, sleep};
use tracing::Instrument as _;

use super::{Inner, TROUBLE_PAUSE, attempt, recovery, slot_guard::SlotGuard};
use crate::Background;

/// Maximum number of tenants that one query returns.
const TENANTS_PER_QUERY: u32 = 64;
/// Pause after other nodes claimed the occurrences that this node saw.
const TAKEN_PAUSE: Duration = Duration::from_millis(100);

pub(super) async fn keep(inner: &Arc<Inner>, background: &Background) {
    let task = background.task("claiming", Some(inner.policy.poll));
    let stranded = background.task("stranded_occurrences", Some(inner.policy.lease / 3));
    let mut recovery_due = Instant::now();
    let mut last = None;
    loop {
        if recovery_due <= Instant::now() {
            recovery::settle_stranded(inner, &stranded).await;
            recovery_due = Instant::now() + inner.policy.lease / 3;
        }
        // Registered before the query, so that no notification is missed in between.
        let woken = inner.claim.notified();
        let claimed = claim(inner, &mut last).await;
        task.ended(&claimed);
        let pause = match claimed {
            Ok(pause) => pause,
            Err(error) => {
                tracing::error!("due occurrences were not claimed: {error}");
                TROUBLE_PAUSE
            }
        };
        let pause = pause.min(recovery_due.saturating_duration_since(Instant::now()));
        tokio::select! {
            () = woken => {}
            () = sleep(pause) => {}
        }
    }
}

/// Claims until no slot is free or nothing is due. Returns the time until the next query, unless woken earlier; `last` is the tenant that
/// had the last turn.
async fn claim(inner: &Arc<Inner>, last: &mut Option<TenantId>) -> Result<Duration, RepositoryError> {
    // Set before the query, so that every slot freed from now on wakes the claimer.
    inner.more_is_due.store(true, Ordering::Release);
    loop {
        if inner.capacity.lock().free_slots() == 0 {
            // A run that ends or waits wakes the next query.
            return Ok(inner.policy.poll);
        }
        let now = inner.clock.now();
        let (due, anybody) = due_in_turn(inner, now, last.as_ref()).await?;
        let shares = inner.capacity.lock().share(&due);
        let Some((turn, _)) = shares.last() else {
            if anybody {
                return Ok(inner.policy.poll);
            }
            inner.more_is_due.store(false, Ordering::Release);
            let next = inner.occurrences.next_attempt(now).await?;
            let until = next.map_or(inner.policy.poll, |next| next.since(inner.clock.now()));
            return Ok(until.min(inner.policy.poll));
        };
        *last = Some(turn.clone());
        let claimed = inner.occurrences.claim(&inner.policy.node, now, &shares).await?;
        if claimed.is_empty() {
            return Ok(TAKEN_PAUSE);
        }
        claimed.into_iter().for_each(|occurrence| start(inner, occurrence));
    }
}

/// Returns tenants with due occurrences that may have more runs in flight, starting after the last one; and whether any tenant waits.
async fn due_in_turn(
    inner: &Inner,
    now: Timestamp,
    last: Option<&TenantId>,
) -> Result<(Vec<TenantId>, bool), RepositoryError> {
    let (mut due, mut seen) = (Vec::new(), HashSet::new());
    let mut after = last.cloned();
    // Once round: from the last to the end, then from the beginning.
    let mut rounds = if last.is_some() { 2 } else { 1 };
    while rounds > 0 && due.len() < TENANTS_PER_QUERY as usize {
        let found = inner.occurrences.due_tenants(now, after.as_ref(), TENANTS_PER_QUERY).await?;
        after = found.last().cloned().filter(|_| found.len() == TENANTS_PER_QUERY as usize);
        if after.is_none() {
            rounds -= 1;
        }
        let capacity = inner.capacity.lock();
        for tenant in found {
            if !seen.insert(tenant.clone()) {
                // The query began here.
                rounds = 0;
                break;
            }
            if capacity.admits(&tenant) {
                due.push(tenant);
            }
        }
    }
    Ok((due, !seen.is_empty()))
}

fn start(inner: &Arc<Inner>, occurrence: Occurrence) {
    let mut slot_guard = SlotGuard::take(inner, &occurrence.tenant);
    let (inner, tasks) = (Arc::clone(inner), inner.tasks.clone());
    inner.in_flight.lock().insert(occurrence.id);
    let span = tracing::info_span!(
        "occurrence",
        tenant = %occurrence.tenant,
        script = %occurrence.script,
        occurrence = %occurrence.id,
        attempt = occurrence.attempt,
        execution = tracing::field::Empty,
    );
    let attempted = async move {
        let id = occurrence.id;
        attempt::run(&inner, occurrence, &mut slot_guard).await;
        inner.in_flight.lock().remove(&id);
        drop(slot_guard);
    };
    tasks.spawn(attempted.instrument(span));
}
