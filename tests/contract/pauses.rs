//! Promises of pauses: no schedule fires, one row for each script counts the skipped times, and none of them runs later.

use std::time::Duration;

use iota_scripts_domain::{
    OccurrenceQuery, OccurrenceRepository as _, OccurrenceState, Pause, PauseId, PauseReason, PlanningGaps, Script,
    ScriptId, ScriptInput, Stamp, Timestamp, UserId,
};
use iota_scripts_infrastructure::persistence::SqlOccurrenceRepository;

use crate::samples::{acme, draft, input, tenant};
use crate::stores::Stores;

fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("a time")
}

fn stamp(at: &str, by: &str) -> Stamp {
    Stamp { at: time(at), by: UserId::parse(by).expect("a user") }
}

fn pause(at: &str, until: Option<&str>) -> Pause {
    Pause {
        id: PauseId::generate(),
        tenant: acme(),
        reason: PauseReason::parse("moving").expect("a reason"),
        paused: stamp(at, "ann"),
        name: "Ann".into(),
        ends_at: until.map(time),
    }
}

/// An active cron script that runs every minute, created at the given time.
async fn minutely(stores: &Stores, name: &str, at: &str) -> Script {
    let input = ScriptInput { script_type: "cron".into(), cron_expression: Some("* * * * *".into()), ..input(name) };
    let revision = Script::create(ScriptId::generate(), acme(), draft(&input), stamp(at, "ann"));
    stores.scripts.insert(&revision).await.expect("stored");
    revision.into_script()
}

async fn advance(stores: &Stores, now: &str) {
    stores
        .occurrences
        .advance_schedules(time(now), Duration::from_secs(60), &PlanningGaps::default(), 100)
        .await
        .expect("planned");
}

/// The occurrences of a script, oldest first: time, state, count.
async fn rows_of(stores: &Stores, script: &Script) -> Vec<(String, OccurrenceState, u64)> {
    let query = OccurrenceQuery { script: Some(script.id()), ..OccurrenceQuery::default() };
    let page = stores.occurrences.list(&acme(), &query).await.expect("a list");
    page.items.iter().rev().map(|one| (one.due_at.to_string()[11..16].to_owned(), one.state, one.times)).collect()
}

pub(crate) async fn times_skipped_by_a_pause_are_one_row_for_each_script(stores: &Stores) {
    let script = minutely(stores, "Minutely", "2025-01-01T08:59:30Z").await;
    let before = stores.scripts.get(&acme(), script.id()).await;
    advance(stores, "2025-01-01T09:00:00Z").await;
    stores.occurrences.pause(&pause("2025-01-01T09:00:30Z", Some("2025-01-08T09:00:00Z"))).await.expect("paused");
    advance(stores, "2025-01-01T09:01:00Z").await;
    advance(stores, "2025-01-01T09:02:00Z").await;
    // The node was down for the rest of the week: the elapsed times belong to the pause, and are not missed.
    for _ in 0..21 {
        advance(stores, "2025-01-08T09:00:10Z").await;
    }
    let expected = [
        ("09:00".to_owned(), OccurrenceState::Due, 1),
        ("09:01".to_owned(), OccurrenceState::Skipped, 10_079),
        ("09:00".to_owned(), OccurrenceState::Skipped, 1),
    ];
    assert_eq!(rows_of(stores, &script).await, expected, "the run before the pause had not ended");
    assert_eq!(stores.scripts.get(&acme(), script.id()).await, before, "no script has changed");
    let query = OccurrenceQuery { state: Some(OccurrenceState::Skipped), ..OccurrenceQuery::default() };
    let rows = stores.occurrences.list(&acme(), &query).await.expect("a list").items;
    assert_eq!(rows.last().expect("a row").reason, "paused by Ann: moving".into());
}

pub(crate) async fn after_a_resume_schedules_fire_without_catching_up(stores: &Stores) {
    let script = minutely(stores, "Minutely", "2025-01-01T08:59:30Z").await;
    stores.occurrences.pause(&pause("2025-01-01T08:59:40Z", None)).await.expect("paused");
    // Another node plans, and reads the pause from the database.
    let other = SqlOccurrenceRepository::new(stores.another_node().await);
    for now in ["2025-01-01T09:00:00Z", "2025-01-01T09:01:00Z"] {
        other
            .advance_schedules(time(now), Duration::from_secs(60), &PlanningGaps::default(), 100)
            .await
            .expect("planned");
    }
    let resumed = stores.occurrences.resume(&acme(), &stamp("2025-01-01T09:01:30Z", "bob")).await.expect("resumed");
    assert_eq!(resumed.map(|pause| pause.paused.by.to_string()), Some("ann".to_owned()));
    assert_eq!(stores.occurrences.resume(&acme(), &stamp("2025-01-01T09:01:31Z", "bob")).await, Ok(None));
    advance(stores, "2025-01-01T09:02:00Z").await;
    let expected = [("09:00".to_owned(), OccurrenceState::Skipped, 2), ("09:02".to_owned(), OccurrenceState::Due, 1)];
    assert_eq!(rows_of(stores, &script).await, expected);
}

pub(crate) async fn a_pause_is_per_tenant_and_can_be_changed(stores: &Stores) {
    let in_force = async |name: &str, now: &str| {
        let found = stores.occurrences.pause_in_force(&tenant(name), time(now)).await.expect("an answer");
        found.map(|pause| (pause.paused.at.to_string(), pause.ends_at.map(|end| end.to_string())))
    };
    assert_eq!(in_force("acme", "2025-01-01T09:00:00Z").await, None);
    let first = stores.occurrences.pause(&pause("2025-01-01T09:00:00Z", None)).await.expect("paused");
    let changed = pause("2025-01-01T09:05:00Z", Some("2025-01-01T10:00:00Z"));
    let second = stores.occurrences.pause(&changed).await.expect("changed");
    assert_eq!((second.id, second.paused.at), (first.id, first.paused.at));
    let known = Some(("2025-01-01T09:00:00Z".to_owned(), Some("2025-01-01T10:00:00Z".to_owned())));
    assert_eq!(in_force("acme", "2025-01-01T09:59:59Z").await, known);
    assert_eq!(in_force("acme", "2025-01-01T10:00:00Z").await, None);
    assert_eq!(in_force("globex", "2025-01-01T09:10:00Z").await, None);
    // A pause that has ended is a different pause.
    let third = stores.occurrences.pause(&pause("2025-01-01T11:00:00Z", None)).await.expect("paused");
    assert_ne!(third.id, first.id);
    stores.db.forget_tenant(&acme()).await.expect("forgotten");
    assert_eq!(in_force("acme", "2025-01-01T12:00:00Z").await, None);
}
