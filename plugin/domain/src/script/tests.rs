//! Tests of the transitions of a script.

use super::*;
use crate::{FaultCode, Timestamp, UserId};

fn stamp(micros: i64) -> Stamp {
    Stamp { at: Timestamp::from_micros(micros), by: UserId::parse("ann").unwrap() }
}

fn draft(source: &str) -> ScriptDraft {
    ScriptDraft::parse(&ScriptInput {
        name: "Nightly report".into(),
        script_type: "one_off".into(),
        content: source.into(),
        ..ScriptInput::default()
    })
    .unwrap()
}

fn script() -> Script {
    Script::create(ScriptId::generate(), TenantId::parse("acme").unwrap(), draft("1"), stamp(1)).script().clone()
}

#[test]
fn a_new_script_is_active_at_version_one_with_a_snapshot() {
    let revision = Script::create(ScriptId::generate(), TenantId::parse("acme").unwrap(), draft("1"), stamp(1));
    assert!(revision.script().definition().active);
    assert_eq!(revision.script().version(), Version::FIRST);
    assert_eq!(&revision.snapshot().definition, revision.script().definition());
    assert_eq!(revision.snapshot().summary.as_str(), "Created");
}

#[test]
fn an_edit_creates_the_next_version_and_keeps_the_creator() {
    let script = script();
    let revision = script.revise(draft("2"), Version::FIRST, stamp(2)).unwrap().unwrap();
    assert_eq!(revision.base(), Version::FIRST);
    assert_eq!(revision.script().version(), Version::FIRST.next());
    assert_eq!(revision.script().created(), script.created());
    assert_eq!(revision.script().updated(), &stamp(2));
}

#[test]
fn an_edit_of_an_old_version_is_rejected() {
    let script = script().revise(draft("2"), Version::FIRST, stamp(2)).unwrap().unwrap().script().clone();
    let error = script.revise(draft("3"), Version::FIRST, stamp(3)).unwrap_err();
    assert_eq!(error, StaleVersion { base: Version::FIRST, current: Version::FIRST.next() });
}

#[test]
fn a_change_without_effect_creates_no_version() {
    let script = script();
    assert_eq!(script.revise(draft("1"), Version::FIRST, stamp(2)), Ok(None));
    assert_eq!(script.activate(stamp(2)), None);
    assert!(script.deactivate(stamp(2)).is_some());
}

#[test]
fn restoring_creates_a_version_and_does_not_activate() {
    let first = Script::create(ScriptId::generate(), TenantId::parse("acme").unwrap(), draft("1"), stamp(1));
    let edited = first.script().revise(draft("2"), Version::FIRST, stamp(2)).unwrap().unwrap();
    let stopped = edited.script().deactivate(stamp(3)).unwrap();
    let restored = stopped.script().restore(first.snapshot(), stamp(4)).unwrap();
    assert_eq!(restored.script().version().get(), 4);
    assert_eq!(restored.script().definition().source.as_str(), "1");
    assert!(!restored.script().definition().active);
    assert_eq!(restored.snapshot().summary.as_str(), "Restored version 1");
}

#[test]
fn a_quarantine_deactivates_and_ends_with_activation() {
    let reason = Quarantine {
        fault: FaultCode::Timeout,
        times: 5,
        since: Timestamp::from_micros(0),
        at: Timestamp::from_micros(2),
    };
    let revision = script().quarantined(reason, stamp(2)).unwrap();
    let summary = revision.snapshot().summary.as_str();
    assert_eq!(summary, "Quarantined: TIMEOUT, 5 times since 1970-01-01T00:00:00Z");
    let script = revision.into_script();
    assert!(!script.definition().active);
    assert_eq!((script.quarantined(reason, stamp(3)), script.deactivate(stamp(3))), (None, None));

    let edited = script.revise(draft("2"), script.version(), stamp(3)).unwrap().unwrap().into_script();
    assert_eq!(edited.quarantine(), Some(&reason), "an edit alone does not activate it");
    let again = edited.activate(stamp(4)).unwrap();
    assert_eq!(again.snapshot().summary.as_str(), "Activated after quarantine (TIMEOUT)");
    assert_eq!((again.script().definition().active, again.script().quarantine()), (true, None));
}

fn cron(run_as: Option<&str>, active: bool) -> ScriptDraft {
    cron_of("1", run_as, active)
}

