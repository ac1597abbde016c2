//! Promises of the list of scripts that need attention: failures counted by script, over a day, without tests and dry runs.

use iota_scripts_domain::{
    AttentionRepository as _, Cause, Execution, ExecutionId, Fault, FaultCode, NewExecution, Occurrence, OccurrenceId,
    OccurrenceState, Outcome, Overdue, RunRecord, Script, ScriptId, ScriptRef, Timestamp, Trigger,
};
use iota_scripts_infrastructure::persistence::SqlAttentionRepository;

use crate::samples::{acme, at, created, head, input, node, tenant};
use crate::stores::Stores;

async fn script(stores: &Stores, name: &str) -> Script {
    let revision = created(acme(), &input(name), 0);
    stores.scripts.insert(&revision).await.expect("stored");
    revision.into_script()
}

/// A run that was requested at the given second, and ended.
async fn run(
    stores: &Stores,
    script: &Script,
    seconds: i64,
    fault: Option<&str>,
    more: impl FnOnce(&mut NewExecution),
) {
    let name = script.definition().name.clone();
    let script = ScriptRef { id: script.id(), version: script.version(), name };
    let mut head = NewExecution { id: ExecutionId::generate(), script, ..head(seconds) };
    more(&mut head);
    let running = Execution::running(head, node("node-1"), at(seconds));
    stores.executions.insert(&running).await.expect("stored");
    let outcome = match fault {
        Some(message) => Outcome::of_fault(Fault::new(FaultCode::ScriptError, message)),
        None => Outcome::Success(iota_scripts_domain::JsonText::null()),
    };
    let ended = running.finish(RunRecord::new(outcome), at(seconds + 1)).expect("ended");
    stores.executions.finish(&ended).await.expect("stored");
}

pub(crate) async fn failures_are_counted_by_script_without_tests_and_dry_runs(stores: &Stores) {
    let attention = SqlAttentionRepository::new(stores.db.clone());
    let (nightly, hourly, tried) =
        (script(stores, "Nightly").await, script(stores, "Hourly").await, script(stores, "Tried").await);
    run(stores, &nightly, 10, None, |_| {}).await;
    run(stores, &nightly, 20, Some("before"), |_| {}).await;
    for second in [100, 110, 120] {
        run(stores, &nightly, second, Some(&format!("at {second}")), |_| {}).await;
    }
    run(stores, &nightly, 130, None, |head| head.dry_run = true).await;
    run(stores, &nightly, 140, None, |head| head.trigger = Trigger::Test).await;
    run(stores, &hourly, 150, Some("once"), |_| {}).await;
    run(stores, &hourly, 160, None, |_| {}).await;
    run(stores, &tried, 170, Some("dry"), |head| head.dry_run = true).await;
    run(stores, &tried, 171, Some("test"), |head| head.trigger = Trigger::Test).await;
    run(stores, &tried, 200, Some("after"), |_| {}).await;
    let found = attention.failing(&acme(), at(100), at(200), 10).await.expect("counted");
    let reported: Vec<_> = found
        .iter()
        .map(|failing| {
            let message = failing.last.fault.as_ref().map(|fault| fault.message.as_str());
            (failing.last.script.id, failing.runs, failing.since, message, failing.last_success)
        })
        .collect();
    let expected = [
        (hourly.id(), 1, at(150), Some("once"), Some(at(160))),
        (nightly.id(), 3, at(100), Some("at 120"), Some(at(10))),
    ];
    assert_eq!(reported, expected);
    assert_eq!(attention.failing(&acme(), at(100), at(200), 1).await.expect("counted").len(), 1);
    assert_eq!(attention.failing(&tenant("globex"), at(0), at(300), 10).await, Ok(vec![]));
    stores.scripts.delete(&acme(), hourly.id()).await.expect("deleted");
    assert_eq!(
        attention.failing(&acme(), at(100), at(200), 10).await.expect("counted").len(),
        1,
        "it cannot be repaired"
    );
}

pub(crate) async fn open_occurrences_are_counted_by_script(stores: &Stores) {
    let attention = SqlAttentionRepository::new(stores.db.clone());
    let (one, two) = (ScriptId::generate(), ScriptId::generate());
    let insert = async |script: ScriptId, cause: Cause, due: i64, state: OccurrenceState| {
        let owner = (acme(), script, iota_scripts_domain::ScriptName::parse("Report").expect("a name"));
        let due = Occurrence::due(owner, cause, OccurrenceId::generate().to_string(), at(due), at(due));
        let occurrence = if state == OccurrenceState::Due { due } else { due.settled(state, "because", at(1_000)) };
        assert!(stores.occurrences.insert(&occurrence).await.expect("stored"));
    };
    for due in [10, 110, 120] {
        insert(one, Cause::Schedule, due, OccurrenceState::Missed).await;
    }
    insert(two, Cause::Schedule, 130, OccurrenceState::Missed).await;
    insert(one, Cause::Event, 5, OccurrenceState::Failed).await;
    insert(one, Cause::Schedule, 6, OccurrenceState::Failed).await;
    insert(two, Cause::Later, 100, OccurrenceState::Due).await;
    insert(two, Cause::Later, 200, OccurrenceState::Due).await;
    let counted = async |what: Overdue| -> Vec<(ScriptId, u64, Timestamp)> {
        let found = attention.overdue(&acme(), what, 10).await.expect("counted");
        found.iter().map(|overdue| (overdue.script, overdue.number, overdue.last)).collect()
    };
    assert_eq!(counted(Overdue::Missed { from: at(100) }).await, [(two, 1, at(130)), (one, 2, at(120))]);
    assert_eq!(counted(Overdue::FailedEvents).await, [(one, 1, at(5))]);
    assert_eq!(counted(Overdue::Late { before: at(150) }).await, [(two, 1, at(100))]);
    assert_eq!(attention.overdue(&tenant("globex"), Overdue::FailedEvents, 10).await, Ok(vec![]));
}
