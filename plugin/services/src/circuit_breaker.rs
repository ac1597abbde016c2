//! The circuit breaker: counts the strikes of a script and switches it off when they are too many.
//!
//! Whose strikes they are decides: what callers of an endpoint cause holds the callers back, and what somebody starts by hand who may not
//! switch the script off counts for nothing.
//!
//! Runs that end well, or badly in an ordinary way, cost nothing here: the store is asked at a strike only, and counts for all
//! nodes.

use std::sync::Arc;

use iota_scripts_domain::{
    Clock, DomainEvent, EndpointCaller, Execution, Quarantine, QuarantinePolicy, RepositoryError, Script,
    ScriptRepository, Stamp, Strike, StrikeRepository, Trigger, UserId,
};

use crate::{
    EndpointThrottle, Identity, Invalidation, ServiceError, SourceRights,
    event_publisher::EventPublisher,
    ports::{HostGateway, Incidents},
};

/// Watches the ends of runs.
#[expect(missing_debug_implementations, reason = "made of trait objects")]
pub struct CircuitBreaker {
    scripts: Arc<dyn ScriptRepository>,
    strikes: Arc<dyn StrikeRepository>,
    rights: SourceRights,
    throttle: Arc<EndpointThrottle>,
    event_publisher: EventPublisher,
    incidents: Arc<dyn Incidents>,
    changes: Arc<Invalidation>,
    clock: Arc<dyn Clock>,
    policy: QuarantinePolicy,
}

impl CircuitBreaker {
    /// A breaker over its ports.
    #[must_use]
    #[expect(clippy::too_many_arguments, reason = "one for each port")]
    pub fn new(
        scripts: Arc<dyn ScriptRepository>,
        strikes: Arc<dyn StrikeRepository>,
        rights: SourceRights,
        throttle: Arc<EndpointThrottle>,
        host: Arc<dyn HostGateway>,
        incidents: Arc<dyn Incidents>,
        changes: Arc<Invalidation>,
        clock: Arc<dyn Clock>,
        policy: QuarantinePolicy,
    ) -> Self {
        let event_publisher = EventPublisher::new(host, Arc::clone(&clock));
        Self { scripts, strikes, rights, throttle, event_publisher, incidents, changes, clock, policy }
    }

    /// Takes note of the end of a run, whose script lets it take `own_ms`; of a run that a request to an endpoint started, with the caller.
    pub(crate) async fn note(
        &self,
        run: &Execution,
        own_ms: u64,
        identity: &Identity,
        caller: Option<&EndpointCaller>,
    ) {
        let Some(strike) = Strike::of(run, own_ms).filter(|_| self.policy.strikes > 0) else { return };
        let counted = match caller {
            Some(caller) => self.hold_back(&Strike { caller: Some(caller.clone()), ..strike.clone() }, caller).await,
            None => self.count_by(&strike, run.trigger(), identity).await,
        };
        if let Err(error) = counted {
            tracing::error!(script = %strike.script, "a strike was not counted: {error}");
        }
    }

    /// Counts a strike of a caller against them.
    async fn hold_back(&self, strike: &Strike, caller: &EndpointCaller) -> Result<(), ServiceError> {
        let since = self.clock.now().minus(self.policy.window);
        let counts = self.strikes.note(strike, since).await?;
        let Some(held) = self.throttle.note(strike.script, strike.version, caller, &counts) else { return Ok(()) };
        let script = self.scripts.get(&strike.tenant, strike.script).await?;
        let fault = strike.fault;
        tracing::warn!(script = %strike.script, tenant = %strike.tenant, %caller, "a caller is held back: their requests end like {fault}");
        let (until, callers) = (held.until, held.callers);
        let event = DomainEvent::EndpointThrottled { script, caller: caller.clone(), fault, until, callers };
        self.event_publisher.publish(&event);
        Ok(())
    }

    /// Counts a strike against the script, unless somebody started the run by hand who may not switch it off.
    async fn count_by(&self, strike: &Strike, trigger: Trigger, identity: &Identity) -> Result<(), ServiceError> {
        if matches!(trigger, Trigger::Manual | Trigger::Api) && identity.user.is_some() {
            let script = self.scripts.get(&strike.tenant, strike.script).await?;
            if !self.rights.may_switch(identity, &script).await? {
                return Ok(());
            }
        }
        if let Some(script) = self.count(strike).await? {
            self.tell(script);
        }
        Ok(())
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

    fn tell(&self, script: Script) {
        self.changes.of_script(script.tenant(), script.id());
        self.incidents.quarantined();
        if let Some(Quarantine { fault, times, .. }) = script.quarantine() {
            tracing::warn!(script = %script.id(), tenant = %script.tenant(), "switched off after {times} runs that ended like {fault}");
        }
        self.event_publisher.publish(&DomainEvent::ScriptUpdated(script.clone()));
        self.event_publisher.publish(&DomainEvent::ScriptQuarantined(script));
    }
}
