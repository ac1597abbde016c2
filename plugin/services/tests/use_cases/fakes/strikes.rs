//! Strikes in memory, of scripts in memory.

use std::sync::Arc;

use async_trait::async_trait;
use iota_scripts_domain::{
    CallerStrikes, RepositoryError, ScriptId, ScriptRepository as _, Strike, StrikeCount, StrikeRepository, TenantId,
    Timestamp, Version,
};
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

    /// Returns how often the store was asked.
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
        let counted = |known: &&Strike| {
            (known.script, known.version, &known.caller) == (strike.script, strike.version, &strike.caller)
        };
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

    async fn callers(
        &self,
        tenant: &TenantId,
        script: ScriptId,
        version: Version,
        since: Timestamp,
    ) -> Result<Vec<CallerStrikes>, RepositoryError> {
        let mut callers: Vec<CallerStrikes> = Vec::new();
        for strike in self.noted.lock().iter() {
            let Some(caller) = strike.caller.clone() else { continue };
            if (&strike.tenant, strike.script, strike.version) != (tenant, script, version) || strike.at < since {
                continue;
            }
            match callers.iter_mut().find(|known| known.caller == caller) {
                Some(known) => known.times += 1,
                None => callers.push(CallerStrikes { caller, times: 1, since: strike.at }),
            }
        }
        Ok(callers)
    }
}
