//! Frequent statements cost no more as history grows: every statement of a day's work is recorded from the driver's log, and the database
//! explains its plan.

pub(crate) mod filled;
mod recorder;
mod rules;

use std::{collections::BTreeSet, time::Duration};

use iota_scripts_domain::{
    AttentionRepository as _, Cause, EndpointCaller, Execution, ExecutionQuery, ExecutionStatus, FaultCode, Handled,
    Handling, JsonText, KeyRange, NewExecution, NodeId, Occurrence, OccurrenceQuery, OccurrenceState, Of, Origin,
    Outcome, Overdue, PagePosition, PageRequest, Pause, PauseId, PauseReason, PlanningGaps, Reason, RunRecord, Script,
    ScriptInput, ScriptQuery, ScriptSort, ScriptType, Settlement, StorageChange, StorageKey, StorageQuota, StoredValue,
    Strike, TemplateName, TimeZone, TrialFilter, Trigger,
};

use iota_scripts_infrastructure::persistence::{Dialect, SqlAttentionRepository};

use crate::executions::expire;
use crate::samples::{acme, ann, at, created, draft, endpoint, head, input};
use crate::stores::Stores;

/// Filters of pages, by words of the statement, and the index made for each. With so few scripts PostgreSQL would read all of them by any
/// index; the rows are the same.
const FILTERS: [(&[&str], &str); 11] = [
    (&["FROM scripts ", " AND type = ?", "ORDER BY name_key"], "scripts_by_type"),
    (&["FROM scripts ", " AND type = ?", "ORDER BY updated_at"], "scripts_by_type_and_update"),
    (&["FROM scripts ", "NOT is_active", "ORDER BY name_key"], "scripts_inactive"),
    (&["FROM script_occurrences ", "cause = 'schedule'", "ORDER BY"], "script_occurrences_of_schedules"),
    (&["FROM script_occurrences ", "cause <> 'schedule'", "ORDER BY"], "script_occurrences_of_others"),
    (&["FROM script_occurrences ", "state IN ('due', 'running') ORDER BY due_at"], "script_occurrences_unsettled"),
    (&["FROM script_occurrences ", "'missed', 'skipped')", "ORDER BY due_at"], "script_occurrences_unsuccessful"),
    (&["FROM script_executions WHERE", "'lost', 'timeout')", "ORDER BY created_at"], "script_executions_unsuccessful"),
    (&["FROM scripts ", "search_text LIKE"], "scripts_by_name"),
    (&["FROM script_schedules JOIN scripts", "ORDER BY next_due_at"], "script_schedules_by_tenant"),
    (
        &[
            "SELECT created_at / ",
            "script_executions WHERE tenant_id = ? AND created_at >= ? AND created_at < ? GROUP BY",
        ],
        "script_executions_by_tenant",
    ),
];

/// Indexes that a statement must not use, even if they were empty when statistics were gathered: they fill as work comes due.
const BACKLOG: [(&str, &str); 3] = [
    ("WITH RECURSIVE waiting", "script_occurrences_due"),
    ("WITH chosen AS", "script_occurrences_due"),
    ("WITH chosen AS", "script_occurrences_unsettled"),
];

/// The number of distinct statements in a day's work; fewer means that some were not recorded.
const FEWEST: usize = 90;