fn cron_of(source: &str, run_as: Option<&str>, active: bool) -> ScriptDraft {
    ScriptDraft::parse(&ScriptInput {
        name: "Nightly".into(),
        script_type: "cron".into(),
        cron_expression: Some("0 9 * * *".into()),
        content: source.into(),
        run_as: run_as.map(str::to_owned),
        is_active: Some(active),
        ..ScriptInput::default()
    })
    .unwrap()
}

fn by(name: &str, micros: i64) -> Stamp {
    Stamp { by: UserId::parse(name).unwrap(), ..stamp(micros) }
}

fn nightly(draft: ScriptDraft) -> Script {
    Script::create(ScriptId::generate(), TenantId::parse("acme").unwrap(), draft, by("ann", 1)).into_script()
}

fn runs_as(script: &Script) -> Option<&str> {
    script.runs_as().map(UserId::as_str)
}

#[test]
fn the_first_activator_stays_the_run_as_user() {
    let script = nightly(cron(None, false));
    assert_eq!(runs_as(&script), None);
    let script = script.revise(cron_of("0", None, false), Version::FIRST, by("bob", 2)).unwrap().unwrap().into_script();
    let script = script.activate(by("cat", 3)).unwrap().into_script();
    assert_eq!(script.definition().run_as, Some(UserId::parse("cat").unwrap()));
    let first = script.activate(by("root", 4));
    assert_eq!(first, None, "it is already active");
    let script = script.deactivate(by("root", 5)).unwrap().into_script();
    let script = script.activate(by("root", 6)).unwrap().into_script();
    let script =
        script.revise(cron_of("2", None, true), script.version(), by("root", 7)).unwrap().unwrap().into_script();
    let old = ScriptVersion {
        id: VersionId::generate(),
        tenant: script.tenant().clone(),
        script_id: script.id(),
        version: Version::FIRST,
        definition: ScriptDefinition {
            run_as: Some(UserId::parse("old").unwrap()),
            ..nightly(cron(None, true)).definition().clone()
        },
        summary: ChangeSummary::of(Change::Created),
        created: by("old", 1),
    };
    let script = script.restore(&old, by("root", 8)).unwrap().into_script();
    assert_eq!(runs_as(&script), Some("cat"));
    let reason = Quarantine {
        fault: FaultCode::Timeout,
        times: 5,
        since: Timestamp::from_micros(0),
        at: Timestamp::from_micros(2),
    };
    let script = script.quarantined(reason, by("system", 9)).unwrap().into_script();
    let script = script.activate(by("root", 10)).unwrap().into_script();
    assert_eq!(runs_as(&script), Some("cat"));
}

#[test]
fn an_edit_that_names_another_user_has_its_own_summary() {
    let script = nightly(cron(None, true));
    let revision = script.revise(cron(Some("robot"), true), Version::FIRST, by("root", 2)).unwrap().unwrap();
    assert_eq!(runs_as(revision.script()), Some("robot"));
    assert_eq!(revision.snapshot().summary.as_str(), "Edited; now runs as another user");
    let same = revision.script().revise(cron(None, true), Version::FIRST.next(), by("root", 3)).unwrap();
    assert_eq!(same, None, "an edit without a user keeps the user");
}

#[test]
fn a_script_of_an_older_node_keeps_its_run_as_user() {
    let new = nightly(cron(None, true));
    let definition = ScriptDefinition { run_as: None, ..new.definition().clone() };
    let stored =
        Script::stored(new.id(), new.tenant().clone(), definition, Version::FIRST, by("ann", 1), by("ann", 1), None);
    assert_eq!(runs_as(&stored), Some("ann"));
    assert_eq!(stored.activate(by("root", 2)), None, "it is already active");
    let stopped = stored.deactivate(by("root", 3)).unwrap().into_script();
    let resumed = stopped.activate(by("root", 4)).unwrap().into_script();
    assert_eq!(runs_as(&resumed), Some("ann"));
}

#[test]
fn manually_started_scripts_have_no_run_as_user() {
    let script = nightly(cron(Some("robot"), true));
    let once = script.revise(draft("1"), Version::FIRST, by("root", 2)).unwrap().unwrap().into_script();
    assert_eq!((once.definition().run_as.as_ref(), runs_as(&once)), (None, None));
    let again = once.revise(cron(None, true), once.version(), by("ann", 3)).unwrap().unwrap().into_script();
    assert_eq!(runs_as(&again), Some("ann"), "a cron script again runs as its editor");
}
