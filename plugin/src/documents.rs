//! The static documents of the library: what it is and brings, readable before anything starts.

use std::sync::LazyLock;

use iota_scripts_domain::{Limits, Permission, QuarantinePolicy, QuotaPolicy};
use iota_scripts_infrastructure::persistence::{Dialect, migrations};
use serde_json::{Value, json};

/// Name, version, permissions, events: what a host registers.
pub(crate) fn manifest() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let permission = |permission: Permission| {
            json!({
                "id": permission.id(),
                "name": permission.name(),
                "resource": Permission::RESOURCE,
                "action": permission.action(),
            })
        };
        let manifest = json!({
            "abi": {"major": iota_scripts_abi::ABI_MAJOR, "minor": iota_scripts_abi::ABI_MINOR},
            "name": "iota-scripts",
            "version": env!("CARGO_PKG_VERSION"),
            "permissions": Permission::ALL.map(permission),
            "nav": iota_scripts_presentation::nav_items(),
            "quick_links": iota_scripts_presentation::quick_links(),
            "locales": iota_scripts_presentation::host_texts(),
            "events": {"publishes": iota_scripts_domain::DomainEvent::TYPES, "custom_prefix": "scripts.custom."},
            "config_schema": config_schema(),
        });
        manifest.to_string()
    });
    &TEXT
}

/// The path prefixes that a host mounts.
pub(crate) fn routes() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let routes = json!([
            {"prefix": iota_scripts_presentation::API_PREFIX, "auth": "session", "layout": false, "stream": true,
             "max_body": iota_scripts_presentation::MAX_BODY_BYTES},
            {"prefix": iota_scripts_presentation::ASSETS_PREFIX, "auth": "public", "layout": false, "stream": false,
             "max_body": 0},
            {"prefix": iota_scripts_presentation::PAGES_PREFIX, "auth": "session", "layout": true, "stream": false,
             "max_body": iota_scripts_presentation::MAX_BODY_BYTES},
            {"prefix": iota_scripts_presentation::ENDPOINT_PREFIX, "auth": "session_or_public", "layout": false,
             "stream": false, "max_body": iota_scripts_presentation::MAX_BODY_BYTES},
        ]);
        routes.to_string()
    });
    &TEXT
}

pub(crate) fn sqlite_migrations() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| catalogue(Dialect::Sqlite));
    &TEXT
}

pub(crate) fn postgres_migrations() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| catalogue(Dialect::Postgres));
    &TEXT
}

fn catalogue(dialect: Dialect) -> String {
    let migration =
        |m: &migrations::Migration| json!({"version": m.version, "name": m.name, "sql": m.sql, "checksum": m.checksum});
    migrations::catalogue(dialect).iter().map(migration).collect::<Value>().to_string()
}

/// JSON Schema of the document that `start` takes.
fn config_schema() -> Value {
    let whole = |least: u64, most: u64, default: u64| json!({"type": "integer", "minimum": least, "maximum": most, "default": default});
    let texts = json!({"type": "array", "items": {"type": "string"}, "default": []});
    let storage = iota_scripts_domain::StorageQuota::default();
    let limits: serde_json::Map<String, Value> = Limits::TABLE
        .iter()
        .map(|(name, range)| {
            let default = Limits::granted().get(name).unwrap_or(range.default);
            ((*name).to_owned(), whole(range.min, range.max, default))
        })
        .collect();
    let quotas = QuotaPolicy::TABLE
        .iter()
        .map(|(name, range)| ((*name).to_owned(), whole(range.min, range.max, range.default)))
        .collect::<serde_json::Map<String, Value>>();
    let of_tenant = json!({"type": "object", "additionalProperties": false, "properties": quotas});
    let mut quotas_of_all = quotas;
    quotas_of_all.insert("tenants".to_owned(), json!({"type": "object", "additionalProperties": of_tenant}));
    let quarantine = QuarantinePolicy::default();
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["database"],
        "properties": {
            "instance_id": {"type": "string", "minLength": 1, "maxLength": 128},
            "database": {
                "type": "object", "additionalProperties": false, "required": ["url"],
                "properties": {
                    "url": {"type": "string"},
                    "max_connections": whole(1, 1000, 8),
                    "migrate": {"type": "boolean", "default": true},
                },
            },
            "isolation": {"enum": ["worker", "in_process"], "default": "worker"},
            "worker": {
                "type": "object", "additionalProperties": false,
                "properties": {
                    "path": {"type": "string"},
                    "max_workers": whole(1, 1000, 10),
                    "min_idle": whole(0, 100, 1),
                    "standing_by": {"deprecated": true, "description": "use min_idle", "type": "integer"},
                    "max_runs": whole(1, 1_000_000, 1000),
                    "idle_seconds": whole(1, 86_400, 300),
                    "checkout_timeout_ms": whole(1, 600_000, 5000),
                },
            },
            "limits": {"type": "object", "additionalProperties": false, "properties": limits},
            "quotas": {"type": "object", "additionalProperties": false, "properties": quotas_of_all},
            "quarantine": {
                "type": "object", "additionalProperties": false,
                "properties": {
                    "strikes": whole(0, 1000, quarantine.strikes.into()),
                    "window_seconds": whole(1, 86_400, quarantine.window.as_secs()),
                },
            },
            "history": {
                "type": "object", "additionalProperties": false,
                "properties": {
                    "keep_days": whole(0, 36_500, 0),
                    "tenants": {"type": "object", "additionalProperties": {
                        "type": "object", "additionalProperties": false, "required": ["keep_days"],
                        "properties": {"keep_days": whole(0, 36_500, 0)},
                    }},
                },
            },
            "lease_seconds": whole(1, 3600, 30),
            "schedule": {
                "type": "object", "additionalProperties": false,
                "properties": {"grace_seconds": whole(0, 86_400, 60), "concurrency": {"type": "integer", "minimum": 1, "maximum": 1000}},
            },
            "http": {
                "type": "object", "additionalProperties": false,
                "properties": {
                    "allow": texts, "deny": texts, "allow_addresses": texts, "name_servers": texts,
                    "ports": {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 65_535}, "default": [80, 443]},
                    "timeout_ms": whole(100, 900_000, 60_000),
                    "max_response_bytes": whole(1024, 10 * 1024 * 1024, 5 * 1024 * 1024),
                    "rate_per_minute": whole(1, 1_000_000, 300),
                },
            },
            "storage": {
                "type": "object", "additionalProperties": false,
                "properties": {
                    "max_bytes": whole(0, 1 << 40, storage.bytes),
                    "max_keys": whole(0, 1_000_000_000, storage.keys),
                },
            },
            "script_database": crate::config::script_database_schema(),
            "events": {"type": "array", "items": {"type": "string", "pattern": r"^scripts\."}, "maxItems": 50},
            "capabilities": {"type": "array", "items": {"type": "string"}},
            "records": {"enum": ["grouped", "each"], "default": "grouped"},
            "log_level": {"enum": ["error", "warn", "info", "debug", "trace"], "default": "info"},
        },
    })
}
