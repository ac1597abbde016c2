//! Where the plugin keeps its tables: in the ERP's database on PostgreSQL, in a file beside the ERP's on SQLite.
//!
//! Not in the same SQLite file: the library brings a SQLite of its own, and two of them in one process would undo
//! each other's locks.

use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use sqlx::sqlite::SqliteConnectOptions;

/// The plugin's database for the ERP's.
pub(super) fn url_for_plugin(url: &str) -> String {
    match SqliteConnectOptions::from_str(url) {
        Ok(options) if url.starts_with("sqlite:") => {
            let file = sibling(options.get_filename());
            let absolute = std::path::absolute(&file).unwrap_or(file);
            format!("sqlite://{}", absolute.display())
        }
        _ => url.to_owned(),
    }
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
        assert_eq!(url_for_plugin("postgres://erp@db/erp"), "postgres://erp@db/erp");
    }
}
