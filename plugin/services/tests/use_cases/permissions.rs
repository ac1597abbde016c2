//! Every use case asks the host for its permission, and changes nothing if the host denies it.

use std::collections::HashMap;

use iota_scripts_domain::{ExecutionQuery, PageRequest, Permission, ScriptInput, ScriptQuery, Version};
use iota_scripts_services::{
    ServiceError, one_request,
    ports::{Check, HostError},
};

use crate::{
    fakes::Play,
    world::{World, ann, bob, endpoint, input, refusal, request},
};

/// Returns the permissions that a use case asked for, and whether it was rejected for lack of `needed`.
fn refused<T>(world: &World, result: Result<T, ServiceError>, needed: Permission) {
    assert_eq!(refusal(result), format!("Forbidden({needed:?})"));
    assert_eq!(world.host.take_queried(), [needed]);
}

#[tokio::test]
async fn without_permission_nothing_is_shown_or_changed() {
    let world = World::new();
    let run = world.start(Play::Wait).await;
    let script = world.stored_scripts.all().remove(0);
    let (id, first, page) = (script.id(), Version::FIRST, PageRequest::default());
    while world.runtime.jobs().is_empty() {
        tokio::task::yield_now().await;
    }
    let before = world.journal.lines();
    world.host.take_queried();
    world.host.refuse(&Permission::ALL);

    let (w, ann) = (&world, ann());
    refused(w, w.scripts.create(&ann, &input("New")).await, Permission::Create);
    refused(w, w.scripts.get(&ann, id).await, Permission::Read);
    refused(w, w.scripts.list(&ann, &ScriptQuery::default()).await, Permission::Read);
    refused(w, w.scripts.versions(&ann, id, page).await, Permission::Read);
    refused(w, w.scripts.version(&ann, id, first).await, Permission::Read);
    assert_eq!(refusal(w.scripts.check(&ann, &Check::text("one()")).await), "Forbidden(Update)");
    assert_eq!(world.host.take_queried(), [Permission::Update, Permission::Create], "one of them would do");
    refused(w, w.scripts.replace(&ann, id, first, &input("New")).await, Permission::Update);
    refused(w, w.scripts.activate(&ann, id, None).await, Permission::Update);
    refused(w, w.scripts.deactivate(&ann, id).await, Permission::Update);
    refused(w, w.scripts.activation(&ann, &[id]).await, Permission::Update);
    refused(w, w.scripts.activate_all(&ann, &[id], &HashMap::new(), &[]).await, Permission::Update);
    refused(w, w.scripts.restore(&ann, id, first).await, Permission::Update);
    refused(w, w.scripts.delete(&ann, id).await, Permission::Delete);
    refused(w, w.runs.start(&ann, request(&script)).await, Permission::Execute);
    refused(w, w.runs.cancel(&ann, run.id()).await, Permission::Execute);
    refused(w, w.runs.get(&ann, run.id()).await, Permission::Read);
    refused(w, w.runs.list(&ann, &ExecutionQuery::default()).await, Permission::Read);
    refused(w, w.runs.follow(&ann, run.id()).await, Permission::Read);
    refused(w, w.templates.list(&ann).await, Permission::Read);
    refused(w, w.templates.get(&ann, "hello", None).await, Permission::Read);
    refused(w, w.templates.put(&ann, "hello", None, "Hello!").await, Permission::Update);
    refused(w, w.templates.remove(&ann, "hello", None).await, Permission::Update);

    assert_eq!(world.journal.lines(), before, "nothing ran, was recorded or announced");
    assert_eq!(world.stored_scripts.all(), [script]);
    assert!(world.stored_templates.is_empty());
    world.runtime.release();
    assert!(run.finished().await.fault().is_none(), "the run was not cancelled");
}

