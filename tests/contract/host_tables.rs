//! The host's tables in a separate database, with the gateway for scripts and a plain connection to it.

use std::time::Duration;

use iota_scripts_infrastructure::sql_gateway::{PooledSqlGateway, ScriptDatabaseConfig};
use iota_scripts_services::ports::SqlMode;
use iota_scripts_tests::{TestDatabase, tables, target_folder};
use sqlx::{AssertSqlSafe, Executor as _, PgPool, Row as _, SqlitePool, TypeInfo as _, ValueRef as _};

/// A row as texts.
pub(crate) type PlainRow = Vec<Option<String>>;

pub(crate) struct HostTables {
    pub(crate) gateway: PooledSqlGateway,
    plain: PlainConnection,
    database: TestDatabase,
}

enum PlainConnection {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// The default configuration.
pub(crate) fn config(url: &str) -> ScriptDatabaseConfig {
    ScriptDatabaseConfig {
        url: url.to_owned(),
        read_url: None,
        max_connections: 4,
        per_tenant_connections: 4,
        statement_timeout: Duration::from_secs(5),
        max_rows: 1_000,
        mode: SqlMode::ReadWrite,
        role: None,
        settings: std::collections::BTreeMap::new(),
        sqlite_program: target_folder().join("iota-scripts-sqlite"),
        tables: serde_json::from_value(tables::declarations()).expect("declarations"),
    }
}

impl HostTables {
    pub(crate) async fn sqlite() -> Self {
        Self::sqlite_with(|_| {}).await
    }

    pub(crate) async fn postgres() -> Self {
        Self::postgres_with(|_| {}).await
    }

    /// The same with a changed configuration.
    pub(crate) async fn sqlite_with(change: impl FnOnce(&mut ScriptDatabaseConfig)) -> Self {
        let database = TestDatabase::sqlite();
        tables::create(&database).await;
        Self::sqlite_in(database, change).await
    }

    /// The same over existing tables.
    pub(crate) async fn sqlite_in(database: TestDatabase, change: impl FnOnce(&mut ScriptDatabaseConfig)) -> Self {
        let plain = PlainConnection::Sqlite(SqlitePool::connect(database.url()).await.expect("the file opens"));
        Self::over(database, plain, change).await
    }

    /// The same with a changed configuration.
    pub(crate) async fn postgres_with(change: impl FnOnce(&mut ScriptDatabaseConfig)) -> Self {
        let database = TestDatabase::postgres().await;
        tables::create(&database).await;
        Self::postgres_in(database, change).await
    }

    /// The same over existing tables.
    pub(crate) async fn postgres_in(database: TestDatabase, change: impl FnOnce(&mut ScriptDatabaseConfig)) -> Self {
        let plain = PlainConnection::Postgres(PgPool::connect(database.url()).await.expect("the database opens"));
        Self::over(database, plain, change).await
    }

    async fn over(
        database: TestDatabase,
        plain: PlainConnection,
        change: impl FnOnce(&mut ScriptDatabaseConfig),
    ) -> Self {
        let mut config = config(database.url());
        change(&mut config);
        let gateway = PooledSqlGateway::connect(config).await.expect("the tables are as they are declared");
        Self { gateway, plain, database }
    }

    pub(crate) const fn database(&self) -> &TestDatabase {
        &self.database
    }

    pub(crate) const fn is_postgres(&self) -> bool {
        matches!(self.plain, PlainConnection::Postgres(_))
    }

    pub(crate) fn url(&self) -> &str {
        self.database.url()
    }

    /// Restores every row.
    pub(crate) async fn restore(&self) {
        self.execute(&tables::refill(matches!(self.plain, PlainConnection::Sqlite(_)))).await;
    }

    /// Runs statements unchanged.
    pub(crate) async fn execute(&self, sql: &str) {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        let done = match &self.plain {
            PlainConnection::Sqlite(pool) => pool.execute(sql).await.map(drop),
            PlainConnection::Postgres(pool) => pool.execute(sql).await.map(drop),
        };
        done.expect("the statements run");
    }

    /// Returns the rows of a query, unscoped.
    pub(crate) async fn plain(&self, sql: &str) -> Vec<PlainRow> {
        self.attempt(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// Returns the rows of a statement, unscoped, or its error.
    pub(crate) async fn attempt(&self, sql: &str) -> Result<Vec<PlainRow>, sqlx::Error> {
        let query = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        match &self.plain {
            PlainConnection::Sqlite(pool) => {
                let rows = query.fetch_all(pool).await?;
                let cell = |row: &sqlx::sqlite::SqliteRow, index: usize| {
                    let value = row.try_get_raw(index).expect("a value");
                    match value.type_info().name() {
                        _ if value.is_null() => None,
                        "INTEGER" => Some(row.get_unchecked::<i64, _>(index).to_string()),
                        "REAL" => Some(row.get_unchecked::<f64, _>(index).to_string()),
                        _ => Some(row.get_unchecked::<String, _>(index)),
                    }
                };
                Ok(rows.iter().map(|row| (0..row.len()).map(|index| cell(row, index)).collect()).collect())
            }
            PlainConnection::Postgres(pool) => {
                let rows = query.fetch_all(pool).await?;
                let cell = |row: &sqlx::postgres::PgRow, index: usize| {
                    let value = row.try_get_raw(index).expect("a value");
                    (!value.is_null()).then(|| value.as_str().expect("text").to_owned())
                };
                Ok(rows.iter().map(|row| (0..row.len()).map(|index| cell(row, index)).collect()).collect())
            }
        }
    }
}
