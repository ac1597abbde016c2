//! SQLite and PostgreSQL have the same migrations, and the library embeds each.

use std::collections::BTreeMap;

use crate::{files, report};

const CATALOGUE: &str = "plugin/infrastructure/src/persistence/migrations/catalogue.rs";

/// Names without extension, by number.
fn migrations(database: &str) -> BTreeMap<String, String> {
    let folder = format!("migrations/{database}/");
    let names = files::with_extension("sql").filter_map(|path| path.strip_prefix(&folder)?.strip_suffix(".sql"));
    names.filter_map(|name| name.split_once('_')).map(|(number, name)| (number.to_owned(), name.to_owned())).collect()
}

#[test]
fn both_databases_have_the_same_migrations() {
    let (sqlite, postgres) = (migrations("sqlite"), migrations("postgres"));
    assert!(!sqlite.is_empty(), "migrations/sqlite has no numbered files");
    let mut problems = Vec::new();
    for (this, that, other) in [(&sqlite, &postgres, "postgres"), (&postgres, &sqlite, "sqlite")] {
        let lacking = this.iter().filter(|(number, name)| that.get(*number) != Some(*name));
        problems.extend(
            lacking.map(|(number, name)| format!("migrations/{other}/{number}_{name}.sql: does not exist: add it")),
        );
    }
    report(&problems);
}

#[test]
fn the_library_embeds_every_migration() {
    let catalogue = files::read(CATALOGUE);
    let listed = |number: &str, name: &str| catalogue.matches(&format!("\"{number}\" \"{name}\"")).count() == 2;
    let files = migrations("sqlite");
    let lacking = files.iter().filter(|(number, name)| !listed(number, name));
    let problems: Vec<_> = lacking
        .map(|(number, name)| format!("{CATALOGUE}: add `\"{number}\" \"{name}\"` for both databases"))
        .collect();
    report(&problems);
}
