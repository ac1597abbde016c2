//! Promises of schedules and of occurrences.

use std::time::Duration;

use iota_scripts_domain::{
    Backlog, Cause, Execution, FaultCode, Handled, Handling, JsonText, MissCause, NewExecution, Occurrence,
    OccurrenceId, OccurrenceQuery, OccurrenceRepository as _, OccurrenceState, Of, Origin, Outcome, PendingRun,
    PinnedVersions, PlanningGaps, Reason, RepositoryError, RunRecord, Script, ScriptId, ScriptInput, ScriptName,
    ScriptRef, Settlement, Stamp, TimeZone, Timestamp, Total, UserId, Version,
};
use iota_scripts_infrastructure::persistence::SqlOccurrenceRepository;

use crate::samples::{acme, created, draft, head, input, node, tenant};
use crate::stores::Stores;

const GRACE: Duration = Duration::from_secs(60);

fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("a time")
}

fn cron(name: &str, expression: &str) -> ScriptInput {
    ScriptInput { script_type: "cron".into(), cron_expression: Some(expression.into()), ..input(name) }
}

/// An active cron script of acme, created at the given time.
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
    stores.occurrences.advance_schedules(time(now), GRACE, &PlanningGaps::default(), 100).await.expect("planned")
}

async fn claim(stores: &Stores, name: &str, now: &str) -> Vec<Occurrence> {
    stores.occurrences.claim(&node(name), time(now), &[(acme(), 10)]).await.expect("claimed")
}

fn done(state: OccurrenceState, now: &str) -> Settlement {
    Settlement::Final { state, execution: None, reason: "because".into(), at: time(now) }
}

