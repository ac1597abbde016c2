//! Where scripts are kept. Every question names its tenant; another tenant's script is not found.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{
    Description, Endpoint, EventPatterns, Revision, SaveCount, Script, ScriptName, ScriptType, ScriptVersion, Version,
};
use crate::{CursorKind, Direction, Importer, Page, PageRequest, RepositoryError, ScriptId, TenantId, Total};

/// Keeps scripts and their versions.
#[async_trait]
pub trait ScriptRepository: Send + Sync {
    /// Stores a new script with its first version, if the tenant is still at [`Revision::saved_since`].
    ///
    /// # Errors
    /// `Overtaken`, `NameTaken`, `EndpointTaken`.
    async fn insert(&self, revision: &Revision) -> Result<(), RepositoryError>;

    /// Stores a change with its version, if the script is still at [`Revision::base`] and the tenant at [`Revision::saved_since`].
    ///
    /// # Errors
    /// `NotFound`, `Stale`, `Overtaken`, `NameTaken`, `EndpointTaken`.
    async fn update(&self, revision: &Revision) -> Result<(), RepositoryError>;

    /// How often the tenant's scripts were saved: by [`Self::insert`], [`Self::update`] and [`Self::delete`].
    ///
    /// # Errors
    /// Only those of the store.
    async fn saves(&self, tenant: &TenantId) -> Result<SaveCount, RepositoryError>;

    /// Removes a script and its versions. Its executions stay: they are the record of what it did.
    ///
    /// # Errors
    /// `NotFound`.
    async fn delete(&self, tenant: &TenantId, id: ScriptId) -> Result<(), RepositoryError>;

    /// A script by its id.
    ///
    /// # Errors
    /// `NotFound`.
    async fn get(&self, tenant: &TenantId, id: ScriptId) -> Result<Script, RepositoryError>;

    /// A script by its name, exactly.
    ///
    /// # Errors
    /// `NotFound`.
    async fn get_by_name(&self, tenant: &TenantId, name: &str) -> Result<Script, RepositoryError>;

    /// A page of scripts.
    ///
    /// # Errors
    /// Only those of the store.
    async fn list(&self, tenant: &TenantId, query: &ScriptQuery) -> Result<Page<Script>, RepositoryError>;

    /// How many scripts a query lets through, whatever its page.
    ///
    /// # Errors
    /// Only those of the store.
    async fn count(&self, tenant: &TenantId, query: &ScriptQuery) -> Result<Total, RepositoryError>;

    /// The active endpoints of a tenant, or that of one script if it is one.
    ///
    /// # Errors
    /// Only those of the store.
    async fn endpoints(&self, tenant: &TenantId, of: Of) -> Result<Vec<ActiveEndpoint>, RepositoryError>;

    /// The active scripts of a tenant that handle events, or one script if it is one.
    ///
    /// # Errors
    /// Only those of the store.
    async fn event_handlers(&self, tenant: &TenantId, of: Of) -> Result<Vec<EventHandler>, RepositoryError>;

    /// The scripts of a tenant that import anything, active or not.
    ///
    /// # Errors
    /// Only those of the store.
    async fn importers(&self, tenant: &TenantId) -> Result<Vec<Importer>, RepositoryError>;

    /// The versions of a script, newest first.
    ///
    /// # Errors
    /// `NotFound` when the tenant has no such script.
    async fn versions(
        &self,
        tenant: &TenantId,
        id: ScriptId,
        page: PageRequest,
    ) -> Result<Page<ScriptVersion>, RepositoryError>;

    /// One version of a script.
    ///
    /// # Errors
    /// `NotFound`.
    async fn version(
        &self,
        tenant: &TenantId,
        id: ScriptId,
        version: Version,
    ) -> Result<ScriptVersion, RepositoryError>;
}

/// Of which scripts of a tenant something is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// All.
    All,
    /// This one.
    Script(ScriptId),
}

/// An active endpoint, without its source: what a table of ten thousand holds of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveEndpoint {
    /// The script.
    pub script: ScriptId,
    /// Its name.
    pub name: ScriptName,
    /// What it is for.
    pub description: Description,
    /// Method, path, access and rate limit.
    pub endpoint: Endpoint,
}

/// An active script that handles events, without its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventHandler {
    /// The script.
    pub script: ScriptId,
    /// Its name.
    pub name: ScriptName,
    /// The events.
    pub patterns: EventPatterns,
}

/// Which scripts, and in what order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScriptQuery {
    /// Only of this type.
    pub script_type: Option<ScriptType>,
    /// Only those that run, or only those that do not.
    pub active: Option<bool>,
    /// Only those in quarantine.
    pub quarantined: bool,
    /// Only those whose name or description contains this text, in any case.
    pub search: Option<String>,
    /// What to sort by; the id settles what is equal.
    pub sort: ScriptSort,
    /// Which way.
    pub direction: Direction,
    /// Which page.
    pub page: PageRequest,
}

/// What scripts are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScriptSort {
    /// Their names, in any case.
    #[default]
    Name,
    /// When they were made.
    Created,
    /// When they were changed last.
    Updated,
}

impl ScriptSort {
    /// What a cursor of a list says that is sorted so.
    #[must_use]
    pub const fn cursor(self) -> CursorKind {
        match self {
            Self::Name => CursorKind::Text,
            Self::Created | Self::Updated => CursorKind::Time,
        }
    }
}
