//! Counts runs per interval. Whole quarters of an hour are read from their stored counts; the rest (both ends, and filters without stored
//! counts) from an index of the runs.

use std::{collections::BTreeMap, time::Duration};

use iota_scripts_domain::{
    Activity, ExecutionQuery, ExecutionStatus, RepositoryError, TenantId, Timestamp, TrialFilter,
};
use sqlx::QueryBuilder;

use super::{SqlExecutionRepository, list, parse_status, store};
use crate::persistence::{
    columns::Store,
    config::Dialect,
    db::on,
    list::{Filters as _, count},
    run_counts::{QUARTER, beginning, quarter},
};

/// Number of runs by interval, status, and whether they are trials.
type Counts = BTreeMap<(i64, String, bool), u64>;

const UNFINISHED: [ExecutionStatus; 2] = [ExecutionStatus::Pending, ExecutionStatus::Running];

pub(super) async fn of(
    repository: &SqlExecutionRepository,
    tenant: &TenantId,
    query: &ExecutionQuery,
    width: Duration,
) -> Result<Vec<Activity>, RepositoryError> {
    let mut counts = Counts::new();
    let reader = ActivityReader { repository, tenant, width };
    match Quarters::of(query, width) {
        None => reader.add_runs(query, &mut counts).await?,
        Some(quarters) => {
            for edge in quarters.edges(query) {
                reader.add_runs(&edge, &mut counts).await?;
            }
            reader.add_stored_counts(query, quarters, &mut counts).await?;
        }
    }
    let mut activity = Vec::with_capacity(counts.len());
    for ((stretch, status, trial), runs) in counts.into_iter().filter(|(_, runs)| *runs > 0) {
        activity.push(Activity { stretch, status: parse_status(&status, "a count")?, trial, runs });
    }
    activity.sort_by_key(|counted| (counted.stretch, counted.status.as_str(), counted.trial));
    Ok(activity)
}

/// The quarters that are completely inside the requested range: from the first up to, but excluding, the second, if the range has an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Quarters {
    from: Option<i64>,
    to: Option<i64>,
}

impl Quarters {
    /// Returns `None` if the stored counts cannot be used: a single script has few runs, and runs that have not ended have their own index.
    fn of(query: &ExecutionQuery, width: Duration) -> Option<Self> {
        let whole = width.as_micros().is_multiple_of(QUARTER.as_micros()) && !width.is_zero();
        let ended = query.statuses.is_empty() || !query.statuses.iter().all(|status| UNFINISHED.contains(status));
        let from = query.from.map(|from| quarter(from) + i64::from(beginning(quarter(from)) < from));
        let to = query.to.map(quarter);
        let some = from.zip(to).is_none_or(|(from, to)| from < to);
        (whole && ended && some && query.script.is_none()).then_some(Self { from, to })
    }

    /// Returns queries for the parts of the range before and after the quarters.
    fn edges(self, query: &ExecutionQuery) -> impl Iterator<Item = ExecutionQuery> {
        let within = |from: Timestamp, to: Timestamp| {
            (from < to).then(|| ExecutionQuery { from: Some(from), to: Some(to), ..query.clone() })
        };
        let before = query.from.zip(self.from).and_then(|(from, first)| within(from, beginning(first)));
        let behind = self.to.zip(query.to).and_then(|(end, to)| within(beginning(end), to));
        before.into_iter().chain(behind)
    }
}

struct ActivityReader<'l> {
    repository: &'l SqlExecutionRepository,
    tenant: &'l TenantId,
    width: Duration,
}

