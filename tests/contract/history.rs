//! Promises of history that is older than its retention.

use iota_scripts_domain::{
    Cause, Execution, ExecutionId, Handled, Handling, HistoryUsage, JsonText, NewExecution, NodeId, Occurrence,
    OccurrenceId, OccurrenceState, Origin, Outcome, Pruned, Reason, RepositoryError, RunRecord, ScriptId, ScriptName,
    ScriptRef, Settlement, TenantId,
};

use crate::executions::expire;
use crate::samples::{acme, ann, at, head, node, tenant};
use crate::stores::Stores;

/// A run that ended three seconds after it was requested.
async fn ended(stores: &Stores, head: NewExecution) -> ExecutionId {
    let seconds = head.created_at;
    let run = Execution::running(head, node("node-1"), seconds);
    stores.executions.insert(&run).await.expect("stored");
    let value = Outcome::Success(JsonText::parse("1".into()).expect("JSON"));
    let run = run.finish(RunRecord::new(value), seconds.plus(std::time::Duration::from_secs(3))).expect("an ended run");
    stores.executions.finish(&run).await.expect("recorded");
    run.id()
}

fn of(script: &ScriptRef, seconds: i64) -> NewExecution {
    NewExecution { script: script.clone(), ..head(seconds) }
}

async fn is_there(stores: &Stores, tenant: &TenantId, run: ExecutionId) -> bool {
    match stores.executions.get(tenant, run).await {
        Ok(_) => true,
        Err(RepositoryError::NotFound) => false,
        Err(error) => panic!("{error}"),
    }
}

/// An event of acme that was settled at the given second.
async fn event(stores: &Stores, seconds: i64, state: Option<OccurrenceState>) -> OccurrenceId {
    let owner = (acme(), ScriptId::generate(), ScriptName::parse("Handler").expect("a name"));
    let one = Occurrence::due(owner, Cause::Event, OccurrenceId::generate().to_string(), at(seconds), at(seconds));
    stores.occurrences.insert(&one).await.expect("stored");
    if let Some(state) = state {
        let node = NodeId::parse("node-1").expect("a node");
        stores.occurrences.claim(&node, at(seconds), &[(acme(), 10)]).await.expect("claimed");
        let settlement = Settlement::Final { state, execution: None, reason: Reason::none(), at: at(seconds) };
        assert_eq!(stores.occurrences.settle(one.id, 1, &settlement).await, Ok(true));
    }
    one.id
}

pub(crate) async fn old_history_is_removed_by_tenant_in_batches(stores: &Stores) {
    let script = head(0).script;
    let mut runs = Vec::new();
    for seconds in 0..6 {
        runs.push(ended(stores, of(&script, seconds)).await);
    }
    let foreign = ended(stores, NewExecution { tenant: tenant("globex"), ..of(&script, 0) }).await;
    ended(stores, NewExecution { tenant: tenant("globex"), ..of(&script, 9) }).await;
    let slow = Execution::running(of(&script, 0), node("node-1"), at(0));
    stores.executions.insert(&slow).await.expect("stored");
    let (old, new) =
        (event(stores, 1, Some(OccurrenceState::Ran)).await, event(stores, 9, Some(OccurrenceState::Ran)).await);

    // The runs of the seconds 0 to 2 had ended by then.
    assert_eq!(stores.history.prune(&acme(), at(6), 2).await, Ok(Pruned { runs: 2, occurrences: 1 }));
    assert_eq!(stores.history.prune(&acme(), at(6), 2).await, Ok(Pruned { runs: 1, occurrences: 0 }));
    assert_eq!(stores.history.prune(&acme(), at(6), 2).await, Ok(Pruned::default()));
    for (second, run) in runs.iter().enumerate() {
        assert_eq!(is_there(stores, &acme(), *run).await, second > 2, "the run of second {second}");
    }
    assert!(is_there(stores, &tenant("globex"), foreign).await, "another tenant's");
    assert!(is_there(stores, &acme(), slow.id()).await, "one that has not ended");
    assert_eq!(stores.occurrences.get(&acme(), old).await.map(drop), Err(RepositoryError::NotFound));
    assert!(stores.occurrences.get(&acme(), new).await.is_ok());

    assert_eq!(stores.history.tenant_after(None).await, Ok(Some(acme())));
    assert_eq!(stores.history.tenant_after(Some(&acme())).await, Ok(Some(tenant("globex"))));
    assert_eq!(stores.history.tenant_after(Some(&tenant("globex"))).await, Ok(None));
}

