//! Promises of runs.

use std::{sync::Arc, time::Duration};

use futures_util::future::{join, join_all};
use iota_scripts_domain::{
    Clock as _, Execution, ExecutionId, ExecutionQuery, ExecutionRepository as _, ExecutionStatus, ExecutionSummary,
    Fault, FaultCode, JsonText, LogLevel, LogLine, NewExecution, OccurrenceId, Origin, Outcome, PagePosition,
    PageRequest, Receipt, RepositoryError, RunLog, RunRecord, ScriptName, ScriptRef, SystemClock, TenantId,
    TrialFilter, Trigger, Usage,
};
use iota_scripts_infrastructure::persistence::{Dialect, SqlExecutionRepository, listen_for_changes};
use iota_scripts_services::Background;

use crate::samples::{acme, at, created, head, input, node, running, tenant};
use crate::stores::Stores;

fn success(value: &str) -> RunRecord {
    RunRecord::new(Outcome::Success(JsonText::parse(value.into()).expect("JSON")))
}

async fn begun(stores: &Stores, seconds: i64) -> Execution {
    let run = running(seconds);
    stores.executions.insert(&run).await.expect("stored");
    run
}

pub(crate) async fn an_attempt_at_an_occurrence_is_recorded_once(stores: &Stores) {
    let occurrence = OccurrenceId::generate();
    let attempt = |attempt| {
        let origin = Some(Origin { occurrence, attempt });
        Execution::running(NewExecution { origin, ..head(0) }, node("node-1"), at(0))
    };
    let first = attempt(1);
    stores.executions.insert(&first).await.expect("stored");
    assert_eq!(stores.executions.insert(&attempt(1)).await, Err(RepositoryError::AttemptTaken));
    stores.executions.insert(&attempt(2)).await.expect("another attempt");
    assert_eq!(stores.executions.get(&acme(), first.id()).await, Ok(first));
}

pub(crate) async fn concurrent_begins_and_ends_each_get_their_result(stores: &Stores) {
    let taken = OccurrenceId::generate();
    let origin = Some(Origin { occurrence: taken, attempt: 1 });
    let twin = || Execution::running(NewExecution { origin, ..head(0) }, node("node-1"), at(0));
    stores.executions.insert(&twin()).await.expect("the first of them");

    let runs: Vec<Execution> = (0..60).map(|n| if n % 20 == 7 { twin() } else { running(n) }).collect();
    let begun = futures_util::future::join_all(runs.iter().map(|run| stores.executions.insert(run))).await;
    for (run, begun) in runs.iter().zip(&begun) {
        let refused = run.head().origin.is_some();
        assert_eq!(*begun, if refused { Err(RepositoryError::AttemptTaken) } else { Ok(()) });
        assert_eq!(stores.executions.get(&acme(), run.id()).await.is_ok(), !refused);
    }
    let ended = runs
        .iter()
        .filter(|run| run.head().origin.is_none())
        .map(|run| run.clone().finish(success("1"), at(2)).expect("an ended run"));
    let ended: Vec<Execution> = ended.collect();
    let twice = ended.iter().chain(&ended).map(|run| stores.executions.finish(run));
    let told = futures_util::future::join_all(twice).await;
    assert_eq!(told.iter().filter(|told| told.is_ok()).count(), ended.len(), "each ended once: {told:?}");
    assert!(told.iter().all(|told| matches!(told, Ok(()) | Err(RepositoryError::AlreadyFinished))));
}

