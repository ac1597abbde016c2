//! No user gains rights: an author cannot change a text that runs with the rights of others, by any path that saves it.
//!
//! Here ann is an administrator and bob an author: he lacks only `scripts.manage_endpoints`.

use std::{sync::Arc, time::Duration};

use iota_scripts_domain::{
    Cause, Clock as _, JsonText, Occurrence, OccurrenceId, OccurrenceRepository as _, Script, ScriptDraft, ScriptId,
    ScriptInput, ScriptRepository as _, Stamp, SystemClock, UserId, Version,
};
use iota_scripts_services::{Background, Identity, Seen, ServiceError};
use serde_json::Value;
use tokio::time::timeout;

use crate::{
    fakes::Play,
    world::{World, ann, bob, endpoint, input, refusal, request},
};

fn world() -> World {
    let world = World::new();
    world.host.make_author("bob");
    world
}

fn cron(name: &str, content: &str) -> ScriptInput {
    let expression = Some("0 9 * * *".into());
    ScriptInput { script_type: "cron".into(), cron_expression: expression, content: content.into(), ..input(name) }
}

fn library(name: &str, content: &str) -> ScriptInput {
    ScriptInput { script_type: "embedded".into(), library: Some(true), content: content.into(), ..input(name) }
}

/// A form whose author has seen a library's current version.
fn having_seen(library: &Script, input: ScriptInput) -> ScriptInput {
    ScriptInput { seen_libraries: vec![format!("{}:{}", library.id(), library.version())], ..input }
}

async fn by(world: &World, who: &Identity, input: &ScriptInput) -> Script {
    world.scripts.create(who, input).await.expect("a script")
}

async fn edit(world: &World, who: &Identity, script: &Script, input: &ScriptInput) -> Result<Script, ServiceError> {
    let current = world.stored_scripts.get(script.tenant(), script.id()).await.expect("the script");
    world.scripts.replace(who, script.id(), current.version(), input).await
}

