//! What is promised of schedules and of the ledger of occurrences.

use std::time::Duration;

use iota_scripts_domain::{
    Cause, Execution, Handled, Handling, JsonText, NewExecution, NodeId, Occurrence, OccurrenceId, OccurrenceQuery,
    OccurrenceRepository as _, OccurrenceState, Of, Origin, Outcome, RepositoryError, RunRecord, Script, ScriptId,
    ScriptInput, ScriptName, Settlement, Stamp, TimeZone, Timestamp, Total, UserId,
};
use iota_scripts_infrastructure::persistence::SqlOccurrenceRepository;

use crate::samples::{acme, created, draft, head, input, lease, tenant};
use crate::stores::Stores;

const GRACE: Duration = Duration::from_secs(60);

fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("a time")
}

fn node(name: &str) -> NodeId {
    NodeId::parse(name).expect("a node")
}

fn cron(name: &str, expression: &str) -> ScriptInput {
    ScriptInput { script_type: "cron".into(), cron_expression: Some(expression.into()), ..input(name) }
}

/// An active cron script of acme, made at a moment.
async fn scheduled(stores: &Stores, input: &ScriptInput, at: &str) -> Script {
    let stamp = Stamp { at: time(at), by: UserId::parse("ann").expect("a user") };
    let revision = Script::create(ScriptId::generate(), acme(), draft(input), stamp);
    stores.scripts.insert(&revision).await.expect("stored");
    revision.into_script()
}

async fn next(stores: &Stores, script: &Script) -> Option<Timestamp> {
    stores.occurrences.schedule(&acme(), script.id()).await.expect("a schedule").next_due_at
}

async fn states(stores: &Stores, script: &Script) -> Vec<(String, OccurrenceState)> {
    let query = OccurrenceQuery { script: Some(script.id()), ..OccurrenceQuery::default() };
    let page = stores.occurrences.list(&acme(), &query).await.expect("a list");
    page.items.iter().rev().map(|one| (one.due_at.to_string(), one.state)).collect()
}

async fn advance(stores: &Stores, now: &str) -> u32 {
    stores.occurrences.advance_schedules(time(now), GRACE, 100).await.expect("planned")
}

async fn claim(stores: &Stores, name: &str, now: &str) -> Vec<Occurrence> {
    stores.occurrences.claim(&node(name), time(now), 10).await.expect("claimed")
}

fn done(state: OccurrenceState, now: &str) -> Settlement {
    Settlement::Final { state, execution: None, reason: "because".into(), at: time(now) }
}

