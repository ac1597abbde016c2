//! Which system calls a running script needs, and which nobody in a worker ever makes.
//!
//! Where a call is good for more than is needed, its arguments are looked at as well.

use std::collections::BTreeMap;

use libc::c_long;
use seccompiler::{BackendError, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompRule};

/// By number of the call, what its arguments must be like; empty for any.
type Rules = BTreeMap<c_long, Vec<SeccompRule>>;

/// Whatever the arguments.
const FREE: &[c_long] = &[
    // The socket; there is no other descriptor to read or to write but the standard ones.
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
    // Threads that are there.
    libc::SYS_futex,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_sched_yield,
    // Clocks and chance.
    libc::SYS_clock_gettime,
    libc::SYS_gettimeofday,
    libc::SYS_getrandom,
    // Signals to oneself: the end of the stack, the end of the time.
    libc::SYS_restart_syscall,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    // The end.
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// What only code does that is not ours.
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
    // The kernel's wide doors.
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

/// The calls that end the process.
pub(super) fn deadly() -> Rules {
    any(DEADLY)
}

/// The calls that pass.
pub(super) fn allowed() -> Result<Rules, BackendError> {
    let own_process = u64::from(std::process::id());
    let executable = libc::PROT_EXEC.unsigned_abs();
    let mut rules = any(FREE);
    // No memory becomes a program.
    rules.insert(libc::SYS_mmap, vec![if_bits_are_unset(2, executable)?]);
    rules.insert(libc::SYS_mprotect, vec![if_bits_are_unset(2, executable)?]);
    // To the other end of the socket, and to no address.
    rules.insert(libc::SYS_sendto, vec![if_equal(4, SeccompCmpArgLen::Qword, 0)?]);
    // `abort` signals the thread that it is in.
    rules.insert(libc::SYS_tgkill, vec![if_equal(0, SeccompCmpArgLen::Dword, own_process)?]);
    // The timer of processor time.
    rules.insert(libc::SYS_setitimer, vec![if_equal(0, SeccompCmpArgLen::Dword, number(libc::ITIMER_PROF))?]);
    // What the standard library asks of a descriptor that it is about to close.
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