impl ActivityReader<'_> {
    /// No general index contains whether a run is a trial, since the column of a dry run may be long; trials have their own index. So all
    /// runs are counted with one index, and then the few trials with the other.
    async fn add_runs(&self, query: &ExecutionQuery, counts: &mut Counts) -> Result<(), RepositoryError> {
        let trials = ExecutionQuery { trials: TrialFilter::Only, ..query.clone() };
        let trials = self.by_index(&trials).await?;
        if query.trials != TrialFilter::Only {
            let all = ExecutionQuery { trials: TrialFilter::Included, ..query.clone() };
            for (key, runs) in self.by_index(&all).await? {
                let real = runs.saturating_sub(trials.get(&key).copied().unwrap_or_default());
                *counts.entry((key.0, key.1, false)).or_default() += real;
            }
        }
        if query.trials != TrialFilter::Excluded {
            for ((stretch, status), runs) in trials {
                *counts.entry((stretch, status, true)).or_default() += runs;
            }
        }
        Ok(())
    }

    async fn by_index(&self, query: &ExecutionQuery) -> Result<BTreeMap<(i64, String), u64>, RepositoryError> {
        let select =
            format!("SELECT {} AS stretch, {}, COUNT(*)", self.stretch(), list::status_column(&query.statuses));
        let rows: Vec<(i64, String, i64)> = on!(self.repository.db, |pool| {
            let mut counted = list::filtered(&select, self.tenant, query);
            counted.push(" GROUP BY 1, 2").build_query_as().fetch_all(pool).await.map_err(store)?
        });
        Ok(rows.into_iter().map(|(stretch, status, runs)| ((stretch, status), count(runs))).collect())
    }

    /// Uses one statement, so that a run that ends meanwhile is counted once.
    async fn add_stored_counts(
        &self,
        query: &ExecutionQuery,
        quarters: Quarters,
        counts: &mut Counts,
    ) -> Result<(), RepositoryError> {
        let rows: Vec<(i64, String, i64, i64)> = on!(self.repository.db, |pool| {
            let mut counted = self.counted(query, quarters);
            counted.build_query_as().fetch_all(pool).await.map_err(store)?
        });
        for (stretch, status, trial, runs) in rows {
            *counts.entry((stretch, status, trial != 0)).or_default() += count(runs);
        }
        Ok(())
    }

    fn counted<DB: Store>(&self, query: &ExecutionQuery, quarters: Quarters) -> QueryBuilder<DB> {
        const COLUMNS: &str = "SELECT stretch, status, CAST(trial AS BIGINT), CAST(SUM(runs) AS BIGINT) FROM (";
        let in_one = self.width.as_micros() / QUARTER.as_micros();
        let mut builder = QueryBuilder::new(format!(
            "{COLUMNS}SELECT quarter / {in_one} AS stretch, status, CASE WHEN trial THEN 1 ELSE 0 END AS trial, runs \
             FROM script_run_counts WHERE tenant_id = "
        ));
        builder.with("", self.tenant.as_str());
        if let Some(from) = quarters.from {
            builder.with(" AND quarter >= ", from);
        }
        if let Some(to) = quarters.to {
            builder.with(" AND quarter < ", to);
        }
        if !query.statuses.is_empty() {
            builder.with_each(" AND status IN (", query.statuses.iter().map(|status| status.as_str()));
        }
        if let Some(trigger) = query.trigger {
            builder.with(" AND triggered_by = ", trigger.as_str());
        }
        builder.push(match query.trials {
            TrialFilter::Included => "",
            TrialFilter::Excluded => " AND NOT trial",
            TrialFilter::Only => " AND trial",
        });
        let asked = |status: &ExecutionStatus| query.statuses.is_empty() || query.statuses.contains(status);
        let statuses: Vec<ExecutionStatus> = UNFINISHED.into_iter().filter(asked).collect();
        if !statuses.is_empty() {
            let (from, to) = (quarters.from.map(beginning), quarters.to.map(beginning));
            let unfinished = ExecutionQuery { statuses, from, to, ..query.clone() };
            builder.push(format!(
                " UNION ALL SELECT {}, status, CASE WHEN {} THEN 1 ELSE 0 END, 1",
                self.stretch(),
                list::TRIALS
            ));
            list::filter(&mut builder, self.tenant, &unfinished);
        }
        builder.push(") AS counted GROUP BY stretch, status, trial");
        builder
    }

    /// Returns SQL for the number of the interval in which a run was created.
    fn stretch(&self) -> String {
        let width = self.width.as_micros().max(1);
        match self.repository.db.dialect() {
            Dialect::Sqlite => format!("created_at / {width}"),
            Dialect::Postgres => format!("CAST(FLOOR(EXTRACT(EPOCH FROM created_at) * 1000000 / {width}) AS BIGINT)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 86_400;

    fn of(from: i64, to: Option<i64>, width: u64) -> Option<Quarters> {
        let at = |seconds: i64| Timestamp::from_micros(seconds * 1_000_000);
        let query = ExecutionQuery { from: Some(at(from)), to: to.map(at), ..ExecutionQuery::default() };
        Quarters::of(&query, Duration::from_secs(width))
    }

    #[test]
    fn only_whole_quarters_are_read_from_counts() {
        assert_eq!(of(900, Some(2700), 900), Some(Quarters { from: Some(1), to: Some(3) }));
        assert_eq!(of(901, Some(3599), 900), Some(Quarters { from: Some(2), to: Some(3) }));
        assert_eq!(of(1, None, DAY), Some(Quarters { from: Some(1), to: None }));
        assert_eq!(of(901, Some(2699), 900), None, "no whole quarter");
        assert_eq!(of(900, Some(2700), 300), None, "quarters are too long");
    }

    #[test]
    fn edges_and_quarters_cover_the_whole_range() {
        let at = |seconds: i64| Timestamp::from_micros(seconds * 1_000_000);
        let query = ExecutionQuery { from: Some(at(10)), to: Some(at(2000)), ..ExecutionQuery::default() };
        let quarters = Quarters::of(&query, QUARTER).expect("some");
        let edges: Vec<_> = quarters.edges(&query).map(|edge| (edge.from, edge.to)).collect();
        assert_eq!(edges, [(Some(at(10)), Some(at(900))), (Some(at(1800)), Some(at(2000)))]);
        let even = ExecutionQuery { from: Some(at(900)), to: Some(at(1800)), ..ExecutionQuery::default() };
        assert_eq!(Quarters::of(&even, QUARTER).map(|quarters| quarters.edges(&even).count()), Some(0));
    }
}
