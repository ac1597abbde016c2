//! Events whose handler failed for good: a person looks at them, has them delivered again, or lets them be.

use iota_scripts_domain::{
    Cause, Handled, Handling, Occurrence, OccurrenceId, OccurrenceQuery, OccurrenceState, Page, Permission,
    RepositoryError, Stamp,
};

use super::ScheduleService;
use crate::{Identity, ServiceError, error::OrNotFound as _};

impl ScheduleService {
    /// A page of the tenant's dead letters, the latest first. Of the query, state and cause are given.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.read`, or what the host or the database says.
    pub async fn dead_letters(
        &self,
        identity: &Identity,
        query: &OccurrenceQuery,
    ) -> Result<Page<Occurrence>, ServiceError> {
        let (state, cause) = (Some(OccurrenceState::Failed), Some(Cause::Event));
        self.occurrences(identity, &OccurrenceQuery { state, cause, unhandled: true, ..query.clone() }).await
    }

    /// Delivers an event once more; the new delivery names the old one, which is no dead letter any more. Asked twice, it
    /// is delivered once.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.execute`, `NotFound` for the letter or its script, `NotReplayable` when it is no dead
    /// letter, or the event was not kept, `Inactive`, or what the host or the database says.
    pub async fn replay(&self, identity: &Identity, id: OccurrenceId) -> Result<Occurrence, ServiceError> {
        self.inner.authorizer.require(identity, Permission::Execute).await?;
        let tenant = identity.tenant_id();
        let letter = self.inner.occurrences.get(tenant, id).await.or_not_found("dead letter")?;
        if !letter.is_dead_letter() {
            return Err(ServiceError::NotReplayable("this is no dead letter, or somebody has handled it already"));
        }
        if !letter.has_event() {
            return Err(ServiceError::NotReplayable("the event was too large, and was not kept"));
        }
        let script = self.inner.scripts.get(tenant, letter.script).await.or_not_found("script")?;
        if !script.definition().active {
            return Err(ServiceError::Inactive);
        }
        let replay = letter.replay(self.inner.clock.now());
        // First the new one: an event that is in the list for a moment too long is not lost.
        if !self.inner.occurrences.insert(&replay).await? {
            // Whoever delivered it did not live to note it.
            let _ = self.handle(identity, id, Handling::Replayed).await;
            return Err(ServiceError::NotReplayable("somebody has handled it already"));
        }
        self.wake();
        match self.handle(identity, id, Handling::Replayed).await {
            // Somebody dismissed it in the same moment; it is delivered all the same.
            Ok(()) | Err(RepositoryError::WrongState) => Ok(replay),
            Err(error) => Err(error.into()),
        }
    }

    /// Delivers several events once more; of each, why it could not be. One that cannot be holds up no other.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.execute`, whatever there is to replay, or what the host says.
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

    /// Takes a dead letter off the list: it needs no answer. It stays in the ledger.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.execute`, `NotFound`, `NotReplayable` when it is no dead letter, or what the host or the
    /// database says.
    pub async fn dismiss(&self, identity: &Identity, id: OccurrenceId) -> Result<Occurrence, ServiceError> {
        self.inner.authorizer.require(identity, Permission::Execute).await?;
        match self.handle(identity, id, Handling::Dismissed).await {
            Err(RepositoryError::WrongState) => {
                Err(ServiceError::NotReplayable("this is no dead letter, or somebody has handled it already"))
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
