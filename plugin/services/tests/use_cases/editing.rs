//! Changes of scripts: versions, stale edits, and the events that the host receives.

use iota_scripts_domain::{FaultCode, Limits, PageRequest, ScriptInput, Version};

use crate::world::{World, ann, endpoint, gus, input, refusal};

fn version(number: i64) -> Version {
    Version::new(number).expect("a version")
}

fn with_source(source: &str) -> ScriptInput {
    ScriptInput { content: source.into(), ..input("Report") }
}

#[tokio::test]
async fn changes_are_announced_with_version_but_without_source() {
    let world = World::new();
    let script = world.script(&with_source("one()")).await;
    world.scripts.replace(&ann(), script.id(), Version::FIRST, &with_source("two()")).await.expect("replaced");
    world.scripts.delete(&ann(), script.id()).await.expect("deleted");
    assert_eq!(
        world.host.published_types(),
        ["scripts.script.created", "scripts.script.updated", "scripts.script.deleted"]
    );
    let events = world.host.published();
    assert!(events.iter().all(|event| event.tenant == *ann().tenant_id() && event.user == Some(ann().author())));
    assert_eq!(events[1].data["version"], 2);
    assert!(!events[1].data.to_string().contains("two()"));
}

#[tokio::test]
async fn a_stale_edit_changes_nothing_and_names_the_version() {
    let world = World::new();
    let script = world.script(&with_source("one()")).await;
    let replace =
        async |base, source| world.scripts.replace(&ann(), script.id(), version(base), &with_source(source)).await;
    replace(1, "two()").await.expect("replaced");
    assert_eq!(refusal(replace(1, "three()").await), "Stale { current: Version(2) }");
    assert_eq!(world.scripts.get(&ann(), script.id()).await.expect("a script").definition().source.as_str(), "two()");
    assert_eq!(world.host.published_types().len(), 2);
}

#[tokio::test]
async fn a_change_without_effect_creates_no_version() {
    let world = World::new();
    let script = world.script(&input("Report")).await;
    assert_eq!(world.scripts.activate(&ann(), script.id(), None).await.expect("active"), script);
    let same = world.scripts.replace(&ann(), script.id(), Version::FIRST, &input("Report")).await;
    assert_eq!(same.expect("the same"), script);
    assert_eq!(world.host.published_types(), ["scripts.script.created"]);
}