fn later(due: &str) -> Occurrence {
    let whose = (acme(), ScriptId::generate(), ScriptName::parse("Report").expect("a name"));
    let due = time(due);
    Occurrence {
        args: JsonText::parse(r#"[{"b": 1, "a": 2}]"#.into()).expect("JSON"),
        requested_by: Some(UserId::parse("ann").expect("a user")),
        depth: 3,
        ..Occurrence::due(whose, Cause::Later, OccurrenceId::generate().to_string(), due, due)
    }
}

pub(crate) async fn a_schedule_is_written_with_its_script_and_goes_with_it(stores: &Stores) {
    let input = cron("Report", "0 9 * * *");
    let script = scheduled(stores, &input, "2025-01-01T08:00:00Z").await;
    assert_eq!(next(stores, &script).await, Some(time("2025-01-01T09:00:00Z")));

    // The source changes at the very minute: the time that is due stays due.
    let edit = ScriptInput { content: "two()".into(), ..input.clone() };
    let stamp = Stamp { at: time("2025-01-01T09:00:30Z"), by: script.updated().by.clone() };
    let revision = script.revise(draft(&edit), script.version(), stamp.clone()).expect("current").expect("a change");
    stores.scripts.update(&revision).await.expect("stored");
    let script = revision.into_script();
    assert_eq!(next(stores, &script).await, Some(time("2025-01-01T09:00:00Z")));

    let moved = ScriptInput { cron_expression: Some("30 9 * * *".into()), ..edit };
    let revision = script.revise(draft(&moved), script.version(), stamp.clone()).expect("current").expect("a change");
    stores.scripts.update(&revision).await.expect("stored");
    let script = revision.into_script();
    assert_eq!(next(stores, &script).await, Some(time("2025-01-01T09:30:00Z")));

    let revision = script.deactivate(stamp).expect("a change");
    stores.scripts.update(&revision).await.expect("stored");
    assert_eq!(stores.occurrences.schedule(&acme(), script.id()).await, Err(RepositoryError::NotFound));
}

pub(crate) async fn a_schedule_follows_the_clock_of_its_tenant_unless_it_has_its_own(stores: &Stores) {
    let at = "2025-01-01T00:00:00Z";
    let follows = scheduled(stores, &cron("Follows", "0 9 * * *"), at).await;
    let own =
        scheduled(stores, &ScriptInput { timezone: Some("Europe/Berlin".into()), ..cron("Own", "0 9 * * *") }, at)
            .await;
    let tashkent = TimeZone::parse("Asia/Tashkent").expect("a zone");
    stores.occurrences.set_tenant_zone(&acme(), tashkent, time(at)).await.expect("set");
    stores.occurrences.set_tenant_zone(&tenant("globex"), TimeZone::UTC, time(at)).await.expect("set");
    assert_eq!(next(stores, &follows).await, Some(time("2025-01-01T04:00:00Z")));
    assert_eq!(next(stores, &own).await, Some(time("2025-01-01T08:00:00Z")));
}

pub(crate) async fn scripts_of_an_older_version_get_their_schedule(stores: &Stores) {
    let script = scheduled(stores, &cron("Report", "0 9 * * *"), "2025-01-01T00:00:00Z").await;
    stores.tamper("DELETE FROM script_schedules").await;
    stores.occurrences.adopt_schedules(time("2025-02-01T10:00:00Z")).await.expect("adopted");
    assert_eq!(next(stores, &script).await, Some(time("2025-02-02T09:00:00Z")));
}

pub(crate) async fn each_time_that_has_come_is_in_the_ledger_once(stores: &Stores) {
    let script = scheduled(stores, &cron("Report", "* * * * *"), "2025-01-01T08:59:00Z").await;
    assert_eq!(stores.occurrences.next_due().await, Ok(Some(time("2025-01-01T09:00:00Z"))));
    assert_eq!(advance(stores, "2025-01-01T08:59:59Z").await, 0);
    assert_eq!(advance(stores, "2025-01-01T09:03:10Z").await, 1);
    assert_eq!(advance(stores, "2025-01-01T09:03:10Z").await, 0);
    let expected = [
        ("2025-01-01T09:00:00Z".to_owned(), OccurrenceState::Missed),
        ("2025-01-01T09:01:00Z".to_owned(), OccurrenceState::Missed),
        ("2025-01-01T09:02:00Z".to_owned(), OccurrenceState::Missed),
        ("2025-01-01T09:03:00Z".to_owned(), OccurrenceState::Due),
    ];
    assert_eq!(states(stores, &script).await, expected);
    assert_eq!(next(stores, &script).await, Some(time("2025-01-01T09:04:00Z")));
}

pub(crate) async fn a_time_is_skipped_while_the_one_before_is_not_settled(stores: &Stores) {
    let script = scheduled(stores, &cron("Report", "* * * * *"), "2025-01-01T08:59:00Z").await;
    advance(stores, "2025-01-01T09:00:00Z").await;
    let first = claim(stores, "node-1", "2025-01-01T09:00:01Z").await.remove(0);
    advance(stores, "2025-01-01T09:01:00Z").await;
    let settled = stores.occurrences.settle(first.id, 1, &done(OccurrenceState::Ran, "2025-01-01T09:01:30Z")).await;
    assert_eq!(settled, Ok(true));
    advance(stores, "2025-01-01T09:02:00Z").await;
    let states: Vec<_> = states(stores, &script).await.into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, [OccurrenceState::Ran, OccurrenceState::Skipped, OccurrenceState::Due]);
}

