//! The aggregate Script: what an author decided, and the number of the version in which they decided it.
//!
//! Every change makes a new version with a snapshot of the whole definition, and a repository writes both in one transaction.
//! Nothing here runs a script or knows whether it compiles.

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
    /// Of a script that a schedule or an event starts: the user that it then acts as. It is kept from the moment when the script may
    /// first run, and only an edit that names another changes it. `system` where the host itself acts, for the tenant.
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

    /// Whether it is started when nobody is there: by a schedule or an event.
    #[must_use]
    pub fn runs_unattended(&self) -> bool {
        match &self.kind {
            ScriptKind::Cron(_) => true,
            ScriptKind::Embedded(patterns) => !patterns.is_empty(),
            ScriptKind::OneOff | ScriptKind::Endpoint(_) => false,
        }
    }

    /// The same with the user that it acts as from now on: whom it names, else the one before, else whoever lets it run first.
    #[must_use]
    fn acting_as(mut self, before: Option<&UserId>, by: &UserId) -> Self {
        if !matches!(self.kind, ScriptKind::Cron(_) | ScriptKind::Embedded(_)) {
            self.run_as = None;
        } else if self.run_as.is_none() {
            let first = (self.active && self.runs_unattended()).then_some(by);
            self.run_as = before.or(first).cloned();
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
    /// Of a script that is off because of what its runs did.
    quarantine: Option<Quarantine>,
}

impl Script {
    /// A new script at version 1. It is active unless the draft says otherwise.
    pub fn create(id: ScriptId, tenant: TenantId, draft: ScriptDraft, stamp: Stamp) -> Revision {
        let definition = draft.definition(true).acting_as(None, &stamp.by);
        let (version, created) = (Version::FIRST, stamp.clone());
        let script = Self { id, tenant, definition, version, created, updated: stamp, quarantine: None };
        script.snapshot(draft.change_summary.unwrap_or_else(|| ChangeSummary::of(Change::Created)))
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
        let mut definition = draft.definition(self.definition.active).acting_as(self.runs_as(), &stamp.by);
        if definition.source == self.definition.source {
            definition.imports.clone_from(&self.definition.imports);
        }
        if base != self.version && definition != self.definition {
            return Err(StaleVersion { base, current: self.version });
        }
        let moves = definition.run_as.as_ref().is_some_and(|user| Some(user) != self.runs_as());
        let edited = ChangeSummary::of(if moves { Change::RunsAsAnother } else { Change::Edited });
        Ok(self.changed(definition, stamp, || draft.change_summary.unwrap_or(edited)))
    }

    /// Lets the script run, after a quarantine too. `None` when it may already.
    #[must_use]
    pub fn activate(&self, stamp: Stamp) -> Option<Revision> {
        let definition = ScriptDefinition { active: true, ..self.definition.clone() };
        self.changed(definition, stamp, || match self.quarantine {
            Some(Quarantine { fault, .. }) => ChangeSummary::of(Change::ActivatedAfterQuarantine { fault }),
            None => ChangeSummary::of(Change::Activated),
        })
    }

    /// Keeps the script from running. `None` when it is kept already.
    #[must_use]
    pub fn deactivate(&self, stamp: Stamp) -> Option<Revision> {
        let definition = ScriptDefinition { active: false, ..self.definition.clone() };
        self.changed(definition, stamp, || ChangeSummary::of(Change::Deactivated))
    }

    /// Keeps the script from running until someone activates it, and says why. `None` when it is kept already.
    #[must_use]
    pub fn quarantined(&self, reason: Quarantine, stamp: Stamp) -> Option<Revision> {
        let definition = ScriptDefinition { active: false, ..self.definition.clone() };
        let mut revision = self.changed(definition, stamp, || ChangeSummary::of(reason.change()))?;
        revision.script.quarantine = Some(reason);
        Some(revision)
    }

    /// Makes the definition of an old version the newest again; whether the script is active, and whom it runs as, stays as it is.
    /// `None` when that changes nothing.
    #[must_use]
    pub fn restore(&self, old: &ScriptVersion, stamp: Stamp) -> Option<Revision> {
        let run_as = self.runs_as().or(old.definition.run_as.as_ref()).cloned();
        let definition = ScriptDefinition { active: self.definition.active, run_as, ..old.definition.clone() };
        self.changed(definition, stamp, || ChangeSummary::of(Change::Restored { version: old.version }))
    }

    /// Whether the user who lets it run next is the one that it runs as from then on.
    #[must_use]
    pub fn would_borrow_rights(&self) -> bool {
        self.definition.runs_unattended() && self.runs_as().is_none()
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

    /// The user that schedules and events run it as; `None` when nothing has let it run yet.
    #[must_use]
    pub fn runs_as(&self) -> Option<&UserId> {
        // A node of an older version stores none: there, whoever changed it last counts.
        let runs = self.definition.active && self.definition.runs_unattended();
        self.definition.run_as.as_ref().or_else(|| runs.then_some(&self.updated.by))
    }

    /// The script as it was at one version, with what holds of it now: whether it is active, and in quarantine.
    #[must_use]
    pub fn at(&self, old: ScriptVersion) -> Self {
        let definition = ScriptDefinition { active: self.definition.active, ..old.definition };
        Self { definition, version: old.version, updated: old.created, ..self.clone() }
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
        let definition = definition.acting_as(self.runs_as(), &stamp.by);
        if definition == self.definition.clone().acting_as(self.runs_as(), &stamp.by) {
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
