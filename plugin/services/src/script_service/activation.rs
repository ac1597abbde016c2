//! Activates several scripts at once; those that cannot run stay off, each with its own reason.

use std::collections::HashMap;

use iota_scripts_domain::{Permission, Script, ScriptDefinition, ScriptId, Version};

use super::{ScriptService, Seen, SeenLibrary};
use crate::{Identity, ServiceError};

/// The effect of a batch activation on one script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Activation {
    /// It is off and would be activated.
    Ready,
    /// It is already active.
    AlreadyOn,
    /// It stays off: a quarantined script must be reviewed and activated alone.
    Quarantined,
    /// It stays off: its source cannot run. The reason, in English.
    Broken(String),
    /// It stays off: this user may not activate it, or it could not be checked now. The reason, in English.
    Refused(String),
}

impl ScriptService {
    /// Returns the effect of activating scripts together; deleted ones are left out.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.update`, or an error from the host or the database.
    pub async fn activation(
        &self,
        identity: &Identity,
        ids: &[ScriptId],
    ) -> Result<Vec<(Script, Activation)>, ServiceError> {
        self.authorizer.require(identity, Permission::Update).await?;
        let mut all = Vec::new();
        for id in ids {
            let script = match self.find(identity, *id).await {
                Ok(script) => script,
                Err(ServiceError::NotFound(_)) => continue,
                Err(error) => return Err(error),
            };
            let activation = self.activation_of(identity, &script).await?;
            all.push((script, activation));
        }
        Ok(all)
    }

    /// Activates those of the scripts that can run, in the versions that the user has seen, and returns their number.
    ///
    /// # Errors
    /// As for [`Self::activation`].
    pub async fn activate_all(
        &self,
        identity: &Identity,
        ids: &[ScriptId],
        seen: &HashMap<ScriptId, Version>,
        libraries: &[SeenLibrary],
    ) -> Result<u64, ServiceError> {
        let (began, mut switched) = (self.clock.monotonic(), 0);
        for (script, activation) in self.activation(identity, ids).await? {
            if activation != Activation::Ready {
                continue;
            }
            let seen = Seen { script: seen.get(&script.id()).copied(), libraries: libraries.to_vec() };
            match self.activate(identity, script.id(), seen).await {
                Ok(_) => switched += 1,
                Err(error) => drop(stays_off(error)?),
            }
        }
        let ms = u64::try_from(self.clock.monotonic().since(began).as_millis()).unwrap_or(u64::MAX);
        let (tenant, by) = (identity.tenant_id(), identity.author());
        tracing::info!(%tenant, %by, scripts = ids.len(), switched, ms, "scripts were activated together");
        Ok(switched)
    }

    async fn activation_of(&self, identity: &Identity, script: &Script) -> Result<Activation, ServiceError> {
        if script.definition().active {
            return Ok(Activation::AlreadyOn);
        }
        if script.quarantine().is_some() {
            return Ok(Activation::Quarantined);
        }
        if let Err(error) = self.rights.require(identity, Some(script), script.definition()).await {
            return stays_off(error);
        }
        let on = ScriptDefinition { active: true, ..script.definition().clone() };
        match self.examine(identity, &on).await {
            Ok(_) => Ok(Activation::Ready),
            Err(error) => stays_off(error),
        }
    }
}

/// The rejection of one script does not affect the others; an error of the host or the database ends the batch.
fn stays_off(error: ServiceError) -> Result<Activation, ServiceError> {
    match error {
        ServiceError::DoesNotCompile(_) | ServiceError::Invalid(_) => Ok(Activation::Broken(error.to_string())),
        ServiceError::Host(_) | ServiceError::Repository(_) | ServiceError::Stopping => Err(error),
        other => Ok(Activation::Refused(other.to_string())),
    }
}
