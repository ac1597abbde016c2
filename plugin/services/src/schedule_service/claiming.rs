//! Claims what is due, for as many as there is room for: tenants in turn, the one with the fewest under way first.

use std::{
    collections::HashSet,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use iota_scripts_domain::{Occurrence, RepositoryError, TenantId, Timestamp};
use tokio::time::{Instant, sleep};
use tracing::Instrument as _;

use super::{Inner, TROUBLE_PAUSE, attempt, recovery, seat::Seat};
use crate::Background;

/// Tenants that one look gives.
const LOOK: u32 = 64;
/// How long after others have taken what this node saw.
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
        // Registered before the look, so that what comes meanwhile is not missed.
        let woken = inner.claim.notified();
        let claimed = claim(inner, &mut last).await;
        task.ended(&claimed);
        let pause = match claimed {
            Ok(pause) => pause,
            Err(error) => {
                tracing::error!("what is due waits for the database: {error}");
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

/// Claims until there is no room, or nothing is due. How long until the next look, if nothing wakes it; `last` is the tenant whose
/// turn was the last one.
async fn claim(inner: &Arc<Inner>, last: &mut Option<TenantId>) -> Result<Duration, RepositoryError> {
    // Before the look: a place that becomes free from now on is told.
    inner.more_is_due.store(true, Ordering::Release);
    loop {
        if inner.capacity.lock().room() == 0 {
            // The end of a run, or its waiting, wakes the next look.
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

/// Tenants of which something is due and that may have more under way, from the one behind the last on; and whether anybody waits.
async fn due_in_turn(
    inner: &Inner,
    now: Timestamp,
    last: Option<&TenantId>,
) -> Result<(Vec<TenantId>, bool), RepositoryError> {
    let (mut due, mut seen) = (Vec::new(), HashSet::new());
    let mut after = last.cloned();
    // Once round: behind the last to the end, then from the beginning.
    let mut rounds = if last.is_some() { 2 } else { 1 };
    while rounds > 0 && due.len() < LOOK as usize {
        let found = inner.occurrences.due_tenants(now, after.as_ref(), LOOK).await?;
        after = found.last().cloned().filter(|_| found.len() == LOOK as usize);
        if after.is_none() {
            rounds -= 1;
        }
        let capacity = inner.capacity.lock();
        for tenant in found {
            if !seen.insert(tenant.clone()) {
                // Here the look began.
                rounds = 0;
                break;
            }
            if capacity.takes(&tenant) {
                due.push(tenant);
            }
        }
    }
    Ok((due, !seen.is_empty()))
}

fn start(inner: &Arc<Inner>, occurrence: Occurrence) {
    let mut seat = Seat::take(inner, &occurrence.tenant);
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
        attempt::run(&inner, occurrence, &mut seat).await;
        inner.in_flight.lock().remove(&id);
        drop(seat);
    };
    tasks.spawn(attempted.instrument(span));
}
