//! The worker program as shipped, seen from outside: the kernel's status of its process and of each thread.

use std::fs;

use iota_scripts_runtime::protocol::Means;

use crate::worker::{SandboxedWorker, StartMethod};

fn workers() -> [SandboxedWorker; 2] {
    StartMethod::BOTH.map(|method| {
        let mut worker = SandboxedWorker::shipped(method);
        let level = worker.level();
        for means in [Means::Descriptors, Means::Privileges, Means::Rlimits, Means::Seccomp] {
            assert!(level.in_force.contains(&means), "{method:?}: {level:?}");
        }
        worker
    })
}

fn read(process: u32, file: &str) -> String {
    fs::read_to_string(format!("/proc/{process}/{file}")).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The words after a heading in a file of lines.
fn after<'a>(text: &'a str, heading: &str) -> Vec<&'a str> {
    let line = text.lines().find_map(|line| line.strip_prefix(heading)).unwrap_or_else(|| panic!("{heading}: {text}"));
    line.split_whitespace().collect()
}

/// Field 19 of `stat`, counted after the name, which may have blanks.
fn niceness(process: u32) -> i32 {
    let stat = read(process, "stat");
    let mut fields = stat.rsplit(')').next().expect("a name").split_whitespace();
    fields.nth(16).expect("a niceness").parse().expect("a number")
}

#[test]
fn its_report_on_the_sandbox_matches_the_kernel() {
    for (method, worker) in StartMethod::BOTH.into_iter().zip(workers()) {
        let threads = fs::read_dir(format!("/proc/{}/task", worker.pid())).expect("threads");
        let threads: Vec<_> = threads.map(|thread| thread.expect("a thread").file_name()).collect();
        assert_eq!(threads.len(), 2 + usize::from(method == StartMethod::Started), "{threads:?}");
        for thread in threads {
            let status = read(worker.pid(), &format!("task/{}/status", thread.to_str().expect("a number")));
            for (heading, value) in [
                ("NoNewPrivs:", "1"),
                ("Seccomp:", "2"),
                ("Seccomp_filters:", "2"),
                ("CapPrm:", "0000000000000000"),
                ("CapEff:", "0000000000000000"),
            ] {
                assert_eq!(after(&status, heading), [value], "{heading} of {thread:?}");
            }
        }
    }
}

#[test]
fn its_limits_are_in_force() {
    for worker in workers() {
        let limits = read(worker.pid(), "limits");
        for (heading, value) in [
            ("Max cpu time", "7200"),
            ("Max file size", "0"),
            ("Max core file size", "0"),
            ("Max processes", "0"),
            ("Max open files", "3"),
            ("Max address space", "3221225472"),
        ] {
            assert_eq!(after(&limits, heading)[..2], [value, value], "{heading}");
        }
    }
}

#[test]
fn it_has_a_lower_priority_than_its_host() {
    for worker in workers() {
        assert_eq!(niceness(worker.pid()), (niceness(std::process::id()) + 5).min(19));
    }
}
