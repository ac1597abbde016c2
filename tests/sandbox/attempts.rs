//! System calls that code which broke out of the engine may try, and their results behind all walls, behind one, and behind none.

use std::{net::TcpListener, os::fd::AsRawFd as _, process::Stdio};

use iota_scripts_runtime::protocol::Means;
use rustix::{io::FdFlags, process::geteuid};

use crate::worker::{SandboxedWorker, StartMethod, Verdict, attempt, attempt_with};

const EPERM: Verdict = Verdict::Refused(libc::EPERM);
const EACCES: Verdict = Verdict::Refused(libc::EACCES);
const SIGSYS: Verdict = Verdict::Killed(libc::SIGSYS);

/// A port with a listener, a path that may be created, the test's own process.
struct Targets {
    listener: TcpListener,
    folder: tempfile::TempDir,
    host: String,
}

impl Targets {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let folder = tempfile::tempdir().expect("a folder");
        Self { listener, folder, host: std::process::id().to_string() }
    }

    fn port(&self) -> String {
        self.listener.local_addr().expect("an address").port().to_string()
    }

    fn path(&self) -> String {
        self.folder.path().join("new").to_str().expect("text").to_owned()
    }
}

#[test]
fn calls_that_a_library_might_probe_fail() {
    let targets = Targets::new();
    for words in [
        &["read-file"] as &[&str],
        &["create-file", &targets.path()],
        &["open-memory", &targets.host],
        &["raise-limits"],
        &["new-descriptor"],
        &["receive-descriptor"],
        &["map-program"],
        &["become-readable"],
    ] {
        assert_eq!(attempt("all", words), EPERM, "{words:?}");
    }
    assert!(!targets.folder.path().join("new").exists());
}

#[test]
fn calls_that_a_worker_never_needs_kill_it() {
    let targets = Targets::new();
    for words in [
        &["connect", &targets.port()] as &[&str],
        &["bind"],
        &["fork"],
        &["start-thread"],
        &["execute"],
        &["trace"],
        &["read-memory", &targets.host],
        &["signal", &targets.host],
        &["use-ring"],
    ] {
        assert_eq!(attempt("all", words), SIGSYS, "{words:?}");
    }
}

#[test]
fn without_walls_the_same_calls_succeed() {
    // Left out: calls that a system may deny to any process (rings, another process's memory), and a tracee, which its
    // host would have to reap.
    let targets = Targets::new();
    for words in [
        &["read-file"] as &[&str],
        &["create-file", &targets.path()],
        &["write-error"],
        &["connect", &targets.port()],
        &["bind"],
        &["fork"],
        &["start-thread"],
        &["execute"],
        &["signal", &targets.host],
        &["raise-limits"],
        &["new-descriptor"],
        &["receive-descriptor"],
        &["map-program"],
        &["become-readable"],
    ] {
        assert_eq!(attempt("none", words), Verdict::Worked, "{words:?}");
    }
}

#[test]
fn an_inherited_descriptor_is_closed() {
    let (read, _write) = std::io::pipe().expect("a pipe");
    // A number that the worker itself does not use.
    let careless = rustix::io::fcntl_dupfd_cloexec(&read, 100).expect("a descriptor");
    rustix::io::fcntl_setfd(&careless, FdFlags::empty()).expect("inherited from now on");
    let number = careless.as_raw_fd().to_string();
    let words = ["use-descriptor", &number];
    assert_eq!(attempt("none", &words), Verdict::Worked, "it is inherited");
    for walls in ["all", "descriptors", "old"] {
        assert_eq!(attempt(walls, &words), Verdict::Refused(libc::EBADF), "{walls}");
    }
}

#[test]
fn a_worker_has_only_its_own_socket() {
    for walls in ["all", "descriptors", "none"] {
        assert_eq!(attempt(walls, &["find-socket"]), Verdict::Refused(libc::EBADF), "{walls}");
    }
}

#[test]
fn landlock_alone_keeps_a_worker_from_every_path() {
    let targets = Targets::new();
    let level = SandboxedWorker::behind(StartMethod::Started, "landlock").level();
    if !level.in_force.contains(&Means::Landlock) {
        assert!(level.lacks.iter().any(|lack| lack.means == Means::Landlock), "{level:?}");
        return;
    }
    assert_eq!(attempt("landlock", &["read-file"]), EACCES);
    assert_eq!(attempt("landlock", &["create-file", &targets.path()]), EACCES);
    assert_eq!(attempt("landlock", &["open-memory", &targets.host]), EACCES);
    if level.lacks.iter().all(|lack| lack.means != Means::Landlock) {
        assert_eq!(attempt("landlock", &["connect", &targets.port()]), EACCES);
        assert_eq!(attempt("landlock", &["bind"]), EACCES);
        assert_eq!(attempt("landlock", &["signal", &targets.host]), EPERM);
    }
}

#[test]
fn limits_hold_without_the_filter() {
    let walls = "privileges,rlimits";
    assert_eq!(attempt(walls, &["raise-limits"]), EPERM);
    assert_eq!(attempt(walls, &["new-descriptor"]), Verdict::Refused(libc::EMFILE));
    let file = || Stdio::from(tempfile::tempfile().expect("a file"));
    assert_eq!(attempt_with(walls, &["write-error"], file), Verdict::Killed(libc::SIGXFSZ));
    // The superuser has no limit of processes.
    if !geteuid().is_root() {
        assert_eq!(attempt(walls, &["fork"]), Verdict::Refused(libc::EAGAIN));
    }
}

#[test]
fn workers_cannot_read_memory_even_without_the_filter() {
    let mut other = SandboxedWorker::behind(StartMethod::Copied, "all");
    other.level();
    assert_eq!(attempt("privileges", &["read-memory", &other.pid().to_string()]), EPERM);
}
