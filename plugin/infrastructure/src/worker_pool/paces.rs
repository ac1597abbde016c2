//! Scripts whose runs are short and ask nobody anything: one of them may be sent to a worker before the one before it has ended, so that
//! neither the worker nor the plugin sleeps between the two.

use iota_scripts_domain::{ScriptId, Version};
use iota_scripts_services::ports::{Job, RunReport};
use moka::sync::Cache;

/// Runs in a row after which a script is known to be quick.
const ENOUGH: u8 = 8;
/// Microseconds of processor time, and of time, that a quick run takes at the most.
const QUICK_US: (u64, u64) = (2_000, 20_000);
/// Bytes of arguments that may wait in a worker, where they count as memory of the run before.
const SMALL: usize = 64 << 10;
/// Versions of scripts that are remembered, the latest used.
const REMEMBERED: u64 = 10_000;

type Key = (ScriptId, Version);

/// How many quick runs each has had in a row.
#[derive(Debug)]
pub(super) struct RunPaces(Cache<Key, u8>);

impl Default for RunPaces {
    fn default() -> Self {
        Self(Cache::new(REMEMBERED))
    }
}

impl RunPaces {
    /// Whether a run will be short, as far as anybody can tell.
    pub(super) fn is_quick(&self, job: &Job) -> bool {
        !job.unsaved && job.args.as_str().len() <= SMALL && self.0.get(&key(job)) == Some(ENOUGH)
    }

    /// Takes note of how a run went.
    pub(super) fn note(&self, job: &Job, report: &RunReport) {
        let used = &report.usage;
        let quick =
            used.host_calls == 0 && used.wall_us <= QUICK_US.1 && used.cpu_us.is_some_and(|us| us <= QUICK_US.0);
        let before = self.0.get(&key(job)).unwrap_or_default();
        let now = if quick { ENOUGH.min(before + 1) } else { 0 };
        if now != before && !job.unsaved {
            self.0.insert(key(job), now);
        }
    }
}

fn key(job: &Job) -> Key {
    (job.script.id, job.script.version)
}
