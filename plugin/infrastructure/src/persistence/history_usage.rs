//! How many bytes the history of each tenant holds: added with the end of each run and taken off when it is removed, in the same
//! transaction, so that nobody has to read history to know.

use std::collections::BTreeMap;

pub(super) const ADD: &str = "INSERT INTO script_history_usage (tenant_id, bytes) VALUES ($1, $2) \
    ON CONFLICT (tenant_id) DO UPDATE SET bytes = script_history_usage.bytes + excluded.bytes";

/// Never below nothing: a node of the release before counts nothing.
pub(super) const TAKE_OFF: &str =
    "UPDATE script_history_usage SET bytes = CASE WHEN bytes > $2 THEN bytes - $2 ELSE 0 END WHERE tenant_id = $1";

/// What a row holds, in SQL.
macro_rules! row_bytes {
    () => {
        "CAST(octet_length(input) + COALESCE(octet_length(result), 0) + COALESCE(octet_length(output), 0) \
         + COALESCE(octet_length(dry_run), 0) AS BIGINT)"
    };
}
pub(super) use row_bytes;

/// What a transaction adds, by tenant. In the order of their ids: two transactions that add to several never wait for each other.
#[derive(Debug, Default)]
pub(super) struct Usage(BTreeMap<String, u64>);

impl Usage {
    pub(super) fn add_bytes(&mut self, tenant: &str, bytes: u64) {
        if let Some(sum) = self.0.get_mut(tenant) {
            *sum += bytes;
        } else {
            self.0.insert(tenant.to_owned(), bytes);
        }
    }

    pub(super) fn tenants(&self) -> impl Iterator<Item = (&str, i64)> {
        self.0.iter().map(|(tenant, bytes)| (tenant.as_str(), figure(*bytes)))
    }
}

/// A figure as the databases have it.
pub(super) fn figure(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

/// Adds to the usage of each tenant, within a transaction.
macro_rules! record {
    ($usage:expr, $tx:expr) => {{
        let mut recorded = Ok(());
        for (tenant, bytes) in $usage.tenants() {
            let add = sqlx::query($crate::persistence::history_usage::ADD).bind(tenant).bind(bytes);
            recorded = add.execute(&mut *$tx).await.map(drop);
            if recorded.is_err() {
                break;
            }
        }
        recorded
    }};
}
pub(super) use record;