pub(crate) async fn no_frequent_statement_reads_all_of_history(stores: &Stores) {
    /// Statements of two databases at the same time could not be told apart.
    static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

    let script = created(acme(), &cron("Report"), 0);
    stores.scripts.insert(&script).await.expect("stored");
    let script = script.into_script();
    stores.fill(&filled::statements(stores.db.dialect(), script.id(), filled::ROWS)).await;

    let alone = ALONE.lock().await;
    recorder::listen();
    let traced = stores.traced().await;
    recorder::recorded();
    automation(&traced, &script).await;
    let letter = runs(&traced, &script).await;
    people(&traced, &script, &letter).await;
    authors(&traced, &script).await;
    values(&traced, &script).await;
    history(&traced).await;
    traced.db.close().await;
    let recorded: BTreeSet<String> =
        recorder::recorded().into_iter().filter(|text| is_plugin_statement(text)).collect();
    drop(alone);

    assert!(recorded.len() >= FEWEST, "only {} statements were recorded: {recorded:#?}", recorded.len());
    let mut growing = Vec::new();
    for statement in &recorded {
        for step in rules::growing(stores.url(), statement).await {
            growing.push(format!("{step}\n    of {statement}"));
        }
    }
    assert!(growing.is_empty(), "read more as history grows:\n{}", growing.join("\n"));
    filters_have_indexes_of_their_own(stores, &recorded).await;
    one_of_many_is_not_looked_for_among_all(stores, &recorded).await;
}

async fn one_of_many_is_not_looked_for_among_all(stores: &Stores, recorded: &BTreeSet<String>) {
    for (words, index) in BACKLOG {
        let statements: Vec<&String> = recorded.iter().filter(|statement| statement.contains(words)).collect();
        assert!(!statements.is_empty(), "no statement with {words}");
        for statement in statements {
            let by = rules::indexes(stores.url(), statement).await;
            assert!(by.iter().all(|name| name != index), "by {by:?}: {statement}");
        }
    }
}

async fn filters_have_indexes_of_their_own(stores: &Stores, recorded: &BTreeSet<String>) {
    if stores.db.dialect() != Dialect::Sqlite {
        return;
    }
    for (words, index) in FILTERS {
        let about = |statement: &&String| words.iter().all(|word| statement.contains(word));
        let statements: Vec<&String> = recorded.iter().filter(about).collect();
        assert!(!statements.is_empty(), "no statement with {words:?}");
        for statement in statements {
            let by = rules::indexes(stores.url(), statement).await;
            assert!(by.iter().any(|name| name == index), "uses {by:?}, not {index}: {statement}");
        }
    }
}

/// Statements of the repositories about the plugin's tables. Other tests of this process have connections that are logged too: these
/// statements have no parameters, and only write.
fn is_plugin_statement(statement: &str) -> bool {
    let begins = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].iter().any(|verb| statement.starts_with(verb));
    let asked = begins && (statement.contains("$1") || statement.starts_with("SELECT"));
    asked && statement.contains(" script")
}

fn cron(name: &str) -> ScriptInput {
    ScriptInput { script_type: "cron".into(), cron_expression: Some("* * * * *".into()), ..input(name) }
}

fn node() -> NodeId {
    NodeId::parse("node-1").expect("a node")
}

/// Schedules come due, are claimed and settled; the work of a dead node is searched for.
async fn automation(stores: &Stores, script: &Script) {
    let occurrences = &stores.occurrences;
    occurrences.adopt_schedules(at(0)).await.expect("adopted");
    occurrences.set_tenant_zone(&acme(), TimeZone::UTC, at(0)).await.expect("set");
    occurrences.next_due().await.expect("asked");
    let (grace, absences) = (Duration::from_secs(600), PlanningGaps::default());
    occurrences.advance_schedules(at(180), grace, &absences, 10).await.expect("planned");
    occurrences.upcoming(&acme(), 10).await.expect("asked");
    occurrences.schedule(&acme(), script.id()).await.expect("asked");
    occurrences.next_attempt(at(0)).await.expect("asked");
    occurrences.unpinned(&acme()).await.expect("asked");
    for tenant in [None, Some(&acme())] {
        occurrences.backlog(tenant, at(180)).await.expect("asked");
        occurrences.due_tenants(at(180), tenant, 10).await.expect("asked");
    }
    let claimed = occurrences.claim(&node(), at(180), &[(acme(), 10)]).await.expect("claimed");
    let first = claimed.first().expect("one came due");
    occurrences.stranded(Duration::from_secs(60), 10).await.expect("asked");
    let again = Settlement::Again { attempt: 2, at: at(200), execution: None, reason: Reason::NodeDied };
    assert_eq!(occurrences.settle(first.id, 1, &again).await, Ok(true));
    let reason = Reason::CancelledBy { user: ann(190).by };
    occurrences.cancel(&acme(), first.id, &reason, at(190)).await.expect("cancelled");
    let pause = Pause {
        id: PauseId::generate(),
        tenant: acme(),
        reason: PauseReason::parse("moving").expect("a reason"),
        paused: ann(190),
        name: "Ann".into(),
        ends_at: None,
    };
    occurrences.pause(&pause).await.expect("paused");
    for now in [at(400), at(800)] {
        occurrences.advance_schedules(now, grace, &absences, 10).await.expect("planned");
    }
    occurrences.pause_in_force(&acme(), at(800)).await.expect("asked");
    occurrences.resume(&acme(), &ann(800)).await.expect("resumed");
    assert_eq!(occurrences.realign_schedules(at(-1_000), Duration::ZERO).await, Ok(1));
    occurrences.realign_attempts(at(-1_000)).await.expect("corrected");
}

