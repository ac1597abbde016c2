//! The exit codes of a worker, and the faults that they mean for the interrupted run.

use crate::{
    fault,
    protocol::{Fault, Limits},
};

/// The host closed the socket.
pub const CLOSED: i32 = 0;
/// The host uses another protocol, or the worker cannot start; the reason is on standard error.
pub const PROTOCOL: i32 = 64;
/// The run exceeded its memory limit, or the system had no memory.
pub const MEMORY: i32 = 86;

/// The run exceeded its processor time.
pub const CPU: i32 = 87;

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It exited with this code.
    Code(i32),
    /// This signal ended it.
    Signal(i32),
}

/// Returns the fault of the run in which a worker ended, unless the pool killed it.
#[must_use]
pub fn fault_of(exit: Exit, limits: &Limits) -> Fault {
    match exit {
        Exit::Code(MEMORY) => fault::over_memory(limits),
        Exit::Code(CPU) => fault::over_cpu(limits),
        Exit::Signal(libc::SIGABRT | libc::SIGSEGV | libc::SIGBUS) => {
            fault::STACK_OVERFLOW.fault("the script recursed too deeply inside the JavaScript engine")
        }
        Exit::Signal(libc::SIGSYS) => {
            fault::WORKER_DIED.fault("the worker was ended because of a system call that its sandbox forbids")
        }
        Exit::Code(code) => {
            fault::WORKER_DIED.fault(format!("the worker ended in the middle of the run with exit code {code}"))
        }
        Exit::Signal(signal) => {
            fault::WORKER_DIED.fault(format!("the worker was ended in the middle of the run by signal {signal}"))
        }
    }
}
