//! Scripts that recently crashed a worker. They run exclusively, so that no other run is lost with the next worker.

use std::time::{Duration, Instant};

use hashlink::LruCache;
use iota_scripts_domain::ScriptId;
use parking_lot::Mutex;

/// How long a script stays on the list after its last crash.
const SUSPICION_PERIOD: Duration = Duration::from_secs(600);
/// Maximum scripts on the list; the oldest is dropped.
const REMEMBERED: usize = 1024;

/// Scripts with the time of their last crash. Lookups do not change the order, so the oldest entry is the one blamed longest ago.
#[derive(Debug)]
pub(super) struct PoisonList(Mutex<LruCache<ScriptId, Instant>>);

impl Default for PoisonList {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(REMEMBERED)))
    }
}

impl PoisonList {
    /// Records that a run of this script crashed a worker.
    pub(super) fn blame(&self, script: ScriptId) {
        self.0.lock().insert(script, Instant::now());
    }

    /// Whether the script is on the list.
    pub(super) fn contains(&self, script: ScriptId) -> bool {
        self.0.lock().peek(&script).is_some_and(|since| since.elapsed() < SUSPICION_PERIOD)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_bounded_and_drops_the_oldest() {
        let poison_list = PoisonList::default();
        let scripts: Vec<ScriptId> = (0..=REMEMBERED).map(|_| ScriptId::generate()).collect();
        for script in &scripts {
            poison_list.blame(*script);
            assert!(poison_list.contains(*script));
        }
        assert_eq!(poison_list.0.lock().len(), REMEMBERED);
        assert!(!poison_list.contains(scripts[0]), "the oldest is dropped");
        assert!(scripts[1..].iter().all(|script| poison_list.contains(*script)), "and no other");
    }
}
