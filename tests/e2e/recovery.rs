//! Recovery after a worker or the host is killed.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

use iota_scripts_tests::{
    Stage, TestDatabase, admin,
    process::{self, holders},
    tables,
};
use serde_json::{Value, json};

/// A host in a separate process, in the middle of a run that never ends.
struct DoomedHost {
    process: Child,
    output: BufReader<ChildStdout>,
    execution: String,
}

impl DoomedHost {
    fn start(database: &TestDatabase, config: &Value) -> Self {
        Self::start_with(database, config, "")
    }

    /// The same, with a script that does this first.
    fn start_with(database: &TestDatabase, config: &Value, statements: &str) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_doomed-host"))
            .args([database.url(), &config.to_string(), statements])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the host runs");
        let mut output = BufReader::new(process.stdout.take().expect("its output"));
        let execution = line(&mut output);
        Self { process, output, execution }
    }

    /// Its live workers, and their template.
    fn workers(&self) -> Vec<u32> {
        let pids = fs::read_dir("/proc").expect("/proc").flatten();
        let pids = pids.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        pids.filter(|pid| parent_of(*pid) == Some(self.process.id())).collect()
    }

    fn kill(mut self) {
        kill_hard(self.process.id());
        self.process.wait().expect("the host is reaped");
    }
}

fn line(output: &mut BufReader<ChildStdout>) -> String {
    let mut line = String::new();
    output.read_line(&mut line).expect("a line");
    line.trim().to_owned()
}

/// The parent of a live process.
fn parent_of(pid: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat.rsplit_once(") ")?.1.split(' ');
    (fields.next()? != "Z").then(|| fields.next()?.parse().ok())?
}

fn kill_hard(pid: u32) {
    let killed = Command::new("kill").args(["-9", &pid.to_string()]).status().expect("kill runs");
    assert!(killed.success());
}

#[test]
fn a_killed_worker_ends_its_run_with_a_clear_fault() {
    let database = TestDatabase::sqlite();
    let mut host = DoomedHost::start(&database, &json!({"worker": {"standing_by": 0}}));
    // One of them has the run; the other has checked its source.
    let workers: Vec<u32> = host.workers().into_iter().filter(|pid| !process::is_template(*pid)).collect();
    assert_eq!(workers.len(), 2);
    workers.into_iter().for_each(kill_hard);
    let run: Value = serde_json::from_str(&line(&mut host.output)).expect("the record of the run");
    assert_eq!((&run["status"], &run["error"]["code"]), (&json!("failed"), &json!("WORKER_DIED")), "{run:#}");
    assert!(run["error"]["message"].as_str().unwrap().contains("signal 9"), "{run:#}");
    assert_eq!(run["logs"][0]["message"], "here", "earlier lines are kept");
    assert!(host.process.wait().expect("the host ends").success());
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_of_a_killed_host_are_lost_and_no_worker_remains() {
    for database in [TestDatabase::sqlite(), TestDatabase::postgres().await] {
        let config = json!({"lease_seconds": 2});
        let host = DoomedHost::start(&database, &config);
        let (execution, workers) = (host.execution.clone(), host.workers());
        assert!(!workers.is_empty());
        host.kill();
        let gone = async {
            while workers.iter().any(|pid| parent_of(*pid).is_some()) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), gone).await.expect("the worker exits when its host is killed");

        let stage = Stage::start(database.url(), &config).await;
        let lost = stage.host.event(|event| event.data["status"] == "lost").await;
        assert_eq!(lost.data["execution_id"], json!(execution));
        let run = stage.api(&admin(), "GET", &format!("/executions/{execution}"), None).await.expect(200);
        assert_eq!((&run["status"], &run["error"]["code"]), (&json!("lost"), &json!("LOST")), "{run:#}");
        stage.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_host_leaves_no_sqlite_process_and_no_lock() {
    let endless =
        "const n = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS c FROM n';
        await db.transaction(async tx => { await tx.update('orders', {id: 1}, {note: 'never'}); await tx.query(n); });";
    for statements in ["", endless] {
        let (own, shop) = (TestDatabase::sqlite(), TestDatabase::sqlite());
        tables::create(&shop).await;
        let mut config = tables::config(shop.url());
        config["script_database"]["statement_timeout_ms"] = json!(900_000);
        let host = DoomedHost::start_with(&own, &config, statements);
        let holders = holders(shop.file());
        assert_eq!(holders.len(), 1);
        if !statements.is_empty() {
            // The write lock shows that the transaction is open, and the processor time that the statement runs.
            while iota_scripts_tests::process::cpu_seconds_of(holders[0]) < 0.1 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
        host.kill();
        let gone = async {
            while parent_of(holders[0]).is_some() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), gone).await.expect("the process exits when its host is killed");
        shop.tamper("BEGIN EXCLUSIVE; COMMIT").await;
        assert_eq!(shop.query("SELECT count(*) FROM shop_orders WHERE note = 'never'").await, ["0"]);
        assert_eq!(shop.query("PRAGMA integrity_check").await, ["ok"]);
    }
}