#[tokio::test]
async fn creating_or_moving_an_endpoint_needs_its_own_permission() {
    let world = World::new();
    let orders = world.script(&endpoint("Orders", "/orders")).await;
    let report = world.script(&input("Report")).await;
    let moved = endpoint("Orders", "/all-orders");
    let moved = world.scripts.replace(&ann(), orders.id(), Version::FIRST, &moved).await.expect("moved");
    world.host.refuse(&[Permission::ManageEndpoints]);
    let before = world.stored_scripts.all();

    let scripts = &world.scripts;
    let refusals = [
        refusal(scripts.create(&ann(), &endpoint("New", "/new")).await),
        refusal(scripts.replace(&ann(), orders.id(), moved.version(), &endpoint("Orders", "/elsewhere")).await),
        refusal(scripts.replace(&ann(), orders.id(), moved.version(), &input("Orders")).await),
        refusal(scripts.replace(&ann(), report.id(), report.version(), &endpoint("Report", "/report")).await),
        refusal(scripts.restore(&ann(), orders.id(), Version::FIRST).await),
        refusal(
            scripts
                .replace(
                    &ann(),
                    orders.id(),
                    moved.version(),
                    &ScriptInput { content: "two()".into(), ..endpoint("Orders", "/all-orders") },
                )
                .await,
        ),
        refusal(scripts.activate(&ann(), orders.id(), None).await),
        // The permission to activate an endpoint is needed to deactivate it too.
        refusal(scripts.deactivate(&ann(), orders.id()).await),
        refusal(scripts.delete(&ann(), orders.id()).await),
    ];
    assert!(refusals.iter().all(|refused| refused == "Forbidden(ManageEndpoints)"), "{refusals:?}");
    assert_eq!(world.stored_scripts.all(), before);
}