/// Runs begin, renew their leases, end and are recovered; an event fails for good.
async fn runs(stores: &Stores, script: &Script) -> Occurrence {
    let runs = &stores.executions;
    let owner = (acme(), script.id(), script.definition().name.clone());
    let event = Occurrence::due(owner, Cause::Event, "e1".into(), at(0), at(0));
    assert_eq!(stores.occurrences.insert(&event).await, Ok(true));
    stores.occurrences.claim(&node(), at(0), &[(acme(), 10)]).await.expect("claimed");
    let origin = Some(Origin { occurrence: event.id, attempt: 1 });
    let running = Execution::running(NewExecution { origin, script: script.into(), ..head(0) }, node(), at(0));
    runs.insert(&running).await.expect("stored");
    runs.renew_lease(&node(), &[running.id()]).await.expect("renewed");
    let ended = running.finish(RunRecord::new(Outcome::Success(JsonText::null())), at(1)).expect("an ended run");
    runs.finish(&ended).await.expect("recorded");
    assert!(runs.finish(&ended).await.is_err(), "once");
    let other = crate::samples::node("node-2");
    let silent = Execution::running(NewExecution { script: script.into(), ..head(0) }, other, at(0));
    runs.insert(&silent).await.expect("stored");
    expire(stores, &[&silent]).await;
    assert_eq!(runs.recover_lost(10).await.map(|lost| lost.len()), Ok(1));
    runs.get(&acme(), ended.id()).await.expect("a run");
    let failed = Settlement::Final {
        state: OccurrenceState::Failed,
        execution: Some(ended.id()),
        reason: Reason::NodeDied,
        at: at(2),
    };
    assert_eq!(stores.occurrences.settle(event.id, 1, &failed).await, Ok(true));
    event
}

