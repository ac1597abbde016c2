//! Who may change a text: gathers what the rule in the domain has to know, and asks the host for the permission that follows.

use std::sync::Arc;

use iota_scripts_domain::{
    OccurrenceRepository, Permission, Rights, Script, ScriptDefinition, ScriptRepository, TenantId,
};

use crate::{Identity, ServiceError, gate::Gate};

/// Answers for one plugin; whoever saves a text, or switches one on or off, asks it.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "made of trait objects")]
pub struct SourceRights {
    scripts: Arc<dyn ScriptRepository>,
    occurrences: Arc<dyn OccurrenceRepository>,
    gate: Gate,
}

impl SourceRights {
    /// Over its ports.
    #[must_use]
    pub fn new(
        scripts: Arc<dyn ScriptRepository>,
        occurrences: Arc<dyn OccurrenceRepository>,
        host: Arc<dyn crate::ports::HostGateway>,
    ) -> Self {
        Self { scripts, occurrences, gate: Gate::new(host) }
    }

    /// With whose rights a script's text can run from now on.
    ///
    /// # Errors
    /// What the database says.
    pub(crate) async fn of(&self, script: &Script) -> Result<Rights, ServiceError> {
        let importers =
            if script.definition().library { self.scripts.importers(script.tenant()).await? } else { Vec::new() };
        let pending = self.occurrences.unpinned(script.tenant()).await?;
        Ok(Rights::of(script, &importers, &pending))
    }

    /// What a text can run as from now on: by itself, and by whatever imports its name already, if it is a library.
    async fn of_new(&self, tenant: &TenantId, new: &ScriptDefinition) -> Result<Rights, ServiceError> {
        let own = Rights::of_text(new, new.run_as.as_ref());
        if !new.library {
            return Ok(own);
        }
        let importers = self.scripts.importers(tenant).await?;
        let pending = self.occurrences.unpinned(tenant).await?;
        Ok(own.and(Rights::of_library(&new.name, &importers, &pending)))
    }

    /// Asks for the permission that a change needs beyond an author's, by what the script was and by what it becomes.
    ///
    /// # Errors
    /// `Forbidden` or `RunsAs` without it, or what the host or the database says.
    pub(crate) async fn require(
        &self,
        identity: &Identity,
        old: Option<&Script>,
        new: &ScriptDefinition,
    ) -> Result<(), ServiceError> {
        let before = match old {
            Some(script) => self.of(script).await?,
            None => Rights::default(),
        };
        self.require_beyond(identity, &before.and(self.of_new(identity.tenant_id(), new).await?)).await
    }

    /// Whether somebody may switch a script on and off.
    ///
    /// # Errors
    /// What the host or the database says.
    pub(crate) async fn may_switch(&self, identity: &Identity, script: &Script) -> Result<bool, ServiceError> {
        let allowed = match self.gate.require(identity, Permission::Update).await {
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
        match self.gate.require(identity, Permission::ManageEndpoints).await {
            Err(ServiceError::Forbidden(_)) if !rights.reaches_out => {
                Err(ServiceError::RunsAs(rights.others_than(&author).cloned().collect()))
            }
            answered => answered,
        }
    }
}
