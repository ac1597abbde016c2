//! The aggregate Script: a definition by its author, and the number of its version.
//!
//! Every change creates a new version with a snapshot of the whole definition. A repository writes script and snapshot in one transaction.
//! This module neither compiles nor runs scripts.

mod api_version;
mod caller;
mod change;
mod cron;
mod database_access;
mod draft;
mod event_pattern;
mod handler;
mod kind;
mod name;
mod quarantine;
mod repository;
mod retry;
mod route;
mod version;

pub use api_version::ApiVersion;
pub use caller::EndpointCaller;
pub use change::Change;
pub use cron::{CronExpression, CronField, CronFields, CronSchedule, TimeZone};
pub use database_access::DatabaseAccess;
pub use draft::{ScriptDraft, ScriptInput};
pub use event_pattern::{EventPattern, EventPatterns};
pub use handler::Handler;
pub use kind::{ScriptKind, ScriptType};
pub use name::{ChangeSummary, Description, ScriptName, SourceCode};
pub use quarantine::{CallerStrikes, Quarantine, QuarantinePolicy, Strike, StrikeCount, StrikeRepository};
pub use repository::{ActiveEndpoint, EventHandler, Of, ScriptQuery, ScriptRepository, ScriptSort};
pub use retry::RetryPolicy;
pub use route::{Endpoint, EndpointAccess, HttpMethod, RateLimit, RoutePattern};
pub use version::{Revision, SaveCount, ScriptVersion, StaleVersion, Version};

use crate::{ScriptId, ScriptLimits, Stamp, TenantId, UserId, VersionId};

/// The source and settings of a script. A version is a snapshot of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptDefinition {
    /// Name; unique in the tenant.
    pub name: ScriptName,
    /// Description.
    pub description: Description,
    /// Type, with the settings of that type.
    pub kind: ScriptKind,
    /// JavaScript source.
    pub source: SourceCode,
    /// Limits of one run.
    pub limits: ScriptLimits,
    /// Retries of failed background runs.
    pub retry: RetryPolicy,
    /// Access to the host's tables.
    pub database_access: DatabaseAccess,
    /// Version of the JavaScript API.
    pub api_version: ApiVersion,
    /// Whether other scripts may import it.
    pub library: bool,
    /// Names of the libraries that the source imports; derived from the source.
    pub imports: Vec<String>,
    /// User that a script acts as when a schedule or an event starts it. Set when the script is first able to run; afterwards only an edit
    /// that names another user changes it. `system` if the host itself acts for the tenant.
    pub run_as: Option<UserId>,
    /// Whether the script is active. An inactive script does not run.
    pub active: bool,
}

impl ScriptDefinition {
    /// Returns whether the script answers requests from outside or writes the host's tables. Saving such a script needs more permissions.
    #[must_use]
    pub const fn reaches_out(&self) -> bool {
        self.kind.endpoint().is_some() || matches!(self.database_access, DatabaseAccess::ReadWrite)
    }

    /// Returns whether a schedule or an event starts the script.
    #[must_use]
    pub fn runs_unattended(&self) -> bool {
        match &self.kind {
            ScriptKind::Cron(_) => true,
            ScriptKind::Embedded(patterns) => !patterns.is_empty(),
            ScriptKind::OneOff | ScriptKind::Endpoint(_) => false,
        }
    }

    /// Sets the `run_as` user: the one that the definition names, else the previous one, else the user who first makes the script able to
    /// run.
    #[must_use]
    fn with_run_as(mut self, previous: Option<&UserId>, by: &UserId) -> Self {
        if !matches!(self.kind, ScriptKind::Cron(_) | ScriptKind::Embedded(_)) {
            self.run_as = None;
        } else if self.run_as.is_none() {
            let first = (self.active && self.runs_unattended()).then_some(by);
            self.run_as = previous.or(first).cloned();
        }
        self
    }
}

/// A script of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    id: ScriptId,
    tenant: TenantId,
    definition: ScriptDefinition,
    version: Version,
    created: Stamp,
    updated: Stamp,
    /// Set while the script is inactive because its runs hit hard limits.
    quarantine: Option<Quarantine>,
}

impl Script {
    /// Creates a script at version 1. It is active unless the draft says otherwise.
    pub fn create(id: ScriptId, tenant: TenantId, draft: ScriptDraft, stamp: Stamp) -> Revision {
        let definition = draft.definition(true).with_run_as(None, &stamp.by);
        let (version, created) = (Version::FIRST, stamp.clone());
        let script = Self { id, tenant, definition, version, created, updated: stamp, quarantine: None };
        script.snapshot(draft.change_summary.unwrap_or_else(|| ChangeSummary::of(Change::Created)))
    }

    /// Restores a script from its stored parts.
    #[must_use]
    pub const fn stored(
        id: ScriptId,
        tenant: TenantId,
        definition: ScriptDefinition,
        version: Version,
        created: Stamp,
        updated: Stamp,
        quarantine: Option<Quarantine>,
    ) -> Self {
        Self { id, tenant, definition, version, created, updated, quarantine }
    }

