//! The static documents of the library, which hosts can read before they start an instance.

use std::sync::LazyLock;

use iota_scripts_domain::Permission;
use iota_scripts_infrastructure::persistence::{Dialect, migrations};
use serde_json::{Value, json};

/// Returns name, version, permissions and events, which a host registers.
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
            "config_schema": crate::config::schema(),
        });
        manifest.to_string()
    });
    &TEXT
}

/// Returns the path prefixes that a host mounts.
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
