//! Dead letters: who sees them, and that each is replayed only once.

use std::{sync::Arc, time::Duration};

use iota_scripts_domain::{
    Clock as _, FaultCode, Handling, Occurrence, OccurrenceQuery, OccurrenceState, Permission, ScriptInput, SystemClock,
};
use iota_scripts_services::{
    Background, EventService, ExecutionService, Identity, IncomingEvent, Invalidation, SchedulePolicy, ScheduleService,
    TenantDirectory,
};
use serde_json::json;
use tokio::time::timeout;

use crate::{
    fakes::{Occurrences, Play},
    world::{World, ann, gus, input, node, refusal},
};

/// The use cases, and a failing handler of one event type.
pub(crate) struct HandlerFixture {
    pub(crate) world: World,
    pub(crate) ledger: Arc<Occurrences>,
    pub(crate) schedules: ScheduleService,
    events: EventService,
}

impl HandlerFixture {
    pub(crate) async fn new() -> Self {
        let world = World::new();
        let ledger = Arc::new(Occurrences::default());
        let changes = Arc::new(Invalidation::default());
        let policy = SchedulePolicy {
            node: node("node-1"),
            grace: Duration::from_secs(60),
            concurrency: 4,
            lease: Duration::from_secs(60),
            poll: Duration::from_secs(60),
        };
        let schedules = ScheduleService::new(
            ledger.clone(),
            world.stored_scripts.clone(),
            ExecutionService::clone(&world.runs),
            world.host.clone(),
            TenantDirectory::new(world.host.clone(), world.clock.clone()),
            changes.clone(),
            world.clock.clone(),
            policy,
        );
        let events = EventService::new(
            world.stored_scripts.clone(),
            ExecutionService::clone(&world.runs),
            ledger.clone(),
            schedules.clone(),
            changes,
            world.clock.clone(),
        );
        let handler = ScriptInput {
            script_type: "embedded".into(),
            event_patterns: vec!["orders.*".into()],
            retries: Some(0),
            ..input("Handler")
        };
        world.script(&handler).await;
        let keeping = schedules.clone();
        tokio::spawn(async move { keeping.keep(&Background::new(Arc::new(SystemClock))).await });
        Self { world, ledger, schedules, events }
    }

    /// Delivers an event, and returns its occurrence once it is settled.
    async fn deliver(&self, id: &str, play: Play) -> Occurrence {
        self.world.runtime.play(play);
        let event = IncomingEvent {
            id: id.to_owned(),
            event_type: "orders.created".to_owned(),
            tenant: ann().tenant_id().clone(),
            user: None,
            at: self.world.clock.now(),
            data: json!({"order": id}),
            execution_id: None,
        };
        assert_eq!(self.events.take(&event).await, Ok(1));
        self.settled().await
    }

    /// Returns the last occurrence, once nothing is due any more.
    pub(crate) async fn settled(&self) -> Occurrence {
        let settled = async {
            loop {
                let all = self.ledger.all();
                if all.iter().all(|one| one.settled_at.is_some()) {
                    return all.last().cloned().expect("an occurrence");
                }
                tokio::task::yield_now().await;
            }
        };
        timeout(Duration::from_secs(20), settled).await.expect("nothing is due for ever")
    }

    async fn letter(&self) -> Occurrence {
        let letter = self.deliver("e1", Play::Fault(FaultCode::ScriptError)).await;
        assert!(letter.is_dead_letter(), "{letter:?}");
        letter
    }

    /// Returns the keys of the dead letters that a user sees.
    async fn listed(&self, who: &Identity) -> Vec<String> {
        let page = self.schedules.dead_letters(who, &OccurrenceQuery::default()).await.expect("a list");
        page.items.into_iter().map(|letter| letter.key).collect()
    }
}

#[tokio::test]
async fn dead_letters_are_listed_for_their_tenant() {
    let fixture = HandlerFixture::new().await;
    fixture.deliver("e0", Play::Value(json!(null))).await;
    fixture.deliver("e1", Play::Fault(FaultCode::ScriptError)).await;
    fixture.deliver("e2", Play::Fault(FaultCode::Timeout)).await;
    assert_eq!(fixture.listed(&ann()).await, ["e2", "e1"]);
    assert!(fixture.listed(&gus()).await.is_empty());
}

