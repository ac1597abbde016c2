//! The store of scripts. Every query names its tenant; scripts of other tenants are not found.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{
    Description, Endpoint, EventPatterns, Revision, SaveCount, Script, ScriptName, ScriptType, ScriptVersion, Version,
};
use crate::{CursorKind, Direction, Importer, Page, PageRequest, RepositoryError, ScriptId, TenantId, Total};

/// Stores scripts and their versions.
#[async_trait]
pub trait ScriptRepository: Send + Sync {
    /// Stores a new script with its first version, if the tenant's number of saves is still [`Revision::saved_since`].
    ///
    /// # Errors
    /// `Overtaken`, `NameTaken`, `EndpointTaken`.
    async fn insert(&self, revision: &Revision) -> Result<(), RepositoryError>;

    /// Stores a change with its version, if the script is still at [`Revision::base`] and the tenant's number of saves still
    /// [`Revision::saved_since`].
    ///
    /// # Errors
    /// `NotFound`, `Stale`, `Overtaken`, `NameTaken`, `EndpointTaken`.
    async fn update(&self, revision: &Revision) -> Result<(), RepositoryError>;

    /// Returns the number of saves of the tenant's scripts by [`Self::insert`], [`Self::update`] and [`Self::delete`].
    ///
    /// # Errors
    /// Only errors of the store.
    async fn saves(&self, tenant: &TenantId) -> Result<SaveCount, RepositoryError>;

    /// Removes a script and its versions. Keeps its runs as a record.
    ///
    /// # Errors
    /// `NotFound`.
    async fn delete(&self, tenant: &TenantId, id: ScriptId) -> Result<(), RepositoryError>;

    /// Returns a script by its id.
    ///
    /// # Errors
    /// `NotFound`.
    async fn get(&self, tenant: &TenantId, id: ScriptId) -> Result<Script, RepositoryError>;

    /// Returns a script by its exact name.
    ///
    /// # Errors
    /// `NotFound`.
    async fn get_by_name(&self, tenant: &TenantId, name: &str) -> Result<Script, RepositoryError>;

    /// Returns a page of scripts.
    ///
    /// # Errors
    /// Only errors of the store.
    async fn list(&self, tenant: &TenantId, query: &ScriptQuery) -> Result<Page<Script>, RepositoryError>;

    /// Counts the scripts that match a query, on all pages.
    ///
    /// # Errors
    /// Only errors of the store.
    async fn count(&self, tenant: &TenantId, query: &ScriptQuery) -> Result<Total, RepositoryError>;

    /// Returns the active endpoints of a tenant, of all scripts or of one.
    ///
    /// # Errors
    /// Only errors of the store.
    async fn endpoints(&self, tenant: &TenantId, of: Of) -> Result<Vec<ActiveEndpoint>, RepositoryError>;

    /// Returns the active event handlers of a tenant, of all scripts or of one.
    ///
    /// # Errors
    /// Only errors of the store.
    async fn event_handlers(&self, tenant: &TenantId, of: Of) -> Result<Vec<EventHandler>, RepositoryError>;

    /// Returns the scripts of a tenant that import libraries, active or not.
    ///
    /// # Errors
    /// Only errors of the store.
    async fn importers(&self, tenant: &TenantId) -> Result<Vec<Importer>, RepositoryError>;

    /// Returns the versions of a script, newest first.
    ///
    /// # Errors
    /// `NotFound` if the tenant has no such script.
    async fn versions(
        &self,
        tenant: &TenantId,
        id: ScriptId,
        page: PageRequest,
    ) -> Result<Page<ScriptVersion>, RepositoryError>;

    /// Returns one version of a script.
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

/// Selects scripts of a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// All scripts.
    All,
    /// One script.
    Script(ScriptId),
}

/// An active endpoint without its source, so that a table of ten thousand stays small.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveEndpoint {
    /// Script.
    pub script: ScriptId,
    /// Name of the script.
    pub name: ScriptName,
    /// Description of the script.
    pub description: Description,
    /// Method, path, access and rate limit.
    pub endpoint: Endpoint,
}

/// An active script that handles events, without its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventHandler {
    /// Script.
    pub script: ScriptId,
    /// Name of the script.
    pub name: ScriptName,
    /// Patterns of the events that it handles.
    pub patterns: EventPatterns,
}

/// A filter of scripts and their order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScriptQuery {
    /// Only scripts of this type.
    pub script_type: Option<ScriptType>,
    /// Only active scripts, or only inactive ones.
    pub active: Option<bool>,
    /// Only scripts in quarantine.
    pub quarantined: bool,
    /// Only scripts whose name or description contains this text, ignoring case.
    pub search: Option<String>,
    /// Sort key; default name. The id orders scripts with equal keys.
    pub sort: ScriptSort,
    /// Direction; default ascending.
    pub direction: Direction,
    /// The page.
    pub page: PageRequest,
}

/// The sort key of a list of scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScriptSort {
    /// Name, ignoring case.
    #[default]
    Name,
    /// Time of creation.
    Created,
    /// Time of the last change.
    Updated,
}

impl ScriptSort {
    /// Returns the kind of cursor of a list with this sort key.
    #[must_use]
    pub const fn cursor(self) -> CursorKind {
        match self {
            Self::Name => CursorKind::Text,
            Self::Created | Self::Updated => CursorKind::Time,
        }
    }
}