pub(crate) async fn nodes_that_plan_and_claim_at_once_share_the_work(stores: &Stores) {
    for number in 0..20 {
        scheduled(stores, &cron(&format!("Report {number}"), "0 9 * * *"), "2025-01-01T08:00:00Z").await;
    }
    let mut nodes = Vec::new();
    for number in 0..4 {
        let repository = SqlOccurrenceRepository::new(stores.another_node().await);
        nodes.push(tokio::spawn(async move {
            let now = time("2025-01-01T09:00:00Z");
            let mut claimed = Vec::new();
            for _ in 0..10 {
                repository.advance_schedules(now, GRACE, 3).await.expect("planned");
                claimed.extend(repository.claim(&node(&format!("node-{number}")), now, 3).await.expect("claimed"));
            }
            claimed.into_iter().map(|occurrence| occurrence.id).collect::<Vec<_>>()
        }));
    }
    let mut ids = Vec::new();
    for node in nodes {
        ids.extend(node.await.expect("no panic"));
    }
    let claimed = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((claimed, ids.len()), (20, 20), "each was claimed, and by one node");
}

pub(crate) async fn an_occurrence_comes_back_and_is_claimed_when_its_time_has_come(stores: &Stores) {
    let occurrence = later("2025-01-01T09:00:00Z");
    assert_eq!(stores.occurrences.insert(&occurrence).await, Ok(true));
    assert_eq!(
        stores.occurrences.insert(&Occurrence { id: OccurrenceId::generate(), ..occurrence.clone() }).await,
        Ok(false)
    );
    assert_eq!(stores.occurrences.get(&acme(), occurrence.id).await, Ok(occurrence.clone()));
    assert_eq!(stores.occurrences.get(&tenant("globex"), occurrence.id).await, Err(RepositoryError::NotFound));
    assert_eq!(claim(stores, "node-1", "2025-01-01T08:59:59Z").await, []);
    let claimed = claim(stores, "node-1", "2025-01-01T09:00:00Z").await.remove(0);
    assert_eq!((claimed.id, claimed.state, claimed.attempt), (occurrence.id, OccurrenceState::Running, 1));
    assert_eq!(claim(stores, "node-2", "2025-01-01T09:00:00Z").await, []);
}

/// Whatever plan a database makes: what is claimed beyond the limit nobody would run.
pub(crate) async fn no_more_is_claimed_than_there_is_room_for(stores: &Stores) {
    for _ in 0..7 {
        assert!(stores.occurrences.insert(&later("2025-01-01T09:00:00Z")).await.expect("inserted"));
    }
    let now = time("2025-01-01T09:00:00Z");
    let mut sizes = Vec::new();
    for _ in 0..4 {
        sizes.push(stores.occurrences.claim(&node("node-1"), now, 2).await.expect("claimed").len());
    }
    assert_eq!(sizes, [2, 2, 2, 1]);
}

pub(crate) async fn a_failed_attempt_is_followed_by_the_next_at_its_time(stores: &Stores) {
    let occurrence = later("2025-01-01T09:00:00Z");
    stores.occurrences.insert(&occurrence).await.expect("stored");
    claim(stores, "node-1", "2025-01-01T09:00:00Z").await;
    let at = time("2025-01-01T09:00:30Z");
    let again = Settlement::Again { attempt: 2, at, execution: None, reason: "no luck".into() };
    assert_eq!(stores.occurrences.settle(occurrence.id, 1, &again).await, Ok(true));
    assert_eq!(stores.occurrences.settle(occurrence.id, 1, &again).await, Ok(false), "that attempt is over");
    assert_eq!(stores.occurrences.next_due().await, Ok(Some(at)));
    assert_eq!(claim(stores, "node-2", "2025-01-01T09:00:29Z").await, []);
    assert_eq!(claim(stores, "node-2", "2025-01-01T09:00:30Z").await[0].attempt, 2);
}