#[tokio::test]
async fn a_replay_delivers_the_same_event_and_clears_the_letter() {
    let fixture = HandlerFixture::new().await;
    let letter = fixture.letter().await;
    fixture.world.clock.advance(Duration::from_secs(3600));
    fixture.world.runtime.play(Play::Value(json!("fine")));
    let replay = fixture.schedules.replay(&ann(), letter.id).await.expect("delivered");
    assert_eq!((replay.replay_of, replay.due_at), (Some(letter.id), fixture.world.clock.now()));
    let again = fixture.settled().await;
    assert_eq!((again.id, again.state), (replay.id, OccurrenceState::Ran));
    let jobs = fixture.world.runtime.jobs();
    assert_eq!(jobs.iter().map(|job| &job.args).collect::<Vec<_>>(), [&letter.args, &letter.args]);
    assert!(fixture.listed(&ann()).await.is_empty());
    let handled = fixture.ledger.all().remove(0).handled.expect("noted");
    assert_eq!((handled.how, handled.stamp.by), (Handling::Replayed, ann().author()));
}

#[tokio::test]
async fn a_letter_replayed_twice_runs_once() {
    let fixture = HandlerFixture::new().await;
    let letter = fixture.letter().await;
    let ann = ann();
    let (one, other) =
        tokio::join!(fixture.schedules.replay(&ann, letter.id), fixture.schedules.replay(&ann, letter.id));
    assert_eq!([&one, &other].into_iter().filter(|replay| replay.is_ok()).count(), 1, "{one:?} {other:?}");
    fixture.settled().await;
    assert!(refusal(fixture.schedules.replay(&ann, letter.id).await).starts_with("NotReplayable("));
    assert!(refusal(fixture.schedules.dismiss(&ann, letter.id).await).starts_with("NotReplayable("));
    assert_eq!(fixture.ledger.all().len(), 2);
    assert_eq!(fixture.world.runtime.jobs().len(), 2);
    // A replay that fails is a dead letter of its own.
    assert_eq!(fixture.listed(&ann).await, [format!("replay:{}", letter.id)]);
}

#[tokio::test]
async fn a_letter_of_another_tenant_is_not_found() {
    let fixture = HandlerFixture::new().await;
    let letter = fixture.letter().await;
    assert_eq!(refusal(fixture.schedules.replay(&gus(), letter.id).await), r#"NotFound("dead letter")"#);
    assert_eq!(refusal(fixture.schedules.dismiss(&gus(), letter.id).await), r#"NotFound("dead letter")"#);
    assert_eq!(fixture.ledger.all(), [letter]);
}

#[tokio::test]
async fn without_scripts_execute_letters_are_read_only() {
    let fixture = HandlerFixture::new().await;
    let letter = fixture.letter().await;
    fixture.world.host.refuse(&[Permission::Execute]);
    assert_eq!(refusal(fixture.schedules.replay(&ann(), letter.id).await), "Forbidden(Execute)");
    assert_eq!(refusal(fixture.schedules.dismiss(&ann(), letter.id).await), "Forbidden(Execute)");
    assert_eq!(fixture.listed(&ann()).await, ["e1"]);
    fixture.world.host.refuse(&[Permission::Read]);
    let refused = fixture.schedules.dead_letters(&ann(), &OccurrenceQuery::default()).await;
    assert_eq!(refusal(refused), "Forbidden(Read)");
    assert_eq!(fixture.ledger.all(), [letter]);
}

#[tokio::test]
async fn a_dismissed_letter_stays_among_the_occurrences() {
    let fixture = HandlerFixture::new().await;
    let letter = fixture.letter().await;
    let dismissed = fixture.schedules.dismiss(&ann(), letter.id).await.expect("dismissed");
    assert_eq!(dismissed.handled.map(|handled| handled.how), Some(Handling::Dismissed));
    assert!(fixture.listed(&ann()).await.is_empty());
    assert!(refusal(fixture.schedules.replay(&ann(), letter.id).await).starts_with("NotReplayable("));
    assert_eq!(fixture.ledger.all().len(), 1);
}

#[tokio::test]
async fn an_event_without_a_handler_is_not_replayed() {
    let fixture = HandlerFixture::new().await;
    let letter = fixture.letter().await;
    let handler = letter.script;
    fixture.world.scripts.deactivate(&ann(), handler).await.expect("switched off");
    assert_eq!(refusal(fixture.schedules.replay(&ann(), letter.id).await), "Inactive");
    fixture.world.scripts.delete(&ann(), handler).await.expect("deleted");
    assert_eq!(refusal(fixture.schedules.replay(&ann(), letter.id).await), r#"NotFound("script")"#);
    assert_eq!(fixture.listed(&ann()).await, ["e1"]);
}
