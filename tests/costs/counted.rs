//! Counts system calls and context switches of this process and its workers, from the kernel's counters.

use std::{fs, io::Write as _, path::Path, process::id};

use iota_scripts_tests::process::workers;

/// Counts for one call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counts {
    /// System calls that read or write files, pipes and events; those for network sockets and for waiting are not
    /// included.
    pub(crate) transfers: f64,
    /// Voluntary context switches.
    pub(crate) switches: f64,
}

impl Counts {
    pub(crate) fn are_within(&self, what: &str, most: Self) {
        let _ = writeln!(
            std::io::stdout(),
            "{what}: reads and writes {:.1} (at most {}), switches {:.1} (at most {})",
            self.transfers,
            most.transfers,
            self.switches,
            most.switches
        );
        assert!(self.transfers <= most.transfers, "{what}: {:.1} reads and writes", self.transfers);
        assert!(self.switches <= most.switches, "{what}: {:.1} switches", self.switches);
    }
}

/// Counts for each of the given number of calls. A thread is counted if it exists before and after.
pub(crate) async fn of(calls: usize, work: impl AsyncFnOnce()) -> Counts {
    let (transfers, switches) = now();
    work().await;
    let (transfers_after, switches_after) = now();
    let each = |before: u64, after: u64| after.saturating_sub(before) as f64 / calls as f64;
    Counts { transfers: each(transfers, transfers_after), switches: each(switches, switches_after) }
}

fn now() -> (u64, u64) {
    let processes = workers().into_iter().chain([id()]);
    let threads = processes.flat_map(|pid| fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten());
    let of_thread = |path: &Path| {
        let transfers = figures(&path.join("io"), &["syscr:", "syscw:"]);
        // Involuntary switches depend on the other load of the machine.
        (transfers, figures(&path.join("status"), &["voluntary_ctxt_switches:"]))
    };
    threads.map(|thread| of_thread(&thread.path())).fold((0, 0), |all, thread| (all.0 + thread.0, all.1 + thread.1))
}

/// The sum of these lines; 0 for a thread that has ended.
fn figures(file: &Path, names: &[&str]) -> u64 {
    let text = fs::read_to_string(file).unwrap_or_default();
    let named = text.lines().filter(|line| names.iter().any(|name| line.starts_with(name)));
    named.filter_map(|line| line.split_whitespace().last()?.parse::<u64>().ok()).sum()
}
