//! A fresh, empty database for one test.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, Row as _};
use tempfile::TempDir;

use crate::{postgres, target_folder};

/// A database for one test. The file of a SQLite database is removed on drop; PostgreSQL's are removed with the server.
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    _folder: Option<TempDir>,
}

/// A lock on the tables that the library writes, until [`DatabaseLock::release`].
#[derive(Debug)]
pub enum DatabaseLock {
    /// Held by another process.
    Sqlite(Child),
    /// Held by a connection.
    Postgres(sqlx::PgConnection),
}

impl DatabaseLock {
    /// Releases the lock.
    ///
    /// # Panics
    /// If the lock cannot be released.
    pub async fn release(self) {
        match self {
            Self::Sqlite(mut process) => {
                drop(process.stdin.take());
                process.wait().expect("it ends with its input");
            }
            Self::Postgres(connection) => connection.close().await.expect("the connection closes"),
        }
    }
}

impl TestDatabase {
    /// A SQLite file, which does not exist yet, in a new folder.
    ///
    /// # Panics
    /// If the folder cannot be created.
    #[must_use]
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite://{}", folder.path().join("scripts.db").display());
        Self { url, _folder: Some(folder) }
    }

    /// A SQLite file in an existing folder.
    #[must_use]
    pub fn sqlite_in(folder: &std::path::Path) -> Self {
        Self { url: format!("sqlite://{}", folder.join("scripts.db").display()), _folder: None }
    }

    /// A database on the PostgreSQL server of this test process, which is started on the first call.
    ///
    /// # Panics
    /// If PostgreSQL is not installed or does not start; the message says what to do.
    pub async fn postgres() -> Self {
        Self { url: postgres::create_database().await, _folder: None }
    }

    /// A database on a separate server, which the test may restart.
    ///
    /// # Panics
    /// If PostgreSQL is not installed or does not start; the message says what to do.
    pub async fn postgres_alone() -> (Self, postgres::Server) {
        let server = postgres::Server::start();
        (Self { url: server.create_database().await, _folder: None }, server)
    }

    /// An existing database, which is removed with its server.
    #[must_use]
    pub const fn at(url: String) -> Self {
        Self { url, _folder: None }
    }

    /// Changes the data directly, not through a repository.
    ///
    /// # Panics
    /// If a statement fails.
    pub async fn tamper(&self, sql: &str) {
        if self.url.starts_with("sqlite") {
            // In a separate process: the library's copy of SQLite may have the file open in this one.
            self.query(sql).await;
        } else {
            let sql = AssertSqlSafe(sql.to_owned());
            let mut connection = sqlx::PgConnection::connect(&self.url).await.expect("the database opens");
            connection.execute(sqlx::raw_sql(sql)).await.expect("the statement works");
        }
    }

    /// Locks the runs, so that none can be written: all of a SQLite file, their table in PostgreSQL.
    ///
    /// # Panics
    /// If the lock is refused.
    pub async fn lock(&self) -> DatabaseLock {
        if self.url.starts_with("sqlite") {
            let mut tamper = Command::new(target_folder().join("tamper"));
            tamper.args([self.url.as_str(), "BEGIN IMMEDIATE; SELECT 'held'", "hold"]);
            let mut process = tamper.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("tamper runs");
            let mut line = String::new();
            let output = process.stdout.take().expect("its output");
            BufReader::new(output).read_line(&mut line).expect("a line");
            assert_eq!(line.trim_end(), "held");
            DatabaseLock::Sqlite(process)
        } else {
            let mut connection = sqlx::PgConnection::connect(&self.url).await.expect("the database opens");
            let lock = "BEGIN; LOCK TABLE script_executions IN EXCLUSIVE MODE";
            connection.execute(sqlx::raw_sql(lock)).await.expect("locked");
            DatabaseLock::Postgres(connection)
        }
    }

    /// Returns the first column of each row, as text. A separate process reads a SQLite file.
    ///
    /// # Panics
    /// If the statement fails.
    pub async fn query(&self, sql: &str) -> Vec<String> {
        if !self.url.starts_with("sqlite") {
            let mut connection = sqlx::PgConnection::connect(&self.url).await.expect("the database opens");
            let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
            let rows = connection.fetch_all(sql).await.expect("the statement works");
            return rows.iter().map(|row| row.get(0)).collect();
        }
        let mut tamper = Command::new(target_folder().join("tamper"));
        tamper.args([self.url.as_str(), sql]);
        let done = tokio::task::spawn_blocking(move || tamper.output().expect("tamper runs")).await.expect("no panic");
        assert!(done.status.success(), "{sql}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).lines().map(str::to_owned).collect()
    }

    /// The file of a SQLite database.
    ///
    /// # Panics
    /// If it is not a SQLite database.
    #[must_use]
    pub fn file(&self) -> &std::path::Path {
        self.url.strip_prefix("sqlite://").expect("a SQLite database").as_ref()
    }

    /// The database's URL.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}
