//! Promises of scripts.

use iota_scripts_domain::{
    Direction, Execution, Importer, NewExecution, PagePosition, PageRequest, RepositoryError, Script, ScriptId,
    ScriptInput, ScriptName, ScriptQuery, ScriptSort, ScriptType, Stamp, UserId,
};
use iota_scripts_infrastructure::persistence::migrations;

use crate::samples::{acme, ann, at, created, draft, endpoint, head, input, node, tenant};
use crate::stores::Stores;

async fn store(stores: &Stores, tenant_name: &str, input: &ScriptInput, seconds: i64) -> Script {
    let revision = created(tenant(tenant_name), input, seconds);
    stores.scripts.insert(&revision).await.expect("the script is stored");
    revision.into_script()
}

async fn names(stores: &Stores, query: ScriptQuery) -> Vec<String> {
    let page = stores.scripts.list(&acme(), &query).await.expect("a list");
    page.items.iter().map(|script| script.definition().name.as_str().to_owned()).collect()
}

pub(crate) async fn every_kind_of_script_round_trips(stores: &Stores) {
    let cron = ScriptInput {
        script_type: "cron".into(),
        cron_expression: Some("0 9 * * MON".into()),
        timezone: Some("Asia/Tashkent".into()),
        timeout_seconds: Some(900),
        max_memory_mb: Some(16),
        is_active: Some(false),
        run_as: Some("робот".into()),
        description: "Каждый понедельник\n'; DROP TABLE scripts; --".into(),
        ..input("Cron")
    };
    let embedded = ScriptInput {
        script_type: "embedded".into(),
        content: "\u{feff}// 𝒋𝒔\r\n\tx".into(),
        event_patterns: vec!["order.created".into(), "client.*".into()],
        retries: Some(10),
        retry_delay_seconds: Some(3600),
        database_access: Some("read_write".to_owned()),
        api_version: Some(2),
        library: Some(true),
        ..input("Embedded")
    };
    let public = ScriptInput {
        endpoint_access: Some("public".into()),
        rate_limit_per_minute: Some(1_000_000),
        ..endpoint("Public", "/public")
    };
    for input in [cron, embedded, public, endpoint("Endpoint", "/orders/:id"), input("One-off")] {
        let script = store(stores, "acme", &input, 5).await;
        assert_eq!(stores.scripts.get(&acme(), script.id()).await, Ok(script));
    }
}

pub(crate) async fn importers_are_those_of_the_newest_version(stores: &Stores) {
    for (tenant_name, name, imports) in
        [("acme", "Report", vec!["tax", "Большая"]), ("acme", "Alone", vec![]), ("globex", "Other", vec!["tax"])]
    {
        let imports: Vec<String> = imports.into_iter().map(str::to_owned).collect();
        let revision = created(tenant(tenant_name), &input(name), 5).importing(imports);
        stores.scripts.insert(&revision).await.expect("stored");
        let script = revision.into_script();
        assert_eq!(stores.scripts.get(script.tenant(), script.id()).await, Ok(script));
    }
    let importers = stores.scripts.importers(&acme()).await.expect("a list");
    let script = stores.scripts.get_by_name(&acme(), "Report").await.expect("it is there");
    let expected = Importer {
        id: script.id(),
        name: ScriptName::parse("Report").expect("a name"),
        imports: vec!["tax".to_owned(), "Большая".to_owned()],
        runs_as: None,
        reaches_out: false,
    };
    assert_eq!(importers, [expected]);
    let version = stores.scripts.version(&acme(), script.id(), script.version()).await.expect("its version");
    assert_eq!(version.definition, *script.definition());
    let edit = ScriptInput { content: "two()".into(), ..input("Report") };
    let revision = script.revise(draft(&edit), script.version(), ann(6)).expect("current").expect("a change");
    stores.scripts.update(&revision.importing(Vec::new())).await.expect("stored");
    assert!(stores.scripts.importers(&acme()).await.expect("a list").is_empty());
}

