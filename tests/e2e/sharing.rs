//! Runs of one tenant that share a worker while they wait: cheap, isolated from each other, and not delayed by one of them.

use std::path::PathBuf;

use iota_scripts_tests::{Stage, TestDatabase, admin, process, user};
use rustix::process::Signal;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::world::{everywhere, worker_program};

/// A host with one busy worker and no idle ones.
struct SingleWorker {
    stage: Stage,
    worker: PathBuf,
    _program: TempDir,
    _database: TestDatabase,
}

impl SingleWorker {
    async fn start() -> Self {
        let (database, program) = (TestDatabase::sqlite(), tempfile::tempdir().expect("a folder"));
        let worker = worker_program(&program);
        let config = json!({"worker": {"path": worker, "max_workers": 1, "standing_by": 0}});
        Self { stage: Stage::start(database.url(), &config).await, worker, _program: program, _database: database }
    }

    /// Begins a run that logs `spinning`, and makes its worker ignore messages meanwhile: only killing ends it then.
    async fn begin_unresponsive(&self, script: &str) -> String {
        let execution = self.stage.begin(&admin(), script, json!(null)).await;
        let path = format!("/executions/{execution}/stream");
        self.stage.stream(&admin(), &path, |text| text.contains("spinning")).await;
        let ours = |pid: &u32| process::was_started_as(*pid, &self.worker) && !process::is_template(*pid);
        process::workers().into_iter().filter(ours).for_each(|pid| process::signal(pid, Signal::STOP));
        execution
    }
}

