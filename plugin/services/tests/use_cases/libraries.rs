//! Libraries: valid imports, the order in which they run, and when a library cannot be removed.

use iota_scripts_domain::{Clock as _, Script, ScriptDraft, ScriptInput, ScriptRepository as _, Stamp};
use iota_scripts_services::{
    ServiceError,
    ports::{Check, Job},
};

use crate::{
    fakes::Play,
    world::{World, ann, gus, input, request},
};

fn library(name: &str, content: &str) -> ScriptInput {
    ScriptInput { script_type: "embedded".into(), library: Some(true), content: content.into(), ..input(name) }
}

fn importing(name: &str, content: &str) -> ScriptInput {
    ScriptInput { content: content.into(), ..input(name) }
}

/// Returns the job of a run, and the libraries that its record names.
async fn run(world: &World, script: &Script) -> (Job, Vec<String>) {
    world.runtime.play(Play::Value(serde_json::Value::Null));
    let run = world.runs.start(&ann(), request(script)).await.expect("a run");
    let finished = run.finished().await;
    let used = finished.head().libraries.iter().map(|used| format!("{} {}", used.name, used.version)).collect();
    (world.runtime.jobs().pop().expect("a job"), used)
}

fn mistake(refused: Result<Script, ServiceError>) -> String {
    match refused.expect_err("a refusal") {
        ServiceError::Invalid(errors) => format!("{}: {}", errors.0[0].field, errors.0[0].message),
        other => format!("{other:?}"),
    }
}

#[tokio::test]
async fn libraries_are_newest_versions_after_their_own_imports() {
    let world = World::new();
    let base = world.script(&library("base", "one")).await;
    world.script(&library("tax", "import 'lib:base'")).await;
    let script = world.script(&importing("Report", "import 'lib:tax'\nimport 'lib:base'\nimport 'lib:tax'")).await;
    assert_eq!(script.definition().imports, ["tax", "base"]);
    let (job, used) = run(&world, &script).await;
    let names: Vec<_> = job.libraries.iter().map(iota_scripts_services::ports::LinkedLibrary::specifier).collect();
    assert_eq!(
        (names, used),
        (vec!["lib:base".to_owned(), "lib:tax".to_owned()], vec!["base 1".into(), "tax 1".into()])
    );
    world.scripts.replace(&ann(), base.id(), base.version(), &library("base", "two")).await.expect("saved");
    let (job, used) = run(&world, &script).await;
    assert_eq!((&*job.libraries[0].source, used[0].as_str()), ("two", "base 2"));
}

#[tokio::test]
async fn invalid_imports_are_rejected_at_the_field_content() {
    let world = World::new();
    let plain = world.script(&input("plain")).await;
    let tax = world.script(&library("tax", "one")).await;
    world.script(&library("vat", "import 'lib:tax'")).await;
    let save = async |content: &str| mistake(world.scripts.create(&ann(), &importing("New", content)).await);
    assert_eq!(save("import 'lib:none'").await, "content: there is no library \"none\"");
    assert_eq!(save("import 'lib:plain'").await, "content: the script \"plain\" is not a library");
    assert_eq!(
        save("\nimport 'fs'").await,
        "content: line 2, column 8: only libraries can be imported, as \"lib:name\""
    );
    let foreign = world.scripts.create(&gus(), &importing("New", "import 'lib:tax'")).await;
    assert_eq!(mistake(foreign), "content: there is no library \"tax\"");
    let circle = world.scripts.replace(&ann(), tax.id(), tax.version(), &library("tax", "import 'lib:vat'")).await;
    assert_eq!(mistake(circle), "content: libraries import each other in a cycle: tax → vat → tax");
    let own = world.scripts.replace(&ann(), tax.id(), tax.version(), &library("tax", "import 'lib:tax'")).await;
    assert!(mistake(own).contains("in a cycle: tax → tax"));
    let type_error = world.scripts.create(&ann(), &ScriptInput { library: Some(true), ..input("Odd") }).await;
    assert!(mistake(type_error).starts_with("library: belongs to embedded scripts"));
    assert!(!plain.definition().library);
}

