//! How the host's tables are reached: read and checked before anything connects.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use iota_scripts_domain::{DeclaredTable, TenantForm};
use iota_scripts_services::ports::{SqlError, SqlMode};

use crate::persistence::{DatabaseConfig, Dialect};

/// Which database, how much of it, and which tables.
#[derive(Debug, Clone)]
pub struct ScriptDatabaseConfig {
    /// Where it is.
    pub url: String,
    /// Where reads outside of a transaction go, when that is elsewhere.
    pub read_url: Option<String>,
    /// Connections for all tenants together, to each of the two.
    pub max_connections: u32,
    /// Connections for one tenant.
    pub per_tenant_connections: u32,
    /// What one statement may take.
    pub statement_timeout: Duration,
    /// Rows that one statement may give.
    pub max_rows: u64,
    /// Whether scripts may write at all.
    pub mode: SqlMode,
    /// The role that PostgreSQL runs statements under.
    pub role: Option<String>,
    /// Settings of PostgreSQL for each transaction; `{tenant}` in a value is the tenant's id.
    pub settings: BTreeMap<String, String>,
    /// The program `iota-scripts-sqlite`, which opens the file on SQLite.
    pub sqlite_program: PathBuf,
    /// The tables.
    pub tables: Vec<DeclaredTable>,
}

/// What is wrong, and with which key below `script_database`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ScriptDatabaseError {
    /// `url`, `tables[2]` …
    pub key: String,
    /// One sentence.
    pub message: String,
    /// Whether trying again later could help.
    pub passing: bool,
}

impl ScriptDatabaseError {
    pub(super) fn at(key: &str, reason: &impl std::fmt::Display) -> Self {
        Self { key: key.to_owned(), message: reason.to_string(), passing: false }
    }

    /// A declared table that the database does not have so.
    pub(super) fn table(position: usize, name: &str, error: &SqlError) -> Self {
        let reason = match error {
            SqlError::Unavailable(reason) => reason.clone(),
            other => other.to_string(),
        };
        Self::at(
            &format!("tables[{position}]"),
            &format!("the table \"{name}\" cannot be read as it is declared: {reason}"),
        )
    }
}

impl ScriptDatabaseConfig {
    /// Checks what a schema cannot say, and gives the addresses of the database and of its copy.
    pub(super) fn check(&self) -> Result<(DatabaseConfig, Option<DatabaseConfig>), ScriptDatabaseError> {
        let parse =
            |key: &str, url: &str| DatabaseConfig::parse(url).map_err(|error| ScriptDatabaseError::at(key, &error));
        let url = parse("url", &self.url)?;
        let read_url = self.read_url.as_deref().map(|url| parse("read_url", url)).transpose()?;
        if read_url.as_ref().is_some_and(|copy| copy.dialect() != url.dialect()) {
            return Err(ScriptDatabaseError::at("read_url", &"it is a database of another kind than url"));
        }
        DeclaredTable::check(&self.tables)
            .map_err(|wrong| ScriptDatabaseError::at(&format!("tables[{}]", wrong.table), &wrong))?;
        if url.dialect() == Dialect::Sqlite {
            if self.role.is_some() {
                return Err(ScriptDatabaseError::at("role", &"SQLite has no roles"));
            }
            if !self.settings.is_empty() {
                return Err(ScriptDatabaseError::at("settings", &"SQLite has no settings of a transaction"));
            }
            if let Some(position) = self.tables.iter().position(|table| table.tenant.stored_as == TenantForm::Uuid) {
                let key = format!("tables[{position}].tenant.as");
                return Err(ScriptDatabaseError::at(&key, &"SQLite has no type for UUIDs: use text"));
            }
        }
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.');
        if let Some(name) = self.settings.keys().find(|name| name.is_empty() || !name.chars().all(plain)) {
            return Err(ScriptDatabaseError::at("settings", &format!("\"{name}\" is no name of a setting")));
        }
        Ok((url, read_url))
    }
}