pub(crate) async fn what_a_dead_node_had_is_found_with_the_record_of_its_run(stores: &Stores) {
    let (silent, finished, alive) =
        (later("2025-01-01T09:00:00Z"), later("2025-01-01T09:00:01Z"), later("2025-01-01T09:00:02Z"));
    for occurrence in [&silent, &finished, &alive] {
        stores.occurrences.insert(occurrence).await.expect("stored");
    }
    claim(stores, "node-1", "2025-01-01T09:00:02Z").await;
    let run = |occurrence: &Occurrence| {
        let origin = Some(Origin { occurrence: occurrence.id, attempt: 1 });
        let head = NewExecution { origin, ..head(0) };
        Execution::pending(head, lease("node-1", 60))
            .start(lease("node-1", 60), time("2025-01-01T09:00:03Z"))
            .expect("a run")
    };
    let (ended, running) = (run(&finished), run(&alive));
    for run in [&ended, &running] {
        stores.executions.insert(run).await.expect("stored");
    }
    let id = ended.id();
    let ended =
        ended.finish(RunRecord::new(Outcome::lost_with_its_node()), time("2025-01-01T09:00:04Z")).expect("ended");
    stores.executions.finish(&ended).await.expect("stored");

    assert_eq!(stores.occurrences.stranded(time("2025-01-01T09:00:02Z"), 10).await, Ok(vec![]));
    let stranded = stores.occurrences.stranded(time("2025-01-01T09:00:03Z"), 10).await.expect("found");
    let mut found: Vec<_> = stranded.iter().map(|found| (found.occurrence.due_at, found.run)).collect();
    found.sort_unstable_by_key(|(due, _)| *due);
    assert_eq!(found, [(silent.due_at, None), (finished.due_at, Some((id, ended.status())))]);
}

pub(crate) async fn only_what_is_due_can_be_cancelled(stores: &Stores) {
    let occurrence = later("2025-01-01T09:00:00Z");
    stores.occurrences.insert(&occurrence).await.expect("stored");
    let now = time("2025-01-01T08:00:00Z");
    assert_eq!(
        stores.occurrences.cancel(&tenant("globex"), occurrence.id, "no", now).await,
        Err(RepositoryError::NotFound)
    );
    stores.occurrences.cancel(&acme(), occurrence.id, "changed my mind", now).await.expect("cancelled");
    let cancelled = stores.occurrences.get(&acme(), occurrence.id).await.expect("there");
    assert_eq!((cancelled.state, cancelled.reason.as_str()), (OccurrenceState::Cancelled, "changed my mind"));
    assert_eq!(stores.occurrences.cancel(&acme(), occurrence.id, "again", now).await, Err(RepositoryError::WrongState));
    assert_eq!(claim(stores, "node-1", "2025-01-01T09:00:00Z").await, []);
}

pub(crate) async fn a_dead_letter_is_listed_until_it_is_handled_once(stores: &Stores) {
    let mut letters = Vec::new();
    for (key, state) in [("e1", OccurrenceState::Failed), ("e2", OccurrenceState::Failed), ("e3", OccurrenceState::Ran)]
    {
        let occurrence = Occurrence { cause: Cause::Event, key: key.into(), ..later("2025-01-01T09:00:00Z") };
        stores.occurrences.insert(&occurrence).await.expect("stored");
        claim(stores, "node-1", "2025-01-01T09:00:00Z").await;
        let settled = stores.occurrences.settle(occurrence.id, 1, &done(state, "2025-01-01T09:00:01Z")).await;
        assert_eq!(settled, Ok(true));
        letters.push(occurrence);
    }
    let query = OccurrenceQuery {
        state: Some(OccurrenceState::Failed),
        cause: Some(Cause::Event),
        unhandled: true,
        ..OccurrenceQuery::default()
    };
    let listed = async || {
        let page = stores.occurrences.list(&acme(), &query).await.expect("a list");
        let mut keys: Vec<_> = page.items.into_iter().map(|letter| letter.key).collect();
        keys.sort();
        keys
    };
    assert_eq!(listed().await, ["e1", "e2"]);
    let stamp = Stamp { at: time("2025-01-01T10:00:00Z"), by: UserId::parse("ann").expect("a user") };
    let handled = Handled { how: Handling::Replayed, stamp };
    let [first, _, ran] = &letters[..] else { panic!("three") };
    let foreign = stores.occurrences.handle(&tenant("globex"), first.id, &handled).await;
    assert_eq!(foreign, Err(RepositoryError::NotFound));
    assert_eq!(stores.occurrences.handle(&acme(), first.id, &handled).await, Ok(()));
    let again = Handled { how: Handling::Dismissed, ..handled.clone() };
    assert_eq!(stores.occurrences.handle(&acme(), first.id, &again).await, Err(RepositoryError::WrongState));
    assert_eq!(stores.occurrences.handle(&acme(), ran.id, &again).await, Err(RepositoryError::WrongState));
    assert_eq!(listed().await, ["e2"]);
    let stored = stores.occurrences.get(&acme(), first.id).await.expect("there");
    assert_eq!(stored.handled, Some(handled));

    let replay = stored.replay(time("2025-01-01T10:00:00Z"));
    assert_eq!(stores.occurrences.insert(&replay).await, Ok(true));
    let twice = stored.replay(time("2025-01-01T10:00:01Z"));
    assert_eq!(stores.occurrences.insert(&twice).await, Ok(false), "delivered again once");
    assert_eq!(stores.occurrences.get(&acme(), replay.id).await, Ok(replay.clone()));
    assert_eq!(claim(stores, "node-1", "2025-01-01T10:00:00Z").await[0].replay_of, Some(first.id));
}

