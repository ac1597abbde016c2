//! What an operator wants to have counted, beyond the runs themselves.

use iota_scripts_domain::Quota;

/// Counts what was refused and switched off. Must not block.
pub trait Incidents: Send + Sync {
    /// A run was refused because its tenant has used up a quota.
    fn quota_refused(&self, quota: Quota);
    /// A script was switched off because of what its runs did.
    fn quarantined(&self);
}
