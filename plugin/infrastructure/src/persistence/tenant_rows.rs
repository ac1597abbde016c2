//! Deletes all rows of a tenant that the host has deleted.

use iota_scripts_domain::{RepositoryError, TenantId};

use super::db::{BeginWrite as _, Db, on_writer};
use super::error::repository_error;

/// Dependent tables come first.
const DELETES: [(&str, &str); 14] = [
    ("script_executions", "DELETE FROM script_executions WHERE tenant_id = $1"),
    ("script_history_usage", "DELETE FROM script_history_usage WHERE tenant_id = $1"),
    ("script_run_counts", "DELETE FROM script_run_counts WHERE tenant_id = $1"),
    ("script_occurrences", "DELETE FROM script_occurrences WHERE tenant_id = $1"),
    ("script_schedules", "DELETE FROM script_schedules WHERE tenant_id = $1"),
    ("script_pauses", "DELETE FROM script_pauses WHERE tenant_id = $1"),
    ("script_strikes", "DELETE FROM script_strikes WHERE tenant_id = $1"),
    ("script_versions", "DELETE FROM script_versions WHERE tenant_id = $1"),
    ("scripts", "DELETE FROM scripts WHERE tenant_id = $1"),
    ("script_storage", "DELETE FROM script_storage WHERE tenant_id = $1"),
    ("script_storage_usage", "DELETE FROM script_storage_usage WHERE tenant_id = $1"),
    ("script_templates", "DELETE FROM script_templates WHERE tenant_id = $1"),
    ("script_template_locales", "DELETE FROM script_template_locales WHERE tenant_id = $1"),
    ("script_http_hosts", "DELETE FROM script_http_hosts WHERE tenant_id = $1"),
];

impl Db {
    /// Deletes every row of the tenant in one transaction.
    ///
    /// # Errors
    /// Only those of the database.
    pub async fn forget_tenant(&self, tenant: &TenantId) -> Result<(), RepositoryError> {
        on_writer!(self, |pool| {
            let mut transaction = pool.begin_write().await.map_err(|error| repository_error("scripts", &error))?;
            for (table, delete) in DELETES {
                let query = sqlx::query(delete).bind(tenant.as_str());
                query.execute(&mut *transaction).await.map_err(|error| repository_error(table, &error))?;
            }
            transaction.commit().await.map_err(|error| repository_error("scripts", &error))
        })
    }
}
