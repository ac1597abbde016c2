//! One node: a process, its API over HTTP, and optionally a shifted clock.

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, ensure};
use iota_scripts_domain::{Clock as _, SystemClock, Timestamp};
use iota_scripts_tests::{process::signal, target_folder};
use reqwest::Client;
use rustix::process::Signal;
use serde_json::{Value, json};
use tokio::{task::spawn_blocking, time::timeout};

/// Debian's package `faketime`.
const FAKETIME: [&str; 2] =
    ["/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1", "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"];

const TIMEOUT: Duration = Duration::from_secs(10);

/// Options to start a node with.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) config: Value,
    pub(crate) clock: Option<Clock>,
    /// Size in megabytes of a private file system mounted over the folder; `None` mounts nothing.
    pub(crate) small_disk: Option<(PathBuf, u32)>,
}

/// A wall clock shifted by the offset in the file. Monotonic clocks are not affected.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    library: &'static str,
    file: PathBuf,
}

impl Clock {
    /// Creates a clock that is wrong by the given seconds; `None` if the library for it is not installed.
    pub(crate) fn shifted(seconds: i64, file: PathBuf) -> anyhow::Result<Option<Self>> {
        let library = FAKETIME.into_iter().find(|library| Path::new(library).exists());
        let Some(clock) = library.map(|library| Self { library, file }) else { return Ok(None) };
        clock.set(seconds)?;
        Ok(Some(clock))
    }

    /// Changes the offset; it takes effect within a second.
    pub(crate) fn set(&self, seconds: i64) -> anyhow::Result<()> {
        // Replaced atomically: a concurrent reader must not find an empty file.
        let fresh = self.file.with_extension("new");
        fs::write(&fresh, format!("{seconds:+}\n"))?;
        Ok(fs::rename(fresh, &self.file)?)
    }

    fn give(&self, command: &mut Command) {
        command.env("LD_PRELOAD", self.library).env("FAKETIME_TIMESTAMP_FILE", &self.file);
        command.env("FAKETIME_CACHE_DURATION", "1");
        // The library's old and new environment variables.
        command.env("DONT_FAKE_MONOTONIC", "1").env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    }
}

/// A running node. It is killed on drop.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) name: String,
    process: Child,
    base: String,
    client: Client,
}

impl Node {
    /// Starts the node and waits until it serves.
    pub(crate) async fn start(plan: &Plan, name: String, folder: &Path, client: Client) -> anyhow::Result<Self> {
        let program = target_folder().join("chaos-node");
        let mut command = match &plan.small_disk {
            None => Command::new(program),
            // Visible to this process only, and unmounted when the process ends, however it ends.
            Some((mount, megabytes)) => {
                let script = format!("mount -t tmpfs -o size={megabytes}m chaos \"$0\" && exec \"$@\"");
                let mut command = Command::new("unshare");
                command.args(["--mount", "sh", "-c", &script]).arg(mount).arg(program);
                command
            }
        };
        let mut config = plan.config.clone();
        config["instance_id"] = json!(name);
        let log = folder.join(format!("{name}.log"));
        let errors = File::options().create(true).append(true).open(&log)?;
        command.arg(config.to_string()).arg(folder.join("effects")).arg(&log);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(errors);
        if let Some(clock) = &plan.clock {
            clock.give(&mut command);
        }
        // Started from this thread, which lives as long as the program: the node dies with the thread.
        let mut process = command.spawn().context("a node starts")?;
        let output = process.stdout.take().context("its output")?;
        let mut node = Self { name, process, base: String::new(), client };
        let first_line = spawn_blocking(move || {
            let mut line = String::new();
            BufReader::new(output).read_line(&mut line).map(|_| line)
        });
        let line = timeout(3 * TIMEOUT, first_line).await.context("a node did not start in time")???;
        let port: u16 = line.trim().parse().with_context(|| format!("a node did not start: {}", log.display()))?;
        node.base = format!("http://127.0.0.1:{port}");
        Ok(node)
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Kills the node by SIGKILL, which cannot be handled.
    pub(crate) fn strike(&self) {
        signal(self.id(), Signal::KILL);
    }

    /// Suspends the node until it is resumed.
    pub(crate) fn suspend(&self) {
        signal(self.id(), Signal::STOP);
    }

    pub(crate) fn resume(&self) {
        signal(self.id(), Signal::CONT);
    }

    /// Sends a request to the JSON API; returns the status and the response.
    pub(crate) async fn api(
        &self,
        tenant: &str,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<(u16, Value)> {
        let url = format!("{}/scripts/api/v1{path}", self.base);
        let mut request = self.client.request(method.parse()?, url).header("tenant", tenant).timeout(TIMEOUT);
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await?;
        let status = answer.status().as_u16();
        Ok((status, answer.json().await.unwrap_or_default()))
    }

    /// Sends a request to an endpoint; returns the id of the run that answered it.
    pub(crate) async fn endpoint(&self, tenant: &str, path: &str) -> anyhow::Result<Option<String>> {
        let url = format!("{}/api/scripts/{path}", self.base);
        let answer = self.client.post(url).header("tenant", tenant).timeout(TIMEOUT).send().await?;
        let run = answer.headers().get("x-execution-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
        Ok(run.filter(|_| answer.status().is_success()))
    }

    /// Publishes an event; it is on record when this returns.
    pub(crate) async fn deliver(&self, event: &Value) -> anyhow::Result<()> {
        let answer = self.client.post(format!("{}/event", self.base)).json(event).timeout(TIMEOUT).send().await?;
        ensure!(answer.status().is_success(), "the event was refused");
        Ok(())
    }

    /// Creates a script and returns its id.
    pub(crate) async fn script(&self, tenant: &str, script: &Value) -> anyhow::Result<String> {
        let (status, answer) = self.api(tenant, "POST", "/scripts", Some(script)).await?;
        ensure!(status == 201, "a script was refused with {status}: {answer}");
        answer["id"].as_str().map(str::to_owned).context("the id of the script")
    }

    /// Requests a later run and returns the id of its occurrence.
    pub(crate) async fn later(&self, tenant: &str, script: &str, delay: Duration) -> anyhow::Result<String> {
        self.later_at(tenant, script, SystemClock.now().plus(delay)).await
    }

    /// Requests a run at the given time and returns the id of its occurrence.
    pub(crate) async fn later_at(&self, tenant: &str, script: &str, at: Timestamp) -> anyhow::Result<String> {
        let body = json!({"at": at.to_string()});
        let (status, answer) = self.api(tenant, "POST", &format!("/scripts/{script}/run"), Some(&body)).await?;
        ensure!(status == 202, "a later run was refused with {status}: {answer}");
        answer["occurrence"]["id"].as_str().map(str::to_owned).context("the id of the occurrence")
    }

    /// Runs a script immediately; returns the status of the run, or the HTTP status of the rejection.
    pub(crate) async fn run(&self, tenant: &str, script: &str) -> anyhow::Result<String> {
        let (status, answer) = self.api(tenant, "POST", &format!("/scripts/{script}/run"), Some(&json!({}))).await?;
        if status != 202 {
            return Ok(status.to_string());
        }
        let id = answer["execution_id"].as_str().context("the id of the run")?;
        let ended = async {
            loop {
                let (_, run) = self.api(tenant, "GET", &format!("/executions/{id}"), None).await?;
                match run["status"].as_str() {
                    Some("pending" | "running") | None => tokio::time::sleep(Duration::from_millis(20)).await,
                    Some(status) => return anyhow::Ok(status.to_owned()),
                }
            }
        };
        timeout(TIMEOUT, ended).await?
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
