//! The stores under test.

use std::sync::Arc;

use iota_scripts_domain::{
    ExecutionRepository, HistoryRepository, HttpHostRepository, ManualClock, OccurrenceRepository, ScriptRepository,
    StorageRepository, StrikeRepository, TemplateRepository, Timestamp,
};
use iota_scripts_infrastructure::persistence::{
    DatabaseConfig, Db, SqlExecutionRepository, SqlHistoryRepository, SqlHttpHostRepository, SqlOccurrenceRepository,
    SqlScriptRepository, SqlStorageRepository, SqlStrikeRepository, SqlTemplateRepository, migrations,
};
use iota_scripts_tests::database::{DatabaseLock, TestDatabase};
use sqlx::{Connection as _, Executor as _};

/// One repository of each kind, over the same store.
pub(crate) struct Stores {
    pub(crate) scripts: Arc<dyn ScriptRepository>,
    pub(crate) executions: Arc<dyn ExecutionRepository>,
    pub(crate) occurrences: Arc<dyn OccurrenceRepository>,
    pub(crate) history: Arc<dyn HistoryRepository>,
    pub(crate) storage: Arc<dyn StorageRepository>,
    pub(crate) strikes: Arc<dyn StrikeRepository>,
    pub(crate) templates: Arc<dyn TemplateRepository>,
    pub(crate) http_hosts: Arc<dyn HttpHostRepository>,
    pub(crate) db: Db,
    database: Arc<TestDatabase>,
}

impl Stores {
    pub(crate) async fn sqlite() -> Self {
        Self::over(TestDatabase::sqlite()).await
    }

    pub(crate) async fn postgres() -> Self {
        Self::over(TestDatabase::postgres().await).await
    }

    /// A second connection to the same database, as of another node.
    pub(crate) async fn another_node(&self) -> Db {
        connect(self.database.url()).await
    }

    /// The same stores through connections that log every statement.
    pub(crate) async fn traced(&self) -> Self {
        let config = DatabaseConfig::parse(self.database.url()).expect("a valid URL");
        let db = Db::connect(&config.with_statements_traced()).await.expect("connected to the database");
        Self::of(db, Arc::clone(&self.database))
    }

    /// The database's URL.
    pub(crate) fn url(&self) -> &str {
        self.database.url()
    }

    /// Changes the data directly, through this process's own copy of SQLite.
    pub(crate) async fn fill(&self, sql: &str) {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        if self.url().starts_with("sqlite") {
            let mut connection = sqlx::SqliteConnection::connect(self.url()).await.expect("the file opens");
            connection.execute(sqlx::raw_sql(sql)).await.expect("written");
        } else {
            let mut connection = sqlx::PgConnection::connect(self.url()).await.expect("the database opens");
            connection.execute(sqlx::raw_sql(sql)).await.expect("written");
        }
    }

    /// The file of a SQLite store.
    pub(crate) fn file(&self) -> &std::path::Path {
        self.database.file()
    }

    /// Changes the data directly, not through a repository.
    pub(crate) async fn tamper(&self, sql: &str) {
        self.database.tamper(sql).await;
    }

    /// Blocks all writes until it is released.
    pub(crate) async fn lock(&self) -> DatabaseLock {
        self.database.lock().await
    }

    /// Returns the database's answer to a query, as text.
    pub(crate) async fn query(&self, sql: &'static str) -> Vec<String> {
        self.database.query(sql).await
    }

    pub(crate) async fn over(database: TestDatabase) -> Self {
        Self::with(Self::made_in(&database).await, database)
    }

    /// Creates the tables.
    pub(crate) async fn made_in(database: &TestDatabase) -> Db {
        let db = connect(database.url()).await;
        migrations::migrate(&db, &ManualClock::new(Timestamp::from_micros(0))).await.expect("the tables are made");
        db
    }

    /// Over existing tables.
    pub(crate) fn with(db: Db, database: TestDatabase) -> Self {
        Self::of(db, Arc::new(database))
    }

    fn of(db: Db, database: Arc<TestDatabase>) -> Self {
        Self {
            scripts: Arc::new(SqlScriptRepository::new(db.clone())),
            executions: Arc::new(SqlExecutionRepository::new(db.clone())),
            occurrences: Arc::new(SqlOccurrenceRepository::new(db.clone())),
            history: Arc::new(SqlHistoryRepository::new(db.clone())),
            storage: Arc::new(SqlStorageRepository::new(db.clone())),
            strikes: Arc::new(SqlStrikeRepository::new(db.clone())),
            templates: Arc::new(SqlTemplateRepository::new(db.clone())),
            http_hosts: Arc::new(SqlHttpHostRepository::new(db.clone())),
            db,
            database,
        }
    }
}

pub(crate) async fn connect(url: &str) -> Db {
    let config = DatabaseConfig::parse(url).expect("a valid URL");
    Db::connect(&config).await.expect("connected to the database")
}
