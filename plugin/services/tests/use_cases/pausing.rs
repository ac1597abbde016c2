//! Pausing a tenant's schedules: planned times do not start, and who may pause.

use iota_scripts_domain::{Cause, Clock as _, Occurrence, OccurrenceRepository as _, OccurrenceState, Permission};

use crate::{
    dead_letters::HandlerFixture,
    world::{ann, input, refusal},
};

#[tokio::test]
async fn times_planned_before_a_pause_do_not_start_during_it() {
    let fixture = HandlerFixture::new().await;
    let script = fixture.world.script(&input("Nightly")).await;
    let (now, whose) =
        (fixture.world.clock.now(), (script.tenant().clone(), script.id(), script.definition().name.clone()));
    fixture.schedules.pause(&ann(), "moving", None).await.expect("paused");
    for (key, cause, attempt) in [("a", Cause::Schedule, 1), ("b", Cause::Schedule, 2), ("c", Cause::Later, 1)] {
        let due = Occurrence { attempt, ..Occurrence::due(whose.clone(), cause, key.to_owned(), now, now) };
        assert_eq!(fixture.ledger.insert(&due).await, Ok(true));
    }
    fixture.schedules.wake();
    fixture.settled().await;
    let name = fixture.schedules.paused(&ann()).await.expect("an answer").expect("a pause").name;
    let sentence = format!("paused by {name}: moving");
    let listed: Vec<_> =
        fixture.ledger.all().into_iter().map(|one| (one.key, one.state, one.reason.to_string())).collect();
    let expected = [
        ("a".to_owned(), OccurrenceState::Skipped, sentence.clone()),
        ("b".to_owned(), OccurrenceState::Failed, format!("not tried again: {sentence}")),
        ("c".to_owned(), OccurrenceState::Ran, String::new()),
    ];
    assert_eq!(listed, expected);
}

#[tokio::test]
async fn pausing_needs_a_permission_and_is_announced_once() {
    let fixture = HandlerFixture::new().await;
    let past = Some(fixture.world.clock.now());
    assert!(refusal(fixture.schedules.pause(&ann(), "moving", past).await).contains("until"));
    fixture.schedules.pause(&ann(), "moving", None).await.expect("paused");
    for _ in 0..2 {
        fixture.schedules.resume(&ann()).await.expect("resumed");
    }
    let listed: Vec<String> =
        fixture.world.host.published_types().into_iter().filter(|kind| kind.contains("schedules")).collect();
    assert_eq!(listed, ["scripts.schedules_paused", "scripts.schedules_resumed"]);
    fixture.world.host.refuse(&[Permission::ManageEndpoints]);
    assert_eq!(refusal(fixture.schedules.pause(&ann(), "moving", None).await), "Forbidden(ManageEndpoints)");
    assert_eq!(refusal(fixture.schedules.resume(&ann()).await), "Forbidden(ManageEndpoints)");
}