pub(crate) async fn history_in_use_is_not_removed(stores: &Stores) {
    let (yearly, failing) = (head(0).script, head(0).script);
    let only = ended(stores, of(&yearly, 0)).await;
    let letter = event(stores, 0, Some(OccurrenceState::Failed)).await;
    let waiting = event(stores, 0, None).await;
    let origin = |occurrence| Some(Origin { occurrence, attempt: 1 });
    let failed = ended(stores, NewExecution { origin: origin(letter), ..of(&failing, 0) }).await;
    let retried = ended(stores, NewExecution { origin: origin(waiting), ..of(&failing, 1) }).await;
    ended(stores, of(&failing, 2)).await;

    assert_eq!(stores.history.prune(&acme(), at(100), 10).await, Ok(Pruned::default()));
    for run in [only, failed, retried] {
        assert!(is_there(stores, &acme(), run).await);
    }
    let handled = Handled { how: Handling::Dismissed, stamp: ann(5) };
    stores.occurrences.handle(&acme(), letter, &handled).await.expect("handled");
    assert_eq!(stores.history.prune(&acme(), at(100), 10).await, Ok(Pruned { runs: 1, occurrences: 1 }));
    assert!(!is_there(stores, &acme(), failed).await && is_there(stores, &acme(), retried).await);
}

/// A run of acme with an input and a result of the given number of bytes each.
async fn sized(stores: &Stores, script: &ScriptRef, seconds: i64, bytes: usize) -> Execution {
    let text = JsonText::from(&serde_json::Value::from("x".repeat(bytes - 2)));
    let run =
        Execution::running(NewExecution { input: text.clone(), ..of(script, seconds) }, node("node-1"), at(seconds));
    stores.executions.insert(&run).await.expect("stored");
    run.finish(RunRecord::new(Outcome::Success(text)), at(seconds + 1)).expect("an ended run")
}

pub(crate) async fn the_size_of_history_is_known_by_tenant(stores: &Stores) {
    let script = head(0).script;
    let bytes = async || stores.history.bytes(&acme()).await.expect("a size");
    assert_eq!(bytes().await, 0);
    let first = sized(stores, &script, 0, 1_000).await;
    assert_eq!(bytes().await, 0, "a run is history when it has ended");
    stores.executions.finish(&first).await.expect("recorded");
    assert_eq!(bytes().await, 2_000);
    assert_eq!(stores.executions.finish(&first).await, Err(RepositoryError::AlreadyFinished));
    assert_eq!(bytes().await, 2_000, "a recorded end adds nothing");

    // Many at once are written together.
    let mut runs = Vec::new();
    for seconds in 1..=20 {
        runs.push(sized(stores, &script, seconds, 100).await);
    }
    let ended = futures_util::future::join_all(runs.iter().map(|run| stores.executions.finish(run))).await;
    assert!(ended.iter().all(Result::is_ok));
    assert_eq!(bytes().await, 6_000);

    let lost = Execution::running(of(&script, 30), node("node-1"), at(30));
    stores.executions.insert(&lost).await.expect("stored");
    expire(stores, &[&lost]).await;
    assert_eq!(stores.executions.recover_lost(10).await.map(|lost| lost.len()), Ok(1));
    assert_eq!(bytes().await, 6_000 + lost.head().input.as_str().len() as u64);

    let usage = HistoryUsage { tenant: acme(), bytes: bytes().await, storage_bytes: 0 };
    assert_eq!(stores.history.largest(6_000).await, Ok(vec![usage]));
    assert_eq!(stores.history.largest(7_000).await, Ok(vec![]));
    assert_eq!(stores.history.bytes(&tenant("globex")).await, Ok(0));

    // All but the newest are removed, and their bytes with them.
    assert_eq!(stores.history.prune(&acme(), at(1_000), 100).await.map(|pruned| pruned.runs), Ok(21));
    assert_eq!(bytes().await, lost.head().input.as_str().len() as u64);
    stores.db.forget_tenant(&acme()).await.expect("forgotten");
    assert_eq!(bytes().await, 0);
}

pub(crate) async fn omitted_parts_of_a_run_are_noted(stores: &Stores) {
    let run = sized(stores, &head(0).script, 0, 5_000).await.with_short_record();
    let left_out = run.truncated_bytes();
    assert!(left_out > 3_000);
    stores.executions.finish(&run).await.expect("recorded");
    assert_eq!(stores.executions.get(&acme(), run.id()).await, Ok(run));

    let text = JsonText::from(&serde_json::Value::from("x".repeat(5_000)));
    let head = NewExecution { input: text, ..head(0) };
    let waiting = Execution::running(head, node("node-1"), at(0)).with_short_input();
    stores.executions.insert(&waiting).await.expect("stored");
    assert_eq!(stores.executions.get(&acme(), waiting.id()).await, Ok(waiting.clone()));
    let ended = waiting.finish(RunRecord::new(Outcome::Success(JsonText::null())), at(1)).expect("ended");
    stores.executions.finish(&ended).await.expect("recorded");
    assert_eq!(stores.executions.get(&acme(), ended.id()).await, Ok(ended));
}
