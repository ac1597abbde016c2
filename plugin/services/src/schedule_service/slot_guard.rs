//! A run's slot among those of this node, released when the run waits, and at its end.

use std::{sync::Arc, time::Duration};

use iota_scripts_domain::{Execution, TenantId};
use tokio::time::sleep;

use super::{Inner, capacity::Slot};
use crate::Run;

/// A run that waits longer than this releases its slot; shorter waits would only cause more queries.
const SHORT_WAIT: Duration = Duration::from_millis(50);

pub(super) struct SlotGuard {
    inner: Arc<Inner>,
    tenant: TenantId,
    slot: Slot,
}

impl SlotGuard {
    /// Takes a slot, which the bookkeeping has assigned to the tenant.
    pub(super) fn take(inner: &Arc<Inner>, tenant: &TenantId) -> Self {
        inner.capacity.lock().enter(tenant);
        Self { inner: Arc::clone(inner), tenant: tenant.clone(), slot: Slot::Held }
    }

    /// Waits for the end of a run. The slot is released as soon as the run itself waits.
    pub(super) async fn until_end_of(&mut self, run: &Run) -> Arc<Execution> {
        let mut waits = run.subscribe_waits();
        let released = async {
            loop {
                // The feed that sends it lives as long as the run.
                let _ = waits.wait_for(|waits| *waits).await;
                tokio::select! {
                    biased;
                    _ = waits.wait_for(|waits| !*waits) => {}
                    () = sleep(SHORT_WAIT) => return,
                }
            }
        };
        tokio::select! {
            biased;
            finished = run.finished() => return finished,
            () = released => self.release(),
        }
        run.finished().await
    }

    fn release(&mut self) {
        self.slot = Slot::Released;
        self.inner.capacity.lock().wait(&self.tenant);
        self.inner.wake_claimer();
    }
}

impl Drop for SlotGuard {
    fn drop(&mut self) {
        self.inner.capacity.lock().leave(&self.tenant, self.slot);
        self.inner.wake_claimer();
    }
}
