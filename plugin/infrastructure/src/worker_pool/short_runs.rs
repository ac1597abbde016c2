//! Tracks scripts whose runs are short and make no host calls. Such a run may be sent to a worker before the previous one has ended
//! (pipelined), so that neither the worker nor the plugin goes to sleep in between.

use iota_scripts_domain::{ScriptId, Version};
use iota_scripts_services::ports::{Job, RunReport};
use moka::sync::Cache;

/// Consecutive short runs after which a script counts as short.
const SHORT_RUNS_NEEDED: u8 = 8;
/// Maximum CPU time and wall time of a short run, in microseconds.
const SHORT_US: (u64, u64) = (2_000, 20_000);
/// Maximum bytes of arguments of a pipelined run. They wait in the worker, where they count as memory of the run before.
const SMALL_BYTES: usize = 64 << 10;
/// Maximum script versions remembered, by last use.
const REMEMBERED: u64 = 10_000;

type Key = (ScriptId, Version);

/// Number of consecutive short runs per script version.
#[derive(Debug)]
pub(super) struct ShortRuns(Cache<Key, u8>);

impl Default for ShortRuns {
    fn default() -> Self {
        Self(Cache::new(REMEMBERED))
    }
}

impl ShortRuns {
    /// Whether a run is expected to be short.
    pub(super) fn is_short(&self, job: &Job) -> bool {
        !job.unsaved && job.args.as_str().len() <= SMALL_BYTES && self.0.get(&key(job)) == Some(SHORT_RUNS_NEEDED)
    }

    /// Records the result of a run.
    pub(super) fn note(&self, job: &Job, report: &RunReport) {
        let used = &report.usage;
        let short =
            used.host_calls == 0 && used.wall_us <= SHORT_US.1 && used.cpu_us.is_some_and(|us| us <= SHORT_US.0);
        let before = self.0.get(&key(job)).unwrap_or_default();
        let now = if short { SHORT_RUNS_NEEDED.min(before + 1) } else { 0 };
        if now != before && !job.unsaved {
            self.0.insert(key(job), now);
        }
    }
}

fn key(job: &Job) -> Key {
    (job.script.id, job.script.version)
}