/// Statements of the pages and of the API.
async fn people(stores: &Stores, script: &Script, letter: &Occurrence) {
    let runs = &stores.executions;
    runs.unfinished(&acme()).await.expect("counted");
    runs.latest(&acme(), &[script.id()]).await.expect("asked");
    let day = Some(at(-86_400));
    use ExecutionStatus::{Failed, Lost, Pending, Refused, Running, Success, Timeout};
    let lists = [vec![], vec![Failed, Timeout, Lost], vec![Pending, Running], vec![Success], vec![Refused]];
    for (statuses, of) in lists.into_iter().flat_map(|list| [None, Some(script.id())].map(|of| (list.clone(), of))) {
        let query = ExecutionQuery { statuses, script: of, ..ExecutionQuery::default() };
        let page = runs.list(&acme(), &query).await.expect("a list");
        runs.newest(&acme(), &ExecutionQuery { from: day, ..query.clone() }).await.expect("a list");
        runs.activity(&acme(), &ExecutionQuery { from: day, ..query.clone() }, Duration::from_secs(900))
            .await
            .expect("counted");
        let real = ExecutionQuery { trials: TrialFilter::Excluded, from: day, ..query.clone() };
        runs.list(&acme(), &real).await.expect("a list");
        runs.newest(&acme(), &real).await.expect("a list");
        runs.activity(&acme(), &real, Duration::from_secs(900)).await.expect("counted");
        let Some(next) = page.next else { continue };
        for place in [PagePosition::After(next.clone()), PagePosition::Before(next)] {
            runs.list(&acme(), &ExecutionQuery { page: PageRequest::at(place, 50), ..query.clone() })
                .await
                .expect("a list");
        }
        runs.list(&acme(), &ExecutionQuery { trigger: Some(Trigger::Cron), ..query }).await.expect("a list");
    }
    // Kinds that are rare among the many.
    for query in [
        ExecutionQuery { trigger: Some(Trigger::Manual), ..ExecutionQuery::default() },
        ExecutionQuery { trials: TrialFilter::Only, ..ExecutionQuery::default() },
    ] {
        runs.list(&acme(), &query).await.expect("a list");
        runs.newest(&acme(), &query).await.expect("a list");
    }

    let occurrences = &stores.occurrences;
    for of in [None, Some(script.id())] {
        for state in OccurrenceState::ALL.iter().copied().map(Some).chain([None]) {
            let query = OccurrenceQuery { script: of, state, ..OccurrenceQuery::default() };
            let page = occurrences.list(&acme(), &query).await.expect("a list");
            occurrences.count(&acme(), &OccurrenceQuery { from: day, ..query.clone() }).await.expect("counted");
            let Some(next) = page.next else { continue };
            let after = OccurrenceQuery { page: PageRequest::at(PagePosition::After(next), 50), ..query };
            occurrences.list(&acme(), &after).await.expect("a list");
        }
    }
    for of in [None, Some(script.id())] {
        for state in [None, Some(OccurrenceState::Failed), Some(OccurrenceState::Due)] {
            for cause in Cause::ALL.iter().copied().map(Some) {
                let query = OccurrenceQuery { script: of, state, cause, ..OccurrenceQuery::default() };
                occurrences.list(&acme(), &query).await.expect("a list");
            }
        }
    }
    let late =
        OccurrenceQuery { state: Some(OccurrenceState::Due), late_before: Some(at(0)), ..OccurrenceQuery::default() };
    occurrences.list(&acme(), &late).await.expect("a list");
    let attention = SqlAttentionRepository::new(stores.db.clone());
    let failing = attention.failing(&acme(), at(-86_400), at(100), 10).await.expect("counted");
    assert_eq!(failing.len(), 1);
    for what in [Overdue::FailedEvents, Overdue::Missed { from: at(-86_400) }, Overdue::Late { before: at(0) }] {
        attention.overdue(&acme(), what, 10).await.expect("counted");
    }
    let letters = OccurrenceQuery {
        state: Some(OccurrenceState::Failed),
        cause: Some(Cause::Event),
        unhandled: true,
        ..OccurrenceQuery::default()
    };
    assert_eq!(occurrences.list(&acme(), &letters).await.expect("a list").items.len(), 1);
    let handled = Handled { how: Handling::Dismissed, stamp: ann(5) };
    occurrences.handle(&acme(), letter.id, &handled).await.expect("handled");
    occurrences.get(&acme(), letter.id).await.expect("a letter");
}

