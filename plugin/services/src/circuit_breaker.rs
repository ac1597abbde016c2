//! The circuit breaker: counts the strikes of a script and switches it off when they are too many.
//!
//! Runs that end well, or badly in an ordinary way, cost nothing here: the store is asked at a strike only, and counts for all
//! nodes.

use std::sync::Arc;

use iota_scripts_domain::{
    Clock, DomainEvent, Execution, Quarantine, QuarantinePolicy, RepositoryError, Script, ScriptRepository, Stamp,
    Strike, StrikeRepository, UserId,
};

use crate::{
    Changes,
    announcer::Announcer,
    ports::{HostGateway, Incidents},
};

/// Watches the ends of runs.
#[expect(missing_debug_implementations, reason = "made of trait objects")]
pub struct CircuitBreaker {
    scripts: Arc<dyn ScriptRepository>,
    strikes: Arc<dyn StrikeRepository>,
    announcer: Announcer,
    incidents: Arc<dyn Incidents>,
    changes: Arc<Changes>,
    clock: Arc<dyn Clock>,
    policy: QuarantinePolicy,
}

impl CircuitBreaker {
    /// A breaker over its ports.
    #[must_use]
    pub fn new(
        scripts: Arc<dyn ScriptRepository>,
        strikes: Arc<dyn StrikeRepository>,
        host: Arc<dyn HostGateway>,
        incidents: Arc<dyn Incidents>,
        changes: Arc<Changes>,
        clock: Arc<dyn Clock>,
        policy: QuarantinePolicy,
    ) -> Self {
        let announcer = Announcer::new(host, Arc::clone(&clock));
        Self { scripts, strikes, announcer, incidents, changes, clock, policy }
    }

    /// Takes note of the end of a run, whose script lets it take `own_ms`.
    pub(crate) async fn note(&self, run: &Execution, own_ms: u64) {
        let Some(strike) = Strike::of(run, own_ms).filter(|_| self.policy.strikes > 0) else { return };
        match self.count(&strike).await {
            Ok(None) => {}
            Ok(Some(script)) => self.tell(script).await,
            Err(error) => tracing::error!(script = %strike.script, "a strike was not counted: {error}"),
        }
    }

    /// The script, if this strike was the one too many and nobody was faster.
    async fn count(&self, strike: &Strike) -> Result<Option<Script>, RepositoryError> {
        let now = self.clock.now();
        let strikes = self.strikes.note(strike, now.minus(self.policy.window)).await?;
        let Some(reason) = Quarantine::of(&strikes, self.policy, now) else { return Ok(None) };
        let script = self.scripts.get(&strike.tenant, strike.script).await?;
        let stamp = Stamp { at: now, by: UserId::system() };
        let revision = script.quarantined(reason, stamp).filter(|_| script.version() == strike.version);
        let Some(revision) = revision else { return Ok(None) };
        match self.scripts.update(&revision).await {
            Ok(()) => Ok(Some(revision.into_script())),
            // Another node switched it off, or someone changed it: the strikes of the new version begin anew.
            Err(RepositoryError::Stale { .. } | RepositoryError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn tell(&self, script: Script) {
        self.changes.of_script(script.tenant(), script.id());
        self.incidents.quarantined();
        if let Some(Quarantine { fault, times, .. }) = script.quarantine() {
            tracing::warn!(script = %script.id(), tenant = %script.tenant(), "switched off after {times} runs that ended like {fault}");
        }
        self.announcer.announce(DomainEvent::ScriptUpdated(script.clone())).await;
        self.announcer.announce(DomainEvent::ScriptQuarantined(script)).await;
    }
}