    /// Replaces the definition by an edit that is based on the version `base`. Returns `None` if the edit changes nothing, even if `base`
    /// is old, so that a form that is sent twice is saved once.
    ///
    /// # Errors
    /// [`StaleVersion`] if the script has changed since `base`.
    pub fn revise(&self, draft: ScriptDraft, base: Version, stamp: Stamp) -> Result<Option<Revision>, StaleVersion> {
        let mut definition = draft.definition(self.definition.active).with_run_as(self.runs_as(), &stamp.by);
        if definition.source == self.definition.source {
            definition.imports.clone_from(&self.definition.imports);
        }
        if base != self.version && definition != self.definition {
            return Err(StaleVersion { base, current: self.version });
        }
        let changes_user = definition.run_as.as_ref().is_some_and(|user| Some(user) != self.runs_as());
        let edited = ChangeSummary::of(if changes_user { Change::RunsAsAnother } else { Change::Edited });
        Ok(self.changed(definition, stamp, || draft.change_summary.unwrap_or(edited)))
    }

    /// Activates the script, and ends a quarantine. Returns `None` if it is already active.
    #[must_use]
    pub fn activate(&self, stamp: Stamp) -> Option<Revision> {
        let definition = ScriptDefinition { active: true, ..self.definition.clone() };
        self.changed(definition, stamp, || match self.quarantine {
            Some(Quarantine { fault, .. }) => ChangeSummary::of(Change::ActivatedAfterQuarantine { fault }),
            None => ChangeSummary::of(Change::Activated),
        })
    }

    /// Deactivates the script. Returns `None` if it is already inactive.
    #[must_use]
    pub fn deactivate(&self, stamp: Stamp) -> Option<Revision> {
        let definition = ScriptDefinition { active: false, ..self.definition.clone() };
        self.changed(definition, stamp, || ChangeSummary::of(Change::Deactivated))
    }

    /// Deactivates the script until a user activates it, and records the reason. Returns `None` if it is already inactive.
    #[must_use]
    pub fn quarantined(&self, reason: Quarantine, stamp: Stamp) -> Option<Revision> {
        let definition = ScriptDefinition { active: false, ..self.definition.clone() };
        let mut revision = self.changed(definition, stamp, || ChangeSummary::of(reason.change()))?;
        revision.script.quarantine = Some(reason);
        Some(revision)
    }

    /// Restores the definition of an old version as a new version. Whether the script is active and the user that it runs as do not change.
    /// Returns `None` if nothing changes.
    #[must_use]
    pub fn restore(&self, old: &ScriptVersion, stamp: Stamp) -> Option<Revision> {
        let run_as = self.runs_as().or(old.definition.run_as.as_ref()).cloned();
        let definition = ScriptDefinition { active: self.definition.active, run_as, ..old.definition.clone() };
        self.changed(definition, stamp, || ChangeSummary::of(Change::Restored { version: old.version }))
    }

    /// Returns whether the script would run as the user who activates it next.
    #[must_use]
    pub fn would_borrow_rights(&self) -> bool {
        self.definition.runs_unattended() && self.runs_as().is_none()
    }

    /// Returns the id.
    #[must_use]
    pub const fn id(&self) -> ScriptId {
        self.id
    }

    /// Returns the tenant.
    #[must_use]
    pub const fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// Returns the definition.
    #[must_use]
    pub const fn definition(&self) -> &ScriptDefinition {
        &self.definition
    }

    /// Returns the user that schedules and events run it as; `None` if it has never been able to run.
    #[must_use]
    pub fn runs_as(&self) -> Option<&UserId> {
        // Nodes of older releases store no user. For their scripts it is the last editor.
        let runs = self.definition.active && self.definition.runs_unattended();
        self.definition.run_as.as_ref().or_else(|| runs.then_some(&self.updated.by))
    }

    /// Returns the script with the definition of an old version. Whether it is active or in quarantine stays as it is now.
    #[must_use]
    pub fn at(&self, old: ScriptVersion) -> Self {
        let definition = ScriptDefinition { active: self.definition.active, ..old.definition };
        Self { definition, version: old.version, updated: old.created, ..self.clone() }
    }

    /// Returns the number of the newest version.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// Returns the creator and the time of creation.
    #[must_use]
    pub const fn created(&self) -> &Stamp {
        &self.created
    }

    /// Returns the last editor and the time of the last change.
    #[must_use]
    pub const fn updated(&self) -> &Stamp {
        &self.updated
    }

    /// Returns the reason for the quarantine, if the script is in quarantine.
    #[must_use]
    pub const fn quarantine(&self) -> Option<&Quarantine> {
        self.quarantine.as_ref()
    }

    /// Changes the definition. Returns `None` if nothing changes. Activating the script ends its quarantine.
    fn changed(
        &self,
        definition: ScriptDefinition,
        stamp: Stamp,
        summary: impl FnOnce() -> ChangeSummary,
    ) -> Option<Revision> {
        let definition = definition.with_run_as(self.runs_as(), &stamp.by);
        if definition == self.definition.clone().with_run_as(self.runs_as(), &stamp.by) {
            return None;
        }
        let quarantine = self.quarantine.filter(|_| !definition.active);
        let script = Self { definition, version: self.version.next(), updated: stamp, quarantine, ..self.clone() };
        Some(script.snapshot(summary()))
    }

    fn snapshot(self, summary: ChangeSummary) -> Revision {
        let snapshot = ScriptVersion {
            id: VersionId::generate(),
            tenant: self.tenant.clone(),
            script_id: self.id,
            version: self.version,
            definition: self.definition.clone(),
            summary,
            created: self.updated.clone(),
        };
        Revision { script: self, snapshot, tenant_zone: TimeZone::UTC, since: None }
    }
}

#[cfg(test)]
mod tests;
