//! The tenant's values and templates, as scripts see them.

use std::time::Duration;

use serde_json::json;

use crate::{
    fakes::Play,
    world::{World, ann, gus, input, refusal, request},
};

#[tokio::test]
async fn a_value_is_kept_across_runs_until_it_is_deleted() {
    let world = World::new();
    world.calls(vec![("storage.set", json!(["last", {"n": 1}]))]).await;
    let calls = vec![
        ("storage.get", json!(["last"])),
        ("storage.delete", json!(["last"])),
        ("storage.delete", json!(["last"])),
        ("storage.get", json!(["last"])),
    ];
    assert_eq!(world.calls(calls).await, [Ok(json!({"n": 1})), Ok(json!(true)), Ok(json!(false)), Ok(json!(null))]);
}

#[tokio::test]
async fn a_value_expires_after_its_time_to_live() {
    let world = World::new();
    let set = vec![("storage.set", json!(["short", 1, 60])), ("storage.set", json!(["long", 2, null]))];
    assert_eq!(world.calls(set).await, [Ok(json!(null)), Ok(json!(null))]);
    let get = || vec![("storage.get", json!(["short"])), ("storage.get", json!(["long"]))];
    world.clock.advance(Duration::from_secs(59));
    assert_eq!(world.calls(get()).await, [Ok(json!(1)), Ok(json!(2))]);
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(world.calls(get()).await, [Ok(json!(null)), Ok(json!(2))]);
}

#[tokio::test]
async fn invalid_values_are_rejected_and_not_stored() {
    let world = World::new();
    let large = "x".repeat(256 * 1024);
    for args in [
        json!(["k", 1, 0]),
        json!(["k", 1, -5]),
        json!(["k", 1, 1e300]),
        json!(["k", 1, "60"]),
        json!(["", 1]),
        json!([7, 1]),
        json!(["a\u{0}b", 1]),
        json!(["k", large]),
        json!([]),
    ] {
        let refused = world.refusal("storage.set", args).await;
        assert_eq!(refused.code.as_str(), "VALIDATION");
        assert!(refused.message.starts_with("storage.set: "), "{refused}");
    }
    assert!(world.storage.is_empty());
}

#[tokio::test]
async fn a_tenant_sees_only_its_own_values_and_templates() {
    let world = World::new();
    world.calls(vec![("storage.set", json!(["secret", 1]))]).await;
    world.templates.put(&ann(), "hello", None, "Hello!").await.expect("a template");

    let script = world.scripts.create(&gus(), &input("Spy")).await.expect("a script");
    let calls = vec![("storage.get", json!(["secret"])), ("template.get", json!(["hello"]))];
    world.runtime.play(Play::Calls(calls));
    world.runs.start(&gus(), request(&script)).await.expect("a run").finished().await;
    let answers = world.runtime.take_answers();
    assert_eq!(answers[0], Ok(json!(null)));
    assert_eq!(answers[1].as_ref().map_err(|error| error.code.as_str()), Err("NOT_FOUND"));
}

