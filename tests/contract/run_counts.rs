//! Promises of charts: for every grouping, their counts equal those of a list of the same runs.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use iota_scripts_domain::{
    Execution, ExecutionQuery, ExecutionStatus, Fault, FaultCode, JsonText, ManualClock, NewExecution, Outcome,
    PagePosition, PageRequest, RunRecord, ScriptRef, Timestamp, TrialFilter, Trigger,
};
use iota_scripts_infrastructure::persistence::migrations;

use crate::executions::expire;
use crate::samples::{acme, at, head, node, tenant};
use crate::stores::Stores;

const QUARTER: i64 = 900;

fn outcome(number: i64) -> RunRecord {
    let http_status = match number % 5 {
        0 => Some(200),
        1 => Some(404),
        _ => None,
    };
    let outcome = match number % 7 {
        0 => Outcome::of_fault(Fault::new(FaultCode::ScriptError, "no luck")),
        1 => Outcome::of_fault(Fault::new(FaultCode::Timeout, "too long")),
        2 => Outcome::of_fault(Fault::new(FaultCode::Cancelled, "never mind")),
        _ => http_status
            .map_or_else(|| Outcome::Success(JsonText::null()), |status| Outcome::of_answer(JsonText::null(), status)),
    };
    RunRecord { http_status, ..RunRecord::new(outcome) }
}

fn one(number: i64, script: &ScriptRef) -> NewExecution {
    let trigger =
        [Trigger::Manual, Trigger::Api, Trigger::Cron, Trigger::Test][usize::try_from(number % 4).unwrap_or(0)];
    NewExecution { trigger, dry_run: number % 11 == 0, script: script.clone(), ..head(number * 131) }
}

/// Runs over some hours: ended singly or in groups, kept whole, lost, and in flight.
async fn runs(stores: &Stores, script: &ScriptRef) {
    let mut ends = Vec::new();
    let mut lost = Vec::new();
    for number in 0..90 {
        let started = Execution::running(one(number, script), node("node-1"), at(number * 131));
        let ended = started.clone().finish(outcome(number), at(number * 131 + 1)).expect("an ended run");
        match number % 9 {
            0 => stores.executions.insert(&started).await.expect("stored"),
            1 | 2 if number % 11 != 0 => stores.executions.keep(Arc::new(ended), &node("node-1")).await.expect("kept"),
            3 => {
                stores.executions.insert(&started).await.expect("stored");
                lost.push(started);
            }
            _ => {
                stores.executions.insert(&started).await.expect("stored");
                ends.push(ended);
            }
        }
    }
    let query = futures_util::future::join_all(ends.iter().map(|run| stores.executions.finish(run))).await;
    assert!(query.iter().all(Result::is_ok));
    expire(stores, &lost.iter().collect::<Vec<_>>()).await;
    assert_eq!(stores.executions.recover_lost(100).await.map(|lost| lost.len()), Ok(lost.len()));
}

fn queries() -> Vec<ExecutionQuery> {
    use ExecutionStatus::{Failed, Lost, Refused, Running, Success, Timeout};
    let mut queries = vec![ExecutionQuery::default()];
    for (from, to) in [(Some(200), None), (None, Some(5_000)), (Some(950), Some(7_777)), (Some(1_000), Some(1_100))] {
        queries.push(ExecutionQuery { from: from.map(at), to: to.map(at), ..ExecutionQuery::default() });
    }
    for statuses in [vec![Success], vec![Refused], vec![Failed, Timeout, Lost], vec![Running, Success], vec![Running]] {
        queries.push(ExecutionQuery { statuses, from: Some(at(1_000)), ..ExecutionQuery::default() });
    }
    for trials in [TrialFilter::Excluded, TrialFilter::Only] {
        queries.push(ExecutionQuery {
            trials,
            from: Some(at(1_000)),
            to: Some(at(9_000)),
            ..ExecutionQuery::default()
        });
        queries.push(ExecutionQuery { trials, trigger: Some(Trigger::Manual), ..ExecutionQuery::default() });
    }
    queries
}

async fn charts_equal_lists(stores: &Stores) {
    for query in queries() {
        let page = PageRequest::at(PagePosition::Number(1), PageRequest::MAX_SIZE);
        let listed = stores.executions.list(&acme(), &ExecutionQuery { page, ..query.clone() }).await.expect("a list");
        assert_eq!(listed.total, listed.items.len() as u64);
        // The count does not depend on the length of the page.
        let short = ExecutionQuery { page: PageRequest::first(3), ..query.clone() };
        assert_eq!(stores.executions.list(&acme(), &short).await.map(|page| page.total), Ok(listed.total), "{query:?}");
        for width in [QUARTER / 3, QUARTER, 4 * QUARTER] {
            let mut expected: BTreeMap<(i64, &str, bool), u64> = BTreeMap::new();
            for run in &listed.items {
                let stretch = run.created_at.as_micros() / (width * 1_000_000);
                *expected.entry((stretch, run.status.as_str(), run.is_trial())).or_default() += 1;
            }
            let width = Duration::from_secs(u64::try_from(width).expect("a width"));
            let counted = stores.executions.activity(&acme(), &query, width).await.expect("counts");
            let counted = counted.iter().map(|found| ((found.stretch, found.status.as_str(), found.trial), found.runs));
            assert_eq!(counted.collect::<BTreeMap<_, _>>(), expected, "by {width:?}: {query:?}");
        }
    }
}

pub(crate) async fn a_chart_equals_the_list_of_its_runs(stores: &Stores) {
    let script = head(0).script;
    runs(stores, &script).await;
    let foreign =
        Execution::running(NewExecution { tenant: tenant("globex"), ..one(1, &script) }, node("node-1"), at(131));
    stores.executions.insert(&foreign).await.expect("stored");
    let foreign = foreign.finish(outcome(1), at(132)).expect("ended");
    stores.executions.finish(&foreign).await.expect("recorded");
    charts_equal_lists(stores).await;

    // In batches that end within a quarter of an hour.
    while stores.history.prune(&acme(), at(6_000), 7).await.expect("removed").runs > 0 {}
    charts_equal_lists(stores).await;
    let least = "SELECT CAST(MIN(runs) AS BIGINT) || '' FROM script_run_counts WHERE tenant_id = 'acme'";
    assert_eq!(stores.query(least).await, ["1"], "no row is left of removed runs");
    stores.db.forget_tenant(&acme()).await.expect("forgotten");
    let left = "SELECT tenant_id FROM script_run_counts";
    assert_eq!(stores.query(left).await, ["globex"]);
}

/// As in a database of the previous release.
pub(crate) async fn the_migration_counts_existing_runs(stores: &Stores) {
    runs(stores, &head(0).script).await;
    stores.executions.settle().await;
    let counted =
        "SELECT tenant_id || quarter || status || triggered_by || trial || runs FROM script_run_counts ORDER BY 1";
    let before = stores.query(counted).await;
    assert!(before.len() > 20, "{before:?}");
    stores.tamper("DROP TABLE script_run_counts").await;
    stores.tamper("DELETE FROM iota_scripts_migrations WHERE version >= 20").await;
    let clock = ManualClock::new(Timestamp::from_micros(0));
    assert_eq!(
        migrations::migrate(&stores.another_node().await, &clock).await.map_err(|error| error.to_string()),
        Ok(1)
    );
    assert_eq!(stores.query(counted).await, before);
}
