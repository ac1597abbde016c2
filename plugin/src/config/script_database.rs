//! `script_database`: where the host's tables are, and which of them scripts may touch. Without it there is no `db`.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use iota_scripts_domain::{ColumnType, DeclaredTable};
use iota_scripts_infrastructure::{
    persistence::{DatabaseConfig, Dialect},
    sql_gateway::ScriptDatabaseConfig,
};
use iota_scripts_services::ports::SqlMode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{ConfigError, between};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScriptDatabase {
    url: String,
    read_url: Option<String>,
    #[serde(default = "default_connections")]
    max_connections: u32,
    #[serde(default = "default_per_tenant")]
    per_tenant_connections: u32,
    #[serde(default = "default_timeout")]
    statement_timeout_ms: u64,
    #[serde(default = "default_rows")]
    max_rows: u64,
    #[serde(default)]
    mode: Mode,
    role: Option<String>,
    #[serde(default)]
    settings: BTreeMap<String, String>,
    sqlite_program: Option<PathBuf>,
    tables: Vec<DeclaredTable>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Mode {
    #[default]
    ReadWrite,
    ReadOnly,
}

const fn default_connections() -> u32 {
    8
}

const fn default_per_tenant() -> u32 {
    4
}

const fn default_timeout() -> u64 {
    5_000
}

const fn default_rows() -> u64 {
    10_000
}

impl ScriptDatabase {
    /// Checks figures; addresses and tables are checked by whoever uses them.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        between("script_database.max_connections", self.max_connections, 1, 1000)?;
        between("script_database.per_tenant_connections", self.per_tenant_connections, 1, 1000)?;
        between("script_database.statement_timeout_ms", self.statement_timeout_ms, 1, 900_000)?;
        between("script_database.max_rows", self.max_rows, 1, 1_000_000)
    }

    /// Which of the two databases it is; none when its address is none.
    pub(crate) fn dialect(&self) -> Option<Dialect> {
        DatabaseConfig::parse(&self.url).ok().map(|url| url.dialect())
    }

    /// The most connections of a kind.
    pub(crate) const fn max_connections(&self) -> u32 {
        self.max_connections
    }

    /// Whether it is the SQLite file that the plugin keeps its own tables in.
    pub(crate) fn is_file_of(&self, own: &DatabaseConfig) -> bool {
        DatabaseConfig::parse(&self.url).is_ok_and(|url| url.is_same_file(own))
    }

    /// What the gateway takes, with the program of the SQLite file where the configuration names none.
    pub(crate) fn gateway(&self, usual_program: impl FnOnce() -> PathBuf) -> ScriptDatabaseConfig {
        ScriptDatabaseConfig {
            url: self.url.clone(),
            read_url: self.read_url.clone(),
            max_connections: self.max_connections,
            per_tenant_connections: self.per_tenant_connections,
            statement_timeout: Duration::from_millis(self.statement_timeout_ms),
            max_rows: self.max_rows,
            mode: match self.mode {
                Mode::ReadWrite => SqlMode::ReadWrite,
                Mode::ReadOnly => SqlMode::ReadOnly,
            },
            role: self.role.clone(),
            settings: self.settings.clone(),
            sqlite_program: self.sqlite_program.clone().unwrap_or_else(usual_program),
            tables: self.tables.clone(),
        }
    }
}

/// Its part of the configuration's schema.
pub(crate) fn schema() -> Value {
    let whole = |least: u64, most: u64, default: u64| json!({"type": "integer", "minimum": least, "maximum": most, "default": default});
    let name = json!({"type": "string", "minLength": 1, "maxLength": 63});
    let column = json!({
        "type": "object", "additionalProperties": false, "required": ["name", "type"],
        "properties": {"name": name, "type": {"enum": ColumnType::ALL.map(ColumnType::as_str)}},
    });
    let table = json!({
        "type": "object", "additionalProperties": false, "required": ["name", "tenant", "columns"],
        "properties": {
            "name": name, "table": name, "schema": name,
            "tenant": {
                "type": "object", "additionalProperties": false, "required": ["column"],
                "properties": {"column": name, "as": {"enum": ["text", "integer", "uuid"], "default": "text"}},
            },
            "columns": {"type": "array", "minItems": 1, "items": column},
            "access": {"enum": ["read", "read_write"], "default": "read"},
        },
    });
    json!({
        "type": "object", "additionalProperties": false, "required": ["url", "tables"],
        "properties": {
            "url": {"type": "string"},
            "read_url": {"type": "string"},
            "max_connections": whole(1, 1000, default_connections().into()),
            "per_tenant_connections": whole(1, 1000, default_per_tenant().into()),
            "statement_timeout_ms": whole(1, 900_000, default_timeout()),
            "max_rows": whole(1, 1_000_000, default_rows()),
            "mode": {"enum": ["read_write", "read_only"], "default": "read_write"},
            "role": {"type": "string"},
            "settings": {"type": "object", "additionalProperties": {"type": "string"}},
            "sqlite_program": {"type": "string"},
            "tables": {"type": "array", "items": table},
        },
    })
}
