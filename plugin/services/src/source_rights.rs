//! The right to change a text: loads the facts that the domain's rule needs, and asks the host for the resulting permission.

use std::sync::Arc;

use iota_scripts_domain::{
    Importer, OccurrenceRepository, PendingRun, Permission, Rights, Script, ScriptDefinition, ScriptRepository,
    TenantId,
};

use crate::{Identity, ServiceError, authorizer::Authorizer};

/// Decides for all use cases that save, activate or deactivate a text.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "made of trait objects")]
pub struct SourceRights {
    scripts: Arc<dyn ScriptRepository>,
    occurrences: Arc<dyn OccurrenceRepository>,
    authorizer: Authorizer,
}

impl SourceRights {
    /// Creates it from its ports.
    #[must_use]
    pub fn new(
        scripts: Arc<dyn ScriptRepository>,
        occurrences: Arc<dyn OccurrenceRepository>,
        host: Arc<dyn crate::ports::HostGateway>,
    ) -> Self {
        Self { scripts, occurrences, authorizer: Authorizer::new(host) }
    }

    /// Returns the rights with which a script's text can run from now on.
    ///
    /// # Errors
    /// An error from the database.
    pub(crate) async fn of(&self, script: &Script) -> Result<Rights, ServiceError> {
        let (importers, pending) = self.uses(script.tenant(), script.definition().library).await?;
        Ok(Rights::of(script, &importers, &pending))
    }

    /// Returns the scripts that import others, if a library is asked about, and the pending runs that use the versions current when they
    /// start.
    async fn uses(&self, tenant: &TenantId, library: bool) -> Result<(Vec<Importer>, Vec<PendingRun>), ServiceError> {
        let importers = if library { self.scripts.importers(tenant).await? } else { Vec::new() };
        Ok((importers, self.occurrences.unpinned(tenant).await?))
    }

    /// Requires the permission that a change needs in addition to an author's, by the script before and after it.
    ///
    /// # Errors
    /// `Forbidden` or `RunsAs` without it, or an error from the host or the database.
    pub(crate) async fn require(
        &self,
        identity: &Identity,
        old: Option<&Script>,
        new: &ScriptDefinition,
    ) -> Result<(), ServiceError> {
        let mut rights = Rights::of_text(new, new.run_as.as_ref());
        let library = new.library || old.is_some_and(|script| script.definition().library);
        if library || old.is_some() {
            let (importers, pending) = self.uses(identity.tenant_id(), library).await?;
            if let Some(script) = old {
                rights = rights.and(Rights::of(script, &importers, &pending));
            }
            if new.library {
                rights = rights.and(Rights::of_library(&new.name, &importers, &pending));
            }
        }
        self.require_beyond(identity, &rights).await
    }

    /// Returns whether an identity may activate and deactivate a script.
    ///
    /// # Errors
    /// An error from the host or the database.
    pub(crate) async fn may_switch(&self, identity: &Identity, script: &Script) -> Result<bool, ServiceError> {
        let allowed = match self.authorizer.require(identity, Permission::Update).await {
            Ok(()) => self.require(identity, Some(script), script.definition()).await,
            refused => refused,
        };
        match allowed {
            Ok(()) => Ok(true),
            Err(ServiceError::Forbidden(_) | ServiceError::RunsAs(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn require_beyond(&self, identity: &Identity, rights: &Rights) -> Result<(), ServiceError> {
        let author = identity.author();
        if !rights.are_beyond(&author) {
            return Ok(());
        }
        match self.authorizer.require(identity, Permission::ManageEndpoints).await {
            Err(ServiceError::Forbidden(_)) if !rights.reaches_out => {
                Err(ServiceError::RunsAs(rights.others_than(&author).cloned().collect()))
            }
            answered => answered,
        }
    }
}
