//! The number of a tenant's runs that ended in each quarter of an hour. It is increased when a run ends and decreased when the run is
//! removed, in the same transaction, so that charts do not have to read runs.
//!
//! Runs that have not ended are not counted here: they are few and have their own index.

use std::{collections::BTreeMap, time::Duration};

use iota_scripts_domain::{ExecutionStatus, Timestamp, Trigger};

/// Length of a quarter of an hour.
pub(super) const QUARTER: Duration = Duration::from_secs(900);

/// The key under which runs are counted together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RunKind {
    pub(super) tenant: String,
    pub(super) quarter: i64,
    /// The status as the domain reports it.
    pub(super) status: String,
    pub(super) triggered_by: String,
    pub(super) trial: bool,
}

/// Runs of each kind, in the order in which every transaction locks their rows, so that no two can deadlock.
pub(super) type RunCounts = BTreeMap<RunKind, i64>;

impl RunKind {
    /// Returns the kind of a row with these columns.
    pub(super) fn of(
        tenant: &str,
        created_at: Timestamp,
        (status, http_status): (&str, Option<i64>),
        triggered_by: &str,
        dry_run: Option<&str>,
    ) -> Self {
        let refused = status == ExecutionStatus::Success.as_str() && http_status.is_some_and(|status| status >= 400);
        let status = if refused { ExecutionStatus::Refused.as_str() } else { status };
        Self {
            tenant: tenant.to_owned(),
            quarter: quarter(created_at),
            status: status.to_owned(),
            triggered_by: triggered_by.to_owned(),
            trial: triggered_by == Trigger::Test.as_str() || dry_run.is_some(),
        }
    }
}

/// Returns the number of the quarter that contains a timestamp.
pub(super) const fn quarter(at: Timestamp) -> i64 {
    at.as_micros().div_euclid(QUARTER.as_micros() as i64)
}

/// Returns the start of a quarter.
pub(super) const fn beginning(quarter: i64) -> Timestamp {
    Timestamp::from_micros(quarter.saturating_mul(QUARTER.as_micros() as i64))
}

pub(super) const ADD: &str = "INSERT INTO script_run_counts (tenant_id, quarter, status, triggered_by, trial, runs) \
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant_id, quarter, status, triggered_by, trial) \
    DO UPDATE SET runs = script_run_counts.runs + excluded.runs";

/// Deletes counts of zero or less: a node of the previous release counts nothing.
pub(super) const FORGET: &str =
    "DELETE FROM script_run_counts WHERE tenant_id = $1 AND quarter >= $2 AND quarter <= $3 AND runs <= 0";

/// Adds runs of a kind, or subtracts them, within a transaction.
macro_rules! add {
    ($kind:expr, $runs:expr, $tx:expr) => {{
        let kind: &$crate::persistence::run_counts::RunKind = $kind;
        let add = sqlx::query($crate::persistence::run_counts::ADD).bind(kind.tenant.as_str()).bind(kind.quarter);
        let add = add.bind(kind.status.as_str()).bind(kind.triggered_by.as_str()).bind(kind.trial).bind($runs);
        add.execute(&mut *$tx).await.map(drop)
    }};
}
pub(super) use add;

/// Subtracts removed runs of one tenant, within a transaction.
macro_rules! subtract {
    ($counts:expr, $tx:expr) => {{
        let counts: &$crate::persistence::run_counts::RunCounts = $counts;
        let mut taken = Ok(());
        for (kind, runs) in counts {
            taken = $crate::persistence::run_counts::add!(kind, -runs, $tx);
            if taken.is_err() {
                break;
            }
        }
        if let (Ok(()), Some((first, _)), Some((last, _))) = (&taken, counts.first_key_value(), counts.last_key_value())
        {
            let forget = sqlx::query($crate::persistence::run_counts::FORGET).bind(first.tenant.as_str());
            let forget = forget.bind(first.quarter).bind(last.quarter);
            taken = forget.execute(&mut *$tx).await.map(drop);
        }
        taken
    }};
}
pub(super) use subtract;
