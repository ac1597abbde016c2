//! The system calls that a running script needs, and those that a worker never makes.
//!
//! If a call can do more than is needed, its arguments are checked too.

use std::collections::BTreeMap;

use libc::c_long;
use seccompiler::{BackendError, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompRule};

/// The conditions on arguments, by call number; empty for no conditions.
type Rules = BTreeMap<c_long, Vec<SeccompRule>>;

/// Calls that are allowed with any arguments.
const ALLOWED: &[c_long] = &[
    // The socket; the only other descriptors are the standard ones.
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_recvfrom,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_close,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_poll,
    libc::SYS_ppoll,
    // Memory.
    libc::SYS_brk,
    libc::SYS_madvise,
    libc::SYS_mremap,
    libc::SYS_munmap,
    // Existing threads.
    libc::SYS_futex,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_sched_yield,
    // Clocks and random numbers.
    libc::SYS_clock_gettime,
    libc::SYS_gettimeofday,
    libc::SYS_getrandom,
    // Signals of the process to itself: end of the stack, end of the processor time.
    libc::SYS_restart_syscall,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    // Exit.
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// Calls that only foreign code makes.
const DEADLY: &[c_long] = &[
    // Programs, processes, threads.
    libc::SYS_clone,
    libc::SYS_clone3,
    libc::SYS_execve,
    libc::SYS_execveat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_fork,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_vfork,
    // Other processes.
    libc::SYS_kcmp,
    libc::SYS_kill,
    libc::SYS_pidfd_getfd,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_send_signal,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_ptrace,
    // The network.
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_bind,
    libc::SYS_connect,
    libc::SYS_listen,
    libc::SYS_socket,
    libc::SYS_socketpair,
    // Powerful interfaces of the kernel.
    libc::SYS_add_key,
    libc::SYS_bpf,
    libc::SYS_io_uring_setup,
    libc::SYS_keyctl,
    libc::SYS_mount,
    libc::SYS_perf_event_open,
    libc::SYS_request_key,
    libc::SYS_setns,
    libc::SYS_unshare,
    libc::SYS_userfaultfd,
];

/// Returns the calls that end the process.
pub(super) fn deadly() -> Rules {
    any(DEADLY)
}

/// Returns the allowed calls.
pub(super) fn allowed() -> Result<Rules, BackendError> {
    let own_process = u64::from(std::process::id());
    let executable = libc::PROT_EXEC.unsigned_abs();
    let mut rules = any(ALLOWED);
    // Memory must not become executable.
    rules.insert(libc::SYS_mmap, vec![if_bits_are_unset(2, executable)?]);
    rules.insert(libc::SYS_mprotect, vec![if_bits_are_unset(2, executable)?]);
    // Only to the peer of the socket, not to an address.
    rules.insert(libc::SYS_sendto, vec![if_equal(4, SeccompCmpArgLen::Qword, 0)?]);
    // `abort` sends a signal to its own thread.
    rules.insert(libc::SYS_tgkill, vec![if_equal(0, SeccompCmpArgLen::Dword, own_process)?]);
    // The timer of processor time.
    rules.insert(libc::SYS_setitimer, vec![if_equal(0, SeccompCmpArgLen::Dword, number(libc::ITIMER_PROF))?]);
    // The standard library checks a descriptor before closing it.
    rules.insert(libc::SYS_fcntl, vec![if_equal(1, SeccompCmpArgLen::Dword, number(libc::F_GETFD))?]);
    Ok(rules)
}

fn any(calls: &[c_long]) -> Rules {
    calls.iter().map(|call| (*call, Vec::new())).collect()
}

fn number(constant: libc::c_int) -> u64 {
    u64::from(constant.unsigned_abs())
}

fn if_equal(argument: u8, width: SeccompCmpArgLen, value: u64) -> Result<SeccompRule, BackendError> {
    SeccompRule::new(vec![SeccompCondition::new(argument, width, SeccompCmpOp::Eq, value)?])
}

fn if_bits_are_unset(argument: u8, bits: u32) -> Result<SeccompRule, BackendError> {
    let unset = SeccompCmpOp::MaskedEq(u64::from(bits));
    SeccompRule::new(vec![SeccompCondition::new(argument, SeccompCmpArgLen::Dword, unset, 0)?])
}
