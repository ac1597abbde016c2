//! All schedules of a tenant are paused and resumed at once. Scripts stay as they are; events, runs for later and runs by hand go on.

use iota_scripts_domain::{
    DomainEvent, FieldError, FieldProblem, Occurrence, Pause, PauseId, PauseReason, Permission, RepositoryError, Stamp,
    Timestamp,
};

use super::{Inner, ScheduleService};
use crate::{Identity, ServiceError, event_publisher::EventPublisher};

impl ScheduleService {
    /// Pauses all schedules of the tenant, until a moment or until someone resumes them. Asked for again, reason, end and user are replaced.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.manage_endpoints`, `Invalid` for `reason` or an end that has passed, or what the host or the
    /// database says.
    pub async fn pause(
        &self,
        identity: &Identity,
        reason: &str,
        until: Option<Timestamp>,
    ) -> Result<Pause, ServiceError> {
        self.inner.authorizer.require(identity, Permission::ManageEndpoints).await?;
        let paused = Stamp { at: self.inner.clock.now(), by: identity.author() };
        let reason = PauseReason::parse(reason)?;
        if until.is_some_and(|until| until <= paused.at) {
            return Err(FieldError::new("until", FieldProblem::OutOfRange, "this moment has passed").into());
        }
        let names = self.inner.authorizer.names(identity.tenant_id(), vec![paused.by.clone()]).await;
        let name = names.into_iter().next().map_or_else(|| paused.by.to_string(), |(_, name)| name);
        let tenant = identity.tenant_id().clone();
        let wished = Pause { id: PauseId::generate(), tenant, reason, paused, name, ends_at: until };
        let pause = self.inner.occurrences.pause(&wished).await?;
        tracing::info!(tenant = %pause.tenant, by = %pause.paused.by, "schedules are paused");
        self.tell(&DomainEvent::SchedulesPaused(pause.clone()));
        Ok(pause)
    }

    /// Lets the schedules of the tenant fire again. What was left out is not made up for.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.manage_endpoints`, or what the host or the database says.
    pub async fn resume(&self, identity: &Identity) -> Result<(), ServiceError> {
        self.inner.authorizer.require(identity, Permission::ManageEndpoints).await?;
        let stamp = Stamp { at: self.inner.clock.now(), by: identity.author() };
        if let Some(pause) = self.inner.occurrences.resume(identity.tenant_id(), &stamp).await? {
            tracing::info!(tenant = %pause.tenant, by = %stamp.by, "schedules are resumed");
            self.tell(&DomainEvent::SchedulesResumed { pause, by: stamp.by });
        }
        Ok(())
    }

    /// The pause that is in force.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.read`, or what the host or the database says.
    pub async fn paused(&self, identity: &Identity) -> Result<Option<Pause>, ServiceError> {
        self.inner.authorizer.require(identity, Permission::Read).await?;
        Ok(self.inner.occurrences.pause_in_force(identity.tenant_id(), self.inner.clock.now()).await?)
    }

    fn tell(&self, event: &DomainEvent) {
        EventPublisher::new(self.inner.host.clone(), self.inner.clock.clone()).publish(event);
    }
}

/// The pause that keeps an attempt at a schedule's time from running: one that was planned before it, and the attempts that follow.
pub(super) async fn keeping_back(inner: &Inner, occurrence: &Occurrence) -> Result<Option<Pause>, RepositoryError> {
    inner.occurrences.pause_in_force(&occurrence.tenant, inner.clock.now()).await
}
