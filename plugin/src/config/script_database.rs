//! `script_database`: the location of the host's tables, and which of them scripts can access. Without it scripts have
//! no `db`.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use iota_scripts_domain::{ColumnType, DeclaredTable};
use iota_scripts_infrastructure::{
    persistence::{DatabaseConfig, Dialect},
    sql_gateway::ScriptDatabaseConfig,
};
use iota_scripts_services::ports::SqlMode;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScriptDatabase {
    /// The host's own database, `sqlite:///…` or `postgres://…`.
    url: String,
    /// A replica for reads outside of a transaction; default: `url`.
    read_url: Option<String>,
    /// Maximum connections for reads, and the same number for writes.
    #[serde(default = "default_connections")]
    #[schemars(range(min = 1, max = 1000))]
    max_connections: u32,
    /// Maximum of these connections for one tenant at a time.
    #[serde(default = "default_per_tenant")]
    #[schemars(range(min = 1, max = 1000))]
    per_tenant_connections: u32,
    /// Timeout of a statement in milliseconds.
    #[serde(default = "default_timeout")]
    #[schemars(range(min = 1, max = 900_000))]
    statement_timeout_ms: u64,
    /// Maximum number of rows that a statement returns.
    #[serde(default = "default_rows")]
    #[schemars(range(min = 1, max = 1_000_000))]
    max_rows: u64,
    /// `read_only`: no script can write, regardless of its own access.
    #[serde(default)]
    mode: Mode,
    /// PostgreSQL: the role that statements run as; default: the role of `url`.
    role: Option<String>,
    /// PostgreSQL: settings of each transaction; `{tenant}` is replaced by the tenant's id.
    #[serde(default)]
    settings: BTreeMap<String, String>,
    /// SQLite: path of the program `iota-scripts-sqlite`; default: the one in the library's folder.
    sqlite_program: Option<PathBuf>,
    /// The tables that scripts can use.
    #[serde(skip_serializing)]
    #[schemars(schema_with = "tables_schema")]
    tables: Vec<DeclaredTable>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize, Serialize, JsonSchema)]
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
    /// Returns the kind of database, or `None` if the URL has another scheme.
    pub(crate) fn dialect(&self) -> Option<Dialect> {
        DatabaseConfig::parse(&self.url).ok().map(|url| url.dialect())
    }

    /// Maximum number of connections of each kind.
    pub(crate) const fn max_connections(&self) -> u32 {
        self.max_connections
    }

    /// Checks whether this is the SQLite file of the plugin's own tables.
    pub(crate) fn is_file_of(&self, own: &DatabaseConfig) -> bool {
        DatabaseConfig::parse(&self.url).is_ok_and(|url| url.is_same_file(own))
    }

    /// Returns the settings of the gateway, with the default program if the configuration names none.
    pub(crate) fn gateway(&self, default_program: impl FnOnce() -> PathBuf) -> ScriptDatabaseConfig {
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
            sqlite_program: self.sqlite_program.clone().unwrap_or_else(default_program),
            tables: self.tables.clone(),
        }
    }
}

/// The schema of `tables`. Their types are the domain's.
fn tables_schema(_: &mut SchemaGenerator) -> Schema {
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
    json_schema!({"type": "array", "items": table})
}
