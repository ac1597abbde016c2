//! Dead letters: events whose handler failed permanently. A user views, replays or dismisses them.

use iota_scripts_domain::{
    Cause, Handled, Handling, Occurrence, OccurrenceId, OccurrenceQuery, OccurrenceState, Page, Permission,
    RepositoryError, Stamp,
};

use super::ScheduleService;
use crate::{Identity, ServiceError, error::OrNotFound as _};

impl ScheduleService {
    /// Returns a page of the tenant's dead letters, the latest first. The query's state and cause are set here.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.read`, or an error from the host or the database.
    pub async fn dead_letters(
        &self,
        identity: &Identity,
        query: &OccurrenceQuery,
    ) -> Result<Page<Occurrence>, ServiceError> {
        let (state, cause) = (Some(OccurrenceState::Failed), Some(Cause::Event));
        self.occurrences(identity, &OccurrenceQuery { state, cause, unhandled: true, ..query.clone() }).await
    }

    /// Delivers an event once more; the new delivery names the old one, which is then no longer a dead letter. Asked twice, it is delivered
    /// once.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.execute`, `NotFound` for the letter or its script, `NotReplayable` when it is not a dead letter, or the
    /// event was not kept, `Inactive`, or an error from the host or the database.
    pub async fn replay(&self, identity: &Identity, id: OccurrenceId) -> Result<Occurrence, ServiceError> {
        self.inner.authorizer.require(identity, Permission::Execute).await?;
        let tenant = identity.tenant_id();
        let letter = self.inner.occurrences.get(tenant, id).await.or_not_found("dead letter")?;
        if !letter.is_dead_letter() {
            return Err(ServiceError::NotReplayable("this is not a dead letter, or it has already been handled"));
        }
        if !letter.has_event() {
            return Err(ServiceError::NotReplayable("the event was too large to be kept"));
        }
        let script = self.inner.scripts.get(tenant, letter.script).await.or_not_found("script")?;
        if !script.definition().active {
            return Err(ServiceError::Inactive);
        }
        let replay = letter.replay(self.inner.clock.now());
        // The new one first: being listed a moment too long loses no event.
        if !self.inner.occurrences.insert(&replay).await? {
            // An earlier request delivered it, but did not record that.
            let _ = self.handle(identity, id, Handling::Replayed).await;
            return Err(ServiceError::NotReplayable("it has already been handled"));
        }
        self.wake();
        match self.handle(identity, id, Handling::Replayed).await {
            // It was dismissed at the same time; it is delivered anyway.
            Ok(()) | Err(RepositoryError::InvalidState) => Ok(replay),
            Err(error) => Err(error.into()),
        }
    }

    /// Delivers several events once more; returns, for each one that failed, the reason. A failure does not keep the others from delivery.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.execute`, even if there is nothing to replay, or an error from the host.
    pub async fn replay_all(
        &self,
        identity: &Identity,
        ids: Vec<OccurrenceId>,
    ) -> Result<Vec<(OccurrenceId, Result<Occurrence, ServiceError>)>, ServiceError> {
        self.inner.authorizer.require(identity, Permission::Execute).await?;
        let (began, events) = (self.inner.clock.monotonic(), ids.len());
        let mut replayed = Vec::with_capacity(events);
        for id in ids {
            replayed.push((id, self.replay(identity, id).await));
        }
        let ms = u64::try_from(self.inner.clock.monotonic().since(began).as_millis()).unwrap_or(u64::MAX);
        let again = replayed.iter().filter(|(_, result)| result.is_ok()).count();
        let (tenant, by) = (identity.tenant_id(), identity.author());
        tracing::info!(%tenant, %by, events, replayed = again, ms, "dead letters were replayed together");
        Ok(replayed)
    }

    /// Dismisses a dead letter: it leaves the list, but stays among the occurrences.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.execute`, `NotFound`, `NotReplayable` when it is not a dead letter, or an error from the host or the
    /// database.
    pub async fn dismiss(&self, identity: &Identity, id: OccurrenceId) -> Result<Occurrence, ServiceError> {
        self.inner.authorizer.require(identity, Permission::Execute).await?;
        match self.handle(identity, id, Handling::Dismissed).await {
            Err(RepositoryError::InvalidState) => {
                Err(ServiceError::NotReplayable("this is not a dead letter, or it has already been handled"))
            }
            handled => handled.or_not_found("dead letter"),
        }?;
        self.inner.occurrences.get(identity.tenant_id(), id).await.or_not_found("dead letter")
    }

    async fn handle(&self, identity: &Identity, id: OccurrenceId, how: Handling) -> Result<(), RepositoryError> {
        let stamp = Stamp { at: self.inner.clock.now(), by: identity.author() };
        self.inner.occurrences.handle(identity.tenant_id(), id, &Handled { how, stamp }).await
    }
}
