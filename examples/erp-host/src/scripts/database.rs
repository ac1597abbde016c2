//! The location of the plugin's tables: in the ERP's database on PostgreSQL, in a separate file next to the ERP's on SQLite; and the
//! location of the ERP's own tables.
//!
//! The plugin stores nothing in the ERP's SQLite file: the library has its own copy of SQLite, and two copies in one process would drop
//! each other's locks. For scripts' access to the ERP's tables, the library uses a separate process.

use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use sqlx::sqlite::SqliteConnectOptions;

/// Returns the plugin's database for the ERP's.
pub(super) fn url_for_plugin(url: &str) -> String {
    file_of(url).map_or_else(|| url.to_owned(), |file| url_of(&sibling(&file)))
}

/// The ERP's database, as the plugin accesses it.
pub(super) fn url_of_erp(url: &str) -> String {
    file_of(url).map_or_else(|| url.to_owned(), |file| url_of(&file))
}

/// The file, on SQLite.
fn file_of(url: &str) -> Option<PathBuf> {
    let options = url.starts_with("sqlite:").then(|| SqliteConnectOptions::from_str(url).ok())??;
    let file = options.get_filename();
    Some(std::path::absolute(file).unwrap_or_else(|_| file.to_owned()))
}

fn url_of(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

fn sibling(file: &Path) -> PathBuf {
    let stem = file.file_stem().map_or_else(|| "erp".into(), |stem| stem.to_string_lossy());
    file.with_file_name(format!("{stem}-scripts.db"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlite_gets_a_file_of_its_own_and_postgres_is_shared() {
        assert_eq!(url_for_plugin("sqlite:///var/lib/erp.db"), "sqlite:///var/lib/erp-scripts.db");
        assert_eq!(url_of_erp("sqlite:///var/lib/erp.db?mode=rwc"), "sqlite:///var/lib/erp.db");
        for url in [url_for_plugin("postgres://erp@db/erp"), url_of_erp("postgres://erp@db/erp")] {
            assert_eq!(url, "postgres://erp@db/erp");
        }
    }
}
