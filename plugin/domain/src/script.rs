//! The aggregate Script: what an author decided, and the number of the version in which they decided it.
//!
//! Every change makes a new version with a snapshot of the whole definition, and a repository writes both in one transaction.
//! Nothing here runs a script or knows whether it compiles.

mod api_version;
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
pub use cron::{CronExpression, CronField, CronFields, CronSchedule, TimeZone};
pub use database_access::DatabaseAccess;
pub use draft::{ScriptDraft, ScriptInput};
pub use event_pattern::{EventPattern, EventPatterns};
pub use handler::Handler;
pub use kind::{ScriptKind, ScriptType};
pub use name::{ChangeSummary, Description, ScriptName, SourceCode};
pub use quarantine::{Quarantine, QuarantinePolicy, Strike, StrikeCount, StrikeRepository};
pub use repository::{ActiveEndpoint, EventHandler, Of, ScriptQuery, ScriptRepository, ScriptSort};
pub use retry::RetryPolicy;
pub use route::{Endpoint, EndpointAccess, HttpMethod, RateLimit, RoutePattern};
pub use version::{Revision, ScriptVersion, StaleVersion, Version};

use crate::{ScriptId, ScriptLimits, Stamp, TenantId, UserId, VersionId};

/// Everything that an author decides about a script; a version is a snapshot of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptDefinition {
    /// Unique in the tenant.
    pub name: ScriptName,
    /// What it is for.
    pub description: Description,
    /// What runs it, with what that needs.
    pub kind: ScriptKind,
    /// The JavaScript.
    pub source: SourceCode,
    /// What one run may use.
    pub limits: ScriptLimits,
    /// What follows a failed run that nobody waits for.
    pub retry: RetryPolicy,
    /// What it may do with the host's tables.
    pub database_access: DatabaseAccess,
    /// The API that it was written for.
    pub api_version: ApiVersion,
    /// Whether other scripts may import it.
    pub library: bool,
    /// The libraries that its source imports, by name. They follow from the source.
    pub imports: Vec<String>,
    /// Of a script that a schedule or an event starts: the user that it then acts as. Without one, whoever changed it last.
    pub run_as: Option<UserId>,
    /// Whether it runs at all.
    pub active: bool,
}

impl ScriptDefinition {
    /// Whether saving it takes more than to be an author: it answers requests from outside, or writes the host's tables.
    #[must_use]
    pub const fn reaches_out(&self) -> bool {
        self.kind.endpoint().is_some() || matches!(self.database_access, DatabaseAccess::ReadWrite)
    }

    /// Whether it acts with the rights of somebody other than this user, who would have them by changing it.
    #[must_use]
    pub fn acts_for_another_than(&self, user: &UserId) -> bool {
        self.run_as.as_ref().is_some_and(|named| named != user)
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
    /// Of a script that is off because of what its runs did.
    quarantine: Option<Quarantine>,
}

impl Script {
    /// A new script at version 1. It is active unless the draft says otherwise.
    pub fn create(id: ScriptId, tenant: TenantId, draft: ScriptDraft, stamp: Stamp) -> Revision {
        let definition = draft.definition(true);
        let (version, created) = (Version::FIRST, stamp.clone());
        let script = Self { id, tenant, definition, version, created, updated: stamp, quarantine: None };
        script.snapshot(draft.change_summary.unwrap_or_else(|| ChangeSummary::of("Created")))
    }

    /// A script as a repository stored it.
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

    /// Replaces the definition by an edit that was based on a version. `None` when the edit changes nothing, whatever it was based
    /// on: a form that is sent twice is saved once.
    ///
    /// # Errors
    /// [`StaleVersion`] when the script has changed since.
    pub fn revise(&self, draft: ScriptDraft, base: Version, stamp: Stamp) -> Result<Option<Revision>, StaleVersion> {
        let mut definition = draft.definition(self.definition.active);
        if definition.source == self.definition.source {
            definition.imports.clone_from(&self.definition.imports);
        }
        if base != self.version && definition != self.definition {
            return Err(StaleVersion { base, current: self.version });
        }
        Ok(self.changed(definition, stamp, || draft.change_summary.unwrap_or_else(|| ChangeSummary::of("Edited"))))
    }

    /// Lets the script run, after a quarantine too. `None` when it may already.
    #[must_use]
    pub fn activate(&self, stamp: Stamp) -> Option<Revision> {
        let definition = ScriptDefinition { active: true, ..self.definition.clone() };
        self.changed(definition, stamp, || match self.quarantine {
            Some(Quarantine { fault, .. }) => ChangeSummary::of(&format!("Activated after the quarantine for {fault}")),
            None => ChangeSummary::of("Activated"),
        })
    }

    /// Keeps the script from running. `None` when it is kept already.
    #[must_use]
    pub fn deactivate(&self, stamp: Stamp) -> Option<Revision> {
        let definition = ScriptDefinition { active: false, ..self.definition.clone() };
        self.changed(definition, stamp, || ChangeSummary::of("Deactivated"))
    }

    /// Keeps the script from running until someone activates it, and says why. `None` when it is kept already.
    #[must_use]
    pub fn quarantined(&self, reason: Quarantine, stamp: Stamp) -> Option<Revision> {
        let definition = ScriptDefinition { active: false, ..self.definition.clone() };
        let mut revision = self.changed(definition, stamp, || ChangeSummary::of(&reason.summary()))?;
        revision.script.quarantine = Some(reason);
        Some(revision)
    }

    /// Makes the definition of an old version the newest again; whether the script is active stays as it is.
    /// `None` when that changes nothing.
    #[must_use]
    pub fn restore(&self, old: &ScriptVersion, stamp: Stamp) -> Option<Revision> {
        let definition = ScriptDefinition { active: self.definition.active, ..old.definition.clone() };
        self.changed(definition, stamp, || ChangeSummary::of(&format!("Restored version {}", old.version)))
    }

    /// Its id.
    #[must_use]
    pub const fn id(&self) -> ScriptId {
        self.id
    }

    /// Whose it is.
    #[must_use]
    pub const fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// What its author decided.
    #[must_use]
    pub const fn definition(&self) -> &ScriptDefinition {
        &self.definition
    }

    /// The number of its newest version.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// Who made it.
    #[must_use]
    pub const fn created(&self) -> &Stamp {
        &self.created
    }

    /// Who changed it last.
    #[must_use]
    pub const fn updated(&self) -> &Stamp {
        &self.updated
    }

    /// Why it was switched off, if its runs are the reason.
    #[must_use]
    pub const fn quarantine(&self) -> Option<&Quarantine> {
        self.quarantine.as_ref()
    }

    /// A change of the definition. Whatever switches the script on ends its quarantine.
    fn changed(
        &self,
        definition: ScriptDefinition,
        stamp: Stamp,
        summary: impl FnOnce() -> ChangeSummary,
    ) -> Option<Revision> {
        if definition == self.definition {
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
        Revision { script: self, snapshot, tenant_zone: TimeZone::UTC }
    }
}

#[cfg(test)]
mod tests;
