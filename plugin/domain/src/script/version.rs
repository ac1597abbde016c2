//! Versions: the number that every change raises, the snapshot that it leaves, and the change as a whole.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{ChangeSummary, CronSchedule, Script, ScriptDefinition, TimeZone};
use crate::{ScriptId, Stamp, TenantId, Timestamp, VersionId};

/// The number of a version, 1 for the first. It is also the optimistic lock of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Version(i64);

impl Version {
    /// Version 1.
    pub const FIRST: Self = Self(1);

    /// A number from 1 on.
    #[must_use]
    pub const fn new(number: i64) -> Option<Self> {
        if number >= 1 { Some(Self(number)) } else { None }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The version after this one.
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
        Self::new(number).ok_or("a version is a number from 1 on")
    }
}

/// A script as it was at one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptVersion {
    /// Its own id.
    pub id: VersionId,
    /// Whose it is.
    pub tenant: TenantId,
    /// The script.
    pub script_id: ScriptId,
    /// Which version.
    pub version: Version,
    /// Content and configuration of that version.
    pub definition: ScriptDefinition,
    /// What the change was.
    pub summary: ChangeSummary,
    /// Who made the change.
    pub created: Stamp,
}

/// A change that is not stored yet: the script as it becomes, and the snapshot to keep of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a revision is lost unless a repository stores it"]
pub struct Revision {
    pub(super) script: Script,
    pub(super) snapshot: ScriptVersion,
    pub(super) tenant_zone: TimeZone,
    pub(super) since: Option<SaveCount>,
}

/// How often the scripts of a tenant were saved. What was decided by several scripts holds while it stays the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SaveCount(i64);

impl SaveCount {
    /// The count that a store keeps.
    pub const fn new(saves: i64) -> Self {
        Self(saves)
    }

    /// The count after one more save.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl Revision {
    /// The same change with the libraries that the new source imports.
    pub fn importing(mut self, imports: Vec<String>) -> Self {
        self.snapshot.definition.imports.clone_from(&imports);
        self.script.definition.imports = imports;
        self
    }

    /// Says what the tenant's clock is: a schedule without a zone of its own follows it. Without this it is UTC.
    pub fn in_zone(self, tenant_zone: TimeZone) -> Self {
        Self { tenant_zone, ..self }
    }

    /// Lets the change hold only while no script of the tenant was saved since. Without this it holds while the script itself is
    /// at [`Self::base`].
    pub fn since(self, saves: SaveCount) -> Self {
        Self { since: Some(saves), ..self }
    }

    /// What the tenant's count of saves must be for the change to hold, if it must be anything.
    #[must_use]
    pub const fn saved_since(&self) -> Option<SaveCount> {
        self.since
    }

    /// The zone whose clock counts for the schedule, and when that is due next after the change. `None` unless the script is an
    /// active cron script.
    #[must_use]
    pub fn schedule(&self) -> Option<(&CronSchedule, TimeZone, Option<Timestamp>)> {
        let definition = self.script.definition();
        let schedule = definition.kind.schedule().filter(|_| definition.active)?;
        let zone = schedule.zone_for(self.tenant_zone);
        Some((schedule, zone, schedule.expression.next_after(self.script.updated().at, zone)))
    }

    /// The script as it becomes.
    #[must_use]
    pub const fn script(&self) -> &Script {
        &self.script
    }

    /// The snapshot to keep.
    #[must_use]
    pub const fn snapshot(&self) -> &ScriptVersion {
        &self.snapshot
    }

    /// The version that the change was based on: it holds only while the script is still there.
    #[must_use]
    pub const fn base(&self) -> Version {
        Version(self.script.version.0 - 1)
    }

    /// The script, once the revision is stored.
    #[must_use]
    pub fn into_script(self) -> Script {
        self.script
    }
}

/// An edit was based on a version that is not the newest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the edit is based on version {base}, but the script is now at version {current}")]
pub struct StaleVersion {
    /// What the edit was based on.
    pub base: Version,
    /// Where the script is.
    pub current: Version,
}
