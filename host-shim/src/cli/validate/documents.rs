//! Checks of the static documents: correct shape, pure, and the same bytes at the same address every time.

use anyhow::{Context, bail, ensure};
use iota_scripts_abi::{ABI_MAJOR, flags, major_of};
use iota_scripts_host::{Library, table::Module};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256, Sha384};

use super::{Entry, Subject};

pub(super) const CHECKS: &[Entry] = &[
    ("The manifest names the plugin, its version and its permissions", manifest),
    ("The routes are static prefixes with their access", routes),
    ("The migrations are in order and their checksums are right", migrations),
    ("Both dialects have the same migrations", same_migrations),
    ("An unknown dialect has no migrations", unknown_dialect),
    ("Documents are the same bytes at the same place every time", pure),
];

#[derive(Deserialize)]
struct Manifest {
    name: String,
    version: String,
    permissions: Vec<Permission>,
}

#[derive(Deserialize)]
struct Permission {
    id: String,
    name: String,
}

#[derive(Deserialize)]
struct Migration {
    version: u64,
    name: String,
    sql: String,
    checksum: String,
}

fn module(subject: &Subject) -> anyhow::Result<Module> {
    Ok(Library::open(&subject.library)?.module())
}

fn manifest(subject: &Subject) -> anyhow::Result<()> {
    let module = module(subject)?;
    let manifest: Manifest = serde_json::from_slice(module.manifest()).context("manifest")?;
    ensure!(!manifest.name.is_empty(), "manifest: `name` is empty");
    ensure!(!manifest.version.is_empty(), "manifest: `version` is empty");
    for permission in &manifest.permissions {
        ensure!(!permission.id.is_empty(), "manifest: permission {:?} has no id", permission.name);
        let same = manifest.permissions.iter().filter(|it| it.name == permission.name || it.id == permission.id);
        ensure!(same.count() == 1, "manifest: permission {:?} is listed twice", permission.name);
    }
    let value: Value = serde_json::from_slice(module.manifest())?;
    for (key, right) in [("nav", Value::is_array as fn(&Value) -> bool), ("locales", Value::is_object)] {
        ensure!(value.get(key).is_none_or(right), "manifest: `{key}` has the wrong type");
    }
    let schema = value.get("config_schema").unwrap_or(&Value::Null);
    ensure!(schema.is_null() || schema.is_object(), "manifest: `config_schema` is not an object");
    ensure!(major_of(module.abi()) == ABI_MAJOR, "the table's version changed");
    Ok(())
}

fn routes(subject: &Subject) -> anyhow::Result<()> {
    let routes = Library::open(&subject.library)?.routes()?;
    ensure!(!routes.is_empty(), "the list of routes is empty");
    let raw: Vec<Value> = serde_json::from_slice(module(subject)?.routes())?;
    for route in raw {
        for key in ["layout", "stream"] {
            ensure!(route[key].is_boolean(), "route {}: `{key}` is neither true nor false", route["prefix"]);
        }
    }
    Ok(())
}

fn parse(subject: &Subject, dialect: u32) -> anyhow::Result<Vec<Migration>> {
    let bytes = module(subject)?.migrations(dialect).with_context(|| format!("dialect {dialect} has none"))?;
    serde_json::from_slice(bytes).with_context(|| format!("migrations of dialect {dialect}"))
}

fn migrations(subject: &Subject) -> anyhow::Result<()> {
    for dialect in [flags::DIALECT_SQLITE, flags::DIALECT_POSTGRES] {
        let list = parse(subject, dialect)?;
        ensure!(!list.is_empty(), "dialect {dialect} has none");
        ensure!(list.is_sorted_by(|a, b| a.version < b.version), "dialect {dialect}: the versions do not grow");
        for migration in &list {
            let at = format!("dialect {dialect}, migration {} {}", migration.version, migration.name);
            ensure!(!migration.name.is_empty() && !migration.sql.trim().is_empty(), "{at}: no name or no SQL");
            let expected = match migration.checksum.len() {
                64 => hex::encode(Sha256::digest(&migration.sql)),
                96 => hex::encode(Sha384::digest(&migration.sql)),
                length => bail!("{at}: a checksum of {length} characters is neither SHA-256 nor SHA-384 in hex"),
            };
            ensure!(expected.eq_ignore_ascii_case(&migration.checksum), "{at}: the checksum is not that of its SQL");
        }
    }
    Ok(())
}

fn same_migrations(subject: &Subject) -> anyhow::Result<()> {
    let key = |list: Vec<Migration>| list.into_iter().map(|it| (it.version, it.name)).collect::<Vec<_>>();
    let (sqlite, postgres) = (parse(subject, flags::DIALECT_SQLITE)?, parse(subject, flags::DIALECT_POSTGRES)?);
    ensure!(key(sqlite) == key(postgres), "versions or names differ");
    Ok(())
}

fn unknown_dialect(subject: &Subject) -> anyhow::Result<()> {
    for dialect in [0, 3, u32::MAX] {
        ensure!(module(subject)?.migrations(dialect).is_none(), "dialect {dialect} is not NULL");
    }
    Ok(())
}

fn pure(subject: &Subject) -> anyhow::Result<()> {
    let module = module(subject)?;
    let all = move || {
        let sqlite = module.migrations(flags::DIALECT_SQLITE).unwrap_or_default();
        let postgres = module.migrations(flags::DIALECT_POSTGRES).unwrap_or_default();
        [("manifest", module.manifest()), ("routes", module.routes()), ("sqlite", sqlite), ("postgres", postgres)]
    };
    let first = all().map(|(name, bytes)| (name, bytes, bytes.to_vec()));
    let handles: Vec<_> = (0..4).map(|_| std::thread::spawn(all)).collect();
    let mut later = vec![all()];
    for handle in handles {
        later.push(handle.join().map_err(|_| anyhow::anyhow!("a thread panicked"))?);
    }
    for (index, (name, bytes, copy)) in first.iter().enumerate() {
        for again in &later {
            ensure!(std::ptr::eq(again[index].1, *bytes), "{name}: another pointer or length");
        }
        ensure!(bytes == copy, "{name}: the bytes changed");
    }
    Ok(())
}