pub(crate) async fn importers_have_the_user_they_run_as(stores: &Stores) {
    let cron = |name: &str| ScriptInput {
        script_type: "cron".into(),
        cron_expression: Some("0 9 * * *".into()),
        ..input(name)
    };
    let handler = |name: &str, patterns: &[&str]| ScriptInput {
        script_type: "embedded".into(),
        event_patterns: patterns.iter().map(|pattern| (*pattern).to_owned()).collect(),
        ..input(name)
    };
    for one in [
        cron("1 named by nobody"),
        ScriptInput { run_as: Some("robot".into()), ..cron("2 named") },
        ScriptInput { is_active: Some(false), ..cron("3 never on") },
        ScriptInput { is_active: Some(false), run_as: Some("robot".into()), ..handler("4 off", &["order.*"]) },
        handler("5 called", &[]),
        endpoint("6 endpoint", "/x"),
        ScriptInput { database_access: Some("read_write".into()), ..input("7 writer") },
        cron("8 of an older node"),
    ] {
        let revision = created(acme(), &one, 5).importing(vec!["tax".to_owned()]);
        stores.scripts.insert(&revision).await.expect("stored");
    }
    stores.tamper("UPDATE scripts SET run_as = NULL WHERE name LIKE '8%'").await;
    let importers = stores.scripts.importers(&acme()).await.expect("a list");
    let mut expected = Vec::new();
    for importer in &importers {
        let script = stores.scripts.get(&acme(), importer.id).await.expect("the script");
        let (runs_as, reaches_out) = (script.runs_as().cloned(), script.definition().reaches_out());
        expected.push(Importer { runs_as, reaches_out, ..importer.clone() });
    }
    assert_eq!(importers, expected, "as the domain says");
    let users: Vec<Option<&str>> = importers.iter().map(|one| one.runs_as.as_ref().map(|user| user.as_str())).collect();
    assert_eq!(users, [Some("ann"), Some("robot"), None, Some("robot"), None, None, None, Some("ann")]);
    let out: Vec<bool> = importers.iter().map(|one| one.reaches_out).collect();
    assert_eq!(out, [false, false, false, false, false, true, true, false]);
}

/// The part of the migration that fills the field.
pub(crate) async fn scripts_of_an_older_version_keep_their_run_as_user(stores: &Stores) {
    let cron = |active: bool| ScriptInput {
        script_type: "cron".into(),
        cron_expression: Some("0 9 * * *".into()),
        is_active: Some(active),
        ..input("Nightly")
    };
    let by = |name: &str, seconds: i64| Stamp { by: UserId::parse(name).expect("a user"), ..ann(seconds) };
    let named = |name: &str, input: ScriptInput| ScriptInput { name: name.into(), ..input };
    for (name, input) in [
        ("1 on", cron(true)),
        ("2 never on", cron(false)),
        ("3 once", input("x")),
        ("4 named", ScriptInput { run_as: Some("robot".into()), ..cron(true) }),
    ] {
        stores.scripts.insert(&created(acme(), &named(name, input), 0)).await.expect("stored");
    }
    // Ann's schedule, which another user has paused.
    let paused = created(acme(), &named("5 paused", cron(true)), 0);
    stores.scripts.insert(&paused).await.expect("stored");
    let revision = paused.into_script().deactivate(by("bob", 1)).expect("a change");
    stores.scripts.update(&revision).await.expect("stored");
    let seeded = Script::create(ScriptId::generate(), acme(), draft(&named("6 seeded", cron(true))), by("system", 0));
    stores.scripts.insert(&seeded).await.expect("stored");

    stores.tamper("UPDATE scripts SET run_as = NULL WHERE name <> '4 named'").await;
    let file = migrations::catalogue(stores.db.dialect()).iter().find(|file| file.name == "rights").expect("the file");
    let (_, statement) = file.sql.split_once("UPDATE").expect("a statement");
    let (statement, _) = statement.split_once(';').expect("its end");
    stores.tamper(&format!("UPDATE{statement}")).await;

    let page = stores.scripts.list(&acme(), &ScriptQuery::default()).await.expect("a list");
    let users: Vec<(&str, Option<&str>)> = page
        .items
        .iter()
        .map(|script| {
            (script.definition().name.as_str(), script.definition().run_as.as_ref().map(|user| user.as_str()))
        })
        .collect();
    let expected = [
        ("1 on", Some("ann")),
        ("2 never on", None),
        ("3 once", None),
        ("4 named", Some("robot")),
        ("5 paused", Some("ann")),
        ("6 seeded", Some("system")),
    ];
    assert_eq!(users, expected);
}

