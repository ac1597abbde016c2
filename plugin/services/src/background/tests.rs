//! The registry, and that nothing else spawns loops.

use std::{fs, path::Path};

use iota_scripts_domain::ManualClock;
use serde_json::{Value, json};

use super::*;

fn registry() -> (Arc<ManualClock>, Background) {
    let clock = Arc::new(ManualClock::new(Timestamp::parse("2026-01-05T08:00:00Z").unwrap()));
    (Arc::clone(&clock), Background::new(clock))
}

fn reported(background: &Background) -> Vec<Value> {
    background.report().iter().map(|status| json!(status)).collect()
}

#[test]
fn a_task_is_listed_from_its_registration_on() {
    let (_, background) = registry();
    let _purge = background.task("purge", Some(Duration::from_secs(60)));
    background.task("prune", Some(Duration::from_secs(3600))).off();
    let _on_demand = background.task("checkpoints", None);
    let expected = [
        json!({"name": "purge", "on": true, "period_ms": 60_000}),
        json!({"name": "prune", "on": false, "period_ms": 3_600_000}),
        json!({"name": "checkpoints", "on": true}),
    ];
    assert_eq!(reported(&background), expected);
}

#[test]
fn a_failing_task_shows_its_error_and_start_of_failure() {
    let (clock, background) = registry();
    let task = background.task("leases", None);
    task.succeeded();
    clock.advance(Duration::from_secs(10));
    task.failed(&"no route");
    clock.advance(Duration::from_secs(10));
    task.ended::<(), _>(&Err("timed out"));
    let expected = json!({
        "name": "leases", "on": true, "last_run": "2026-01-05T08:00:20Z", "result": "timed out",
        "failing_since": "2026-01-05T08:00:10Z",
    });
    assert_eq!(reported(&background), [expected]);
    clock.advance(Duration::from_secs(10));
    task.ended::<_, String>(&Ok(()));
    let expected = json!({"name": "leases", "on": true, "last_run": "2026-01-05T08:00:30Z", "result": "ok"});
    assert_eq!(reported(&background), [expected]);
}

#[tokio::test]
async fn a_task_that_panics_is_reported_and_stops_no_other() {
    let (_, background) = registry();
    background.spawn(|background| async move {
        let _task = background.task("broken", None);
        panic!("on purpose");
    });
    background.spawn(|background| async move { background.task("sound", None).succeeded() });
    while background.report().iter().filter(|status| status.result.is_some()).count() < 2 {
        tokio::task::yield_now().await;
    }
    let results: Vec<_> = background.report().into_iter().map(|status| (status.name, status.result)).collect();
    let result = |name| results.iter().find(|(found, _)| *found == name).and_then(|(_, result)| result.clone());
    assert_eq!(result("broken").as_deref(), Some("the task panicked and has ended"));
    assert_eq!(result("sound").as_deref(), Some("ok"));
    background.stop().await;
}

/// Files that may call `tokio::spawn`: their tasks end with the work they were started for, or report to a registered task.
const SPAWNING: &[&str] = &[
    "infrastructure/src/persistence/execution_repository/journal.rs",
    "infrastructure/src/persistence/execution_repository/journal/checkpoints.rs",
    "infrastructure/src/persistence/execution_repository/journal/pending.rs",
    "infrastructure/src/sql_gateway/sqlite/process.rs",
    "infrastructure/src/worker_pool/template.rs",
    "infrastructure/src/worker_pool/worker.rs",
    "services/src/authorizer/one_request.rs",
    "services/src/background/tests.rs",
    "services/src/execution_service/launch.rs",
    "services/src/quotas/history.rs",
    "services/src/run_record/recording.rs",
    "src/announcements.rs",
];

#[test]
fn only_listed_files_spawn_tasks_outside_the_registry() {
    let plugin = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut spawning = Vec::new();
    for crate_folder in ["src", "services/src", "infrastructure/src", "presentation/src"] {
        find_spawns(plugin, &plugin.join(crate_folder), &mut spawning);
    }
    spawning.sort();
    let message = "a loop that runs without a request is spawned by Background::spawn and registers; anything else is listed here";
    assert_eq!(spawning, SPAWNING, "{message}");
}

fn find_spawns(plugin: &Path, folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            find_spawns(plugin, &path, found);
        } else if fs::read_to_string(&path).is_ok_and(|text| text.contains("tokio::spawn(")) {
            found.push(path.strip_prefix(plugin).unwrap().to_string_lossy().into_owned());
        }
    }
}
