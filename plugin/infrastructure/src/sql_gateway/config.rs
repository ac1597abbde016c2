//! Configuration of the script database, validated before the first connection.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use iota_scripts_domain::{DeclaredTable, TenantIdFormat};
use iota_scripts_services::ports::{SqlError, SqlMode};

use crate::persistence::{DatabaseConfig, Dialect};

/// Settings of the script database: connections, limits and declared tables.
#[derive(Debug, Clone)]
pub struct ScriptDatabaseConfig {
    /// URL of the database.
    pub url: String,
    /// URL of a read replica for reads outside transactions; default: `url`.
    pub read_url: Option<String>,
    /// Maximum connections for all tenants together, per database.
    pub max_connections: u32,
    /// Maximum connections per tenant.
    pub per_tenant_connections: u32,
    /// Maximum time of one statement.
    pub statement_timeout: Duration,
    /// Maximum rows returned by one statement.
    pub max_rows: u64,
    /// Whether scripts may write to the database.
    pub mode: SqlMode,
    /// PostgreSQL role that statements run under; `None` keeps the login role.
    pub role: Option<String>,
    /// PostgreSQL settings applied to each transaction; `{tenant}` in a value is replaced by the tenant's id.
    pub settings: BTreeMap<String, String>,
    /// Path of the `iota-scripts-sqlite` program, which opens SQLite files.
    pub sqlite_program: PathBuf,
    /// Tables that scripts can use.
    pub tables: Vec<DeclaredTable>,
}

/// A configuration error, with its key below `script_database`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ScriptDatabaseError {
    /// Configuration key, such as `url` or `tables[2]`.
    pub key: String,
    /// Error message, one sentence.
    pub message: String,
    /// Whether a later retry may succeed.
    pub passing: bool,
}

impl ScriptDatabaseError {
    pub(super) fn at(key: &str, reason: &impl std::fmt::Display) -> Self {
        Self { key: key.to_owned(), message: reason.to_string(), passing: false }
    }

    /// Error for a declared table that the database lacks or defines differently.
    pub(super) fn table(position: usize, name: &str, error: &SqlError) -> Self {
        let reason = match error {
            SqlError::Unavailable(reason) => reason.clone(),
            other => other.to_string(),
        };
        Self::at(
            &format!("tables[{position}]"),
            &format!("the table \"{name}\" does not match its declaration: {reason}"),
        )
    }
}

impl ScriptDatabaseConfig {
    /// Checks rules that the JSON schema cannot express, and returns the parsed URLs of the database and of its replica.
    pub(super) fn check(&self) -> Result<(DatabaseConfig, Option<DatabaseConfig>), ScriptDatabaseError> {
        let parse =
            |key: &str, url: &str| DatabaseConfig::parse(url).map_err(|error| ScriptDatabaseError::at(key, &error));
        let url = parse("url", &self.url)?;
        let read_url = self.read_url.as_deref().map(|url| parse("read_url", url)).transpose()?;
        if read_url.as_ref().is_some_and(|replica| replica.dialect() != url.dialect()) {
            return Err(ScriptDatabaseError::at(
                "read_url",
                &"read_url and url must point to the same kind of database",
            ));
        }
        DeclaredTable::check(&self.tables)
            .map_err(|wrong| ScriptDatabaseError::at(&format!("tables[{}]", wrong.table), &wrong))?;
        if url.dialect() == Dialect::Sqlite {
            if self.role.is_some() {
                return Err(ScriptDatabaseError::at("role", &"SQLite does not support roles; remove this key"));
            }
            if !self.settings.is_empty() {
                return Err(ScriptDatabaseError::at(
                    "settings",
                    &"SQLite does not support transaction settings; remove them",
                ));
            }
            if let Some(position) = self.tables.iter().position(|table| table.tenant.stored_as == TenantIdFormat::Uuid)
            {
                let key = format!("tables[{position}].tenant.as");
                return Err(ScriptDatabaseError::at(&key, &"SQLite has no UUID type; use \"text\""));
            }
        }
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.');
        if let Some(name) = self.settings.keys().find(|name| name.is_empty() || !name.chars().all(plain)) {
            return Err(ScriptDatabaseError::at(
                "settings",
                &format!("\"{name}\" is not a valid setting name: use lowercase letters, digits, _ and ."),
            ));
        }
        Ok((url, read_url))
    }
}
