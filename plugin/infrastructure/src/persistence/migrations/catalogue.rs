//! The SQL files of `migrations/`, embedded, with their checksums.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

use crate::persistence::Dialect;

/// An SQL file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// Number of the migration, from 1 without gaps.
    pub version: i64,
    /// Name of the migration, as in the file name.
    pub name: &'static str,
    /// The SQL statements.
    pub sql: &'static str,
    /// SHA-256 of the statements, in hexadecimal.
    pub checksum: String,
}

macro_rules! files {
    ($dialect:literal: $($number:literal $name:literal),+) => {
        LazyLock::new(|| vec![$(Migration::new(
            $name,
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/", $dialect, "/", $number, "_", $name, ".sql")),
            $number,
        )),+])
    };
}

static SQLITE: LazyLock<Vec<Migration>> = files!("sqlite": "0001" "scripts", "0002" "storage", "0003" "automation", "0004" "quarantine", "0005" "http_and_quotas", "0006" "database_access", "0007" "template_locales", "0008" "api_version", "0009" "dead_letters_and_dry_runs", "0010" "libraries", "0011" "run_as", "0012" "leases_and_fair_claims", "0013" "rights", "0014" "pauses_and_overview", "0015" "outcomes_and_reasons", "0016" "history_growth", "0017" "save_counts", "0018" "rare_runs", "0019" "filters", "0020" "run_counts");
static POSTGRES: LazyLock<Vec<Migration>> = files!("postgres": "0001" "scripts", "0002" "storage", "0003" "automation", "0004" "quarantine", "0005" "http_and_quotas", "0006" "database_access", "0007" "template_locales", "0008" "api_version", "0009" "dead_letters_and_dry_runs", "0010" "libraries", "0011" "run_as", "0012" "leases_and_fair_claims", "0013" "rights", "0014" "pauses_and_overview", "0015" "outcomes_and_reasons", "0016" "history_growth", "0017" "save_counts", "0018" "rare_runs", "0019" "filters", "0020" "run_counts");

/// Returns all migrations of a database in order.
#[must_use]
pub fn catalogue(dialect: Dialect) -> &'static [Migration] {
    match dialect {
        Dialect::Sqlite => &SQLITE,
        Dialect::Postgres => &POSTGRES,
    }
}

impl Migration {
    fn new(name: &'static str, sql: &'static str, number: &'static str) -> Self {
        let version = number.bytes().fold(0, |value, digit| value * 10 + i64::from(digit - b'0'));
        Self { version, name, sql, checksum: hex::encode(Sha256::digest(sql)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_databases_have_the_same_migrations_without_gaps() {
        let heads = |dialect| catalogue(dialect).iter().map(|m| (m.version, m.name)).collect::<Vec<_>>();
        assert_eq!(heads(Dialect::Sqlite), heads(Dialect::Postgres));
        for (position, migration) in (1..).zip(catalogue(Dialect::Sqlite)) {
            assert_eq!(migration.version, position);
            assert_eq!(migration.checksum.len(), 64);
        }
    }
}
