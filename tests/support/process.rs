//! What Linux says of this process and its workers: CPU time, memory, descriptors.

use std::{fs, process::id};

/// Clock ticks a second in `/proc/*/stat`: fixed in Linux's interface to programs.
const TICKS: f64 = 100.0;

/// CPU time so far of this process, its workers, and those that have ended, in seconds.
#[must_use]
pub fn cpu_seconds() -> f64 {
    let own = ticks(id(), &[11, 12, 13, 14]);
    let of_workers: f64 = workers().into_iter().map(|pid| ticks(pid, &[11, 12])).sum();
    (own + of_workers) / TICKS
}

/// The workers of this process, those too that have ended and were not waited for.
#[must_use]
pub fn workers() -> Vec<u32> {
    let pids = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = pids.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    pids.filter(|pid| fields(*pid).get(1).is_some_and(|parent| *parent == id().to_string())).collect()
}

/// Open descriptors of this process.
#[must_use]
pub fn descriptors() -> usize {
    // One of them is the look at them.
    fs::read_dir("/proc/self/fd").map_or(0, Iterator::count).saturating_sub(1)
}

/// The most memory that a process has had resident.
#[must_use]
pub fn peak_memory_mb(pid: u32) -> Option<f64> {
    megabytes(&format!("/proc/{pid}/status"), "VmHWM:")
}

/// Memory that this process has resident and shares with no file.
#[must_use]
pub fn own_memory_mb() -> f64 {
    megabytes("/proc/self/status", "RssAnon:").unwrap_or_default()
}

/// Memory of a process, with its share of what it has together with others.
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

/// The fields of `/proc/PID/stat` after the name, which may hold anything.
fn fields(pid: u32) -> Vec<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").map_or_else(Vec::new, |(_, rest)| rest.split(' ').map(str::to_owned).collect())
}