fn later(due: &str) -> Occurrence {
    let owner = (acme(), ScriptId::generate(), ScriptName::parse("Report").expect("a name"));
    let due = time(due);
    Occurrence {
        args: JsonText::parse(r#"[{"b": 1, "a": 2}]"#.into()).expect("JSON"),
        requested_by: Some(UserId::parse("ann").expect("a user")),
        depth: 3,
        ..Occurrence::due(owner, Cause::Later, OccurrenceId::generate().to_string(), due, due)
    }
}

pub(crate) async fn a_requested_run_keeps_its_versions(stores: &Stores) {
    let library = ScriptRef {
        id: ScriptId::generate(),
        version: Version::FIRST.next(),
        name: ScriptName::parse("Большая").expect("a name"),
    };
    let pinned = |libraries| Some(PinnedVersions { script: Version::FIRST.next(), libraries });
    let kept = Occurrence { pinned: pinned(vec![library]), ..later("2025-01-01T09:00:00Z") };
    let alone = Occurrence { pinned: pinned(Vec::new()), ..later("2025-01-01T09:00:00Z") };
    // As written by a node of an older version, and a column that was not queried.
    let (old, older) = (later("2025-01-01T09:00:00Z"), later("2025-01-01T08:00:00Z"));
    let event = Occurrence { cause: Cause::Event, requested_by: None, ..later("2025-01-01T10:00:00Z") };
    for occurrence in [&kept, &alone, &old, &older, &event] {
        assert_eq!(stores.occurrences.insert(occurrence).await, Ok(true));
        assert_eq!(stores.occurrences.get(&acme(), occurrence.id).await.as_ref(), Ok(occurrence));
    }
    let pending = async |name: &str| {
        let mut found = stores.occurrences.unpinned(&tenant(name)).await.expect("a list");
        found.sort_by_key(|run| run.script.to_string());
        found
    };
    let run = |of: &Occurrence| PendingRun { script: of.script, requested_by: UserId::parse("ann").expect("a user") };
    let mut both = vec![run(&old), run(&older)];
    both.sort_by_key(|run| run.script.to_string());
    assert_eq!(pending("acme").await, both);
    assert!(pending("globex").await.is_empty());
    // It may be retried while it runs, but not after it has ended.
    let claimed =
        stores.occurrences.claim(&node("one"), time("2025-01-01T08:00:00Z"), &[(acme(), 10)]).await.expect("claimed");
    assert_eq!((claimed.len(), pending("acme").await), (1, both));
    let settled = stores.occurrences.settle(older.id, 1, &done(OccurrenceState::Ran, "2025-01-01T08:00:01Z")).await;
    assert_eq!((settled, pending("acme").await), (Ok(true), vec![run(&old)]));
}

pub(crate) async fn a_schedule_is_saved_and_deleted_with_its_script(stores: &Stores) {
    let input = cron("Report", "0 9 * * *");
    let script = scheduled(stores, &input, "2025-01-01T08:00:00Z").await;
    assert_eq!(next(stores, &script).await, Some(time("2025-01-01T09:00:00Z")));

    // The source changes in the minute in which it is due: the due time stays.
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

pub(crate) async fn a_schedule_uses_its_own_time_zone_or_its_tenant_s(stores: &Stores) {
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

pub(crate) async fn each_due_time_is_recorded_once(stores: &Stores) {
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

pub(crate) async fn a_time_is_skipped_until_the_previous_one_is_settled(stores: &Stores) {
    let script = scheduled(stores, &cron("Report", "* * * * *"), "2025-01-01T08:59:00Z").await;
    advance(stores, "2025-01-01T09:00:00Z").await;
    let first = claim(stores, "node-1", "2025-01-01T09:00:01Z").await.remove(0);
    advance(stores, "2025-01-01T09:01:00Z").await;
    let settled = stores.occurrences.settle(first.id, 1, &done(OccurrenceState::Ran, "2025-01-01T09:01:30Z")).await;
    assert_eq!(settled, Ok(true));
    advance(stores, "2025-01-01T09:02:00Z").await;
    advance(stores, "2025-01-01T09:03:00Z").await;
    let again = claim(stores, "node-1", "2025-01-01T09:03:01Z").await.remove(0);
    let retry =
        Settlement::Again { attempt: 2, at: time("2025-01-01T09:10:00Z"), execution: None, reason: "no luck".into() };
    assert_eq!(stores.occurrences.settle(again.id, 1, &retry).await, Ok(true));
    advance(stores, "2025-01-01T09:04:00Z").await;
    let query = OccurrenceQuery { script: Some(script.id()), ..OccurrenceQuery::default() };
    let mut found = stores.occurrences.list(&acme(), &query).await.expect("a list").items;
    found.reverse();
    let states: Vec<_> = found.iter().map(|one| (one.state, one.reason.code())).collect();
    let expected = [
        (OccurrenceState::Ran, None),
        (OccurrenceState::Skipped, Some("skipped_running")),
        (OccurrenceState::Due, None),
        (OccurrenceState::Skipped, Some("skipped_waiting")),
        (OccurrenceState::Skipped, Some("skipped_retrying")),
    ];
    assert_eq!(states, expected);
    assert_eq!(found[3].reason, Reason::SkippedWaiting);
}

pub(crate) async fn nodes_that_plan_and_claim_concurrently_share_work(stores: &Stores) {
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
                repository.advance_schedules(now, GRACE, &PlanningGaps::default(), 3).await.expect("planned");
                claimed.extend(
                    repository.claim(&node(&format!("node-{number}")), now, &[(acme(), 3)]).await.expect("claimed"),
                );
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

pub(crate) async fn an_occurrence_is_claimed_when_it_is_due(stores: &Stores) {
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

/// Whichever plan a database chooses: occurrences claimed beyond the limit would never run.
pub(crate) async fn no_more_is_claimed_than_there_is_room_for(stores: &Stores) {
    for _ in 0..7 {
        assert!(stores.occurrences.insert(&later("2025-01-01T09:00:00Z")).await.expect("inserted"));
    }
    let now = time("2025-01-01T09:00:00Z");
    let mut sizes = Vec::new();
    for _ in 0..4 {
        sizes.push(stores.occurrences.claim(&node("node-1"), now, &[(acme(), 2)]).await.expect("claimed").len());
    }
    assert_eq!(sizes, [2, 2, 2, 1]);
}

pub(crate) async fn tenants_with_due_work_are_found_in_turn(stores: &Stores) {
    for (name, due) in [("acme", 9), ("acme", 9), ("acme", 9), ("globex", 9), ("initech", 10), ("umbrella", 9)] {
        let occurrence = Occurrence { tenant: tenant(name), ..later(&format!("2025-01-01T{due:02}:00:00Z")) };
        stores.occurrences.insert(&occurrence).await.expect("stored");
    }
    let now = time("2025-01-01T09:30:00Z");
    let found = async |after: Option<&str>, limit| {
        let after = after.map(tenant);
        let found = stores.occurrences.due_tenants(now, after.as_ref(), limit).await.expect("found");
        found.into_iter().map(String::from).collect::<Vec<_>>()
    };
    assert_eq!(found(None, 10).await, ["acme", "globex", "umbrella"], "nothing of the other is due yet");
    assert_eq!(found(None, 2).await, ["acme", "globex"]);
    assert_eq!(found(Some("globex"), 2).await, ["umbrella"]);
    assert_eq!(found(Some("umbrella"), 2).await, [""; 0]);

    let shares = [(acme(), 2), (tenant("globex"), 5), (tenant("initech"), 1)];
    let claimed = stores.occurrences.claim(&node("node-1"), now, &shares).await.expect("claimed");
    let mut owners: Vec<_> = claimed.iter().map(|occurrence| occurrence.tenant.as_str()).collect();
    owners.sort_unstable();
    assert_eq!(owners, ["acme", "acme", "globex"]);
    assert_eq!(found(None, 10).await, ["acme", "umbrella"]);
}

pub(crate) async fn waiting_occurrences_are_counted_by_tenant(stores: &Stores) {
    for (name, due) in [("acme", 9), ("acme", 8), ("acme", 11), ("globex", 7)] {
        let occurrence = Occurrence { tenant: tenant(name), ..later(&format!("2025-01-01T{due:02}:00:00Z")) };
        stores.occurrences.insert(&occurrence).await.expect("stored");
    }
    let now = time("2025-01-01T10:00:00Z");
    let backlog =
        async |of: Option<&str>| stores.occurrences.backlog(of.map(tenant).as_ref(), now).await.expect("counted");
    let since = |text: &str| Some(time(text));
    assert_eq!(backlog(Some("acme")).await, Backlog { waiting: 2, since: since("2025-01-01T08:00:00Z") });
    assert_eq!(backlog(Some("umbrella")).await, Backlog::default());
    assert_eq!(backlog(None).await, Backlog { waiting: 3, since: since("2025-01-01T07:00:00Z") });
}

pub(crate) async fn a_time_skipped_by_a_clock_change_runs_when_it_is_undone(stores: &Stores) {
    let script = scheduled(stores, &cron("Report", "* * * * *"), "2025-01-01T08:59:30Z").await;
    // At 9:30:10 the clock is set forward a day.
    let mut absences = PlanningGaps::default();
    let (from, to) = (time("2025-01-01T08:59:40Z"), time("2025-01-02T09:00:10Z"));
    absences.note(from, to, MissCause::Clock);
    let planned = stores.occurrences.advance_schedules(to, GRACE, &absences, 100).await;
    assert_eq!(planned, Ok(1));
    let query = OccurrenceQuery { script: Some(script.id()), ..OccurrenceQuery::default() };
    let rows = stores.occurrences.list(&acme(), &query).await.expect("a list").items;
    let told: Vec<_> = rows.iter().map(|row| (row.due_at, row.state, row.reason.code())).collect();
    let expected = [
        (time("2025-01-02T09:00:00Z"), OccurrenceState::Due, None),
        (time("2025-01-01T09:00:00Z"), OccurrenceState::Missed, Some("missed_clock")),
    ];
    assert_eq!(told, expected, "one row, not one for each of 1,440 minutes");
    let skipped = claim(stores, "node-1", "2025-01-02T09:00:10Z").await.remove(0);
    stores
        .occurrences
        .settle(skipped.id, 1, &done(OccurrenceState::Ran, "2025-01-02T09:00:11Z"))
        .await
        .expect("settled");

    // And back.
    let back = time("2025-01-01T09:00:05Z");
    assert_eq!(stores.occurrences.realign_schedules(back, Duration::ZERO).await, Ok(1));
    assert_eq!(stores.occurrences.realign_schedules(back, Duration::ZERO).await, Ok(0));
    assert_eq!(next(stores, &script).await, Some(time("2025-01-01T09:01:00Z")));
    advance(stores, "2025-01-01T09:01:00Z").await;
    assert_eq!(claim(stores, "node-1", "2025-01-01T09:01:00Z").await.len(), 1, "it runs every minute again");
}

pub(crate) async fn times_postponed_by_a_fast_clock_are_corrected(stores: &Stores) {
    let ahead = scheduled(stores, &cron("Ahead", "0 * * * *"), "2025-01-02T08:59:30Z").await;
    let right = scheduled(stores, &cron("Right", "0 3 * * *"), "2025-01-01T08:00:00Z").await;
    let (planned, retried) = (later("2025-06-01T09:00:00Z"), later("2025-01-01T09:00:00Z"));
    for occurrence in [&planned, &retried] {
        stores.occurrences.insert(occurrence).await.expect("stored");
    }
    claim(stores, "node-1", "2025-01-02T09:00:00Z").await;
    let at = time("2025-01-02T09:00:30Z");
    let again = Settlement::Again { attempt: 2, at, execution: None, reason: "no luck".into() };
    stores.occurrences.settle(retried.id, 1, &again).await.expect("settled");

    let now = time("2025-01-01T09:10:00Z");
    assert_eq!(stores.occurrences.realign_schedules(now, Duration::from_secs(120)).await, Ok(1));
    assert_eq!(next(stores, &ahead).await, Some(time("2025-01-01T10:00:00Z")));
    assert_eq!(next(stores, &right).await, Some(time("2025-01-02T03:00:00Z")), "it is at the maximum distance");
    assert_eq!(stores.occurrences.realign_attempts(now).await, Ok(1));
    let waits = async |id| stores.occurrences.get(&acme(), id).await.expect("there").next_attempt_at;
    assert_eq!(waits(retried.id).await, Some(now));
    assert_eq!(waits(planned.id).await, Some(planned.due_at), "a run requested for June waits until June");
}

pub(crate) async fn a_reason_round_trips_with_its_code_and_values(stores: &Stores) {
    let user = UserId::parse("ann").expect("a user");
    let fault = Reason::Fault { fault: FaultCode::Timeout, message: "too long: 30 s".into() };
    for reason in [Reason::SkippedWaiting, Reason::UserUnknown { user: user.clone() }, fault, "in other words".into()] {
        let settled = later("2025-01-01T09:00:00Z");
        let now = settled.due_at;
        let settled = settled.settled(OccurrenceState::Skipped, reason, now);
        stores.occurrences.insert(&settled).await.expect("stored");
        assert_eq!(stores.occurrences.get(&acme(), settled.id).await, Ok(settled));
    }
    let waiting = later("2025-01-01T09:00:00Z");
    stores.occurrences.insert(&waiting).await.expect("stored");
    let cancelled = Reason::CancelledBy { user };
    stores.occurrences.cancel(&acme(), waiting.id, &cancelled, waiting.due_at).await.expect("cancelled");
    assert_eq!(stores.occurrences.get(&acme(), waiting.id).await.expect("found").reason, cancelled);
    let failing = later("2025-01-01T09:00:00Z");
    stores.occurrences.insert(&failing).await.expect("stored");
    claim(stores, "node-1", "2025-01-01T09:00:00Z").await;
    let at = failing.due_at;
    let settlement =
        Settlement::Final { state: OccurrenceState::Failed, execution: None, reason: Reason::NodeDied, at };
    assert_eq!(stores.occurrences.settle(failing.id, 1, &settlement).await, Ok(true));
    assert_eq!(stores.occurrences.get(&acme(), failing.id).await.expect("found").reason, Reason::NodeDied);
}

pub(crate) async fn a_failed_attempt_is_retried_after_its_delay(stores: &Stores) {
    let occurrence = later("2025-01-01T09:00:00Z");
    stores.occurrences.insert(&occurrence).await.expect("stored");
    claim(stores, "node-1", "2025-01-01T09:00:00Z").await;
    let at = time("2025-01-01T09:00:30Z");
    let again = Settlement::Again { attempt: 2, at, execution: None, reason: "no luck".into() };
    assert_eq!(stores.occurrences.settle(occurrence.id, 1, &again).await, Ok(true));
    assert_eq!(stores.occurrences.settle(occurrence.id, 1, &again).await, Ok(false), "the attempt has ended");
    let before = time("2025-01-01T09:00:01Z");
    assert_eq!(stores.occurrences.next_attempt(before).await, Ok(Some(at)));
    assert_eq!(stores.occurrences.next_attempt(at).await, Ok(None));
    assert_eq!(claim(stores, "node-2", "2025-01-01T09:00:29Z").await, []);
    assert_eq!(claim(stores, "node-2", "2025-01-01T09:00:30Z").await[0].attempt, 2);
}

pub(crate) async fn occurrences_of_a_dead_node_are_found_with_their_runs(stores: &Stores) {
    let (silent, finished, alive) =
        (later("2025-01-01T09:00:00Z"), later("2025-01-01T09:00:01Z"), later("2025-01-01T09:00:02Z"));
    for occurrence in [&silent, &finished, &alive] {
        stores.occurrences.insert(occurrence).await.expect("stored");
    }
    claim(stores, "node-1", "2025-01-01T09:00:02Z").await;
    let run = |occurrence: &Occurrence| {
        let origin = Some(Origin { occurrence: occurrence.id, attempt: 1 });
        let head = NewExecution { origin, ..head(0) };
        Execution::running(head, node("node-1"), time("2025-01-01T09:00:03Z"))
    };
    let (ended, running) = (run(&finished), run(&alive));
    for run in [&ended, &running] {
        stores.executions.insert(run).await.expect("stored");
    }
    let id = ended.id();
    let ended =
        ended.finish(RunRecord::new(Outcome::lost_with_its_node()), time("2025-01-01T09:00:04Z")).expect("ended");
    stores.executions.finish(&ended).await.expect("stored");

    // By the database's clock, whatever the clocks of the nodes show.
    assert_eq!(stores.occurrences.stranded(Duration::from_secs(3600), 10).await, Ok(vec![]));
    let stranded = stores.occurrences.stranded(Duration::ZERO, 10).await.expect("found");
    let mut found: Vec<_> = stranded.iter().map(|found| (found.occurrence.due_at, found.run)).collect();
    found.sort_unstable_by_key(|(due, _)| *due);
    assert_eq!(found, [(silent.due_at, None), (finished.due_at, Some((id, ended.status())))]);
}

pub(crate) async fn an_attempt_is_settled_only_by_the_end_of_its_run(stores: &Stores) {
    let (first, second) = (later("2025-01-01T09:00:00Z"), later("2025-01-01T09:00:01Z"));
    for occurrence in [&first, &second] {
        stores.occurrences.insert(occurrence).await.expect("stored");
    }
    claim(stores, "node-1", "2025-01-01T09:00:02Z").await;
    let began = time("2025-01-01T09:00:03Z");
    let run = async |occurrence: &Occurrence, attempt| {
        let origin = Some(Origin { occurrence: occurrence.id, attempt });
        let head = NewExecution { origin, ..head(0) };
        let run = Execution::running(head, node("node-1"), began);
        stores.executions.insert(&run).await.expect("stored");
        run.finish(RunRecord::new(Outcome::Success(JsonText::parse("1".into()).expect("JSON"))), began).expect("ended")
    };
    let ran = |run: &Execution| Settlement::Final {
        state: OccurrenceState::Ran,
        execution: Some(run.id()),
        // A script may throw any text.
        reason: "half \0 and half".into(),
        at: began,
    };
    let ended = run(&first, 1).await;
    let at_once = [&ended, &ended].map(|run| async { stores.executions.finish_attempt(run, &ran(run)).await });
    let mut answers = futures_util::future::join_all(at_once).await;
    answers.sort_by_key(Result::is_err);
    assert_eq!(answers, [Ok(true), Err(RepositoryError::AlreadyFinished)]);
    let settled = stores.occurrences.get(&acme(), first.id).await.expect("there");
    assert_eq!((settled.state, settled.execution), (OccurrenceState::Ran, Some(ended.id())));
    assert_eq!(stores.executions.get(&acme(), ended.id()).await.expect("there").status(), ended.status());

    // Another caller has already ended the run, and settles its occurrence.
    let lost = run(&second, 1).await;
    stores.executions.finish(&lost).await.expect("stored");
    let late = stores.executions.finish_attempt(&lost, &ran(&lost)).await;
    assert_eq!(late, Err(RepositoryError::AlreadyFinished));
    let left = stores.occurrences.get(&acme(), second.id).await.expect("there");
    assert_eq!((left.state, left.execution), (OccurrenceState::Running, None));
}

pub(crate) async fn only_due_occurrences_can_be_cancelled(stores: &Stores) {
    let occurrence = later("2025-01-01T09:00:00Z");
    stores.occurrences.insert(&occurrence).await.expect("stored");
    let now = time("2025-01-01T08:00:00Z");
    assert_eq!(
        stores.occurrences.cancel(&tenant("globex"), occurrence.id, &"no".into(), now).await,
        Err(RepositoryError::NotFound)
    );
    stores.occurrences.cancel(&acme(), occurrence.id, &"changed my mind".into(), now).await.expect("cancelled");
    let cancelled = stores.occurrences.get(&acme(), occurrence.id).await.expect("there");
    assert_eq!((cancelled.state, cancelled.reason), (OccurrenceState::Cancelled, "changed my mind".into()));
    assert_eq!(
        stores.occurrences.cancel(&acme(), occurrence.id, &"again".into(), now).await,
        Err(RepositoryError::InvalidState)
    );
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
    assert_eq!(stores.occurrences.handle(&acme(), first.id, &again).await, Err(RepositoryError::InvalidState));
    assert_eq!(stores.occurrences.handle(&acme(), ran.id, &again).await, Err(RepositoryError::InvalidState));
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

pub(crate) async fn occurrences_are_counted_up_to_a_limit_and_filtered(stores: &Stores) {
    let script = scheduled(stores, &cron("Report", "0 9 * * *"), "2025-01-01T08:00:00Z").await;
    stores.fill(&crate::plans::filled::statements(stores.db.dialect(), script.id(), 10_300)).await;
    let query = |state| OccurrenceQuery { state, ..OccurrenceQuery::default() };
    let all = stores.occurrences.list(&acme(), &query(None)).await.expect("a list");
    assert_eq!((all.total, all.total_is_capped, all.items.len()), (10_000, true, 50));
    let missed = stores.occurrences.list(&acme(), &query(Some(OccurrenceState::Missed))).await.expect("a list");
    assert_eq!((missed.total, missed.total_is_capped), (103, false));
    let ran = query(Some(OccurrenceState::Ran));
    assert_eq!(stores.occurrences.count(&acme(), &ran).await, Ok(Total::of(10_001)));
    // Within a page whose states are visible.
    let from = Some(all.items[40].due_at);
    let seen = all.items.iter().filter(|one| Some(one.due_at) >= from && one.state == OccurrenceState::Ran).count();
    assert!(seen > 10);
    let ran = OccurrenceQuery { from, ..ran };
    assert_eq!(stores.occurrences.count(&acme(), &ran).await, Ok(Total::of(seen as u64)));
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