pub(crate) async fn the_ledger_is_counted_up_to_a_limit_and_filtered_for_every_state(stores: &Stores) {
    let script = scheduled(stores, &cron("Report", "0 9 * * *"), "2025-01-01T08:00:00Z").await;
    stores.fill(&crate::plans::filled::statements(stores.db.dialect(), script.id(), 10_300)).await;
    let query = |state| OccurrenceQuery { state, ..OccurrenceQuery::default() };
    let all = stores.occurrences.list(&acme(), &query(None)).await.expect("a list");
    assert_eq!((all.total, all.total_is_capped, all.items.len()), (10_000, true, 50));
    let missed = stores.occurrences.list(&acme(), &query(Some(OccurrenceState::Missed))).await.expect("a list");
    assert_eq!((missed.total, missed.total_is_capped), (103, false));
    let of_script = OccurrenceQuery { script: Some(script.id()), ..query(Some(OccurrenceState::Missed)) };
    assert_eq!(stores.occurrences.count(&acme(), &of_script).await, Ok(Total::of(103)));
    let of_other = OccurrenceQuery { script: Some(ScriptId::generate()), ..of_script };
    assert_eq!(stores.occurrences.count(&acme(), &of_other).await, Ok(Total::of(0)));
    for state in [OccurrenceState::Due, OccurrenceState::Running, OccurrenceState::Skipped] {
        assert_eq!(stores.occurrences.count(&acme(), &query(Some(state))).await, Ok(Total::of(0)));
    }
    assert_eq!(stores.occurrences.insert(&later("2025-01-01T09:00:00Z")).await, Ok(true));
    assert_eq!(stores.occurrences.count(&acme(), &query(Some(OccurrenceState::Due))).await, Ok(Total::of(1)));
}

pub(crate) async fn handlers_of_events_are_found_in_their_tenant(stores: &Stores) {
    let handler =
        ScriptInput { script_type: "embedded".into(), event_patterns: vec!["order.*".into()], ..input("Handler") };
    let off = ScriptInput { name: "Off".into(), is_active: Some(false), ..handler.clone() };
    let rule = ScriptInput { name: "Rule".into(), event_patterns: vec![], ..handler.clone() };
    for (tenant, input) in [(acme(), &handler), (acme(), &off), (acme(), &rule), (tenant("globex"), &handler)] {
        stores.scripts.insert(&created(tenant, input, 0)).await.expect("stored");
    }
    let found = stores.scripts.event_handlers(&acme(), Of::All).await.expect("a list");
    let names: Vec<_> = found.iter().map(|handler| handler.name.as_str()).collect();
    assert_eq!(names, ["Handler"]);
    assert!(found[0].patterns.matches("order.created"));
    let one = stores.scripts.event_handlers(&acme(), Of::Script(found[0].script)).await;
    assert_eq!(one, Ok(found));
    assert_eq!(stores.scripts.event_handlers(&acme(), Of::Script(ScriptId::generate())).await, Ok(vec![]));
}
