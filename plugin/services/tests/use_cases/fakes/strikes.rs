//! Strikes in memory, of scripts in memory.

use std::sync::Arc;

use async_trait::async_trait;
use iota_scripts_domain::{RepositoryError, ScriptRepository as _, Strike, StrikeCount, StrikeRepository, Timestamp};
use parking_lot::Mutex;

use super::Scripts;

pub(crate) struct Strikes {
    scripts: Arc<Scripts>,
    noted: Mutex<Vec<Strike>>,
    asked: Mutex<u32>,
}

impl Strikes {
    pub(crate) fn of(scripts: &Arc<Scripts>) -> Self {
        Self { scripts: Arc::clone(scripts), noted: Mutex::default(), asked: Mutex::default() }
    }

    /// How often the store was asked.
    pub(crate) fn asked(&self) -> u32 {
        *self.asked.lock()
    }
}

#[async_trait]
impl StrikeRepository for Strikes {
    async fn note(&self, strike: &Strike, since: Timestamp) -> Result<Vec<StrikeCount>, RepositoryError> {
        *self.asked.lock() += 1;
        let script = self.scripts.get(&strike.tenant, strike.script).await?;
        if !script.definition().active || script.version() != strike.version {
            return Ok(Vec::new());
        }
        let mut noted = self.noted.lock();
        noted.push(strike.clone());
        noted.retain(|known| known.script != strike.script || known.at >= since);
        let counted = |known: &&Strike| known.script == strike.script && known.version == strike.version;
        let mut counts: Vec<StrikeCount> = Vec::new();
        for known in noted.iter().filter(counted) {
            match counts.iter_mut().find(|count| count.fault == known.fault) {
                Some(count) => count.times += 1,
                None => counts.push(StrikeCount { fault: known.fault, times: 1, since: known.at }),
            }
        }
        counts.sort_by_key(|count| std::cmp::Reverse(count.times));
        Ok(counts)
    }
}
