//! [`StrikeRepository`] over SQL: a strike is recorded and counted in one transaction, and transactions of other nodes wait for it.

use async_trait::async_trait;
use iota_scripts_domain::{
    CallerStrikes, EndpointCaller, FaultCode, RepositoryError, ScriptId, Strike, StrikeCount, StrikeRepository,
    TenantId, Timestamp, Version,
};

use super::Dialect;
use super::db::{BeginWrite as _, Db, on, on_writer};
use super::error::repository_error;
use super::rows::{RowReader, SqlTime};

const TABLE: &str = "script_strikes";

/// Strikes in a database.
#[derive(Debug, Clone)]
pub struct SqlStrikeRepository {
    db: Db,
}

impl SqlStrikeRepository {
    /// Creates the repository. The database must be migrated.
    #[must_use]
    pub const fn new(db: Db) -> Self {
        Self { db }
    }

    /// If two nodes record strikes of a script at the same time, the second waits for the first and then counts both. SQLite has one writer
    /// at a time.
    const fn lock(&self) -> &'static str {
        match self.db.dialect() {
            Dialect::Sqlite => "",
            Dialect::Postgres => " FOR NO KEY UPDATE",
        }
    }
}

const FORGET: &str = "DELETE FROM script_strikes WHERE script_id = $1 AND at < $2";

const NOTE: &str = "INSERT INTO script_strikes (execution_id, tenant_id, script_id, version, fault, at, caller) \
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (execution_id) DO NOTHING";

const COUNT: &str = "SELECT fault, COUNT(*), MIN(at) FROM script_strikes \
    WHERE script_id = $1 AND tenant_id = $2 AND version = $3 AND at >= $4 AND COALESCE(caller, '') = $5 GROUP BY fault ORDER BY COUNT(*) DESC, fault";

const CALLERS: &str = "SELECT caller, COUNT(*), MIN(at) FROM script_strikes \
    WHERE script_id = $1 AND tenant_id = $2 AND version = $3 AND at >= $4 AND caller IS NOT NULL \
    GROUP BY caller ORDER BY COUNT(*) DESC, caller LIMIT 100";

#[async_trait]
impl StrikeRepository for SqlStrikeRepository {
    async fn note(&self, strike: &Strike, since: Timestamp) -> Result<Vec<StrikeCount>, RepositoryError> {
        let (script, tenant, version) = (strike.script.as_uuid(), strike.tenant.as_str(), strike.version.get());
        let caller = strike.caller.as_ref().map(EndpointCaller::as_str);
        let current = format!(
            "SELECT version FROM scripts WHERE id = $1 AND tenant_id = $2 AND version = $3 AND is_active{}",
            self.lock()
        );
        let rows: Vec<(String, i64, SqlTime)> = on_writer!(self.db, |pool| {
            let mut tx = pool.begin_write().await.map_err(store)?;
            let current = sqlx::query(sqlx::AssertSqlSafe(current)).bind(script).bind(tenant).bind(version);
            if current.fetch_optional(&mut *tx).await.map_err(store)?.is_none() {
                return Ok(Vec::new());
            }
            let forget = sqlx::query(FORGET).bind(script).bind(SqlTime(since));
            forget.execute(&mut *tx).await.map_err(store)?;
            sqlx::query(NOTE)
                .bind(strike.execution.as_uuid())
                .bind(tenant)
                .bind(script)
                .bind(version)
                .bind(strike.fault.as_str())
                .bind(SqlTime(strike.at))
                .bind(caller)
                .execute(&mut *tx)
                .await
                .map_err(store)?;
            let count = sqlx::query_as(COUNT).bind(script).bind(tenant).bind(version).bind(SqlTime(since));
            let count = count.bind(caller.unwrap_or_default());
            let rows = count.fetch_all(&mut *tx).await.map_err(store)?;
            tx.commit().await.map_err(store)?;
            rows
        });
        let reader = RowReader::new(TABLE, strike.execution.as_uuid());
        let count = |(fault, times, since): (String, i64, SqlTime)| {
            Ok(StrikeCount {
                fault: reader.require("fault", FaultCode::parse(&fault))?,
                times: u32::try_from(times).unwrap_or(u32::MAX),
                since: since.0,
            })
        };
        rows.into_iter().map(count).collect()
    }

    async fn callers(
        &self,
        tenant: &TenantId,
        script: ScriptId,
        version: Version,
        since: Timestamp,
    ) -> Result<Vec<CallerStrikes>, RepositoryError> {
        let rows: Vec<(String, i64, SqlTime)> = on!(self.db, |pool| {
            let query = sqlx::query_as(CALLERS).bind(script.as_uuid()).bind(tenant.as_str());
            let query = query.bind(version.get()).bind(SqlTime(since));
            query.fetch_all(pool).await.map_err(store)?
        });
        let strikes = |(caller, times, since): (String, i64, SqlTime)| CallerStrikes {
            caller: EndpointCaller::stored(caller),
            times: u32::try_from(times).unwrap_or(u32::MAX),
            since: since.0,
        };
        Ok(rows.into_iter().map(strikes).collect())
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err takes")]
fn store(error: sqlx::Error) -> RepositoryError {
    repository_error(TABLE, &error)
}
