//! Promises of strikes, and of the quarantine that they lead to.

use std::sync::Arc;

use iota_scripts_domain::{
    EndpointCaller, ExecutionId, FaultCode, Quarantine, Script, ScriptInput, Strike, StrikeCount, StrikeRepository,
    Version,
};
use iota_scripts_infrastructure::persistence::SqlStrikeRepository;

use crate::samples::{acme, ann, at, created, draft, input, tenant};
use crate::stores::Stores;

async fn stored(stores: &Stores, input: &ScriptInput) -> Script {
    let revision = created(acme(), input, 0);
    stores.scripts.insert(&revision).await.expect("stored");
    revision.into_script()
}

fn strike(script: &Script, fault: FaultCode, seconds: i64) -> Strike {
    Strike {
        execution: ExecutionId::generate(),
        tenant: script.tenant().clone(),
        script: script.id(),
        version: script.version(),
        fault,
        at: at(seconds),
        caller: None,
    }
}

fn count(fault: FaultCode, times: u32, seconds: i64) -> StrikeCount {
    StrikeCount { fault, times, since: at(seconds) }
}

pub(crate) async fn strikes_are_counted_by_fault_within_their_window(stores: &Stores) {
    let (script, other) = (stored(stores, &input("Report")).await, stored(stores, &input("Other")).await);
    let note = async |script, fault, seconds, since| {
        stores.strikes.note(&strike(script, fault, seconds), at(since)).await.expect("noted")
    };
    note(&other, FaultCode::Timeout, 1, 0).await;
    assert_eq!(note(&script, FaultCode::Timeout, 1, 0).await, [count(FaultCode::Timeout, 1, 1)]);
    note(&script, FaultCode::MemoryLimit, 2, 0).await;
    let counted = note(&script, FaultCode::MemoryLimit, 3, 0).await;
    assert_eq!(counted, [count(FaultCode::MemoryLimit, 2, 2), count(FaultCode::Timeout, 1, 1)]);
    let counted = note(&script, FaultCode::MemoryLimit, 9, 3).await;
    assert_eq!(counted, [count(FaultCode::MemoryLimit, 2, 3)], "older strikes are forgotten");
    let counted = note(&script, FaultCode::MemoryLimit, 9, 0).await;
    assert_eq!(counted, [count(FaultCode::MemoryLimit, 3, 3)], "and stays so");
}

pub(crate) async fn strikes_of_a_caller_count_against_the_caller(stores: &Stores) {
    let script = stored(stores, &input("Prices")).await;
    let caller = |ip: &str| Some(EndpointCaller::address(Some(ip)));
    let note = async |caller, seconds| {
        let strike = Strike { caller, ..strike(&script, FaultCode::Timeout, seconds) };
        stores.strikes.note(&strike, at(0)).await.expect("noted")
    };
    note(caller("203.0.113.7"), 1).await;
    assert_eq!(
        note(None, 2).await,
        [count(FaultCode::Timeout, 1, 2)],
        "strikes of callers do not deactivate the script"
    );
    assert_eq!(note(caller("203.0.113.8"), 3).await, [count(FaultCode::Timeout, 1, 3)]);
    assert_eq!(note(caller("203.0.113.7"), 4).await, [count(FaultCode::Timeout, 2, 1)]);
    let callers = async |name: &str, version, since| {
        let found = stores.strikes.callers(&tenant(name), script.id(), version, at(since)).await.expect("a list");
        found.into_iter().map(|one| (one.caller.to_string(), one.times, one.since)).collect::<Vec<_>>()
    };
    let first = ("address:203.0.113.7".to_owned(), 2, at(1));
    let second = ("address:203.0.113.8".to_owned(), 1, at(3));
    assert_eq!(callers("acme", Version::FIRST, 0).await, [first, second.clone()]);
    assert_eq!(callers("acme", Version::FIRST, 3).await, [("address:203.0.113.7".to_owned(), 1, at(4)), second]);
    assert!(callers("acme", Version::FIRST.next(), 0).await.is_empty());
    assert!(callers("globex", Version::FIRST, 0).await.is_empty());
}

pub(crate) async fn a_run_is_one_strike(stores: &Stores) {
    let script = stored(stores, &input("Report")).await;
    let strike = strike(&script, FaultCode::Timeout, 1);
    for _ in 0..2 {
        let counted = stores.strikes.note(&strike, at(0)).await.expect("noted");
        assert_eq!(counted, [count(FaultCode::Timeout, 1, 1)]);
    }
}

pub(crate) async fn inactive_changed_or_deleted_scripts_get_no_strike(stores: &Stores) {
    let off = stored(stores, &ScriptInput { is_active: Some(false), ..input("Off") }).await;
    let changed = stored(stores, &input("Changed")).await;
    let edit = ScriptInput { content: "better()".into(), ..input("Changed") };
    let revision = changed.revise(draft(&edit), Version::FIRST, ann(1)).expect("an edit").expect("a change");
    stores.scripts.update(&revision).await.expect("changed");
    let gone = stored(stores, &input("Gone")).await;
    stores.strikes.note(&strike(&gone, FaultCode::Timeout, 1), at(0)).await.expect("noted");
    stores.scripts.delete(&acme(), gone.id()).await.expect("deleted, with its strikes");
    for script in [&off, &changed, &gone] {
        let strike = strike(script, FaultCode::Timeout, 2);
        assert_eq!(stores.strikes.note(&strike, at(0)).await, Ok(Vec::new()));
        let foreign = Strike { tenant: tenant("globex"), version: revision.script().version(), ..strike };
        assert_eq!(stores.strikes.note(&foreign, at(0)).await, Ok(Vec::new()));
    }
    let anew = strike(revision.script(), FaultCode::Timeout, 3);
    assert_eq!(stores.strikes.note(&anew, at(0)).await, Ok(vec![count(FaultCode::Timeout, 1, 3)]));
}

pub(crate) async fn concurrent_strikes_of_several_nodes_all_count(stores: &Stores) {
    const STRIKES: u32 = 12;
    let script = stored(stores, &input("Report")).await;
    let nodes: [Arc<dyn StrikeRepository>; 2] =
        [Arc::clone(&stores.strikes), Arc::new(SqlStrikeRepository::new(stores.another_node().await))];
    let notes = (0..STRIKES).map(|number| {
        let (node, strike) = (Arc::clone(&nodes[number as usize % 2]), strike(&script, FaultCode::Timeout, 1));
        tokio::spawn(async move { node.note(&strike, at(0)).await.expect("noted")[0].times })
    });
    let mut counted = Vec::new();
    for note in notes.collect::<Vec<_>>() {
        counted.push(note.await.expect("a count"));
    }
    counted.sort_unstable();
    assert_eq!(counted, (1..=STRIKES).collect::<Vec<_>>(), "each sees exactly those before it");
}

pub(crate) async fn a_quarantine_is_stored_and_ends_on_activation(stores: &Stores) {
    let script = stored(stores, &input("Report")).await;
    let reason = Quarantine { fault: FaultCode::StackOverflow, times: 5, since: at(1), at: at(2) };
    let revision = script.quarantined(reason, ann(2)).expect("a change");
    stores.scripts.update(&revision).await.expect("switched off");
    let found = stores.scripts.get(&acme(), script.id()).await.expect("the script");
    assert_eq!((found.quarantine(), found.definition().active), (Some(&reason), false));
    stores.scripts.update(&found.activate(ann(3)).expect("a change")).await.expect("switched on");
    let found = stores.scripts.get(&acme(), script.id()).await.expect("the script");
    assert_eq!((found.quarantine(), found.definition().active), (None, true));
}