#[tokio::test]
async fn restoring_creates_a_version_and_activates_nothing() {
    let world = World::new();
    let script = world.script(&with_source("one()")).await;
    world.scripts.replace(&ann(), script.id(), version(1), &with_source("two()")).await.expect("replaced");
    world.scripts.deactivate(&ann(), script.id()).await.expect("switched off");

    let restored = world.scripts.restore(&ann(), script.id(), version(1)).await.expect("restored");
    assert_eq!(restored.version(), version(4));
    assert_eq!(restored.definition().source.as_str(), "one()");
    assert!(!restored.definition().active);
    let versions = world.scripts.versions(&ann(), script.id(), PageRequest::default()).await.expect("versions");
    let numbers: Vec<i64> = versions.items.iter().map(|old| old.version.get()).collect();
    assert_eq!(numbers, [4, 3, 2, 1]);
    assert_eq!(versions.items[0].summary.as_str(), "Restored version 1");
    assert_eq!(refusal(world.scripts.restore(&ann(), script.id(), version(9)).await), r#"NotFound("version")"#);
}

#[tokio::test]
async fn restoring_cannot_take_another_script_s_name_or_path() {
    let world = World::new();
    let script = world.script(&input("Report")).await;
    world.scripts.replace(&ann(), script.id(), version(1), &input("Summary")).await.expect("renamed");
    world.script(&input("Report")).await;
    assert_eq!(refusal(world.scripts.restore(&ann(), script.id(), version(1)).await), "NameTaken");
    assert_eq!(world.scripts.get(&ann(), script.id()).await.expect("a script").version(), version(2));
}

#[tokio::test]
async fn names_and_endpoints_are_unique() {
    let world = World::new();
    world.script(&endpoint("Orders", "/orders/{id}")).await;
    assert_eq!(refusal(world.scripts.create(&ann(), &input("Orders")).await), "NameTaken");
    assert_eq!(refusal(world.scripts.create(&ann(), &endpoint("Other", "/orders/{no}")).await), "EndpointTaken");
    world.scripts.create(&gus(), &endpoint("Orders", "/orders/{id}")).await.expect("another tenant's own");
    let refused = refusal(world.scripts.create(&ann(), &ScriptInput::default()).await);
    assert!(refused.starts_with("Invalid("), "{refused}");
    assert_eq!(world.stored_scripts.all().len(), 2);
}

#[tokio::test]
async fn scripts_are_invisible_to_other_tenants() {
    let world = World::new();
    let script = world.script(&input("Report")).await;
    let (scripts, id, gus) = (&world.scripts, script.id(), gus());
    let refusals = [
        refusal(scripts.get(&gus, id).await),
        refusal(scripts.replace(&gus, id, version(1), &input("Mine")).await),
        refusal(scripts.activate(&gus, id, None).await),
        refusal(scripts.deactivate(&gus, id).await),
        refusal(scripts.restore(&gus, id, version(1)).await),
        refusal(scripts.delete(&gus, id).await),
        refusal(scripts.versions(&gus, id, PageRequest::default()).await),
    ];
    assert!(refusals.iter().all(|refused| refused == r#"NotFound("script")"#), "{refusals:?}");
    assert_eq!(refusal(scripts.version(&gus, id, version(1)).await), r#"NotFound("version")"#);
    assert_eq!(world.stored_scripts.all(), [script]);
}

/// A text that the fake compiler rejects.
const BROKEN: &str = "let = ;";

fn broken(active: bool) -> ScriptInput {
    ScriptInput { content: BROKEN.into(), is_active: Some(active), ..input("Report") }
}

#[tokio::test]
async fn a_draft_need_not_compile_but_cannot_be_activated() {
    let world = World::new();
    let draft = world.script(&broken(false)).await;
    let refused = world.scripts.activate(&ann(), draft.id(), None).await.expect_err("a refusal");
    assert_eq!((refused.code(), refused.field()), (FaultCode::CompileError, Some("content")));
    assert_eq!(refused.to_string(), "line 2, column 5: as the test configured");
    assert!(!world.stored_scripts.all()[0].definition().active);

    let active = ScriptInput { content: "one()".into(), is_active: Some(true), ..input("Report") };
    let script = world.scripts.replace(&ann(), draft.id(), draft.version(), &active).await.expect("saved");
    assert!(script.definition().active);
}

#[tokio::test]
async fn an_active_script_keeps_its_source_if_the_new_one_fails() {
    let world = World::new();
    assert!(refusal(world.scripts.create(&ann(), &broken(true)).await).starts_with("DoesNotCompile"));
    let draft = world.script(&broken(false)).await;
    let whole = ScriptInput { is_active: Some(true), ..input("Report") };
    let script = world.scripts.replace(&ann(), draft.id(), draft.version(), &whole).await.expect("saved");
    let replaced = world.scripts.replace(&ann(), script.id(), script.version(), &broken(true)).await;
    assert!(refusal(replaced).starts_with("DoesNotCompile"));
    let restored = world.scripts.restore(&ann(), script.id(), draft.version()).await;
    assert!(refusal(restored).starts_with("DoesNotCompile"));
}

#[tokio::test]
async fn a_draft_beyond_the_operator_s_limits_is_rejected() {
    let limits = Limits { source_bytes: 1024, nesting: 16, ..Limits::granted() };
    let world = World::with_limits(limits);
    let draft = |content: String| ScriptInput { content, is_active: Some(false), ..input("Report") };
    let large = world.scripts.create(&ann(), &draft("x".repeat(1025))).await.expect_err("a refusal");
    assert_eq!((large.code(), large.field()), (FaultCode::ValidationFailed, Some("content")));
    let nested = world.scripts.create(&ann(), &draft("(".repeat(17))).await.expect_err("a refusal");
    assert_eq!((nested.code(), nested.field()), (FaultCode::SourceTooNested, Some("content")));
}

#[tokio::test]
async fn an_unchecked_draft_is_saved_but_cannot_be_activated() {
    let world = World::new();
    world.runtime.check_nothing(FaultCode::PoolExhausted);
    let draft = world.script(&ScriptInput { is_active: Some(false), ..input("Report") }).await;
    let refused = world.scripts.activate(&ann(), draft.id(), None).await.expect_err("a refusal");
    assert_eq!(refused.code(), FaultCode::PoolExhausted);
}
