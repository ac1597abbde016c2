//! `info`: shows a library's manifest, routes and migrations, as text or as JSON. Starts nothing.

use std::path::Path;

use iota_scripts_abi::flags;
use iota_scripts_host::Library;
use serde_json::{Value, json};

use super::{Verdict, output};

pub(crate) fn show(path: &Path, as_json: bool) -> anyhow::Result<Verdict> {
    let library = Library::open(path)?;
    let module = library.module();
    let manifest = library.manifest()?;
    let routes: Value = serde_json::from_slice(module.routes())?;
    library.routes()?;
    let migrations = json!({
        "sqlite": migrations(module.migrations(flags::DIALECT_SQLITE))?,
        "postgres": migrations(module.migrations(flags::DIALECT_POSTGRES))?,
    });
    let abi = format!("{}.{}", module.abi() >> 16, module.abi() & 0xFFFF);
    if as_json {
        let document = json!({"library": path, "abi": abi, "table_bytes": module.size(),
                              "manifest": manifest, "routes": routes, "migrations": migrations});
        output::line(&serde_json::to_string_pretty(&document)?);
        return Ok(Verdict::Good);
    }
    output::line(&format!("{} {}", text(&manifest["name"]), text(&manifest["version"])));
    output::line(&format!("  library      {}", path.display()));
    output::line(&format!("  contract     {abi}, a table of {} bytes", module.size()));
    list("permissions", items(&manifest["permissions"]).map(|it| text(&it["name"])));
    list("routes", items(&routes).map(|it| format!("{}  ({})", text(&it["prefix"]), text(&it["auth"]))));
    list("navigation", items(&manifest["nav"]).map(|it| format!("{}  {}", text(&it["path"]), text(&it["title_key"]))));
    list("languages", manifest["locales"].as_object().into_iter().flatten().map(|(name, _)| name.clone()));
    list("events", items(&manifest["events"]["publishes"]).map(text));
    for dialect in ["sqlite", "postgres"] {
        let named = items(&migrations[dialect]).map(|it| format!("{} {}", it["version"], text(&it["name"])));
        list(&format!("{dialect} schema"), named);
    }
    let keys = keys(&manifest["config_schema"], "");
    list("configuration", keys.into_iter());
    Ok(Verdict::Good)
}

/// Migrations without their SQL.
fn migrations(json: Option<&[u8]>) -> anyhow::Result<Value> {
    let mut list: Value = serde_json::from_slice(json.unwrap_or(b"[]"))?;
    for migration in list.as_array_mut().into_iter().flatten() {
        migration.as_object_mut().map(|fields| fields.remove("sql"));
    }
    Ok(list)
}

/// Returns the dotted keys of a JSON Schema, with their defaults.
fn keys(schema: &Value, prefix: &str) -> Vec<String> {
    let Some(properties) = schema["properties"].as_object() else { return Vec::new() };
    let key = |(name, schema): (&String, &Value)| {
        let deeper = keys(schema, &format!("{prefix}{name}."));
        if !deeper.is_empty() {
            return deeper;
        }
        let default = schema.get("default").map(|value| format!(" = {value}")).unwrap_or_default();
        vec![format!("{prefix}{name}{default}")]
    };
    properties.iter().flat_map(key).collect()
}

fn list(title: &str, lines: impl Iterator<Item = String>) {
    for (index, line) in lines.enumerate() {
        let title = if index == 0 { title } else { "" };
        output::line(&format!("  {title:<12} {line}"));
    }
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
