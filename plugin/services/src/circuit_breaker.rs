//! The circuit breaker: counts the strikes of a script and switches the script off when it has too many.
//!
//! The cause decides who is affected: strikes of an endpoint's callers throttle those callers, and strikes of a run that a user started by
//! hand without the permission to switch the script off are not counted.
//!
//! Runs without a strike cost nothing here: only a strike asks the store, which counts for all nodes.

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

/// Records the strikes of finished runs.
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
    /// Creates a breaker from its ports.
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

    /// Records the end of a run. `own_ms` is the script's time limit in milliseconds; `caller` is set if a request to an endpoint started
    /// the run.
    pub(crate) async fn note(
        &self,
        run: &Execution,
        own_ms: u64,
        identity: &Identity,
        caller: Option<&EndpointCaller>,
    ) {
        let Some(strike) = Strike::of(run, own_ms).filter(|_| self.policy.strikes > 0) else { return };
        let counted = match caller {
            Some(caller) => {
                self.throttle_caller(&Strike { caller: Some(caller.clone()), ..strike.clone() }, caller).await
            }
            None => self.count_by(&strike, run.trigger(), identity).await,
        };
        if let Err(error) = counted {
            tracing::error!(script = %strike.script, "a strike was not counted: {error}");
        }
    }

    /// Counts a strike against a caller.
    async fn throttle_caller(&self, strike: &Strike, caller: &EndpointCaller) -> Result<(), ServiceError> {
        let since = self.clock.now().minus(self.policy.window);
        let counts = self.strikes.note(strike, since).await?;
        let Some(throttled) = self.throttle.note(strike.script, strike.version, caller, &counts) else { return Ok(()) };
        let script = self.scripts.get(&strike.tenant, strike.script).await?;
        let fault = strike.fault;
        tracing::warn!(script = %strike.script, tenant = %strike.tenant, %caller, "a caller is throttled: their requests end with {fault}");
        let (until, callers) = (throttled.until, throttled.callers);
        let event = DomainEvent::EndpointThrottled { script, caller: caller.clone(), fault, until, callers };
        self.event_publisher.publish(&event);
        Ok(())
    }

    /// Counts a strike against the script, unless a user who may not switch it off started the run by hand.
    async fn count_by(&self, strike: &Strike, trigger: Trigger, identity: &Identity) -> Result<(), ServiceError> {
        if matches!(trigger, Trigger::Manual | Trigger::Api) && identity.user.is_some() {
            let script = self.scripts.get(&strike.tenant, strike.script).await?;
            if !self.rights.may_switch(identity, &script).await? {
                return Ok(());
            }
        }
        if let Some(script) = self.count(strike).await? {
            self.announce(script);
        }
        Ok(())
    }

    /// Returns the script if this strike exceeded the limit and this node was the first to switch it off.
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
            // Another node switched it off, or it was changed: the strikes of the new version start at zero.
            Err(RepositoryError::Stale { .. } | RepositoryError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn announce(&self, script: Script) {
        self.changes.of_script(script.tenant(), script.id());
        self.incidents.quarantined();
        if let Some(Quarantine { fault, times, .. }) = script.quarantine() {
            tracing::warn!(script = %script.id(), tenant = %script.tenant(), "quarantined after {times} runs that ended with {fault}");
        }
        self.event_publisher.publish(&DomainEvent::ScriptUpdated(script.clone()));
        self.event_publisher.publish(&DomainEvent::ScriptQuarantined(script));
    }
}