/// Runs everything that is due; returns the users and sources of the runs.
async fn due(world: &World) -> Vec<(Option<String>, String)> {
    let keeping = world.schedules.clone();
    let kept = tokio::spawn(async move { keeping.keep(&Background::new(Arc::new(SystemClock))).await });
    let settled = async {
        while world.occurrences.all().iter().any(|one| one.settled_at.is_none()) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(Duration::from_secs(20), settled).await.expect("nothing is due for ever");
    kept.abort();
    let runs = world.stored_runs.all();
    let user = |id| runs.iter().find(|run| run.id() == id).and_then(|run| run.user()).map(ToString::to_string);
    world.runtime.jobs().iter().map(|job| (user(job.execution), job.source.to_string())).collect()
}

async fn scheduled(world: &World, script: &Script) {
    let now = world.clock.now();
    let whose = (script.tenant().clone(), script.id(), script.definition().name.clone());
    let occurrence = Occurrence::due(whose, Cause::Schedule, now.to_string(), now, now);
    assert_eq!(world.occurrences.insert(&occurrence).await, Ok(true));
}

async fn later(world: &World, who: &Identity, script: &Script) -> Occurrence {
    let at = world.clock.now().plus(Duration::from_secs(600));
    let occurrence =
        world.schedules.later(who, script.id(), OccurrenceId::generate(), at, JsonText::empty_list()).await;
    occurrence.expect("an occurrence")
}

/// Attack (a) of three.
#[tokio::test]
async fn an_author_cannot_edit_a_library_of_an_admin_s_schedule() {
    let world = world();
    let tax = by(&world, &bob(), &library("tax", "one()")).await;
    by(&world, &ann(), &having_seen(&tax, cron("Nightly", "import 'lib:tax'"))).await;
    let refused = refusal(edit(&world, &bob(), &tax, &library("tax", "services.money.send()")).await);
    assert_eq!(refused, r#"RunsAs([UserId("ann")])"#);
    edit(&world, &ann(), &tax, &library("tax", "two()")).await.expect("the admin's to edit");
}

#[tokio::test]
async fn a_concurrent_save_makes_rights_be_checked_again() {
    let world = world();
    let tax = by(&world, &bob(), &library("tax", "one()")).await;
    let stored_by_ann = |name: &str| {
        let draft = ScriptDraft::parse(&cron(name, "import 'lib:tax'")).expect("a draft");
        let stamp = Stamp { at: world.clock.now(), by: ann().author() };
        Script::create(ScriptId::generate(), ann().tenant_id().clone(), draft, stamp).importing(vec!["tax".into()])
    };
    world.stored_scripts.meanwhile(stored_by_ann("Nightly"));
    let refused = refusal(edit(&world, &bob(), &tax, &library("tax", "services.money.send()")).await);
    assert_eq!(refused, r#"RunsAs([UserId("ann")])"#);
    world.stored_scripts.meanwhile(stored_by_ann("Weekly"));
    edit(&world, &ann(), &tax, &library("tax", "two()")).await.expect("an admin may edit it, whatever else is saved");
}

#[tokio::test]
async fn rights_are_lent_only_to_libraries_that_were_seen() {
    let world = world();
    let base = by(&world, &bob(), &library("base", "export one")).await;
    let tax = by(&world, &bob(), &library("tax", "import 'lib:base'")).await;
    let off = ScriptInput { is_active: Some(false), ..cron("Nightly", "import 'lib:tax'") };
    let draft = by(&world, &bob(), &off).await;
    let seen = |libraries: &[(&Script, Version)]| Seen {
        script: Some(draft.version()),
        libraries: libraries.iter().map(|(library, version)| (library.id(), *version)).collect(),
    };
    let both = [(&base, Version::FIRST), (&tax, Version::FIRST)];
    let gain = library("base", "export one\nservices.money.send()");
    edit(&world, &bob(), &base, &gain).await.expect("his own, until then");
    for unseen in [Seen::from(Some(draft.version())), seen(&both)] {
        let refused = refusal(world.scripts.activate(&ann(), draft.id(), unseen).await);
        assert!(refused.contains("seen_libraries") && refused.contains("base (2, bob)"), "{refused}");
    }
    // Saving a text that runs as oneself lends the same rights.
    let weekly = cron("Weekly", "import 'lib:tax'");
    let refused = refusal(world.scripts.create(&ann(), &weekly).await);
    assert!(refused.contains("tax (1, bob)") && refused.contains(&format!("{}:2", base.id())), "{refused}");
    let odd = ScriptInput { seen_libraries: vec!["tax".into()], ..weekly.clone() };
    assert!(refusal(world.scripts.create(&ann(), &odd).await).contains("a colon"));

    let second = Version::FIRST.next();
    let all = seen(&[(&base, second), (&tax, Version::FIRST)]);
    world.scripts.activate(&ann(), draft.id(), all).await.expect("the version that she saw");
    assert!(refusal(edit(&world, &bob(), &base, &library("base", "export one")).await).starts_with("RunsAs"));
    // Only users with the permission can change them now, so nothing needs to have been seen.
    world.scripts.create(&ann(), &weekly).await.expect("lent already");
    world.scripts.deactivate(&ann(), draft.id()).await.expect("off");
    world.scripts.activate(&ann(), draft.id(), None).await.expect("that lends nothing new");
}

#[tokio::test]
async fn a_library_deleted_during_its_import_cannot_be_recreated() {
    let world = world();
    let tax = by(&world, &bob(), &library("tax", "one()")).await;
    let draft = ScriptDraft::parse(&ScriptInput { library: Some(false), ..library("tax", "one()") }).expect("a draft");
    let stamp = Stamp { at: world.clock.now(), by: bob().author() };
    let no_more = tax.revise(draft, tax.version(), stamp).expect("fresh").expect("a change");
    let nightly = by(&world, &ann(), &cron("Nightly", "two()")).await;
    // The text is checked while the library exists.
    world.stored_scripts.meanwhile(no_more);
    let importing = having_seen(&tax, cron("Nightly", "import 'lib:tax'"));
    let refused = refusal(edit(&world, &ann(), &nightly, &importing).await);
    assert!(refused.contains("is not a library"), "{refused}");

    // However it came about: an imported library has the rights of its importer.
    let draft = ScriptDraft::parse(&cron("Weekly", "import 'lib:rates'")).expect("a draft");
    let stamp = Stamp { at: world.clock.now(), by: ann().author() };
    let weekly = Script::create(ScriptId::generate(), ann().tenant_id().clone(), draft, stamp);
    world.stored_scripts.insert(&weekly.importing(vec!["rates".into()])).await.expect("stored");
    let rates = library("rates", "gain()");
    assert_eq!(refusal(world.scripts.create(&bob(), &rates).await), r#"RunsAs([UserId("ann")])"#);
    let other = by(&world, &bob(), &library("other", "gain()")).await;
    assert!(refusal(edit(&world, &bob(), &other, &rates).await).starts_with("RunsAs"));
}

/// Attack (b) of three.
#[tokio::test]
async fn a_run_for_later_keeps_the_requested_versions() {
    let world = world();
    let tax = by(&world, &bob(), &library("tax", "rates()")).await;
    let report = by(&world, &bob(), &ScriptInput { content: "import 'lib:tax'".into(), ..input("Report") }).await;
    let asked = later(&world, &ann(), &report).await;
    let pinned = asked.pinned.expect("the pinned version");
    assert_eq!((pinned.script, pinned.libraries.len()), (Version::FIRST, 1));

    let other = ScriptInput { content: "services.money.send()".into(), ..input("Report") };
    edit(&world, &bob(), &report, &other).await.expect("an author's own script");
    edit(&world, &bob(), &tax, &library("tax", "services.money.send()")).await.expect("an author's own library");
    world.clock.advance(Duration::from_secs(601));
    assert_eq!(due(&world).await, [(Some("ann".to_owned()), "import 'lib:tax'".to_owned())]);
    let jobs = world.runtime.jobs();
    let libraries: Vec<&str> = jobs[0].libraries.iter().map(|library| &*library.source).collect();
    assert_eq!(libraries, ["rates()"]);
    assert_eq!(jobs[0].script.version, Version::FIRST);
}

/// Attack (c) of three.
#[tokio::test]
async fn reactivating_a_schedule_does_not_lend_it_rights() {
    let world = world();
    let nightly = by(&world, &bob(), &cron("Nightly", "one()")).await;
    world.scripts.deactivate(&ann(), nightly.id()).await.expect("paused");
    let resumed = world.scripts.activate(&ann(), nightly.id(), None).await.expect("resumed");
    assert_eq!(resumed.runs_as().map(UserId::as_str), Some("bob"));
    world.scripts.restore(&ann(), nightly.id(), Version::FIRST).await.expect("restored");
    edit(&world, &ann(), &nightly, &cron("Nightly", "two()")).await.expect("edited");
    scheduled(&world, &nightly).await;
    assert_eq!(due(&world).await, [(Some("bob".to_owned()), "two()".to_owned())]);
}

#[tokio::test]
async fn a_handler_acts_as_its_first_activator_or_as_the_tenant() {
    let world = world();
    let handler = ScriptInput {
        script_type: "embedded".into(),
        event_patterns: vec!["order.*".into()],
        is_active: Some(false),
        ..input("Handler")
    };
    let off = by(&world, &bob(), &handler).await;
    assert_eq!(off.runs_as(), None);
    let unseen = world.scripts.activate(&ann(), off.id(), None).await;
    assert!(refusal(unseen).contains("base_version"), "she would lend her rights to a text that she has not seen");
    let other = Some(off.version().next());
    assert!(refusal(world.scripts.activate(&ann(), off.id(), other).await).starts_with("Stale"));
    let on = world.scripts.activate(&ann(), off.id(), Some(off.version())).await.expect("on");
    assert_eq!(on.runs_as().map(UserId::as_str), Some("ann"));
    assert!(refusal(world.scripts.deactivate(&bob(), on.id()).await).starts_with("RunsAs"));

    let host = Identity::system(ann().tenant_id().clone());
    let seeded = by(&world, &host, &cron("Seeded", "one()")).await;
    assert_eq!(seeded.runs_as(), Some(&UserId::system()));
    assert!(refusal(edit(&world, &bob(), &seeded, &cron("Seeded", "two()")).await).starts_with("RunsAs"));
    let named = ScriptInput { run_as: Some("system".into()), ..cron("Mine", "one()") };
    assert!(refusal(world.scripts.create(&ann(), &named).await).contains("not a user"));
    scheduled(&world, &seeded).await;
    assert_eq!(due(&world).await, [(None, "one()".to_owned())]);
}

#[tokio::test]
async fn the_first_activation_lends_rights_for_the_seen_version() {
    let world = world();
    let draft = ScriptInput { is_active: Some(false), ..cron("Nightly", "one()") };
    let script = by(&world, &bob(), &draft).await;
    edit(&world, &bob(), &script, &cron("Nightly", "gain()")).await.expect("an author's own draft");
    let seen = Some(Version::FIRST);
    let stale = refusal(world.scripts.activate(&ann(), script.id(), seen).await);
    assert_eq!(stale, "Stale { current: Version(2) }");
    world.scripts.activate(&ann(), script.id(), Version::new(2)).await.expect("the version that she saw");
    world.scripts.deactivate(&ann(), script.id()).await.expect("off");
    world.scripts.activate(&ann(), script.id(), seen).await.expect("that lends nothing new");
}

#[tokio::test]
async fn schedules_work_if_the_host_does_not_list_users() {
    let world = world();
    world.host.hide_users();
    let nightly = by(&world, &bob(), &cron("Nightly", "one()")).await;
    edit(&world, &bob(), &nightly, &cron("Nightly", "two()")).await.expect("saved");
    scheduled(&world, &nightly).await;
    assert_eq!(due(&world).await, [(None, "two()".to_owned())]);
}

#[tokio::test]
async fn a_waiting_run_is_skipped_if_the_script_s_type_changed() {
    let world = world();
    let nightly = by(&world, &bob(), &cron("Nightly", "one()")).await;
    scheduled(&world, &nightly).await;
    edit(&world, &ann(), &nightly, &ScriptInput { content: "two()".into(), ..input("Nightly") }).await.expect("saved");
    assert_eq!(due(&world).await, []);
}

/// The kinds of scripts through which rights could be gained.
const KINDS: [&str; 6] = ["one_off", "cron", "event", "embedded", "endpoint", "writer"];

/// The use cases that save a text, or activate or deactivate a script.
const PATHS: [&str; 8] = ["edit", "describe", "rename", "import", "restore", "activate", "deactivate", "delete"];

fn of_kind(kind: &str, content: &str) -> ScriptInput {
    let plain = ScriptInput { content: content.into(), ..input("Target") };
    match kind {
        "cron" => cron("Target", content),
        "event" => ScriptInput { script_type: "embedded".into(), event_patterns: vec!["order.*".into()], ..plain },
        "embedded" => ScriptInput { script_type: "embedded".into(), ..plain },
        "endpoint" => ScriptInput { content: content.into(), ..endpoint("Target", "/target") },
        "writer" => ScriptInput { database_access: Some("read_write".into()), ..plain },
        _ => plain,
    }
}

/// Bob uses this path on a script with two versions.
async fn go(world: &World, path: &str, script: &Script, now: &ScriptInput) -> Result<(), ServiceError> {
    let (bob, id, scripts) = (bob(), script.id(), &world.scripts);
    let change = async |input: ScriptInput| edit(world, &bob, script, &input).await.map(drop);
    match path {
        "edit" => change(ScriptInput { content: "gain()".into(), ..now.clone() }).await,
        "describe" => change(ScriptInput { description: "Mine".into(), ..now.clone() }).await,
        "rename" => change(ScriptInput { name: "Renamed".into(), ..now.clone() }).await,
        "import" => change(ScriptInput { content: "import 'lib:bobs'".into(), ..now.clone() }).await,
        "restore" => scripts.restore(&bob, id, Version::FIRST).await.map(drop),
        "activate" => scripts.activate(&bob, id, None).await.map(drop),
        "deactivate" => scripts.deactivate(&bob, id).await.map(drop),
        _ => scripts.delete(&bob, id).await,
    }
}

/// Returns whether the path was rejected for lack of the permission, and not for another reason.
fn is_refused(outcome: &Result<(), ServiceError>) -> bool {
    let refused = matches!(outcome, Err(ServiceError::Forbidden(_) | ServiceError::RunsAs(_)));
    assert!(refused || matches!(outcome, Ok(()) | Err(ServiceError::LibraryInUse(_))), "{outcome:?}");
    refused
}

#[tokio::test]
async fn every_path_that_saves_checks_the_text_s_rights() {
    let mut ways = 0;
    for kind in KINDS {
        let reaches_out = matches!(kind, "endpoint" | "writer");
        let unattended = matches!(kind, "cron" | "event");
        for path in PATHS {
            for owner in [ann(), bob()] {
                let owned = owner == bob();
                if owned && reaches_out {
                    continue;
                }
                for through in ["itself", "library", "library of a library", "pending run", "pinned run"] {
                    if through.ends_with("run") && kind != "one_off" {
                        continue;
                    }
                    let world = world();
                    by(&world, &bob(), &library("bobs", "x()")).await;
                    let (target, now) = match through {
                        "library" | "library of a library" => {
                            let tax = by(&world, &bob(), &library("tax", "one()")).await;
                            let now = library("tax", "two()");
                            edit(&world, &bob(), &tax, &now).await.expect("not imported yet");
                            let prices = by(&world, &bob(), &library("prices", "import 'lib:tax'")).await;
                            let name = if through == "library" { "tax" } else { "prices" };
                            let input = of_kind(kind, &format!("import 'lib:{name}'"));
                            let seen_libraries = vec![format!("{}:2", tax.id()), format!("{}:1", prices.id())];
                            by(&world, &owner, &ScriptInput { seen_libraries, ..input }).await;
                            (tax, now)
                        }
                        _ => {
                            let first = by(&world, &owner, &of_kind(kind, "one()")).await;
                            let now = of_kind(kind, "two()");
                            edit(&world, &owner, &first, &now).await.expect("a second version");
                            (first, now)
                        }
                    };
                    if path == "activate" {
                        world.scripts.deactivate(&ann(), target.id()).await.expect("off");
                    }
                    let script = world.stored_scripts.get(target.tenant(), target.id()).await.expect("the script");
                    if through.ends_with("run") && script.definition().active {
                        let asked = later(&world, &ann(), &script).await;
                        if through == "pending run" {
                            // As written by a node of an older version.
                            world.occurrences.unpin(asked.id);
                        }
                    }
                    let pending = through == "pending run" && script.definition().active;
                    let expected = reaches_out || (unattended && !owned) || pending;

                    let rights = world.scripts.rights(&script).await.expect("an answer");
                    let bobs = UserId::parse("bob").expect("a user");
                    let case = format!("{kind} of {}, {path}, through {through}", owner.author());
                    assert_eq!(rights.are_beyond(&bobs), expected, "the rule: {case}");
                    let outcome = go(&world, path, &script, &now).await;
                    assert_eq!(is_refused(&outcome), expected, "the way: {case}: {outcome:?}");
                    ways += 1;
                }
            }
        }
    }
    assert_eq!(ways, 8 * ((4 * 2 + 2) * 3 + 2 * 2), "every path of every kind");
}

#[tokio::test]
async fn an_author_creates_nothing_that_runs_as_another() {
    let world = world();
    for kind in KINDS {
        let name = |input: ScriptInput| ScriptInput { name: kind.into(), ..input };
        let created = world.scripts.create(&bob(), &name(of_kind(kind, "one()"))).await;
        assert_eq!(created.is_err(), matches!(kind, "endpoint" | "writer"), "{kind}");
        if matches!(kind, "cron" | "event") {
            let named = ScriptInput { run_as: Some("ann".into()), name: format!("{kind} 2"), ..of_kind(kind, "one()") };
            assert_eq!(refusal(world.scripts.create(&bob(), &named).await), r#"RunsAs([UserId("ann")])"#);
            let own = created.expect("bob's own");
            let taken = ScriptInput { run_as: Some("ann".into()), ..name(of_kind(kind, "one()")) };
            assert!(refusal(edit(&world, &bob(), &own, &taken).await).starts_with("RunsAs"));
            let mine = ScriptInput { run_as: Some("bob".into()), ..name(of_kind(kind, "two()")) };
            edit(&world, &bob(), &own, &mine).await.expect("bob's own");
        }
    }
}

#[tokio::test]
async fn runs_by_hand_count_only_with_the_right_to_deactivate() {
    let world = world();
    let report = by(&world, &ann(), &of_kind("endpoint", "slow()")).await;
    let nightly = by(&world, &ann(), &cron("Nightly", "slow()")).await;
    let own = by(&world, &bob(), &input("Own")).await;
    world.runtime.play(Play::Fault(iota_scripts_domain::FaultCode::Timeout));
    for script in [&report, &nightly, &own] {
        for _ in 0..3 {
            world.runs.start(&bob(), request(script)).await.expect("a run").finished().await;
            world.settled().await;
        }
    }
    let active = |script: &Script| {
        let (tenant, id, scripts) = (script.tenant().clone(), script.id(), world.stored_scripts.clone());
        async move { scripts.get(&tenant, id).await.map(|script| script.definition().active) }
    };
    assert_eq!((active(&report).await, active(&nightly).await), (Ok(true), Ok(true)));
    assert_eq!(active(&own).await, Ok(false), "his own");
    world.runtime.play(Play::Value(Value::Null));
}