#[tokio::test]
async fn run_as_another_user_needs_a_permission() {
    let world = World::new();
    let run_as = |user: &str, content: &str| ScriptInput {
        script_type: "embedded".into(),
        event_patterns: vec!["order.*".into()],
        run_as: Some(user.into()),
        content: content.into(),
        ..input("Orders")
    };
    let scripts = &world.scripts;
    let robots = world.script(&run_as("robot", "one()")).await;
    world.host.refuse(&[Permission::ManageEndpoints]);
    let before = world.stored_scripts.all();

    let (id, version) = (robots.id(), robots.version());
    let refusals = [
        refusal(scripts.create(&ann(), &ScriptInput { name: "New".into(), ..run_as("robot", "one()") }).await),
        refusal(scripts.replace(&ann(), id, version, &run_as("robot", "services.money.send()")).await),
        refusal(scripts.replace(&ann(), id, version, &run_as("", "one()")).await),
        refusal(scripts.activate(&ann(), id, None).await),
        refusal(scripts.restore(&ann(), id, Version::FIRST).await),
        refusal(scripts.deactivate(&ann(), id).await),
    ];
    assert!(refusals.iter().all(|refused| refused == r#"RunsAs([UserId("robot")])"#), "{refusals:?}");
    assert_eq!(world.stored_scripts.all(), before);

    let own = ScriptInput { name: "Own".into(), ..run_as("ann", "one()") };
    let own = scripts.create(&ann(), &own).await.expect("everybody may lend their own rights");
    let edited = ScriptInput { name: "Own".into(), ..run_as("ann", "two()") };
    scripts
        .replace(&ann(), own.id(), own.version(), &edited)
        .await
        .expect("and edit a script with the library's rights");
}

#[tokio::test]
async fn changing_a_library_needs_the_rights_of_its_importers() {
    let world = World::new();
    let library = |name: &str, content: &str| ScriptInput {
        script_type: "embedded".into(),
        library: Some(true),
        content: content.into(),
        ..input(name)
    };
    let tax = world.script(&library("tax", "one")).await;
    world.script(&library("prices", "import 'lib:tax'")).await;
    let free = world.script(&library("free", "one")).await;
    let plain = world.script(&ScriptInput { content: "import 'lib:free'".into(), ..input("Report") }).await;
    world.script(&ScriptInput { content: "import 'lib:prices'".into(), ..endpoint("Prices", "/prices") }).await;
    world.host.refuse(&[Permission::ManageEndpoints]);

    let edited = world.scripts.replace(&ann(), tax.id(), tax.version(), &library("tax", "two")).await;
    assert_eq!(refusal(edited), "Forbidden(ManageEndpoints)", "its text runs in the endpoint");
    world.scripts.replace(&ann(), free.id(), free.version(), &library("free", "two")).await.expect("an author's");
    let asks = async |script| world.scripts.rights(script).await.map(|rights| rights.are_beyond(&ann().author()));
    assert_eq!(
        (asks(&tax).await.ok(), asks(&free).await.ok(), asks(&plain).await.ok()),
        (Some(true), Some(false), Some(false))
    );
}

#[tokio::test]
async fn run_as_names_an_existing_user() {
    let world = World::new();
    world.host.forget("nobody");
    let run_as = |user: &str| ScriptInput {
        script_type: "cron".into(),
        cron_expression: Some("0 9 * * *".into()),
        run_as: Some(user.into()),
        ..input("Nightly")
    };
    let refused = refusal(world.scripts.create(&ann(), &run_as("nobody")).await);
    assert!(refused.contains("run_as") && refused.contains("not found"), "{refused}");
    assert!(world.stored_scripts.all().is_empty());

    let script = world.script(&run_as("robot")).await;
    let refused = refusal(world.scripts.replace(&ann(), script.id(), script.version(), &run_as("nobody")).await);
    assert!(refused.contains("not found"), "{refused}");
    // A deleted user does not keep anyone from fixing the rest.
    world.host.forget("robot");
    let edited = ScriptInput { content: "two()".into(), ..run_as("robot") };
    world.scripts.replace(&ann(), script.id(), script.version(), &edited).await.expect("saved");

    world.host.hide_users();
    let other = ScriptInput { name: "Other".into(), ..run_as("cat") };
    let refused = refusal(world.scripts.create(&ann(), &other).await);
    assert!(refused.contains("does not list its users"), "{refused}");
}

#[tokio::test]
async fn an_unavailable_host_grants_nothing() {
    let world = World::new();
    let script = world.script(&input("Report")).await;
    world.host.fail(HostError::new("DOWN", "the RBAC does not answer"));
    let refused = refusal(world.runs.start(&ann(), request(&script)).await);
    assert!(refused.starts_with("Host("), "{refused}");
    assert!(refusal(world.scripts.delete(&ann(), script.id()).await).starts_with("Host("));
    assert_eq!(world.stored_scripts.all(), [script]);
    assert!(world.stored_runs.all().is_empty());
}

#[tokio::test]
async fn a_request_asks_once_and_the_next_one_asks_again() {
    let world = World::new();
    let script = world.script(&input("Report")).await;
    world.host.refuse(&[Permission::Delete]);
    world.host.take_questions();
    let request = async || {
        let granted = world.scripts.permissions(&ann()).await.expect("an answer");
        world.scripts.get(&ann(), script.id()).await.expect("the script");
        let refused = refusal(world.scripts.delete(&ann(), script.id()).await);
        (granted.len(), refused, world.host.take_questions())
    };
    assert_eq!(one_request(request()).await, (5, "Forbidden(Delete)".to_owned(), 1));

    world.host.refuse(&[Permission::Update]);
    assert_eq!(one_request(request()).await, (4, "Forbidden(Delete)".to_owned(), 1), "nothing is kept for the next");
    assert_eq!(request().await, (4, "Forbidden(Delete)".to_owned(), 3), "outside of a request nothing is kept");
}

#[tokio::test]
async fn a_decision_is_cached_per_identity_and_permission() {
    let world = World::new();
    world.host.make_author("bob");
    one_request(async {
        let scripts = &world.scripts;
        scripts.require(&ann(), Permission::Read).await.expect("granted");
        world.host.take_queried();
        let may = scripts.permissions(&ann()).await.expect("an answer");
        assert_eq!(may, Permission::ALL);
        assert!(!world.host.take_queried().contains(&Permission::Read), "the rest is asked for");
        assert_eq!(refusal(scripts.require(&bob(), Permission::ManageEndpoints).await), "Forbidden(ManageEndpoints)");
        scripts.require(&ann(), Permission::ManageEndpoints).await.expect("ann still has it");
    })
    .await;
}

#[tokio::test]
async fn an_answer_of_another_length_grants_nothing() {
    let world = World::new();
    for answers in [0, 5] {
        world.host.answer_at_most(answers);
        one_request(async {
            let refused = refusal(world.scripts.permissions(&ann()).await);
            assert!(refused.starts_with("Host(") && refused.contains(&format!("answered {answers}")), "{refused}");
            world.host.refuse(&[Permission::Read]);
            let asked_again = refusal(world.scripts.require(&ann(), Permission::Read).await);
            assert_eq!(asked_again, "Forbidden(Read)", "nothing of it is kept");
        })
        .await;
    }
    world.host.answer_at_most(1);
    assert!(refusal(world.scripts.check(&ann(), &Check::text("one()")).await).starts_with("Host("), "one of two");
}
