//! The database configuration: a URL that is parsed and checked before anything connects. Passwords are never displayed.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;

/// The supported databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// A file, used by a single node.
    Sqlite,
    /// A server, used by any number of nodes.
    Postgres,
}

impl Dialect {
    /// Returns `sqlite` or `postgres`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

impl FromStr for Dialect {
    type Err = DatabaseConfigError;
    fn from_str(text: &str) -> Result<Self, DatabaseConfigError> {
        match text {
            "sqlite" => Ok(Self::Sqlite),
            "postgres" | "postgresql" => Ok(Self::Postgres),
            other => Err(DatabaseConfigError::Dialect(other.to_owned())),
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Errors of the database configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseConfigError {
    /// The URL is not a SQLite or PostgreSQL URL.
    #[error("the database URL is neither sqlite://PATH nor postgres://USER:PASSWORD@HOST:PORT/NAME ({0})")]
    Url(String),
    /// The URL names an in-memory SQLite database.
    #[error("an in-memory SQLite database is lost with its connection; use a file: sqlite://PATH")]
    InMemory,
    /// The schema name is invalid.
    #[error("\"{0}\" is not a schema name: use at most 63 lower-case letters, digits and _, not starting with a digit")]
    Schema(String),
    /// A schema was given for SQLite.
    #[error("SQLite has no schemas; remove the schema")]
    SchemaOfSqlite,
    /// The number of connections is out of range.
    #[error("{0} connections are out of range; use 1 to 1000")]
    MaxConnections(u32),
    /// The text is not the name of a dialect.
    #[error("\"{0}\" is neither sqlite nor postgres")]
    Dialect(String),
}

/// The database to use and the number of connections to it.
#[derive(Clone)]
pub struct DatabaseConfig {
    pub(crate) target: Target,
    pub(super) max_connections: u32,
    pub(super) statements_traced: bool,
}

#[derive(Clone)]
pub(crate) enum Target {
    Sqlite { path: PathBuf },
    Postgres { options: Box<PgConnectOptions>, schema: Option<String> },
}

impl DatabaseConfig {
    /// Parses `sqlite://PATH` (relative or absolute) or `postgres://USER:PASSWORD@HOST:PORT/NAME`.
    ///
    /// # Errors
    /// The reason, without the password.
    pub fn parse(url: &str) -> Result<Self, DatabaseConfigError> {
        let Some((scheme, rest)) = url.split_once(':') else {
            return Err(DatabaseConfigError::Url("the URL contains no colon".to_owned()));
        };
        let target = match scheme {
            "sqlite" => sqlite(rest.strip_prefix("//").unwrap_or(rest))?,
            "postgres" | "postgresql" => {
                let options = url.parse().map_err(|error: sqlx::Error| DatabaseConfigError::Url(reason(&error)))?;
                Target::Postgres { options: Box::new(options), schema: None }
            }
            other => {
                return Err(DatabaseConfigError::Url(format!(
                    "it starts with {:?}",
                    other.chars().take(20).collect::<String>()
                )));
            }
        };
        Ok(Self { target, max_connections: 10, statements_traced: false })
    }

    /// Sets the maximum number of connections; default 10.
    ///
    /// # Errors
    /// [`DatabaseConfigError::MaxConnections`] if the number is not between 1 and 1,000.
    pub fn with_max_connections(self, max_connections: u32) -> Result<Self, DatabaseConfigError> {
        if (1..=1000).contains(&max_connections) {
            Ok(Self { max_connections, ..self })
        } else {
            Err(DatabaseConfigError::MaxConnections(max_connections))
        }
    }

    /// Reports every statement to `tracing` with the target `sqlx::query`, for debugging.
    #[must_use]
    pub fn with_statements_traced(self) -> Self {
        Self { statements_traced: true, ..self }
    }

    /// Keeps the tables in this PostgreSQL schema, which the migrations create.
    ///
    /// # Errors
    /// On SQLite, or if the name is not a plain identifier.
    pub fn with_schema(self, schema: &str) -> Result<Self, DatabaseConfigError> {
        let Target::Postgres { options, .. } = self.target else {
            return Err(DatabaseConfigError::SchemaOfSqlite);
        };
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let starts_well = schema.starts_with(|c: char| !c.is_ascii_digit());
        if schema.len() > 63 || !starts_well || !schema.chars().all(plain) {
            return Err(DatabaseConfigError::Schema(schema.to_owned()));
        }
        Ok(Self { target: Target::Postgres { options, schema: Some(schema.to_owned()) }, ..self })
    }

    /// Returns the dialect.
    #[must_use]
    pub const fn dialect(&self) -> Dialect {
        match self.target {
            Target::Sqlite { .. } => Dialect::Sqlite,
            Target::Postgres { .. } => Dialect::Postgres,
        }
    }

    /// Returns whether both configurations name the same SQLite file, even by different paths.
    #[must_use]
    pub fn is_same_file(&self, other: &Self) -> bool {
        let (Target::Sqlite { path: one }, Target::Sqlite { path: other }) = (&self.target, &other.target) else {
            return false;
        };
        let whole = |path: &Path| std::fs::canonicalize(path).or_else(|_| std::path::absolute(path)).ok();
        whole(one).is_some_and(|one| whole(other) == Some(one))
    }

    /// Returns the address for display, without the password.
    #[must_use]
    pub fn address(&self) -> String {
        match &self.target {
            Target::Sqlite { path } => format!("sqlite://{}", path.display()),
            Target::Postgres { options, .. } => {
                let user = options.get_username();
                let database = options.get_database().unwrap_or(user);
                match options.get_socket() {
                    Some(socket) => format!("postgres://{user}@[{}]/{database}", socket.display()),
                    None => format!("postgres://{user}@{}:{}/{database}", options.get_host(), options.get_port()),
                }
            }
        }
    }
}

impl fmt::Debug for DatabaseConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseConfig")
            .field("address", &self.address())
            .field("max_connections", &self.max_connections)
            .finish_non_exhaustive()
    }
}

fn sqlite(path: &str) -> Result<Target, DatabaseConfigError> {
    if path == ":memory:" || path.contains("mode=memory") {
        return Err(DatabaseConfigError::InMemory);
    }
    if path.is_empty() {
        return Err(DatabaseConfigError::Url("the URL names no file".to_owned()));
    }
    Ok(Target::Sqlite { path: PathBuf::from(path) })
}

fn reason(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Configuration(source) => source.to_string(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_displayed_address_has_no_password() {
        let config = DatabaseConfig::parse("postgres://ann:s3cret@db.example:5433/erp").unwrap();
        assert_eq!(config.address(), "postgres://ann@db.example:5433/erp");
        assert!(!format!("{config:?}").contains("s3cret"));
        assert_eq!(DatabaseConfig::parse("sqlite://data/scripts.db").unwrap().address(), "sqlite://data/scripts.db");
    }

    #[test]
    fn invalid_urls_are_rejected_with_a_reason() {
        for url in ["", "scripts.db", "mysql://localhost/erp", "sqlite://", "sqlite::memory:", "postgres://h:x/erp"] {
            assert!(DatabaseConfig::parse(url).is_err(), "{url}");
        }
        let postgres = || DatabaseConfig::parse("postgres://localhost/erp").unwrap();
        assert!(postgres().with_schema("scripts_1").is_ok());
        for schema in ["", "1a", "a-b", "a;drop", "A", &"x".repeat(64)] {
            assert!(postgres().with_schema(schema).is_err(), "{schema}");
        }
        let sqlite = DatabaseConfig::parse("sqlite://x.db").unwrap();
        assert_eq!(sqlite.with_schema("a").err(), Some(DatabaseConfigError::SchemaOfSqlite));
    }
}
