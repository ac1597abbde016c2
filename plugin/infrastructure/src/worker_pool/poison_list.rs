//! Scripts that a worker has died of lately. They run alone, so that no other run dies with the next worker.

use std::time::{Duration, Instant};

use hashlink::LruCache;
use iota_scripts_domain::ScriptId;
use parking_lot::Mutex;

/// How long a script is under suspicion after its last deed.
const TERM: Duration = Duration::from_secs(600);
/// Scripts under suspicion at a time; the oldest make room.
const REMEMBERED: usize = 1024;

/// Who they are, and since when. The list is only peeked at, so that the oldest is the one that was blamed longest ago.
#[derive(Debug)]
pub(super) struct PoisonList(Mutex<LruCache<ScriptId, Instant>>);

impl Default for PoisonList {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(REMEMBERED)))
    }
}

impl PoisonList {
    /// A worker has died of a run of this script.
    pub(super) fn blame(&self, script: ScriptId) {
        self.0.lock().insert(script, Instant::now());
    }

    /// Whether it is under suspicion.
    pub(super) fn poison_list(&self, script: ScriptId) -> bool {
        self.0.lock().peek(&script).is_some_and(|since| since.elapsed() < TERM)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_so_many_are_remembered_and_the_latest_is_among_them() {
        let poison_list = PoisonList::default();
        let scripts: Vec<ScriptId> = (0..=REMEMBERED).map(|_| ScriptId::generate()).collect();
        for script in &scripts {
            poison_list.blame(*script);
            assert!(poison_list.poison_list(*script));
        }
        assert_eq!(poison_list.0.lock().len(), REMEMBERED);
        assert!(!poison_list.poison_list(scripts[0]), "the oldest makes room");
        assert!(scripts[1..].iter().all(|script| poison_list.poison_list(*script)), "and no other");
    }
}
