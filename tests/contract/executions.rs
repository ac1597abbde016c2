//! What is promised of runs.

use std::sync::Arc;

use iota_scripts_domain::{
    Execution, ExecutionId, ExecutionQuery, ExecutionStatus, ExecutionSummary, Fault, FaultCode, JsonText, LogLevel,
    LogLine, NewExecution, OccurrenceId, Origin, Outcome, PagePlace, PageRequest, Receipt, RepositoryError, RunLog,
    RunRecord, ScriptName, ScriptRef, TenantId, Trigger, Usage,
};
use iota_scripts_infrastructure::persistence::{Dialect, listen_for_news};

use crate::samples::{acme, at, head, lease, pending, tenant};
use crate::stores::Stores;

fn success(value: &str) -> RunRecord {
    RunRecord::new(Outcome::Success(JsonText::parse(value.into()).expect("JSON")))
}

async fn running(stores: &Stores, seconds: i64) -> Execution {
    let run = pending(seconds).start(lease("node-1", seconds + 60), at(seconds)).expect("a running run");
    stores.executions.insert(&run).await.expect("stored");
    run
}

pub(crate) async fn an_attempt_at_an_occurrence_is_recorded_once(stores: &Stores) {
    let occurrence = OccurrenceId::generate();
    let attempt = |attempt| {
        let origin = Some(Origin { occurrence, attempt });
        Execution::pending(NewExecution { origin, ..head(0) }, lease("node-1", 60))
    };
    let first = attempt(1);
    stores.executions.insert(&first).await.expect("stored");
    assert_eq!(stores.executions.insert(&attempt(1)).await, Err(RepositoryError::AttemptTaken));
    stores.executions.insert(&attempt(2)).await.expect("another attempt");
    assert_eq!(stores.executions.get(&acme(), first.id()).await, Ok(first));
}

pub(crate) async fn of_many_that_begin_and_end_at_once_each_hears_of_its_own(stores: &Stores) {
    let taken = OccurrenceId::generate();
    let origin = Some(Origin { occurrence: taken, attempt: 1 });
    let twin = || Execution::pending(NewExecution { origin, ..head(0) }, lease("node-1", 60));
    stores.executions.insert(&twin()).await.expect("the first of them");

    let runs: Vec<Execution> = (0..60).map(|n| if n % 20 == 7 { twin() } else { pending(n) }).collect();
    let begun = futures_util::future::join_all(runs.iter().map(|run| stores.executions.insert(run))).await;
    for (run, begun) in runs.iter().zip(&begun) {
        let refused = run.head().origin.is_some();
        assert_eq!(*begun, if refused { Err(RepositoryError::AttemptTaken) } else { Ok(()) });
        assert_eq!(stores.executions.get(&acme(), run.id()).await.is_ok(), !refused);
    }
    let ended = runs.iter().filter(|run| run.head().origin.is_none()).map(|run| {
        let run = run.clone().start(lease("node-1", 60), at(1)).expect("a running run");
        run.finish(success("1"), at(2)).expect("an ended run")
    });
    let ended: Vec<Execution> = ended.collect();
    let twice = ended.iter().chain(&ended).map(|run| stores.executions.finish(run));
    let told = futures_util::future::join_all(twice).await;
    assert_eq!(told.iter().filter(|told| told.is_ok()).count(), ended.len(), "each is ended once: {told:?}");
    assert!(told.iter().all(|told| matches!(told, Ok(()) | Err(RepositoryError::AlreadyFinished))));
}

pub(crate) async fn a_run_comes_back_at_every_step(stores: &Stores) {
    let run = pending(0);
    stores.executions.insert(&run).await.expect("stored");
    assert_eq!(stores.executions.get(&acme(), run.id()).await, Ok(run.clone()));

    let run = run.start(lease("node-2", 90), at(1)).expect("started");
    stores.executions.start(&run).await.expect("stored");
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
    };
    let run = run.finish(record, at(2)).expect("finished");
    stores.executions.finish(&run).await.expect("stored");
    assert_eq!(stores.executions.get(&acme(), run.id()).await, Ok(run));
}