async fn pool(stage: &Stage) -> Value {
    stage.plugin.health().await.expect("health").counters["runtime"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_runs_wait_concurrently_on_two_workers() {
    everywhere(|stage| async move {
        let source = "async function main(n) { mine = n; await services.echo.wait(); \
                      return [mine, await services.echo.same(n), context.execution.id]; }";
        let id = stage.script(&admin(), "job", "one_off", source).await;
        let mut runs = Vec::new();
        for n in 0..100 {
            runs.push((n, stage.begin(&admin(), &id, json!(n)).await));
        }
        stage.host.called("echo.wait", 100).await;
        let status = pool(&stage).await;
        assert_eq!((&status["workers"], &status["runs"]), (&json!(2), &json!(100)), "{status:#}");
        runs.iter().for_each(|_| stage.host.release());
        for (n, run) in &runs {
            assert_eq!(stage.ended(&admin(), run).await["result"], json!([n, n, run]));
        }
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sleeping_runs_do_not_delay_others() {
    everywhere(|stage| async move {
        let source = "async function main(n) { while (!await storage.get('go')) await utils.sleep(50); return n; }";
        let sleeper = stage.script(&admin(), "sleeper", "one_off", source).await;
        let mut runs = Vec::new();
        for n in 0..20 {
            runs.push((n, stage.begin(&admin(), &sleeper, json!(n)).await));
        }
        // More runs sleep than there are workers; this one wakes them.
        let source = "async function main() { await storage.set('go', true); }";
        let waker = stage.script(&admin(), "waker", "one_off", source).await;
        assert_eq!(stage.run(&admin(), &waker, json!(null)).await["status"], "success");
        for (n, run) in &runs {
            let ended = stage.ended(&admin(), run).await;
            assert_eq!(ended["result"], json!(n), "{ended:#}");
        }
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_sleeps_too_long_ends_without_its_worker() {
    let host = SingleWorker::start().await;
    let stage = &host.stage;
    let body = json!({"name": "oversleeps", "type": "one_off", "timeout_seconds": 1, "content":
        "async function main() { setInterval(() => {}, 50); await utils.sleep(600_000); }"});
    let id = stage.api(&admin(), "POST", "/scripts", Some(body)).await.expect(201);
    let run = stage.run(&admin(), id["id"].as_str().unwrap(), json!(null)).await;
    assert_eq!(run["error"]["code"], "TIMEOUT", "{run:#}");
    let pool = pool(stage).await;
    assert_eq!((&pool["died"], &pool["workers"]), (&json!(0), &json!(1)), "{pool:#}");
    host.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spinning_run_ends_but_its_worker_s_others_continue() {
    let host = SingleWorker::start().await;
    let (stage, ann) = (&host.stage, admin());
    let writer = "async function main() { await storage.set('k', 1); await services.echo.wait(); return 'done'; }";
    let writer = stage.script(&ann, "writer", "one_off", writer).await;
    let body = json!({"name": "spinner", "type": "one_off", "timeout_seconds": 1, "content":
        "function main() {\n  let n = 0;\n  while (n >= 0) n++;\n}"});
    let spinner = stage.api(&ann, "POST", "/scripts", Some(body)).await.expect(201);
    let writing = stage.begin(&ann, &writer, json!(null)).await;
    stage.host.called("echo.wait", 1).await;
    let spun = stage.run(&ann, spinner["id"].as_str().unwrap(), json!(null)).await;
    assert_eq!((&spun["error"]["code"], &spun["error"]["line"]), (&json!("TIMEOUT"), &json!(3)), "{spun:#}");
    stage.host.release();
    assert_eq!(stage.ended(&ann, &writing).await["result"], "done");
    assert_eq!(pool(stage).await["died"], 0);
    host.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_innocent_run_restarts_unless_it_had_effects() {
    let host = SingleWorker::start().await;
    let stage = &host.stage;
    let ann = admin();
    let reader = "async function main() { await services.echo.wait(); return 'done'; }";
    let writer = "async function main() { await storage.set('k', 1); await services.echo.wait(); }";
    let spinner = "async function main() { await services.echo.same(1); console.log('spinning'); for (;;); }";
    let mut ids = Vec::new();
    for (name, source) in [("reader", reader), ("writer", writer)] {
        ids.push(stage.script(&ann, name, "one_off", source).await);
    }
    let body = json!({"name": "spinner", "type": "one_off", "content": spinner, "timeout_seconds": 1});
    let spinner = stage.api(&ann, "POST", "/scripts", Some(body)).await.expect(201);
    let reading = stage.begin(&ann, &ids[0], json!(null)).await;
    let writing = stage.begin(&ann, &ids[1], json!(null)).await;
    stage.host.called("echo.wait", 2).await;

    let spun = host.begin_unresponsive(spinner["id"].as_str().unwrap()).await;
    let spun = stage.ended(&ann, &spun).await;
    assert_eq!(spun["error"]["code"], "TIMEOUT", "{spun:#}");
    let wrote = stage.ended(&ann, &writing).await;
    assert_eq!(wrote["error"]["code"], "WORKER_STOPPED", "{wrote:#}");
    stage.host.called("echo.wait", 3).await;
    // The first wait was of the attempt that died; its permit goes to the remaining one.
    (0..3).for_each(|_| stage.host.release());
    let read = stage.ended(&ann, &reading).await;
    assert_eq!((&read["status"], &read["result"]), (&json!("success"), &json!("done")), "{read:#}");
    assert!(read["logs"][0]["message"].as_str().unwrap().contains("restarts"), "{read:#}");
    host.stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_that_crashed_its_worker_runs_alone_later() {
    let host = SingleWorker::start().await;
    let stage = &host.stage;
    let ann = admin();
    let body = json!({"name": "spins", "type": "one_off", "timeout_seconds": 1, "content":
        "async function main(wait) { if (wait) return services.echo.wait(); console.log('spinning'); for (;;); }"});
    let spinner = stage.api(&ann, "POST", "/scripts", Some(body)).await.expect(201);
    let spinner = spinner["id"].as_str().unwrap();
    let fine = stage.script(&ann, "fine", "one_off", "function main() { return 1 }").await;
    let spun = host.begin_unresponsive(spinner).await;
    assert_eq!(stage.ended(&ann, &spun).await["error"]["code"], "TIMEOUT");

    let waiting = stage.begin(&ann, spinner, json!(true)).await;
    stage.host.called("echo.wait", 1).await;
    let behind = stage.begin(&ann, &fine, json!(null)).await;
    while pool(stage).await["waiting"] != 1 {
        tokio::task::yield_now().await;
    }
    let gus = user("globex", "gus", &iota_scripts_tests::ALL);
    let theirs = stage.script(&gus, "fine", "one_off", "function main() { return 2 }").await;
    assert_eq!(stage.run(&gus, &theirs, json!(null)).await["result"], 2, "another tenant is not delayed");
    stage.host.release();
    assert_eq!(stage.ended(&ann, &waiting).await["status"], "success");
    assert_eq!(stage.ended(&ann, &behind).await["result"], 1);
    host.stage.stop().await;
}