/// Scripts are saved, read, listed, and looked up for requests and events.
async fn authors(stores: &Stores, script: &Script) {
    let scripts = &stores.scripts;
    scripts.insert(&created(acme(), &endpoint("Orders", "/orders/{id}"), 0)).await.expect("stored");
    let edit = ScriptInput { content: "two()".into(), ..cron("Report") };
    let revision = script.revise(draft(&edit), script.version(), ann(1)).expect("current").expect("a change");
    scripts.update(&revision).await.expect("stored");
    scripts.get(&acme(), script.id()).await.expect("a script");
    scripts.get_by_name(&acme(), "Report").await.expect("a script");
    scripts.endpoints(&acme(), Of::All).await.expect("asked");
    scripts.event_handlers(&acme(), Of::All).await.expect("asked");
    scripts.endpoints(&acme(), Of::Script(script.id())).await.expect("asked");
    scripts.event_handlers(&acme(), Of::Script(script.id())).await.expect("asked");
    scripts.importers(&acme()).await.expect("asked");
    scripts.versions(&acme(), script.id(), PageRequest::default()).await.expect("a list");
    scripts.version(&acme(), script.id(), script.version()).await.expect("a version");
    for sort in [ScriptSort::Name, ScriptSort::Created, ScriptSort::Updated] {
        let query = ScriptQuery { sort, page: PageRequest::first(1), ..ScriptQuery::default() };
        let next = scripts.list(&acme(), &query).await.expect("a list").next.expect("another page");
        let page = PageRequest::at(PagePosition::After(next), 1);
        scripts.list(&acme(), &ScriptQuery { page, ..query }).await.expect("a list");
    }
    for (sort, script_type) in [ScriptSort::Name, ScriptSort::Updated].map(|sort| (sort, Some(ScriptType::Endpoint))) {
        scripts.list(&acme(), &ScriptQuery { sort, script_type, ..ScriptQuery::default() }).await.expect("a list");
    }
    scripts.list(&acme(), &ScriptQuery { active: Some(false), ..ScriptQuery::default() }).await.expect("a list");
    let search = Some("report".to_owned());
    scripts.list(&acme(), &ScriptQuery { search, ..ScriptQuery::default() }).await.expect("a list");
    for active in [Some(true), Some(false), None] {
        scripts.count(&acme(), &ScriptQuery { active, ..ScriptQuery::default() }).await.expect("counted");
    }
}

/// Values, templates, hosts and strikes.
async fn values(stores: &Stores, script: &Script) {
    let key = StorageKey::parse("last").expect("a key");
    let value = StoredValue::parse(JsonText::null()).expect("a value");
    let set = StorageChange::Set(iota_scripts_domain::StoredEntry { value, expires_at: Some(at(10)) });
    stores.storage.change(&acme(), &key, &set, StorageQuota::default(), at(0)).await.expect("stored");
    stores.storage.get(&acme(), &key, at(0)).await.expect("a value");
    let range = KeyRange::parse("l", None, None).expect("a range");
    stores.storage.keys(&acme(), &range, at(0)).await.expect("a list");
    stores.storage.usage(&acme(), at(0)).await.expect("counted");
    stores.storage.purge_expired(at(20), 10).await.expect("purged");
    stores.storage.delete(&acme(), &key, at(20)).await.expect("gone");
    let name = TemplateName::parse("welcome").expect("a name");
    stores.templates.named(&acme(), &name).await.expect("a list");
    stores.http_hosts.list(&acme()).await.expect("a list");
    let strike = Strike {
        execution: iota_scripts_domain::ExecutionId::generate(),
        tenant: acme(),
        script: script.id(),
        version: stores.scripts.get(&acme(), script.id()).await.expect("a script").version(),
        fault: FaultCode::Timeout,
        at: at(3),
        caller: Some(EndpointCaller::unknown()),
    };
    stores.strikes.note(&strike, at(0)).await.expect("noted");
    stores.strikes.callers(&acme(), script.id(), strike.version, at(0)).await.expect("asked");
}

async fn history(stores: &Stores) {
    stores.history.tenant_after(None).await.expect("asked");
    stores.history.bytes(&acme()).await.expect("counted");
    stores.history.largest(1).await.expect("a list");
    stores.history.prune(&acme(), at(-86_400 * 10), 100).await.expect("pruned");
}
