//! What is promised of history that is older than it is kept.

use iota_scripts_domain::{
    Cause, Execution, ExecutionId, Handled, Handling, JsonText, NewExecution, NodeId, Occurrence, OccurrenceId,
    OccurrenceState, Origin, Outcome, Pruned, RepositoryError, RunRecord, ScriptId, ScriptName, ScriptRef, Settlement,
    TenantId,
};

use crate::samples::{acme, ann, at, head, node, tenant};
use crate::stores::Stores;

/// A run that ended three seconds after it was asked for.
async fn ended(stores: &Stores, head: NewExecution) -> ExecutionId {
    let seconds = head.created_at;
    let run = Execution::pending(head, node("node-1"));
    stores.executions.insert(&run).await.expect("stored");
    let run = run.start(node("node-1"), seconds).expect("a running run");
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

/// An event of acme that was settled at a second.
async fn event(stores: &Stores, seconds: i64, state: Option<OccurrenceState>) -> OccurrenceId {
    let whose = (acme(), ScriptId::generate(), ScriptName::parse("Handler").expect("a name"));
    let one = Occurrence::due(whose, Cause::Event, OccurrenceId::generate().to_string(), at(seconds), at(seconds));
    stores.occurrences.insert(&one).await.expect("stored");
    if let Some(state) = state {
        let node = NodeId::parse("node-1").expect("a node");
        stores.occurrences.claim(&node, at(seconds), &[(acme(), 10)]).await.expect("claimed");
        let settlement = Settlement::Final { state, execution: None, reason: String::new(), at: at(seconds) };
        assert_eq!(stores.occurrences.settle(one.id, 1, &settlement).await, Ok(true));
    }
    one.id
}

pub(crate) async fn what_ended_long_ago_is_removed_in_its_tenant_in_batches(stores: &Stores) {
    let script = head(0).script;
    let mut runs = Vec::new();
    for seconds in 0..6 {
        runs.push(ended(stores, of(&script, seconds)).await);
    }
    let foreign = ended(stores, NewExecution { tenant: tenant("globex"), ..of(&script, 0) }).await;
    ended(stores, NewExecution { tenant: tenant("globex"), ..of(&script, 9) }).await;
    let slow = Execution::pending(of(&script, 0), node("node-1"));
    stores.executions.insert(&slow).await.expect("stored");
    let (old, new) =
        (event(stores, 1, Some(OccurrenceState::Ran)).await, event(stores, 9, Some(OccurrenceState::Ran)).await);

    // Those of the seconds 0 to 2 had ended by then.
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

pub(crate) async fn what_somebody_may_look_for_stays(stores: &Stores) {
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
    stores.occurrences.handle(&acme(), letter, &handled).await.expect("seen to");
    assert_eq!(stores.history.prune(&acme(), at(100), 10).await, Ok(Pruned { runs: 1, occurrences: 1 }));
    assert!(!is_there(stores, &acme(), failed).await && is_there(stores, &acme(), retried).await);
}
