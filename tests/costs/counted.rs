//! What this process and its workers did while something was done.

use std::{
    fs,
    io::Write as _,
    process::{Child, Command, Stdio, id},
    time::Duration,
};

use iota_scripts_tests::process::{signal, workers};
use rustix::process::Signal;
use tempfile::TempDir;
use tokio::time::sleep;

/// Of one call.
pub(crate) struct Counts {
    /// Not known where strace is not installed, or must not look.
    pub(crate) system_calls: Option<f64>,
    pub(crate) switches: f64,
}

impl Counts {
    pub(crate) fn are_within(&self, what: &str, system_calls: f64, switches: f64) {
        let seen = self.system_calls.map_or_else(|| "not counted".to_owned(), |seen| format!("{seen:.1}"));
        let switches_seen = self.switches;
        let _ = writeln!(
            std::io::stdout(),
            "{what}: system calls {seen} (at most {system_calls}), switches {switches_seen:.1} (at most {switches})"
        );
        assert!(self.system_calls.is_none_or(|seen| seen <= system_calls), "{what}: {seen} system calls");
        assert!(self.switches <= switches, "{what}: {:.1} switches", self.switches);
    }
}

/// Switches of all threads that are there before and after.
pub(crate) async fn switches_of(work: impl AsyncFnOnce()) -> f64 {
    let before = switches();
    work().await;
    switches().saturating_sub(before) as f64
}

fn switches() -> u64 {
    let of_thread = |status: String| {
        // How often a thread waited; how often it was made to is a matter of what else runs on the machine.
        let lines = status.lines().filter(|line| line.starts_with("voluntary_ctxt_switches:"));
        lines.filter_map(|line| line.split_whitespace().last()?.parse::<u64>().ok()).sum::<u64>()
    };
    let processes = workers().into_iter().chain([id()]);
    let threads = processes.flat_map(|pid| fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten());
    threads.filter_map(|thread| fs::read_to_string(thread.path().join("status")).ok()).map(of_thread).sum()
}

/// System calls of the process and its workers; none when they cannot be counted here.
pub(crate) async fn system_calls_of(work: impl AsyncFnOnce()) -> Option<f64> {
    let folder = TempDir::new().expect("a folder");
    let summary = folder.path().join("summary");
    let mut strace = Command::new("strace");
    strace.args(["-c", "-f", "-q", "-o"]).arg(&summary);
    for pid in workers().into_iter().chain([id()]) {
        strace.args(["-p", &pid.to_string()]);
    }
    may_be_traced();
    let mut strace = strace.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().ok()?;
    if !is_attached(&mut strace).await {
        let _ = strace.wait();
        return None;
    }
    work().await;
    signal(strace.id(), Signal::INT);
    let _ = tokio::task::spawn_blocking(move || strace.wait()).await;
    total(&fs::read_to_string(summary).ok()?)
}

/// Lets a child of this process look at it, where only parents may look at their children.
fn may_be_traced() {
    use rustix::process::{PTracer, set_ptracer};
    // Refused where it is not needed.
    let _ = set_ptracer(PTracer::Any);
}

/// Waits until this process has a tracer; false when strace has given up.
async fn is_attached(strace: &mut Child) -> bool {
    loop {
        if strace.try_wait().is_ok_and(|ended| ended.is_some()) {
            return false;
        }
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let tracer = status.lines().find_map(|line| line.strip_prefix("TracerPid:"));
        if tracer.is_some_and(|tracer| tracer.trim() == strace.id().to_string()) {
            return true;
        }
        sleep(Duration::from_millis(5)).await;
    }
}

/// The calls of the last line, `100.00 0.1 6 779 3 total`.
fn total(summary: &str) -> Option<f64> {
    let last = summary.lines().rfind(|line| line.ends_with("total"))?;
    last.split_whitespace().nth(3)?.parse().ok()
}
