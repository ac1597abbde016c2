//! Scripts that a worker has died of lately. They run alone, so that no other run dies with the next worker.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use iota_scripts_domain::ScriptId;
use parking_lot::Mutex;

/// How long a script is under suspicion after its last deed.
const TERM: Duration = Duration::from_secs(600);
/// Scripts under suspicion at a time; the oldest make room.
const REMEMBERED: usize = 1024;

/// Who they are.
#[derive(Debug, Default)]
pub(super) struct PoisonList(Mutex<HashMap<ScriptId, Instant>>);

impl PoisonList {
    /// A worker has died of a run of this script.
    pub(super) fn blame(&self, script: ScriptId) {
        let mut known = self.0.lock();
        if known.len() >= REMEMBERED {
            known.retain(|_, since| since.elapsed() < TERM);
        }
        if known.len() >= REMEMBERED
            && let Some(oldest) = known.iter().min_by_key(|(_, since)| **since).map(|(script, _)| *script)
        {
            known.remove(&oldest);
        }
        known.insert(script, Instant::now());
    }

    /// Whether it is under suspicion.
    pub(super) fn poison_list(&self, script: ScriptId) -> bool {
        self.0.lock().get(&script).is_some_and(|since| since.elapsed() < TERM)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_so_many_are_remembered_and_the_latest_is_among_them() {
        let poison_list = PoisonList::default();
        let scripts: Vec<ScriptId> = (0..=REMEMBERED).map(|_| ScriptId::generate()).collect();
        scripts.iter().for_each(|script| poison_list.blame(*script));
        assert_eq!(poison_list.0.lock().len(), REMEMBERED);
        assert!(poison_list.poison_list(scripts[REMEMBERED]) && !poison_list.poison_list(scripts[0]));
    }
}
