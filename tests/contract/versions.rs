//! Promises of versions and of concurrent edits.

use std::sync::Arc;

use iota_scripts_domain::{Change, PageRequest, RepositoryError, Revision, Script, ScriptInput, Version};

use crate::samples::{acme, ann, created, draft, input, tenant};
use crate::stores::Stores;

fn edit(script: &Script, source: &str, seconds: i64) -> Revision {
    let name = script.definition().name.as_str();
    let draft = draft(&ScriptInput { content: source.into(), ..input(name) });
    script.revise(draft, script.version(), ann(seconds)).expect("a fresh edit").expect("a change")
}

async fn three_versions(stores: &Stores) -> Script {
    let first = created(acme(), &input("Report"), 0);
    stores.scripts.insert(&first).await.expect("stored");
    let second = edit(first.script(), "second()", 1);
    stores.scripts.update(&second).await.expect("updated");
    let third = second.script().deactivate(ann(2)).expect("a change");
    stores.scripts.update(&third).await.expect("updated");
    third.into_script()
}

pub(crate) async fn every_change_creates_a_version(stores: &Stores) {
    let script = three_versions(stores).await;
    assert_eq!(stores.scripts.get(&acme(), script.id()).await, Ok(script.clone()));

    let page = stores.scripts.versions(&acme(), script.id(), PageRequest::new(1, 2)).await.expect("versions");
    assert_eq!(page.total, 3);
    let lines: Vec<_> = page
        .items
        .iter()
        .map(|v| (v.version.get(), v.definition.source.as_str(), v.definition.active, v.summary.as_str()))
        .collect();
    assert_eq!(lines, [(3, "second()", false, "Deactivated"), (2, "second()", true, "Edited")]);
    let changes: Vec<_> = page.items.iter().map(|version| version.summary.change()).collect();
    assert_eq!(changes, [Some(Change::Deactivated), Some(Change::Edited)]);

    let first = stores.scripts.version(&acme(), script.id(), Version::FIRST).await.expect("the first version");
    assert_eq!((first.definition.source.as_str(), first.created), ("main()", ann(0)));
    let absent = stores.scripts.version(&acme(), script.id(), script.version().next()).await;
    assert_eq!(absent, Err(RepositoryError::NotFound));
}

pub(crate) async fn an_old_version_can_be_made_the_newest(stores: &Stores) {
    let script = three_versions(stores).await;
    let first = stores.scripts.version(&acme(), script.id(), Version::FIRST).await.expect("the first version");
    let restored = script.restore(&first, ann(3)).expect("a change");
    stores.scripts.update(&restored).await.expect("updated");

    let script = stores.scripts.get(&acme(), script.id()).await.expect("the script");
    assert_eq!(script.version().get(), 4);
    assert_eq!(script.definition().source, first.definition.source);
    let newest = stores.scripts.version(&acme(), script.id(), script.version()).await.expect("its version");
    assert_eq!(&newest, restored.snapshot());
}

pub(crate) async fn an_update_of_an_old_version_is_refused(stores: &Stores) {
    let first = created(acme(), &input("Report"), 0);
    stores.scripts.insert(&first).await.expect("stored");
    let (mine, yours) = (edit(first.script(), "mine()", 1), edit(first.script(), "yours()", 1));
    stores.scripts.update(&mine).await.expect("updated");
    let refused = stores.scripts.update(&yours).await;
    assert_eq!(refused, Err(RepositoryError::Stale { current: mine.script().version() }));
    assert_eq!(stores.scripts.get(&acme(), first.script().id()).await, Ok(mine.into_script()));
}

pub(crate) async fn an_update_fails_if_another_script_was_saved(stores: &Stores) {
    let first = created(acme(), &input("Report"), 0);
    stores.scripts.insert(&first).await.expect("stored");
    let saves = stores.scripts.saves(&acme()).await.expect("a count");
    stores.scripts.insert(&created(tenant("globex"), &input("Theirs"), 0)).await.expect("stored");
    let second = edit(first.script(), "second()", 1);
    stores.scripts.update(&second.clone().since(saves)).await.expect("another tenant's scripts are not checked");

    let saves = stores.scripts.saves(&acme()).await.expect("a count");
    stores.scripts.insert(&created(acme(), &input("Other"), 0)).await.expect("stored");
    let third = edit(second.script(), "third()", 2);
    let overtaken = stores.scripts.update(&third.clone().since(saves)).await;
    assert_eq!(overtaken, Err(RepositoryError::Overtaken));
    assert_eq!(stores.scripts.get(&acme(), first.script().id()).await, Ok(second.into_script()));
    let saves = saves.next();
    assert_eq!(stores.scripts.saves(&acme()).await, Ok(saves), "refused updates do not count");
    stores.scripts.update(&third.since(saves)).await.expect("decided again");
}

pub(crate) async fn of_two_concurrent_updates_exactly_one_wins(stores: &Stores) {
    let first = created(acme(), &input("Report"), 0);
    stores.scripts.insert(&first).await.expect("stored");
    let mut script = first.into_script();
    for round in 0..20 {
        let attempts = ["a", "b", "c"].map(|author| {
            let revision = edit(&script, &format!("{author}({round})"), round);
            let scripts = Arc::clone(&stores.scripts);
            tokio::spawn(async move { scripts.update(&revision).await.map(|()| revision.into_script()) })
        });
        let mut winners = Vec::new();
        for attempt in attempts {
            match attempt.await.expect("the update does not panic") {
                Ok(script) => winners.push(script),
                Err(error) => assert_eq!(error, RepositoryError::Stale { current: script.version().next() }),
            }
        }
        assert_eq!(winners.len(), 1, "round {round}");
        script = winners.remove(0);
        assert_eq!(stores.scripts.get(&acme(), script.id()).await, Ok(script.clone()));
    }
    let page = stores.scripts.versions(&acme(), script.id(), PageRequest::default()).await.expect("versions");
    assert_eq!(page.total, 21);
}

pub(crate) async fn an_update_to_a_taken_name_changes_nothing(stores: &Stores) {
    stores.scripts.insert(&created(acme(), &input("Taken"), 0)).await.expect("stored");
    let first = created(acme(), &input("Report"), 0);
    stores.scripts.insert(&first).await.expect("stored");
    let script = first.into_script();
    let renamed = script.revise(draft(&input("Taken")), script.version(), ann(1)).expect("fresh").expect("a change");
    assert_eq!(stores.scripts.update(&renamed).await, Err(RepositoryError::NameTaken));
    assert_eq!(stores.scripts.get(&acme(), script.id()).await, Ok(script.clone()));
    let page = stores.scripts.versions(&acme(), script.id(), PageRequest::default()).await.expect("versions");
    assert_eq!(page.total, 1);
}
