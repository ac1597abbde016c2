//! `iota-scripts start` against a running application: the example ERP in a separate process.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use iota_scripts_tests::{http_client, target_folder};
use serde_json::{Value, json};

/// The ERP; it ends with the test.
pub(crate) struct Erp {
    process: Child,
    pub(crate) url: String,
    folder: tempfile::TempDir,
}

impl Erp {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (process, url) = Self::spawn(folder.path());
        Self { process, url, folder }
    }

    /// Kills it with SIGKILL, and starts it again on the same data.
    pub(crate) fn kill_and_start_again(&mut self) {
        self.process.kill().expect("killed");
        self.process.wait().expect("reaped");
        (self.process, self.url) = Self::spawn(self.folder.path());
    }

    fn spawn(folder: &Path) -> (Child, String) {
        let database = format!("sqlite://{}", folder.join("erp.db").display());
        let mut process = Command::new(target_folder().join("erp-host"))
            .args(["--listen", "127.0.0.1:0", "--database-url", &database])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the ERP starts");
        let output = BufReader::new(process.stdout.take().expect("its output"));
        let address =
            output.lines().map_while(Result::ok).find_map(|line| Some(line.split_once("http://")?.1.to_owned()));
        let url = format!("http://{}", address.expect("the ERP prints its address").trim());
        (process, url)
    }

    async fn script(&self, name: &str, content: &str) {
        let script = json!({"name": name, "type": "one_off", "content": content});
        let request = http_client().post(format!("{}/scripts/api/v1/scripts", self.url));
        let answer = request.bearer_auth("acme-admin").json(&script).send().await.expect("an answer");
        assert_eq!(answer.status(), 201);
    }

    fn command(&self, script: &str, more: &[&str]) -> Command {
        let mut command = Command::new(target_folder().join("iota-scripts"));
        command.args(["start", script, "--url", &self.url]).args(more).env("IOTA_SCRIPTS_TOKEN", "acme-admin");
        command
    }

    async fn run(&self, script: &str, more: &[&str]) -> Output {
        let mut command = self.command(script, more);
        tokio::task::spawn_blocking(move || command.output().expect("the command runs")).await.expect("no panic")
    }
}

impl Drop for Erp {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cli_starts_follows_and_cancels_a_run() {
    let erp = Erp::start();
    erp.script("Sum", "function main(input) { console.warn('adding'); return input.a + input.b; }").await;
    erp.script("Broken", "function main() { throw new Error('no stock'); }").await;
    erp.script("Endless", "async function main() { console.log('begun'); for (;;) await storage.get('x'); }").await;

    let done = erp.run("Sum", &["--input", r#"{"a": 20, "b": 22}"#, "--json"]).await;
    let document: Value = serde_json::from_slice(&done.stdout).expect("one JSON document");
    assert_eq!((done.status.code(), &document["result"]), (Some(0), &json!(42)));
    assert_eq!(document["logs"][0]["message"], "adding");

    let failed = erp.run("Broken", &[]).await;
    assert_eq!(failed.status.code(), Some(1));
    assert!(text(&failed.stdout).contains("SCRIPT_ERROR (user): no stock"), "{}", text(&failed.stdout));

    let unknown = erp.run("Nothing", &[]).await;
    assert_eq!(unknown.status.code(), Some(2));
    assert_eq!(text(&unknown.stderr), "iota-scripts: script \"Nothing\" not found\n");

    let mut watched = erp.command("Endless", &[]);
    let mut watched = watched.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the command runs");
    let mut output = BufReader::new(watched.stdout.take().expect("its output")).lines();
    let first = output.next().expect("a line").expect("text");
    assert!(first.ends_with("begun"), "{first}");
    let interrupt = Command::new("kill").args(["-INT", &watched.id().to_string()]).status();
    assert!(interrupt.expect("kill runs").success());
    let rest: Vec<String> = output.map_while(Result::ok).collect();
    assert!(rest.iter().any(|line| line.contains("CANCELLED")), "{rest:?}");
    assert_eq!(watched.wait().expect("an end").code(), Some(1));
}

#[test]
fn a_file_is_checked_without_running_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let check = |name: &str, source: &str, more: &[&str]| {
        let file = folder.path().join(name);
        std::fs::write(&file, source).expect("a file");
        let mut command = Command::new(target_folder().join("iota-scripts"));
        command.arg("check").arg(&file).args(more).output().expect("the command runs")
    };
    let good = check("good.ts", "const a: number = 1;\nasync function main() { await storage.set('a', a); }", &[]);
    assert_eq!((good.status.code(), text(&good.stdout).as_str()), (Some(0), ""), "{}", text(&good.stderr));
    let warned = check("warned.js", "async function main() { storage.set('a', 1); }", &["--type", "endpoint"]);
    let output = text(&warned.stdout);
    assert_eq!(warned.status.code(), Some(0), "{output}");
    assert!(output.contains("warning AWAIT_MISSING") && output.contains("warned.js:1:25"), "{output}");
    assert!(output.contains("warning ENTRY_POINT_MISSING") && output.contains("`handleRequest`"), "{output}");
    let bad = check("bad.js", "let a = ;", &["--json"]);
    let found: Value = serde_json::from_slice(&bad.stdout).expect("JSON");
    assert_eq!(bad.status.code(), Some(1));
    assert_eq!(found["files"][0]["diagnostics"][0]["code"], "COMPILE_ERROR", "{found:#}");
    assert_eq!(check("x.js", "", &["--type", "mistake"]).status.code(), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_json_option_errors_are_json_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("fine.js");
    std::fs::write(&file, "function main() { return 1 }").expect("a file");
    let file = file.to_str().expect("a path");
    let nowhere = folder.path().join("nowhere.js");
    let nowhere = nowhere.to_str().expect("a path");
    let start = ["start", "Nothing", "--token", "t", "--json", "--url"];
    for (arguments, expected) in [
        (vec!["run", nowhere, "--json"], "cannot read"),
        (vec!["run", file, "--json", "--lib", nowhere], "nowhere.js"),
        (vec!["run", file, "--json", "--input", "{no"], "it is not valid JSON"),
        (vec!["run", file, "--json", "--timeout", "0"], "--timeout"),
        (vec!["run", "--json"], "required arguments"),
        (vec!["check", nowhere, "--json"], "cannot read"),
        (vec!["check", file, "--json", "--type", "mistake"], "mistake"),
        (vec!["info", nowhere, "--json"], "nowhere.js"),
        ([&start[..], &["http://127.0.0.1:1"]].concat(), "does not answer"),
        ([&start[..], &["nothing"]].concat(), "--url"),
    ] {
        let mut command = Command::new(target_folder().join("iota-scripts"));
        command.args(&arguments);
        let done =
            tokio::task::spawn_blocking(move || command.output().expect("the command runs")).await.expect("no panic");
        assert_eq!(done.status.code(), Some(2), "{arguments:?}: {}", text(&done.stderr));
        let document: Value = serde_json::from_slice(&done.stdout)
            .unwrap_or_else(|error| panic!("{arguments:?}: {error}: {:?}", text(&done.stdout)));
        let message = document["error"]["message"].as_str().expect("a message");
        assert!(message.contains(expected), "{arguments:?}: {message}");
        assert!(!text(&done.stderr).is_empty(), "{arguments:?}: the error is also printed for people");
    }
}
