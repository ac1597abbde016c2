//! Counts incidents for the tests.

use iota_scripts_domain::Quota;
use iota_scripts_services::ports::Incidents;
use parking_lot::Mutex;

#[derive(Default)]
pub(crate) struct Counted {
    refused: Mutex<Vec<Quota>>,
    quarantined: Mutex<u32>,
}

impl Counted {
    pub(crate) fn refused(&self) -> Vec<Quota> {
        self.refused.lock().clone()
    }

    pub(crate) fn quarantined(&self) -> u32 {
        *self.quarantined.lock()
    }
}

impl Incidents for Counted {
    fn quota_refused(&self, quota: Quota) {
        self.refused.lock().push(quota);
    }

    fn quarantined(&self) {
        *self.quarantined.lock() += 1;
    }
}