pub(crate) async fn a_name_is_taken_once_in_a_tenant(stores: &Stores) {
    store(stores, "acme", &input("Report"), 0).await;
    store(stores, "globex", &input("Report"), 0).await;
    store(stores, "acme", &input("report"), 0).await;
    let again = stores.scripts.insert(&created(acme(), &input("Report"), 1)).await;
    assert_eq!(again, Err(RepositoryError::NameTaken));
}

pub(crate) async fn endpoint_paths_are_unique_regardless_of_parameter_names(stores: &Stores) {
    store(stores, "acme", &endpoint("A", "/orders/{id}"), 0).await;
    store(stores, "globex", &endpoint("A", "/orders/{id}"), 0).await;
    let post = ScriptInput { endpoint_method: Some("POST".into()), ..endpoint("B", "/orders/{id}") };
    store(stores, "acme", &post, 0).await;
    let again = stores.scripts.insert(&created(acme(), &endpoint("C", "/orders/{number}"), 1)).await;
    assert_eq!(again, Err(RepositoryError::EndpointTaken));
}

pub(crate) async fn a_script_is_found_by_name(stores: &Stores) {
    let script = store(stores, "acme", &endpoint("Orders", "/orders/{id}"), 0).await;
    assert_eq!(stores.scripts.get_by_name(&acme(), "Orders").await, Ok(script.clone()));
    for absent in ["orders", "", "a\0b", " Orders "] {
        assert_eq!(stores.scripts.get_by_name(&acme(), absent).await, Err(RepositoryError::NotFound), "{absent:?}");
    }
}

pub(crate) async fn deleting_a_script_deletes_its_versions_but_not_runs(stores: &Stores) {
    let script = store(stores, "acme", &input("Report"), 0).await;
    let head = NewExecution { script: (&script).into(), ..head(1) };
    let run = Execution::running(head, node("node-1"), at(1));
    stores.executions.insert(&run).await.expect("the run is stored");

    stores.scripts.delete(&acme(), script.id()).await.expect("the script is deleted");

    assert_eq!(stores.scripts.get(&acme(), script.id()).await, Err(RepositoryError::NotFound));
    let versions = stores.scripts.versions(&acme(), script.id(), PageRequest::default()).await;
    assert_eq!(versions, Err(RepositoryError::NotFound));
    assert_eq!(stores.scripts.delete(&acme(), script.id()).await, Err(RepositoryError::NotFound));
    assert_eq!(stores.executions.get(&acme(), run.id()).await, Ok(run));
    store(stores, "acme", &input("Report"), 1).await;
}

pub(crate) async fn another_tenant_finds_nothing(stores: &Stores) {
    let script = store(stores, "acme", &input("Report"), 0).await;
    let (globex, id) = (tenant("globex"), script.id());
    assert_eq!(stores.scripts.get(&globex, id).await, Err(RepositoryError::NotFound));
    assert_eq!(stores.scripts.get_by_name(&globex, "Report").await, Err(RepositoryError::NotFound));
    assert_eq!(stores.scripts.delete(&globex, id).await, Err(RepositoryError::NotFound));
    assert_eq!(stores.scripts.version(&globex, id, script.version()).await, Err(RepositoryError::NotFound));
    let versions = stores.scripts.versions(&globex, id, PageRequest::default()).await;
    assert_eq!(versions, Err(RepositoryError::NotFound));
    assert_eq!(stores.scripts.list(&globex, &ScriptQuery::default()).await.expect("a list").total, 0);

    let stolen = Script::stored(id, globex, script.definition().clone(), script.version(), ann(0), ann(0), None);
    let change = stolen.deactivate(ann(1)).expect("a change");
    assert_eq!(stores.scripts.update(&change).await, Err(RepositoryError::NotFound));
    assert_eq!(stores.scripts.get(&acme(), id).await, Ok(script));
}

