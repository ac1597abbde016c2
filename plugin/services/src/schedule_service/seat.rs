//! A run's slot among those of this node, released when the run waits, and at its end.

use std::{sync::Arc, time::Duration};

use iota_scripts_domain::{Execution, TenantId};
use tokio::time::sleep;

use super::{Inner, capacity::Slot};
use crate::Run;

/// A run that waits longer than this releases its slot; shorter waits would only cause more queries.
const MOMENT: Duration = Duration::from_millis(50);

pub(super) struct Seat {
    inner: Arc<Inner>,
    tenant: TenantId,
    place: Slot,
}

impl Seat {
    /// Takes a slot, which the bookkeeping has assigned to the tenant.
    pub(super) fn take(inner: &Arc<Inner>, tenant: &TenantId) -> Self {
        inner.capacity.lock().enter(tenant);
        Self { inner: Arc::clone(inner), tenant: tenant.clone(), place: Slot::Taken }
    }

    /// Waits for the end of a run. The slot is released as soon as the run itself waits.
    pub(super) async fn until_end_of(&mut self, run: &Run) -> Arc<Execution> {
        let mut waits = run.hears_of_waits();
        let given_back = async {
            loop {
                // The feed that sends it lives as long as the run.
                let _ = waits.wait_for(|waits| *waits).await;
                tokio::select! {
                    biased;
                    _ = waits.wait_for(|waits| !*waits) => {}
                    () = sleep(MOMENT) => return,
                }
            }
        };
        tokio::select! {
            biased;
            finished = run.finished() => return finished,
            () = given_back => self.give_back(),
        }
        run.finished().await
    }

    fn give_back(&mut self) {
        self.place = Slot::GivenBack;
        self.inner.capacity.lock().wait(&self.tenant);
        self.inner.has_room();
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.inner.capacity.lock().leave(&self.tenant, self.place);
        self.inner.has_room();
    }
}
