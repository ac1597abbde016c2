//! Resources of this process and its workers, from `/proc`: CPU time, memory, descriptors.

use std::{
    env, fs, io,
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Command, id},
};

use rustix::process::{Pid, Signal, kill_process};

/// Clock ticks a second in `/proc/*/stat`: a constant of Linux's user-space interface.
const TICKS: f64 = 100.0;

/// CPU time so far of this process, its workers, and those that have ended, in seconds.
#[must_use]
pub fn cpu_seconds() -> f64 {
    let own = ticks(id(), &[11, 12, 13, 14]);
    let of_workers: f64 = workers().into_iter().map(|pid| ticks(pid, &[11, 12])).sum();
    (own + of_workers) / TICKS
}

/// CPU time so far of one process, in seconds.
#[must_use]
pub fn cpu_seconds_of(pid: u32) -> f64 {
    ticks(pid, &[11, 12]) / TICKS
}

/// The process name of the workers' template.
const TEMPLATE: &str = "iota-template";

/// The workers of this process, including zombies.
#[must_use]
pub fn workers() -> Vec<u32> {
    children().into_iter().filter(|pid| !is_template(*pid)).collect()
}

/// The processes that workers of this process are copied from.
#[must_use]
pub fn templates() -> Vec<u32> {
    children().into_iter().filter(|pid| is_template(*pid)).collect()
}

/// Whether a process is a template of workers.
#[must_use]
pub fn is_template(pid: u32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|name| name.trim() == TEMPLATE)
}

/// Whether a process was started by this path of its program, or copied from one that was.
#[must_use]
pub fn was_started_as(pid: u32, program: &Path) -> bool {
    let command = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    command.split(|byte| *byte == 0).next() == Some(program.as_os_str().as_encoded_bytes())
}

fn children() -> Vec<u32> {
    let pids = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = pids.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    pids.filter(|pid| fields(*pid).get(1).is_some_and(|parent| *parent == id().to_string())).collect()
}

/// Processes of other programs that have a file open. A child of this process that is just being started counts as this program.
#[must_use]
pub fn holders(file: &Path) -> Vec<u32> {
    let program = |pid: u32| fs::read_link(format!("/proc/{pid}/exe")).ok();
    let pids = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = pids
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter(|pid| program(*pid) != program(id()));
    let holds = |pid: &u32| {
        let open = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
        open.into_iter().any(|link| fs::read_link(link.path()).is_ok_and(|target| target == file))
    };
    pids.filter(holds).collect()
}

/// Sends a signal to a process.
///
/// # Panics
/// If there is no process with this id.
pub fn signal(pid: u32, signal: Signal) {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).expect("the number of a process");
    kill_process(pid, signal).expect("the process is there");
}

/// Whether a process exists, including a zombie.
#[must_use]
pub fn is_there(pid: u32) -> bool {
    !fields(pid).is_empty()
}

/// Open descriptors of this process.
#[must_use]
pub fn descriptors() -> usize {
    // One of them is opened by this call.
    fs::read_dir("/proc/self/fd").map_or(0, Iterator::count).saturating_sub(1)
}

/// Peak resident memory of a process.
#[must_use]
pub fn peak_memory_mb(pid: u32) -> Option<f64> {
    megabytes(&format!("/proc/{pid}/status"), "VmHWM:")
}

/// Resident private memory of this process, without freed memory that the allocator retains.
#[must_use]
pub fn own_memory_mb() -> f64 {
    trim_allocator();
    megabytes("/proc/self/status", "RssAnon:").unwrap_or_default()
}

#[cfg(target_env = "gnu")]
#[expect(unsafe_code, reason = "a bare call of the system's allocator")]
fn trim_allocator() {
    // SAFETY: the call accepts any number, and touches only free memory of the allocator, under the allocator's locks.
    unsafe { libc::malloc_trim(0) };
}

#[cfg(not(target_env = "gnu"))]
fn trim_allocator() {}

/// Restarts the program with one allocator arena for all threads, unless the number is already set. The system's allocator retains more
/// memory with every arena that a thread once filled, which for a long time looks like a leak.
///
/// # Errors
/// If the program cannot be restarted.
pub fn use_one_arena() -> io::Result<()> {
    const ARENAS: &str = "MALLOC_ARENA_MAX";
    if env::var_os(ARENAS).is_some() {
        return Ok(());
    }
    Err(Command::new(env::current_exe()?).args(env::args_os().skip(1)).env(ARENAS, "1").exec())
}

/// Memory of a process, with its share of memory shared with others.
#[must_use]
pub fn proportional_memory_mb(pid: u32) -> Option<f64> {
    megabytes(&format!("/proc/{pid}/smaps_rollup"), "Pss:")
}

fn megabytes(file: &str, name: &str) -> Option<f64> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kilobytes / 1024.0)
}

fn ticks(pid: u32, columns: &[usize]) -> f64 {
    let fields = fields(pid);
    columns.iter().filter_map(|column| fields.get(*column)?.parse::<f64>().ok()).sum()
}

/// The fields of `/proc/PID/stat` after the name, which may contain any character.
fn fields(pid: u32) -> Vec<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").map_or_else(Vec::new, |(_, rest)| rest.split(' ').map(str::to_owned).collect())
}