pub(crate) async fn a_run_round_trips_at_every_step(stores: &Stores) {
    let run = Execution::running(head(0), node("node-2"), at(1));
    stores.executions.insert(&run).await.expect("stored");
    assert_eq!(stores.executions.get(&acme(), run.id()).await, Ok(run.clone()));

    let record = RunRecord {
        outcome: Outcome::Success(
            JsonText::parse(r#"{"z": 1, "a": 1e400, "big": 12345678901234567890123}"#.into()).expect("JSON"),
        ),
        log: RunLog {
            lines: vec![
                LogLine {
                    at: at(1), level: LogLevel::Warn, message: "NUL \0, 'quotes' \" and ёж".into(), data: None
                },
                LogLine {
                    at: at(1),
                    level: LogLevel::Log,
                    message: "a value".into(),
                    data: JsonText::parse(r#"{"z":1,"a":["\u0000 ёж",1e400]}"#.into()).ok(),
                },
            ],
            truncated: true,
        },
        receipt: Some(Receipt { wall_ms: Usage { used: Some(7), allowed: 30_000 }, ..Receipt::default() }),
        would_change: None,
        http_status: Some(204),
    };
    let run = run.finish(record, at(2)).expect("finished");
    stores.executions.finish(&run).await.expect("stored");
    assert_eq!(stores.executions.get(&acme(), run.id()).await, Ok(run));
}

pub(crate) async fn a_dry_run_is_marked_from_the_start_and_keeps_its_preview(stores: &Stores) {
    let libraries = vec![ScriptRef { name: ScriptName::parse("tax").expect("a name"), ..head(0).script }];
    let run = Execution::running(NewExecution { dry_run: true, libraries, ..head(0) }, node("node-1"), at(1));
    stores.executions.insert(&run).await.expect("stored");
    assert_eq!(stores.executions.get(&acme(), run.id()).await, Ok(run.clone()));
    let would_change = JsonText::parse(r#"{"statements": [{"sql": "UPDATE", "changed": 2}]}"#.into()).ok();
    let record = RunRecord { would_change, ..success("1") };
    let run = run.finish(record, at(2)).expect("finished");
    stores.executions.finish(&run).await.expect("stored");
    assert_eq!(stores.executions.get(&acme(), run.id()).await, Ok(run));
    stores.executions.insert(&running(5)).await.expect("stored");
    let listed = stores.executions.list(&acme(), &ExecutionQuery::default()).await.expect("a list");
    assert_eq!(listed.items.iter().map(|run| run.dry_run).collect::<Vec<_>>(), [false, true]);
}

fn ended(seconds: i64) -> Arc<Execution> {
    let run = running(seconds);
    Arc::new(run.finish(success(r#"{"a": 1.0}"#), at(seconds + 1)).expect("an ended run"))
}

pub(crate) async fn a_buffered_record_is_visible_to_the_next_reader(stores: &Stores) {
    let executions = &stores.executions;
    let log = RunLog {
        lines: vec![LogLine { at: at(1), level: LogLevel::Warn, message: "NUL \0 ёж".into(), data: None }],
        truncated: false,
    };
    let record = RunRecord { log, http_status: Some(204), receipt: Some(Receipt::default()), ..success("1") };
    let libraries = vec![ScriptRef { name: ScriptName::parse("tax").expect("a name"), ..head(0).script }];
    let run = Execution::running(NewExecution { libraries, ..head(0) }, node("node-1"), at(1));
    let run = run.finish(record, at(2)).expect("ended");
    executions.keep(Arc::new(run.clone()), &node("node-1")).await.expect("kept");
    assert_eq!(executions.get(&acme(), run.id()).await, Ok(run.clone()));
    executions.keep(ended(5), &node("node-1")).await.expect("kept");
    let listed = executions.list(&acme(), &ExecutionQuery::default()).await.expect("a list");
    assert_eq!((listed.items.len(), listed.items[1].http_status), (2, Some(204)));
    assert_eq!(executions.finish(&run).await, Err(RepositoryError::AlreadyFinished));
    assert_eq!(
        executions.get(&TenantId::parse("other").expect("an id"), run.id()).await,
        Err(RepositoryError::NotFound)
    );
}

pub(crate) async fn a_buffered_record_is_written_soon_without_readers(stores: &Stores) {
    let runs: Vec<_> = (0..700).map(ended).collect();
    for run in &runs {
        stores.executions.keep(Arc::clone(run), &node("node-1")).await.expect("kept");
    }
    // Another reader of the same database, with empty caches.
    let other = SqlExecutionRepository::new(stores.db.clone());
    let all_there = async {
        while other.newest(&acme(), &ExecutionQuery::default()).await.is_ok_and(|newest| newest.is_empty())
            || other.get(&acme(), runs[699].id()).await.is_err()
        {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), all_there).await.expect("written");
    for run in &runs {
        assert_eq!(other.get(&acme(), run.id()).await.as_ref(), Ok(&**run));
    }
    stores.executions.settle().await;
    assert_eq!(stores.executions.unwritten().records, 0);
}

pub(crate) async fn a_record_ends_a_begun_run_and_is_counted_once(stores: &Stores) {
    let run = begun(stores, 0).await;
    let done = Arc::new(run.finish(success("1"), at(1)).expect("ended"));
    for _ in 0..2 {
        // The second call repeats a commit whose confirmation was lost.
        stores.executions.keep(Arc::clone(&done), &node("node-1")).await.expect("kept");
        stores.executions.settle().await;
    }
    assert_eq!(stores.executions.get(&acme(), done.id()).await.as_ref(), Ok(&*done));
    assert_eq!(stores.executions.unfinished(&acme()).await, Ok(0));
    let bytes = stores.history.bytes(&acme()).await.expect("a figure");
    assert_eq!(bytes, (done.head().input.as_str().len() + 1) as u64);
    let later = Execution::clone(&done);
    let lost = running(0).finish(RunRecord::new(Outcome::lost_with_its_node()), at(9));
    let other_end = Execution::stored(later.head().clone(), lost.expect("ended").state().clone());
    stores.executions.keep(Arc::new(other_end), &node("node-1")).await.expect("kept");
    assert_eq!(stores.executions.get(&acme(), done.id()).await.as_ref(), Ok(&*done), "the first end stays");
}

pub(crate) async fn an_invalid_record_does_not_affect_others(stores: &Stores) {
    let mine = begun(stores, 0).await;
    let theirs = NewExecution { tenant: tenant("other"), ..mine.head().clone() };
    let theirs = Execution::running(theirs, node("node-1"), at(0)).finish(success("1"), at(1)).expect("ended");
    let good = ended(3);
    for run in [Arc::new(theirs), Arc::clone(&good)] {
        stores.executions.keep(run, &node("node-1")).await.expect("kept");
    }
    assert_eq!(stores.executions.get(&acme(), good.id()).await.as_ref(), Ok(&*good));
    assert_eq!(stores.executions.get(&acme(), mine.id()).await, Ok(mine), "another tenant ends nothing");
}

pub(crate) async fn a_run_finishes_once_and_the_first_end_stays(stores: &Stores) {
    let run = begun(stores, 0).await;
    let cancelled = Outcome::Cancelled(Fault::new(FaultCode::Cancelled, "by ann"));
    let first = run.clone().finish(RunRecord::new(cancelled), at(1)).expect("finished");
    let second = run.finish(success("1"), at(2)).expect("finished");
    stores.executions.finish(&first).await.expect("stored");
    assert_eq!(stores.executions.finish(&second).await, Err(RepositoryError::AlreadyFinished));
    assert_eq!(stores.executions.get(&acme(), first.id()).await, Ok(first));
    let unknown = running(0).finish(success("1"), at(2)).expect("finished");
    assert_eq!(stores.executions.finish(&unknown).await, Err(RepositoryError::NotFound));
}

pub(crate) async fn of_two_concurrent_finishes_exactly_one_wins(stores: &Stores) {
    for round in 0..20 {
        let run = begun(stores, round).await;
        let attempts = [1, 2, 3].map(|result| {
            let run = run.clone().finish(success(&result.to_string()), at(round + result)).expect("finished");
            let executions = Arc::clone(&stores.executions);
            tokio::spawn(async move { executions.finish(&run).await.map(|()| run) })
        });
        let mut winners = Vec::new();
        for attempt in attempts {
            match attempt.await.expect("finishing does not panic") {
                Ok(run) => winners.push(run),
                Err(error) => assert_eq!(error, RepositoryError::AlreadyFinished),
            }
        }
        assert_eq!(winners.len(), 1, "round {round}");
        assert_eq!(stores.executions.get(&acme(), run.id()).await, Ok(winners.remove(0)));
    }
}

pub(crate) async fn every_outcome_round_trips(stores: &Stores) {
    let fault =
        Fault::new(FaultCode::ScriptError, "x is not defined").at(3, 7).with_details(serde_json::json!({"code": "E1"}));
    let outcomes = [
        Outcome::Success(JsonText::null()),
        Outcome::FailedAnswer(JsonText::null(), fault.clone()),
        Outcome::Failed(fault.clone()),
        Outcome::TimedOut(fault.clone()),
        Outcome::Cancelled(fault.clone()),
        Outcome::Lost(fault),
    ];
    for outcome in outcomes {
        let run = begun(stores, 0).await.finish(RunRecord::new(outcome), at(1)).expect("finished");
        stores.executions.finish(&run).await.expect("stored");
        assert_eq!(stores.executions.get(&acme(), run.id()).await, Ok(run));
    }
}

pub(crate) async fn another_tenant_finds_nothing(stores: &Stores) {
    let run = begun(stores, 0).await;
    let globex = tenant("globex");
    assert_eq!(stores.executions.get(&globex, run.id()).await, Err(RepositoryError::NotFound));
    assert_eq!(stores.executions.list(&globex, &ExecutionQuery::default()).await.expect("a list").total, 0);
    let mut stolen = run.head().clone();
    stolen.tenant = globex;
    let stolen = Execution::running(stolen, node("node-1"), at(0)).finish(success("1"), at(1)).expect("finished");
    assert_eq!(stores.executions.finish(&stolen).await, Err(RepositoryError::NotFound));
    assert_eq!(stores.executions.get(&acme(), run.id()).await, Ok(run));
}

pub(crate) async fn lists_are_filtered_and_sorted_newest_first(stores: &Stores) {
    let oldest = begun(stores, 0).await;
    let failed = begun(stores, 1).await;
    let failed = failed
        .finish(RunRecord::new(Outcome::Failed(Fault::new(FaultCode::ScriptError, "no"))), at(4))
        .expect("finished");
    stores.executions.finish(&failed).await.expect("stored");
    let mut head = head(2);
    head.trigger = Trigger::Cron;
    head.user = None;
    let newest = Execution::running(head, node("node-1"), at(2));
    stores.executions.insert(&newest).await.expect("stored");

    let list = async |query: ExecutionQuery| {
        let page = stores.executions.list(&acme(), &query).await.expect("a list");
        assert_eq!(page.total, page.items.len() as u64);
        page.items.iter().map(|summary| summary.id).collect::<Vec<_>>()
    };
    let all = ExecutionQuery::default();
    assert_eq!(list(all.clone()).await, [newest.id(), failed.id(), oldest.id()]);
    assert_eq!(list(ExecutionQuery { statuses: vec![ExecutionStatus::Failed], ..all.clone() }).await, [failed.id()]);
    assert_eq!(list(ExecutionQuery { trigger: Some(Trigger::Cron), ..all.clone() }).await, [newest.id()]);
    assert_eq!(list(ExecutionQuery { script: Some(oldest.script().id), ..all.clone() }).await, [oldest.id()]);
    let within = ExecutionQuery { from: Some(at(1)), to: Some(at(2)), ..all.clone() };
    assert_eq!(list(within).await, [failed.id()]);

    let second = ExecutionQuery { page: PageRequest::new(2, 1), ..all };
    let page = stores.executions.list(&acme(), &second).await.expect("a list");
    assert_eq!(page.total, 3);
    let summary = ExecutionSummary {
        dry_run: false,
        id: failed.id(),
        script: failed.script().clone(),
        entry: failed.head().entry.clone(),
        trigger: Trigger::Manual,
        user: failed.user().cloned(),
        status: ExecutionStatus::Failed,
        http_status: None,
        error_lines: 0,
        created_at: at(1),
        started_at: Some(at(1)),
        finished_at: Some(at(4)),
        fault: failed.fault().cloned(),
    };
    assert_eq!(page.items, [summary]);
}

/// Runs with the same timestamp, so that only their ids order them.
pub(crate) async fn pages_lead_through_all_runs_and_back(stores: &Stores) {
    let mut expected = Vec::new();
    for seconds in [0, 1, 1, 1, 2] {
        expected.push(begun(stores, seconds).await);
    }
    expected.sort_by_key(|run| std::cmp::Reverse((run.head().created_at, run.id())));
    let expected: Vec<ExecutionId> = expected.iter().map(Execution::id).collect();
    let page = async |place: PagePosition| {
        let query = ExecutionQuery { page: PageRequest::at(place, 2), ..ExecutionQuery::default() };
        stores.executions.list(&acme(), &query).await.expect("a list")
    };
    let ids = |items: &[ExecutionSummary]| items.iter().map(|run| run.id).collect::<Vec<_>>();
    let mut at = page(PagePosition::Number(1)).await;
    let mut seen = ids(&at.items);
    assert_eq!(at.previous, None);
    while let Some(next) = at.next {
        // Runs that begin later do not shift the pages.
        begun(stores, 9).await;
        at = page(PagePosition::After(next)).await;
        seen.extend(ids(&at.items));
    }
    assert_eq!(seen, expected);
    let mut back = Vec::new();
    while let Some(previous) = at.previous.filter(|_| back.len() < 4) {
        at = page(PagePosition::Before(previous)).await;
        back.splice(0..0, ids(&at.items));
    }
    assert_eq!(back, expected[..4]);
    let first = ExecutionQuery { page: PageRequest::first(3), ..ExecutionQuery::default() };
    assert_eq!(stores.executions.newest(&acme(), &first).await.expect("a list").len(), 3);
    assert_eq!(stores.executions.unfinished(&acme()).await, Ok(5 + 2));
    assert_eq!(stores.executions.unfinished(&tenant("globex")).await, Ok(0));
}

pub(crate) async fn lists_filter_for_every_status(stores: &Stores) {
    for (seconds, outcome) in (0..).zip([
        Outcome::Success(JsonText::null()),
        Outcome::of_fault(Fault::new(FaultCode::ScriptError, "no luck")),
        Outcome::of_fault(Fault::new(FaultCode::Timeout, "too long")),
        Outcome::of_fault(Fault::new(FaultCode::Cancelled, "never mind")),
        Outcome::lost_with_its_node(),
    ]) {
        let run = begun(stores, seconds).await.finish(RunRecord::new(outcome), at(9)).expect("ended");
        stores.executions.finish(&run).await.expect("stored");
    }
    answered(stores, 404, 5).await;
    begun(stores, 8).await;
    stores.executions.insert(&running(9)).await.expect("stored");
    // As older versions recorded a run before it began.
    let newest = "created_at = (SELECT MAX(created_at) FROM script_executions)";
    stores.tamper(&format!("UPDATE script_executions SET status = 'pending', started_at = NULL WHERE {newest}")).await;
    let found = async |statuses: &[ExecutionStatus]| {
        let query = ExecutionQuery { statuses: statuses.to_vec(), ..ExecutionQuery::default() };
        let page = stores.executions.list(&acme(), &query).await.expect("a list");
        assert_eq!(page.total, page.items.len() as u64);
        page.items.iter().map(|run| run.status).collect::<Vec<_>>()
    };
    for status in ExecutionStatus::ALL {
        assert_eq!(found(&[status]).await, [status]);
    }
    use ExecutionStatus::{Failed, Lost, Pending, Running, Success, Timeout};
    assert_eq!(found(&[Failed, Timeout, Lost]).await, [Lost, Timeout, Failed]);
    assert_eq!(found(&[Running, Pending]).await, [Pending, Running]);
    assert_eq!(found(&[Running, Success, Failed]).await, [Running, Failed, Success]);
}

/// Expires the leases of these runs, by the database's own clock.
pub(crate) async fn expire(stores: &Stores, runs: &[&Execution]) {
    for run in runs {
        let sql = match stores.db.dialect() {
            Dialect::Sqlite => {
                let id = run.id().as_uuid().simple().to_string();
                format!("UPDATE script_executions SET lease_until = lease_until - 3600000000 WHERE id = x'{id}'")
            }
            Dialect::Postgres => format!(
                "UPDATE script_executions SET lease_until = lease_until - INTERVAL '1 hour' WHERE id = '{}'",
                run.id()
            ),
        };
        stores.tamper(&sql).await;
    }
}

async fn renewed(stores: &Stores, name: &str, ids: &[ExecutionId]) -> Vec<ExecutionId> {
    let mut held = stores.executions.renew_lease(&node(name), ids).await.expect("renewed").held;
    held.sort_unstable();
    held
}

async fn recovered(stores: &Stores) -> Vec<ExecutionId> {
    stores.executions.recover_lost(100).await.expect("recovered").iter().map(Execution::id).collect()
}

/// A run of an endpoint that ended with this response.
async fn answered(stores: &Stores, http_status: u16, seconds: i64) -> Execution {
    let record = RunRecord {
        http_status: Some(http_status),
        ..RunRecord::new(Outcome::of_answer(JsonText::null(), http_status))
    };
    let run = begun(stores, seconds).await.finish(record, at(seconds + 1)).expect("finished");
    stores.executions.finish(&run).await.expect("stored");
    run
}

pub(crate) async fn an_endpoint_s_outcome_follows_its_http_status(stores: &Stores) {
    let fine = answered(stores, 200, 0).await;
    let refused = answered(stores, 401, 1).await;
    let failed = answered(stores, 503, 2).await;
    for run in [&fine, &refused, &failed] {
        assert_eq!(stores.executions.get(&acme(), run.id()).await.as_ref(), Ok(run));
    }
    let by = async |statuses: &[ExecutionStatus]| {
        let query = ExecutionQuery { statuses: statuses.to_vec(), ..ExecutionQuery::default() };
        let page = stores.executions.list(&acme(), &query).await.expect("a list");
        assert_eq!(page.total, page.items.len() as u64);
        page.items.iter().map(|run| (run.id, run.status, run.http_status)).collect::<Vec<_>>()
    };
    let told = |run: &Execution| (run.id(), run.status(), run.record().and_then(|record| record.http_status));
    use ExecutionStatus::{Failed, Refused, Success};
    assert_eq!(by(&[Success]).await, [told(&fine)]);
    assert_eq!(by(&[Refused]).await, [told(&refused)]);
    assert_eq!(by(&[Failed]).await, [told(&failed)]);
    assert_eq!(by(&[Success, Refused]).await, [told(&refused), told(&fine)]);
    assert_eq!(by(&[Failed, Refused]).await, [told(&failed), told(&refused)]);
    let counted = stores.executions.activity(&acme(), &ExecutionQuery::default(), Duration::from_secs(3600)).await;
    let mut counted: Vec<_> = counted.expect("counts").iter().map(|found| (found.status, found.runs)).collect();
    counted.sort_by_key(|(status, _)| status.as_str());
    assert_eq!(counted, [(Failed, 1), (Refused, 1), (Success, 1)]);
}

pub(crate) async fn tests_are_not_the_last_run_and_can_be_left_out(stores: &Stores) {
    let revision = created(acme(), &input("Nightly"), 0);
    stores.scripts.insert(&revision).await.expect("stored");
    let script = revision.into_script();
    let run = async |trigger, dry_run, outcome: Outcome, seconds| {
        let head = NewExecution { trigger, dry_run, script: ScriptRef::from(&script), ..head(seconds) };
        let run = Execution::running(head, node("node-1"), at(seconds));
        stores.executions.insert(&run).await.expect("stored");
        let run = run.finish(RunRecord::new(outcome), at(seconds + 1)).expect("finished");
        stores.executions.finish(&run).await.expect("stored");
        run.id()
    };
    let fault = || Outcome::Failed(Fault::new(FaultCode::ScriptError, "no"));
    let nightly = run(Trigger::Cron, false, fault(), 0).await;
    let dry = run(Trigger::Manual, true, Outcome::Success(JsonText::null()), 10).await;
    let test = run(Trigger::Test, false, fault(), 20).await;

    let latest = stores.executions.latest(&acme(), &[script.id()]).await.expect("the newest");
    let latest: Vec<_> = latest.iter().map(|run| (run.id, run.status)).collect();
    assert_eq!(latest, [(nightly, ExecutionStatus::Failed)], "a dry run does not count as success");
    let list = async |trials| {
        let query = ExecutionQuery { trials, ..ExecutionQuery::default() };
        let page = stores.executions.list(&acme(), &query).await.expect("a list");
        page.items.iter().map(|run| run.id).collect::<Vec<_>>()
    };
    assert_eq!(list(TrialFilter::Included).await, [test, dry, nightly]);
    assert_eq!(list(TrialFilter::Excluded).await, [nightly]);
    assert_eq!(list(TrialFilter::Only).await, [test, dry]);
    let failed = ExecutionQuery { statuses: vec![ExecutionStatus::Failed], ..ExecutionQuery::default() };
    let counted = stores.executions.activity(&acme(), &failed, Duration::from_secs(3600)).await.expect("counts");
    let mut counted: Vec<_> = counted.iter().map(|found| (found.trial, found.runs)).collect();
    counted.sort_unstable();
    assert_eq!(counted, [(false, 1), (true, 1)]);
}

pub(crate) async fn logged_errors_are_counted(stores: &Stores) {
    let line = |level| LogLine { at: at(1), level, message: "said".into(), data: None };
    let lines = vec![line(LogLevel::Error), line(LogLevel::Warn), line(LogLevel::Error)];
    let record = RunRecord { log: RunLog { lines, truncated: false }, ..success("1") };
    let run = begun(stores, 0).await.finish(record, at(2)).expect("finished");
    stores.executions.finish(&run).await.expect("stored");
    let page = stores.executions.list(&acme(), &ExecutionQuery::default()).await.expect("a list");
    assert_eq!(page.items.iter().map(|run| run.error_lines).collect::<Vec<_>>(), [2]);
}

pub(crate) async fn a_run_with_an_expired_lease_is_recovered_once(stores: &Stores) {
    let lost = begun(stores, 0).await;
    let waiting = running(0);
    stores.executions.insert(&waiting).await.expect("stored");
    let alive = begun(stores, 50).await;

    assert_eq!(stores.executions.recover_lost(100).await, Ok(vec![]), "their leases hold");
    expire(stores, &[&lost, &waiting]).await;
    let (first, second) = tokio::join!(stores.executions.recover_lost(100), stores.executions.recover_lost(100));
    let mut recovered = first.expect("recovered");
    recovered.extend(second.expect("recovered"));
    recovered.sort_by_key(Execution::id);
    let at_last = recovered.iter().filter_map(Execution::finished_at).collect::<Vec<_>>();
    let mut expected: Vec<Execution> = [lost.clone(), waiting]
        .into_iter()
        .zip(&at_last)
        .map(|(run, at)| run.finish(RunRecord::new(Outcome::lost_with_its_node()), *at).expect("lost"))
        .collect();
    expected.sort_by_key(Execution::id);
    assert_eq!(recovered, expected);

    let late = lost.finish(success("1"), at(62)).expect("finished");
    assert_eq!(stores.executions.finish(&late).await, Err(RepositoryError::AlreadyFinished));
    assert_eq!(stores.executions.get(&acme(), alive.id()).await.expect("a run").status(), ExecutionStatus::Running);
}

/// The runs of these tests are dated years ago, as by a clock that is years behind: only the database's own clock counts.
pub(crate) async fn leases_do_not_depend_on_the_clocks_of_nodes(stores: &Stores) {
    let behind = begun(stores, 0).await;
    let mut ahead = head(0);
    ahead.created_at = SystemClock.now().plus(Duration::from_secs(45));
    let ahead = Execution::running(ahead.clone(), node("node-2"), ahead.created_at);
    stores.executions.insert(&ahead).await.expect("stored");
    // Two nodes recover runs, over separate connections.
    for _ in 0..2 {
        let other = SqlExecutionRepository::with_lease(
            stores.another_node().await,
            Duration::from_secs(1),
            &Background::new(Arc::new(SystemClock)),
        );
        assert_eq!(other.recover_lost(100).await, Ok(vec![]));
    }
    assert_eq!(renewed(stores, "node-1", &[behind.id(), ahead.id()]).await, [behind.id()]);
    assert_eq!(renewed(stores, "node-2", &[behind.id(), ahead.id()]).await, [ahead.id()]);
    expire(stores, &[&ahead]).await;
    assert_eq!(recovered(stores).await, [ahead.id()]);
}

pub(crate) async fn a_renewed_lease_keeps_a_run(stores: &Stores) {
    let run = begun(stores, 0).await;
    let finished = begun(stores, 0).await.finish(success("1"), at(1)).expect("finished");
    stores.executions.finish(&finished).await.expect("stored");
    let ids = [run.id(), finished.id(), running(0).id()];
    assert_eq!(renewed(stores, "node-9", &ids).await, [], "runs of another node are not affected");
    expire(stores, &[&run]).await;
    assert_eq!(renewed(stores, "node-1", &ids).await, [run.id()]);
    assert_eq!(renewed(stores, "node-1", &[]).await, []);
    assert_eq!(recovered(stores).await, []);
    expire(stores, &[&run]).await;
    assert_eq!(recovered(stores).await, [run.id()]);
    assert_eq!(renewed(stores, "node-1", &ids).await, [], "it is no longer this node's");
}

/// Each group of ends locks its rows one after another, and so does a renewal of many runs.
pub(crate) async fn ends_and_renewals_never_deadlock(stores: &Stores) {
    for _ in 0..8 {
        let mut runs = Vec::new();
        for _ in 0..60 {
            runs.push(begun(stores, 0).await);
        }
        let ids: Vec<ExecutionId> = runs.iter().map(Execution::id).collect();
        let ends = join_all(runs.into_iter().rev().map(|run| async {
            let finished = run.finish(success("1"), at(1)).expect("finished");
            stores.executions.finish(&finished).await
        }));
        let renewals = async {
            for _ in 0..20 {
                renewed(stores, "node-1", &ids).await;
            }
        };
        let (ended, ()) = join(ends, renewals).await;
        assert!(ended.iter().all(Result::is_ok), "{ended:?}");
    }
}

pub(crate) async fn a_heartbeat_returns_the_database_s_clock(stores: &Stores) {
    let first = stores.executions.renew_lease(&node("node-1"), &[]).await.expect("renewed");
    let second = stores.executions.renew_lease(&node("node-1"), &[]).await.expect("renewed");
    stores.executions.renew_lease(&node("node-2"), &[]).await.expect("renewed");
    assert!(second.at >= first.at);
    // The run is on this machine.
    assert!(SystemClock.now().since(second.at) < Duration::from_secs(60));
    if stores.db.dialect() == Dialect::Sqlite {
        assert_eq!(stores.query("SELECT count(*) FROM script_nodes").await, ["2"]);
    }
}

pub(crate) async fn recovery_comes_in_batches(stores: &Stores) {
    for seconds in 0..5 {
        let run = begun(stores, seconds).await;
        expire(stores, &[&run]).await;
    }
    let mut sizes = Vec::new();
    for _ in 0..4 {
        sizes.push(stores.executions.recover_lost(2).await.expect("recovered").len());
    }
    assert_eq!(sizes, [2, 2, 1, 0]);
}

pub(crate) async fn other_nodes_get_cancel_requests_if_there_can_be_any(stores: &Stores) {
    let (heard, mut asked) = tokio::sync::mpsc::unbounded_channel();
    let cancel = move |tenant: &TenantId, id| {
        // The listener outlives the test by a moment.
        let _ = heard.send((tenant.clone(), id));
    };
    let background = Background::new(Arc::new(SystemClock));
    let news = listen_for_changes(stores.another_node().await, Arc::default(), cancel, background);
    let listener = tokio::spawn(news);
    let id = ExecutionId::generate();
    if stores.db.dialect() == Dialect::Sqlite {
        assert_eq!(stores.executions.ask_to_cancel(&acme(), id).await, Ok(false));
        listener.await.expect("no listener is needed");
        return;
    }
    // A request made before the listener starts is not heard.
    while asked.is_empty() {
        assert_eq!(stores.executions.ask_to_cancel(&acme(), id).await, Ok(true));
        tokio::task::yield_now().await;
    }
    assert_eq!(asked.recv().await, Some((acme(), id)));
    listener.abort();
}