pub(crate) async fn lists_are_filtered(stores: &Stores) {
    store(stores, "acme", &input("A"), 0).await;
    store(stores, "acme", &ScriptInput { is_active: Some(false), ..input("B") }, 0).await;
    store(stores, "acme", &endpoint("C", "/c"), 0).await;
    store(stores, "globex", &input("D"), 0).await;

    assert_eq!(names(stores, ScriptQuery::default()).await, ["A", "B", "C"]);
    let one_off = ScriptQuery { script_type: Some(ScriptType::OneOff), ..ScriptQuery::default() };
    assert_eq!(names(stores, one_off.clone()).await, ["A", "B"]);
    assert_eq!(names(stores, ScriptQuery { active: Some(false), ..ScriptQuery::default() }).await, ["B"]);
    assert_eq!(names(stores, ScriptQuery { active: Some(true), ..one_off }).await, ["A"]);
}

pub(crate) async fn a_search_accepts_any_case_and_character(stores: &Stores) {
    store(stores, "acme", &ScriptInput { description: "Отчёт по ЗАКАЗАМ".into(), ..input("Orders") }, 0).await;
    store(stores, "acme", &input("50%_off"), 0).await;
    let found = |text: &str| names(stores, ScriptQuery { search: Some(text.into()), ..ScriptQuery::default() });
    assert_eq!(found("заказ").await, ["Orders"]);
    assert_eq!(found(" ORDER ").await, ["Orders"]);
    assert_eq!(found("0%_O").await, ["50%_off"]);
    assert_eq!(found("%").await, ["50%_off"]);
    assert_eq!(found("_").await, ["50%_off"]);
    assert_eq!(found("").await.len(), 2);
    for nothing in ["orders\\", "' OR 1=1 --", "a\0b", &"x".repeat(100_000)] {
        assert_eq!(found(nothing).await.len(), 0);
    }
}

pub(crate) async fn lists_are_sorted_and_paged(stores: &Stores) {
    for (seconds, name) in [(3, "beta"), (1, "Alpha"), (2, "Ёлка"), (4, "éclair")] {
        store(stores, "acme", &input(name), seconds).await;
    }
    assert_eq!(names(stores, ScriptQuery::default()).await, ["Alpha", "beta", "éclair", "Ёлка"]);
    let newest = ScriptQuery { sort: ScriptSort::Created, direction: Direction::Desc, ..ScriptQuery::default() };
    assert_eq!(names(stores, newest.clone()).await, ["éclair", "beta", "Ёлка", "Alpha"]);

    let second = ScriptQuery { page: PageRequest::new(2, 3), ..newest };
    let page = stores.scripts.list(&acme(), &second).await.expect("a list");
    assert_eq!((page.items.len(), page.total), (1, 4));
    let beyond = ScriptQuery { page: PageRequest::new(u32::MAX, 200), ..ScriptQuery::default() };
    let page = stores.scripts.list(&acme(), &beyond).await.expect("a list");
    assert_eq!((page.items.len(), page.total), (0, 4));
}

pub(crate) async fn every_order_of_scripts_can_be_paged(stores: &Stores) {
    for (seconds, name) in [(3, "beta"), (1, "Alpha"), (2, "Ёлка"), (1, "éclair"), (3, "zeta")] {
        store(stores, "acme", &input(name), seconds).await;
    }
    for sort in [ScriptSort::Name, ScriptSort::Created, ScriptSort::Updated] {
        for direction in [Direction::Asc, Direction::Desc] {
            let query = ScriptQuery { sort, direction, ..ScriptQuery::default() };
            let all = names(stores, query.clone()).await;
            let (mut seen, mut place) = (Vec::new(), PagePosition::Number(1));
            let last = loop {
                let query = ScriptQuery { page: PageRequest::at(place, 2), ..query.clone() };
                let page = stores.scripts.list(&acme(), &query).await.expect("a list");
                assert_eq!((page.total, page.total_is_capped), (5, false));
                seen.extend(page.items.iter().map(|script| script.definition().name.to_string()));
                let Some(next) = page.next else { break page.previous.expect("a page before") };
                place = PagePosition::After(next);
            };
            assert_eq!(seen, all, "{sort:?} {direction:?}");
            let query = ScriptQuery { page: PageRequest::at(PagePosition::Before(last), 2), ..query };
            let before = stores.scripts.list(&acme(), &query).await.expect("a list");
            let before: Vec<_> = before.items.iter().map(|script| script.definition().name.to_string()).collect();
            assert_eq!(before, all[2..4], "{sort:?} {direction:?}");
        }
    }
}
