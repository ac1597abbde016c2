//! The size of each tenant's history in bytes, and the number of runs by outcome. Both are increased when a run ends and decreased when it
//! is removed, in the same transaction, so that no query has to read the history.

use std::collections::BTreeMap;

use super::run_counts::{RunCounts, RunKind};

pub(super) const ADD: &str = "INSERT INTO script_history_usage (tenant_id, bytes) VALUES ($1, $2) \
    ON CONFLICT (tenant_id) DO UPDATE SET bytes = script_history_usage.bytes + excluded.bytes";

/// Updates both tables for all tenants, always in the same order: PostgreSQL runs the final `INSERT` before those in the `WITH` clause that
/// it does not read.
pub(super) const ADD_ALL: &str = "WITH used AS (INSERT INTO script_history_usage (tenant_id, bytes) \
    SELECT tenant, bytes FROM json_to_recordset(CAST($1 AS JSON)) AS x (tenant TEXT, bytes BIGINT) ORDER BY tenant COLLATE \"C\" \
    ON CONFLICT (tenant_id) DO UPDATE SET bytes = script_history_usage.bytes + excluded.bytes) \
    INSERT INTO script_run_counts (tenant_id, quarter, status, triggered_by, trial, runs) \
    SELECT tenant, quarter, status, triggered_by, trial, runs FROM json_to_recordset(CAST($2 AS JSON)) \
    AS x (tenant TEXT, quarter BIGINT, status TEXT, triggered_by TEXT, trial BOOLEAN, runs BIGINT) \
    ORDER BY tenant COLLATE \"C\", quarter, status COLLATE \"C\", triggered_by COLLATE \"C\", trial \
    ON CONFLICT (tenant_id, quarter, status, triggered_by, trial) DO UPDATE SET runs = script_run_counts.runs + excluded.runs";

/// Never below zero: a node of the previous release counts nothing.
pub(super) const SUBTRACT: &str =
    "UPDATE script_history_usage SET bytes = CASE WHEN bytes > $2 THEN bytes - $2 ELSE 0 END WHERE tenant_id = $1";

/// The size of a row in bytes, in SQL.
macro_rules! row_bytes {
    () => {
        "CAST(octet_length(input) + COALESCE(octet_length(result), 0) + COALESCE(octet_length(output), 0) \
         + COALESCE(octet_length(dry_run), 0) AS BIGINT)"
    };
}
pub(super) use row_bytes;

/// The amounts that a transaction adds. They are in the order of keys, so that two transactions that update several rows cannot deadlock.
#[derive(Debug, Default)]
pub(super) struct Usage {
    bytes: BTreeMap<String, u64>,
    runs: RunCounts,
}

impl Usage {
    /// Adds a run that has ended.
    pub(super) fn add(&mut self, kind: RunKind, bytes: u64) {
        if let Some(sum) = self.bytes.get_mut(&kind.tenant) {
            *sum += bytes;
        } else {
            self.bytes.insert(kind.tenant.clone(), bytes);
        }
        *self.runs.entry(kind).or_default() += 1;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    pub(super) fn tenants(&self) -> impl Iterator<Item = (&str, i64)> {
        self.bytes.iter().map(|(tenant, bytes)| (tenant.as_str(), figure(*bytes)))
    }

    pub(super) const fn runs(&self) -> &RunCounts {
        &self.runs
    }

    /// Returns the two parameters of [`ADD_ALL`].
    pub(super) fn to_json(&self) -> (String, String) {
        let bytes = self.tenants().map(|(tenant, bytes)| serde_json::json!({"tenant": tenant, "bytes": bytes}));
        let runs = self.runs.iter().map(|(kind, runs)| {
            let RunKind { tenant, quarter, status, triggered_by, trial } = kind;
            serde_json::json!({"tenant": tenant, "quarter": quarter, "status": status, "triggered_by": triggered_by,
                "trial": trial, "runs": runs})
        });
        (bytes.collect::<serde_json::Value>().to_string(), runs.collect::<serde_json::Value>().to_string())
    }
}

/// Converts a number of bytes to the type of the column.
pub(super) fn figure(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

/// Adds the usage of each tenant within a transaction. On PostgreSQL this is one statement, since each costs a round trip.
macro_rules! record {
    ($dialect:expr, $usage:expr, $tx:expr) => {{
        let mut recorded = Ok(());
        if $usage.is_empty() {
            // No run ended.
        } else if $dialect == $crate::persistence::Dialect::Postgres {
            let (bytes, runs) = $usage.to_json();
            let add = sqlx::query($crate::persistence::history_usage::ADD_ALL).bind(bytes).bind(runs);
            recorded = add.execute(&mut *$tx).await.map(drop);
        } else {
            for (tenant, bytes) in $usage.tenants() {
                if recorded.is_err() {
                    break;
                }
                let add = sqlx::query($crate::persistence::history_usage::ADD).bind(tenant).bind(bytes);
                recorded = add.execute(&mut *$tx).await.map(drop);
            }
            for (kind, runs) in $usage.runs() {
                if recorded.is_err() {
                    break;
                }
                recorded = $crate::persistence::run_counts::add!(kind, *runs, $tx);
            }
        }
        recorded
    }};
}
pub(super) use record;
