//! [`HttpHostRepository`] over SQL.

use async_trait::async_trait;
use iota_scripts_domain::{AllowedHost, HostPattern, HttpHostRepository, RepositoryError, TenantId};

use super::db::{Db, on, on_writer};
use super::error::repository_error;
use super::rows::{RowReader, SqlTime};

/// Allowed hosts in a database.
#[derive(Debug, Clone)]
pub struct SqlHttpHostRepository {
    db: Db,
}

impl SqlHttpHostRepository {
    /// Creates the repository. The database must be migrated.
    #[must_use]
    pub const fn new(db: Db) -> Self {
        Self { db }
    }
}

const TABLE: &str = "script_http_hosts";

const LIST: &str = "SELECT host, added_at, added_by FROM script_http_hosts WHERE tenant_id = $1 ORDER BY host";

const ADD: &str = "INSERT INTO script_http_hosts (tenant_id, host, added_at, added_by) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (tenant_id, host) DO NOTHING";

const REMOVE: &str = "DELETE FROM script_http_hosts WHERE tenant_id = $1 AND host = $2";

#[async_trait]
impl HttpHostRepository for SqlHttpHostRepository {
    async fn list(&self, tenant: &TenantId) -> Result<Vec<AllowedHost>, RepositoryError> {
        let rows: Vec<(String, SqlTime, String)> =
            on!(self.db, |pool| { sqlx::query_as(LIST).bind(tenant.as_str()).fetch_all(pool).await.map_err(store)? });
        let read = |(host, at, by): (String, SqlTime, String)| {
            let reader = RowReader::new(TABLE, format_args!("{tenant}/{host}"));
            let host = reader.read("host", HostPattern::parse(&host).map_err(|error| error.message))?;
            Ok(AllowedHost { host, added: reader.stamp("added_by", at, by)? })
        };
        rows.into_iter().map(read).collect()
    }

    async fn add(&self, tenant: &TenantId, host: &AllowedHost) -> Result<bool, RepositoryError> {
        Ok(on_writer!(self.db, |pool| {
            let query = sqlx::query(ADD).bind(tenant.as_str()).bind(host.host.as_str());
            let query = query.bind(SqlTime(host.added.at)).bind(host.added.by.as_str());
            query.execute(pool).await.map_err(store)?.rows_affected() > 0
        }))
    }

    async fn remove(&self, tenant: &TenantId, host: &HostPattern) -> Result<bool, RepositoryError> {
        Ok(on_writer!(self.db, |pool| {
            let query = sqlx::query(REMOVE).bind(tenant.as_str()).bind(host.as_str());
            query.execute(pool).await.map_err(store)?.rows_affected() > 0
        }))
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err takes")]
fn store(error: sqlx::Error) -> RepositoryError {
    repository_error(TABLE, &error)
}
