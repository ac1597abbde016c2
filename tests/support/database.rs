//! A fresh, empty database for one test.

use tempfile::TempDir;

use crate::postgres;

/// A database of its own. The file of a SQLite database goes with it; PostgreSQL's go with the server.
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    _folder: Option<TempDir>,
}

impl TestDatabase {
    /// A SQLite file in a folder of its own, which does not exist yet.
    ///
    /// # Panics
    /// When there is no place for a folder.
    #[must_use]
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite://{}", folder.path().join("scripts.db").display());
        Self { url, _folder: Some(folder) }
    }

    /// A database on the PostgreSQL server of this test process, which is started when the first test asks.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start; the message says what to do.
    pub async fn postgres() -> Self {
        Self { url: postgres::create_database().await, _folder: None }
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}