pub(crate) async fn a_dry_run_is_one_from_its_beginning_and_keeps_what_it_would_have_changed(stores: &Stores) {
    let libraries = vec![ScriptRef { name: ScriptName::parse("tax").expect("a name"), ..head(0).script }];
    let run = Execution::pending(NewExecution { dry_run: true, libraries, ..head(0) }, lease("node-1", 60));
    stores.executions.insert(&run).await.expect("stored");
    assert_eq!(stores.executions.get(&acme(), run.id()).await, Ok(run.clone()));
    let would_change = JsonText::parse(r#"{"statements": [{"sql": "UPDATE", "changed": 2}]}"#.into()).ok();
    let record = RunRecord { would_change, ..success("1") };
    let run = run.start(lease("node-1", 60), at(1)).expect("started").finish(record, at(2)).expect("finished");
    stores.executions.finish(&run).await.expect("stored");
    assert_eq!(stores.executions.get(&acme(), run.id()).await, Ok(run));
    stores.executions.insert(&pending(5)).await.expect("stored");
    let listed = stores.executions.list(&acme(), &ExecutionQuery::default()).await.expect("a list");
    assert_eq!(listed.items.iter().map(|run| run.dry_run).collect::<Vec<_>>(), [false, true]);
}

pub(crate) async fn a_run_starts_once(stores: &Stores) {
    let run = pending(0);
    stores.executions.insert(&run).await.expect("stored");
    let started = run.start(lease("node-1", 60), at(1)).expect("started");
    stores.executions.start(&started).await.expect("stored");
    assert_eq!(stores.executions.start(&started).await, Err(RepositoryError::WrongState));
    let unknown = pending(0).start(lease("node-1", 60), at(1)).expect("started");
    assert_eq!(stores.executions.start(&unknown).await, Err(RepositoryError::NotFound));
}

pub(crate) async fn a_run_finishes_once_and_the_first_word_stays(stores: &Stores) {
    let run = running(stores, 0).await;
    let cancelled = Outcome::Cancelled(Fault::new(FaultCode::Cancelled, "by ann"));
    let first = run.clone().finish(RunRecord::new(cancelled), at(1)).expect("finished");
    let second = run.finish(success("1"), at(2)).expect("finished");
    stores.executions.finish(&first).await.expect("stored");
    assert_eq!(stores.executions.finish(&second).await, Err(RepositoryError::AlreadyFinished));
    assert_eq!(stores.executions.get(&acme(), first.id()).await, Ok(first));
    let unknown = pending(0).finish(success("1"), at(2)).expect("finished");
    assert_eq!(stores.executions.finish(&unknown).await, Err(RepositoryError::NotFound));
}

pub(crate) async fn of_two_finishes_at_once_exactly_one_wins(stores: &Stores) {
    for round in 0..20 {
        let run = running(stores, round).await;
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

pub(crate) async fn every_outcome_comes_back(stores: &Stores) {
    let fault =
        Fault::new(FaultCode::ScriptError, "x is not defined").at(3, 7).with_details(serde_json::json!({"code": "E1"}));
    let outcomes = [
        Outcome::Success(JsonText::null()),
        Outcome::Failed(fault.clone()),
        Outcome::TimedOut(fault.clone()),
        Outcome::Cancelled(fault.clone()),
        Outcome::Lost(fault),
    ];
    for outcome in outcomes {
        let run = running(stores, 0).await.finish(RunRecord::new(outcome), at(1)).expect("finished");
        stores.executions.finish(&run).await.expect("stored");
        assert_eq!(stores.executions.get(&acme(), run.id()).await, Ok(run));
    }
}

pub(crate) async fn another_tenant_finds_nothing(stores: &Stores) {
    let run = running(stores, 0).await;
    let globex = tenant("globex");
    assert_eq!(stores.executions.get(&globex, run.id()).await, Err(RepositoryError::NotFound));
    assert_eq!(stores.executions.list(&globex, &ExecutionQuery::default()).await.expect("a list").total, 0);
    let mut stolen = run.head().clone();
    stolen.tenant = globex;
    let stolen = Execution::pending(stolen, lease("node-1", 60)).finish(success("1"), at(1)).expect("finished");
    assert_eq!(stores.executions.finish(&stolen).await, Err(RepositoryError::NotFound));
    assert_eq!(stores.executions.get(&acme(), run.id()).await, Ok(run));
}

pub(crate) async fn lists_are_filtered_and_come_newest_first(stores: &Stores) {
    let oldest = running(stores, 0).await;
    let failed = running(stores, 1).await;
    let failed = failed
        .finish(RunRecord::new(Outcome::Failed(Fault::new(FaultCode::ScriptError, "no"))), at(4))
        .expect("finished");
    stores.executions.finish(&failed).await.expect("stored");
    let mut head = head(2);
    head.trigger = Trigger::Cron;
    head.user = None;
    let newest = Execution::pending(head, lease("node-1", 60));
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
        created_at: at(1),
        started_at: Some(at(1)),
        finished_at: Some(at(4)),
        fault: failed.fault().cloned(),
    };
    assert_eq!(page.items, [summary]);
}

/// Runs of the same moment, so that only their ids tell them apart.
pub(crate) async fn pages_lead_through_all_runs_and_back(stores: &Stores) {
    let mut expected = Vec::new();
    for seconds in [0, 1, 1, 1, 2] {
        expected.push(running(stores, seconds).await);
    }
    expected.sort_by_key(|run| std::cmp::Reverse((run.head().created_at, run.id())));
    let expected: Vec<ExecutionId> = expected.iter().map(Execution::id).collect();
    let page = async |place: PagePlace| {
        let query = ExecutionQuery { page: PageRequest::at(place, 2), ..ExecutionQuery::default() };
        stores.executions.list(&acme(), &query).await.expect("a list")
    };
    let ids = |items: &[ExecutionSummary]| items.iter().map(|run| run.id).collect::<Vec<_>>();
    let mut at = page(PagePlace::Number(1)).await;
    let mut seen = ids(&at.items);
    assert_eq!(at.previous, None);
    while let Some(next) = at.next {
        // What begins meanwhile moves no page.
        running(stores, 9).await;
        at = page(PagePlace::After(next)).await;
        seen.extend(ids(&at.items));
    }
    assert_eq!(seen, expected);
    let mut back = Vec::new();
    while let Some(previous) = at.previous.filter(|_| back.len() < 4) {
        at = page(PagePlace::Before(previous)).await;
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
        let run = running(stores, seconds).await.finish(RunRecord::new(outcome), at(9)).expect("ended");
        stores.executions.finish(&run).await.expect("stored");
    }
    running(stores, 8).await;
    stores.executions.insert(&pending(9)).await.expect("stored");
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

pub(crate) async fn a_run_whose_lease_passed_is_lost_and_recovered_once(stores: &Stores) {
    let lost = running(stores, 0).await;
    let waiting = pending(0);
    stores.executions.insert(&waiting).await.expect("stored");
    let alive = running(stores, 50).await;

    assert_eq!(stores.executions.recover_lost(at(60), 100).await, Ok(vec![]), "a lease holds to its last moment");
    let (first, second) =
        tokio::join!(stores.executions.recover_lost(at(61), 100), stores.executions.recover_lost(at(61), 100));
    let mut recovered = first.expect("recovered");
    recovered.extend(second.expect("recovered"));
    recovered.sort_by_key(Execution::id);
    let mut expected = [lost.clone(), waiting]
        .map(|run| run.finish(RunRecord::new(Outcome::lost_with_its_node()), at(61)).expect("lost"));
    expected.sort_by_key(Execution::id);
    assert_eq!(recovered, expected);

    let late = lost.finish(success("1"), at(62)).expect("finished");
    assert_eq!(stores.executions.finish(&late).await, Err(RepositoryError::AlreadyFinished));
    assert_eq!(stores.executions.get(&acme(), alive.id()).await.expect("a run").status(), ExecutionStatus::Running);
}

pub(crate) async fn a_renewed_lease_keeps_a_run(stores: &Stores) {
    let run = running(stores, 0).await;
    let finished = running(stores, 0).await.finish(success("1"), at(1)).expect("finished");
    stores.executions.finish(&finished).await.expect("stored");
    let ids = [run.id(), finished.id(), pending(0).id()];
    assert_eq!(
        stores.executions.renew_lease(&lease("node-9", 120), &ids).await,
        Ok(0),
        "another node's runs are not ours"
    );
    assert_eq!(stores.executions.renew_lease(&lease("node-1", 120), &ids).await, Ok(1));
    assert_eq!(stores.executions.renew_lease(&lease("node-1", 120), &[]).await, Ok(0));
    assert_eq!(stores.executions.recover_lost(at(100), 100).await, Ok(vec![]));
    assert_eq!(stores.executions.recover_lost(at(121), 100).await.expect("recovered").len(), 1);
}

pub(crate) async fn recovery_comes_in_batches(stores: &Stores) {
    for seconds in 0..5 {
        running(stores, seconds).await;
    }
    let mut sizes = Vec::new();
    for _ in 0..4 {
        sizes.push(stores.executions.recover_lost(at(1_000), 2).await.expect("recovered").len());
    }
    assert_eq!(sizes, [2, 2, 1, 0]);
}

pub(crate) async fn other_nodes_are_asked_to_cancel_where_there_can_be_any(stores: &Stores) {
    let (heard, mut asked) = tokio::sync::mpsc::unbounded_channel();
    let news = listen_for_news(stores.another_node().await, Arc::default(), move |tenant: &TenantId, id| {
        // The listener outlives the test by a moment.
        let _ = heard.send((tenant.clone(), id));
    });
    let listener = tokio::spawn(news);
    let id = ExecutionId::generate();
    if stores.db.dialect() == Dialect::Sqlite {
        assert_eq!(stores.executions.ask_to_cancel(&acme(), id).await, Ok(false));
        listener.await.expect("there is nobody to listen to");
        return;
    }
    // What is asked before somebody listens is not heard.
    while asked.is_empty() {
        assert_eq!(stores.executions.ask_to_cancel(&acme(), id).await, Ok(true));
        tokio::task::yield_now().await;
    }
    assert_eq!(asked.recv().await, Some((acme(), id)));
    listener.abort();
}