#[tokio::test]
async fn a_library_in_use_cannot_be_deleted_renamed_or_converted() {
    let world = World::new();
    let tax = world.script(&library("tax", "one")).await;
    let script = world.script(&importing("Report", "import 'lib:tax'")).await;
    let users = |error: ServiceError| match error {
        ServiceError::LibraryInUse(users) => users,
        other => panic!("{other:?}"),
    };
    assert_eq!(users(world.scripts.delete(&ann(), tax.id()).await.expect_err("a refusal")), ["Report"]);
    let plain = ScriptInput { library: None, ..library("tax", "one") };
    for changed in [library("vat", "one"), plain] {
        let refused = world.scripts.replace(&ann(), tax.id(), tax.version(), &changed).await;
        assert_eq!(users(refused.expect_err("a refusal")), ["Report"]);
    }
    let saved = world.scripts.replace(&ann(), script.id(), script.version(), &input("Report")).await.expect("saved");
    assert!(saved.definition().imports.is_empty());
    world.scripts.delete(&ann(), tax.id()).await.expect("no longer in use");
}

#[tokio::test]
async fn a_name_that_the_library_does_not_export_cannot_be_imported() {
    let world = World::new();
    world.script(&library("base", "export zero\nexport default")).await;
    world.script(&library("tax", "export vat\nexport lib:base")).await;
    world.script(&importing("Report", "import vat,zero from 'lib:tax'\nimport default from 'lib:base'")).await;
    let save = async |content: &str| mistake(world.scripts.create(&ann(), &importing("New", content)).await);
    let absent = "content: line 2, column 8: the library \"tax\" exports no `rate`";
    assert_eq!(save("\nimport vat,rate from 'lib:tax'").await, absent);
    // `export *` does not re-export the default export.
    assert!(save("import default from 'lib:tax'").await.ends_with("the library \"tax\" has no default export"));
    let check = Check::text("import rate from 'lib:tax'\nimport 'lib:none'");
    let found = world.scripts.check(&ann(), &check).await.expect("an answer");
    let found: Vec<_> = found.iter().map(iota_scripts_services::ports::Diagnostic::sentence).collect();
    assert_eq!(
        found,
        ["line 1, column 8: the library \"tax\" exports no `rate`", "line 2, column 8: there is no library \"none\""]
    );
}

#[tokio::test]
async fn a_library_keeps_the_exports_that_others_use() {
    let world = World::new();
    let base = world.script(&library("base", "export zero\nexport one\nexport default")).await;
    world.script(&library("tax", "export lib:base\nexport vat\nexport one")).await;
    world.script(&importing("Daily", "import zero,one from 'lib:tax'")).await;
    world.script(&importing("Report", "import default,zero from 'lib:base'")).await;
    world.script(&importing("Whole", "import 'lib:base'")).await;
    let save =
        async |content: &str| world.scripts.replace(&ann(), base.id(), base.version(), &library("base", content)).await;
    assert_eq!(
        mistake(save("export one").await),
        "content: a library keeps the exports that others use: the default export is imported by \"Report\"; \
         `zero` is imported by \"Daily\", \"Report\""
    );
    // "tax" has its own `one`, and no script imports the other export.
    save("export zero\nexport default\nexport two").await.expect("saved");
    // An imported library must compile, even if it is inactive.
    let off = world.scripts.deactivate(&ann(), base.id()).await.expect("switched off");
    let broken = world.scripts.replace(&ann(), base.id(), off.version(), &library("base", "let = ;")).await;
    assert!(matches!(broken, Err(ServiceError::DoesNotCompile(_))), "{broken:?}");
    // Restoring an old version is checked by the same rule.
    let restored = world.scripts.restore(&ann(), base.id(), base.version()).await.expect("nothing goes away");
    world
        .scripts
        .replace(&ann(), base.id(), restored.version(), &library("base", "export default"))
        .await
        .expect_err("zero");
}

#[tokio::test]
async fn imports_that_were_broken_before_may_stay() {
    let world = World::new();
    let tax = world.script(&library("tax", "export vat\nexport rate")).await;
    world.script(&importing("Report", "import vat,rate from 'lib:tax'")).await;
    // As saved by a release without this rule.
    let draft = ScriptDraft::parse(&library("tax", "export vat")).expect("a draft");
    let stamp = Stamp { at: world.clock.now(), by: tax.updated().by.clone() };
    let revision = tax.revise(draft, tax.version(), stamp).expect("a fresh edit").expect("a change");
    world.stored_scripts.update(&revision).await.expect("stored");
    let base = revision.into_script().version();
    let saved = world.scripts.replace(&ann(), tax.id(), base, &library("tax", "export vat\nexport new")).await;
    saved.expect("only newly removed exports are rejected");
    let (job, _) = run(&world, &world.stored_scripts.all()[1]).await;
    assert_eq!(job.libraries.len(), 1);
}
