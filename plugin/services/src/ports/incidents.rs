//! Counters for the operator, in addition to those of runs.

use iota_scripts_domain::Quota;

/// Counts rejections and quarantines. Must not block.
pub trait Incidents: Send + Sync {
    /// A run was rejected because its tenant has used up a quota.
    fn quota_refused(&self, quota: Quota);
    /// A script was quarantined.
    fn quarantined(&self);
}