#[tokio::test]
async fn a_template_is_found_by_its_name() {
    let world = World::new();
    let refused = world.refusal("template.get", json!(["hello"])).await;
    assert_eq!((refused.code.as_str(), refused.message.as_str()), ("NOT_FOUND", "there is no template \"hello\""));
    assert_eq!(world.refusal("template.get", json!(["Hello {{ name }}"])).await.code.as_str(), "VALIDATION");

    world.templates.put(&ann(), "hello", None, "Hello {{ name }}!").await.expect("a template");
    assert_eq!(world.calls(vec![("template.get", json!(["hello"]))]).await, [Ok(json!("Hello {{ name }}!"))]);
    assert_eq!(world.templates.get(&ann(), "hello", None).await.expect("a template").updated.by, ann().author());
    assert_eq!(refusal(world.templates.get(&gus(), "hello", None).await), r#"NotFound("template")"#);
    assert!(refusal(world.templates.put(&ann(), "no name", None, "x").await).starts_with("Invalid("));
    let broken = world.templates.put(&ann(), "hello", None, "Hello\nlet = ;").await.expect_err("a refusal");
    assert_eq!(broken.to_string(), "body: line 2: as the test configured");
    assert_eq!(world.templates.get(&ann(), "hello", None).await.expect("as it was").body.as_str(), "Hello {{ name }}!");
}

#[tokio::test]
async fn increment_adds_and_set_if_compares_the_old_value() {
    let world = World::new();
    let calls = vec![
        ("storage.increment", json!(["n"])),
        ("storage.increment", json!(["n", 4, 60])),
        ("storage.setIf", json!(["n", 4, 9])),
        ("storage.setIf", json!(["n", 5, {"a": 1, "b": 2}])),
        ("storage.setIf", json!(["n", {"b": 2, "a": 1}, 7, 60])),
        ("storage.setIf", json!(["new", null, 1])),
        ("storage.setIf", json!(["new", null, 2])),
        ("storage.list", json!(["n", {"limit": 5}])),
        ("storage.list", json!([null, {"after": "n"}])),
        ("storage.list", json!([])),
    ];
    let seen: Vec<_> = world.calls(calls).await.into_iter().map(|answer| answer.expect("an answer")).collect();
    let expected = json!([1, 5, false, true, true, true, false, ["n", "new"], ["new"], ["n", "new"]]);
    assert_eq!(json!(seen), expected);
    world.clock.advance(Duration::from_secs(60));
    assert_eq!(world.calls(vec![("storage.get", json!(["n"]))]).await, [Ok(json!(null))]);
    for (method, args) in [
        ("storage.increment", json!(["new", "1"])),
        ("storage.increment", json!(["new", 1, -1])),
        ("storage.list", json!(["n", {"limit": 0}])),
        ("storage.list", json!(["n", {"limit": 1001}])),
        ("storage.list", json!(["n", {"size": 1}])),
        ("storage.list", json!([7])),
    ] {
        assert_eq!(world.refusal(method, args.clone()).await.code.as_str(), "VALIDATION", "{method} {args}");
    }
}

#[tokio::test]
async fn a_full_store_reports_usage_and_quota() {
    let world = World::new();
    let fill = (0..10).map(|n| ("storage.set", json!([format!("k{n}"), n]))).collect();
    assert!(world.calls(fill).await.iter().all(Result::is_ok));
    let full = world.refusal("storage.increment", json!(["one more"])).await;
    assert_eq!(full.code.as_str(), "STORAGE_QUOTA");
    assert!(full.message.contains("10 of 10 keys"), "{full}");
    let expected = json!({"used": {"bytes": 30, "keys": 10}, "allowed": {"bytes": 1_048_576, "keys": 10}});
    assert_eq!(full.details, Some(expected));
    let calls = vec![("storage.delete", json!(["k0"])), ("storage.increment", json!(["one more"]))];
    assert_eq!(world.calls(calls).await, [Ok(json!(true)), Ok(json!(1))]);
}

#[tokio::test]
async fn a_template_falls_back_to_the_nearest_language() {
    let world = World::new();
    for (locale, body) in [(Some("ru"), "Привет"), (Some("UZ_uz"), "Salom")] {
        world.templates.put(&ann(), "hi", locale, body).await.expect("a template");
    }
    let taken = |tag: &'static str| world.calls(vec![("template.get", json!(["hi", tag]))]);
    assert_eq!(taken("ru-RU").await, [Ok(json!("Привет"))]);
    assert_eq!(taken("uz-UZ").await, [Ok(json!("Salom"))]);
    let refused = world.refusal("template.get", json!(["hi", "de"])).await;
    assert_eq!(refused.code.as_str(), "NOT_FOUND");
    assert_eq!(refused.message, "there is no template \"hi\" for de; there is one for ru, uz-UZ");
    assert_eq!(world.refusal("template.get", json!(["hi", "русский"])).await.code.as_str(), "VALIDATION");

    world.templates.put(&ann(), "hi", Some(" "), "Hi").await.expect("a template");
    assert_eq!(taken("de").await, [Ok(json!("Hi"))]);
    world.templates.remove(&ann(), "hi", Some("ru")).await.expect("removed");
    assert_eq!(taken("ru").await, [Ok(json!("Hi"))]);
    assert_eq!(refusal(world.templates.remove(&ann(), "hi", Some("ru")).await), r#"NotFound("template")"#);
    assert!(refusal(world.templates.put(&ann(), "no name", Some("russian"), "x").await).contains("locale"));
}
