//! What a script promises to its author.

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
fn a_new_script_is_active_at_version_one_and_has_its_snapshot() {
    let revision = Script::create(ScriptId::generate(), TenantId::parse("acme").unwrap(), draft("1"), stamp(1));
    assert!(revision.script().definition().active);
    assert_eq!(revision.script().version(), Version::FIRST);
    assert_eq!(&revision.snapshot().definition, revision.script().definition());
    assert_eq!(revision.snapshot().summary.as_str(), "Created");
}

#[test]
fn an_edit_makes_the_next_version_and_keeps_who_created_it() {
    let script = script();
    let revision = script.revise(draft("2"), Version::FIRST, stamp(2)).unwrap().unwrap();
    assert_eq!(revision.base(), Version::FIRST);
    assert_eq!(revision.script().version(), Version::FIRST.next());
    assert_eq!(revision.script().created(), script.created());
    assert_eq!(revision.script().updated(), &stamp(2));
}

#[test]
fn an_edit_of_an_old_version_is_refused() {
    let script = script().revise(draft("2"), Version::FIRST, stamp(2)).unwrap().unwrap().script().clone();
    let error = script.revise(draft("3"), Version::FIRST, stamp(3)).unwrap_err();
    assert_eq!(error, StaleVersion { base: Version::FIRST, current: Version::FIRST.next() });
}

#[test]
fn what_changes_nothing_makes_no_version() {
    let script = script();
    assert_eq!(script.revise(draft("1"), Version::FIRST, stamp(2)), Ok(None));
    assert_eq!(script.activate(stamp(2)), None);
    assert!(script.deactivate(stamp(2)).is_some());
}

#[test]
fn restoring_is_a_new_version_and_does_not_wake_an_inactive_script() {
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
fn a_quarantine_switches_off_says_why_and_ends_when_the_script_is_switched_on() {
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
    assert_eq!(edited.quarantine(), Some(&reason), "a better text does not switch it on by itself");
    let again = edited.activate(stamp(4)).unwrap();
    assert_eq!(again.snapshot().summary.as_str(), "Activated after the quarantine for TIMEOUT");
    assert_eq!((again.script().definition().active, again.script().quarantine()), (true, None));
}
