//! Pauses and resumes all schedules of a tenant at once. Scripts are not changed; events, runs for later and manual runs continue.

use iota_scripts_domain::{
    DomainEvent, FieldError, FieldProblem, Occurrence, Pause, PauseId, PauseReason, Permission, RepositoryError, Stamp,
    Timestamp,
};

use super::{Inner, ScheduleService};
use crate::{Identity, ServiceError, event_publisher::EventPublisher};

impl ScheduleService {
    /// Pauses all schedules of the tenant, until a given time or until they are resumed. A further call replaces reason, end and user.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.manage_endpoints`, `Invalid` for `reason` or an end in the past, or an error from the host or the
    /// database.
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
            return Err(FieldError::new("until", FieldProblem::OutOfRange, "this time has passed").into());
        }
        let names = self.inner.authorizer.names(identity.tenant_id(), vec![paused.by.clone()]).await;
        let name = names.into_iter().next().map_or_else(|| paused.by.to_string(), |(_, name)| name);
        let tenant = identity.tenant_id().clone();
        let requested = Pause { id: PauseId::generate(), tenant, reason, paused, name, ends_at: until };
        let pause = self.inner.occurrences.pause(&requested).await?;
        tracing::info!(tenant = %pause.tenant, by = %pause.paused.by, "schedules are paused");
        self.publish(&DomainEvent::SchedulesPaused(pause.clone()));
        Ok(pause)
    }

    /// Resumes the tenant's schedules. Skipped times are not made up for.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.manage_endpoints`, or an error from the host or the database.
    pub async fn resume(&self, identity: &Identity) -> Result<(), ServiceError> {
        self.inner.authorizer.require(identity, Permission::ManageEndpoints).await?;
        let stamp = Stamp { at: self.inner.clock.now(), by: identity.author() };
        if let Some(pause) = self.inner.occurrences.resume(identity.tenant_id(), &stamp).await? {
            tracing::info!(tenant = %pause.tenant, by = %stamp.by, "schedules are resumed");
            self.publish(&DomainEvent::SchedulesResumed { pause, by: stamp.by });
        }
        Ok(())
    }

    /// Returns the pause in force.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.read`, or an error from the host or the database.
    pub async fn paused(&self, identity: &Identity) -> Result<Option<Pause>, ServiceError> {
        self.inner.authorizer.require(identity, Permission::Read).await?;
        Ok(self.inner.occurrences.pause_in_force(identity.tenant_id(), self.inner.clock.now()).await?)
    }

    fn publish(&self, event: &DomainEvent) {
        EventPublisher::new(self.inner.host.clone(), self.inner.clock.clone()).publish(event);
    }
}

/// Returns the pause that prevents an attempt at a scheduled time, including times planned before it, and retries.
pub(super) async fn active_pause(inner: &Inner, occurrence: &Occurrence) -> Result<Option<Pause>, RepositoryError> {
    inner.occurrences.pause_in_force(&occurrence.tenant, inner.clock.now()).await
}
