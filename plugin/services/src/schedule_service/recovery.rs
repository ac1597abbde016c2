//! Recovers occurrences whose node is gone. Their runs have leases, and a run's record decides; without a record, nothing ran.

use iota_scripts_domain::{OrphanedOccurrence, Reason, Settlement};

use super::{Inner, attempt};
use crate::BackgroundTask;

/// Maximum number that one query settles.
const BATCH: u32 = 200;

pub(super) async fn settle_stranded(inner: &Inner, task: &BackgroundTask) {
    if !inner.runs.may_declare_lost() {
        return;
    }
    let looked = inner.occurrences.stranded(inner.policy.lease, BATCH).await;
    task.ended(&looked);
    match looked {
        Ok(stranded) => {
            if !stranded.is_empty() {
                tracing::info!(occurrences = stranded.len(), "occurrences of nodes that are gone are settled");
            }
            for found in stranded {
                settle(inner, found).await;
            }
        }
        Err(error) => tracing::error!("stranded occurrences were not looked for: {error}"),
    }
}

async fn settle(inner: &Inner, OrphanedOccurrence { occurrence, run }: OrphanedOccurrence) {
    // This node settles its own occurrences in flight itself.
    if inner.in_flight.lock().contains(&occurrence.id) {
        return;
    }
    let settlement = match run {
        // The same attempt: if its node is slow and not gone, the store starts only one of the two.
        None => Settlement::Again {
            attempt: occurrence.attempt,
            at: inner.clock.now(),
            execution: None,
            reason: Reason::NodeDied,
        },
        Some((_, status)) if !status.is_final() => return,
        Some((id, _)) => match inner.runs.recorded(&occurrence.tenant, id).await {
            Ok(run) => attempt::after_lost(inner, &occurrence, &run).await,
            Err(error) => return tracing::error!(occurrence = %occurrence.id, "the record of a run: {error}"),
        },
    };
    attempt::settle(inner, &occurrence, settlement).await;
}
