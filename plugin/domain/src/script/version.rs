//! Versions of a script: the version number, the snapshot of a version, and a change that is not stored yet.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{ChangeSummary, CronSchedule, Script, ScriptDefinition, TimeZone};
use crate::{ScriptId, Stamp, TenantId, Timestamp, VersionId};

/// A version number, from 1. It also serves as the optimistic lock of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Version(i64);

impl Version {
    /// Version 1.
    pub const FIRST: Self = Self(1);

    /// Creates a version; `None` if `number` is less than 1.
    #[must_use]
    pub const fn new(number: i64) -> Option<Self> {
        if number >= 1 { Some(Self(number)) } else { None }
    }

    /// Returns the number.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Returns the next version.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<Version> for i64 {
    fn from(version: Version) -> Self {
        version.0
    }
}

impl TryFrom<i64> for Version {
    type Error = &'static str;
    fn try_from(number: i64) -> Result<Self, Self::Error> {
        Self::new(number).ok_or("a version must be at least 1")
    }
}

/// The snapshot of a script at one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptVersion {
    /// Id of the snapshot.
    pub id: VersionId,
    /// The tenant.
    pub tenant: TenantId,
    /// The script.
    pub script_id: ScriptId,
    /// Version number.
    pub version: Version,
    /// Definition at this version.
    pub definition: ScriptDefinition,
    /// Summary of the change.
    pub summary: ChangeSummary,
    /// User who made the change, and the time.
    pub created: Stamp,
}

/// A change that is not stored yet: the new state of the script and its snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a revision is lost unless a repository stores it"]
pub struct Revision {
    pub(super) script: Script,
    pub(super) snapshot: ScriptVersion,
    pub(super) tenant_zone: TimeZone,
    pub(super) since: Option<SaveCount>,
}

/// The number of saves of all scripts of a tenant. A decision that depends on several scripts is valid as long as it does not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SaveCount(i64);

impl SaveCount {
    /// Wraps the count of the store.
    pub const fn new(saves: i64) -> Self {
        Self(saves)
    }

    /// Returns the count after one more save.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl Revision {
    /// Sets the libraries that the new source imports.
    pub fn importing(mut self, imports: Vec<String>) -> Self {
        self.snapshot.definition.imports.clone_from(&imports);
        self.script.definition.imports = imports;
        self
    }

    /// Sets the tenant's time zone, which a schedule without a zone uses; default UTC.
    pub fn in_zone(self, tenant_zone: TimeZone) -> Self {
        Self { tenant_zone, ..self }
    }

    /// Requires that no script of the tenant was saved since `saves`. By default, only the script itself must still be at [`Self::base`].
    pub fn since(self, saves: SaveCount) -> Self {
        Self { since: Some(saves), ..self }
    }

    /// Returns the required number of saves of the tenant; `None` if there is no requirement.
    #[must_use]
    pub const fn saved_since(&self) -> Option<SaveCount> {
        self.since
    }

    /// Returns the schedule, its time zone and its next due time after the change. `None` unless the script is an active cron script.
    #[must_use]
    pub fn schedule(&self) -> Option<(&CronSchedule, TimeZone, Option<Timestamp>)> {
        let definition = self.script.definition();
        let schedule = definition.kind.schedule().filter(|_| definition.active)?;
        let zone = schedule.zone_for(self.tenant_zone);
        Some((schedule, zone, schedule.expression.next_after(self.script.updated().at, zone)))
    }

    /// Returns the new state of the script.
    #[must_use]
    pub const fn script(&self) -> &Script {
        &self.script
    }

    /// Returns the snapshot to store.
    #[must_use]
    pub const fn snapshot(&self) -> &ScriptVersion {
        &self.snapshot
    }

    /// Returns the version that the change is based on. The change is valid only while the script is at this version.
    #[must_use]
    pub const fn base(&self) -> Version {
        Version(self.script.version.0 - 1)
    }

    /// Consumes the stored revision and returns the script.
    #[must_use]
    pub fn into_script(self) -> Script {
        self.script
    }
}

/// An edit is based on a version that is not the newest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the edit is based on version {base}, but the script is now at version {current}")]
pub struct StaleVersion {
    /// Version that the edit is based on.
    pub base: Version,
    /// Current version of the script.
    pub current: Version,
}
