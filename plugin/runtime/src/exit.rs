//! How a worker ends, and what that says about the run that it was in.

use crate::{
    fault,
    protocol::{Fault, Limits},
};

/// The socket was closed; nobody is left to work for.
pub const CLOSED: i32 = 0;
/// The other side does not speak this protocol, or the worker cannot start; the reason is on standard error.
pub const PROTOCOL: i32 = 64;
/// The run went over its memory, or the system gave none.
pub const MEMORY: i32 = 86;

/// The run went over its processor time.
pub const CPU: i32 = 87;

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It exited by itself with this code.
    Code(i32),
    /// This signal ended it.
    Signal(i32),
}

/// The fault of the run that a worker died in, when nobody killed it on purpose.
#[must_use]
pub fn fault_of(exit: Exit, limits: &Limits) -> Fault {
    match exit {
        Exit::Code(MEMORY) => fault::over_memory(limits),
        Exit::Code(CPU) => fault::over_cpu(limits),
        Exit::Signal(libc::SIGABRT | libc::SIGSEGV | libc::SIGBUS) => {
            fault::STACK_OVERFLOW.fault("the script recursed too deep inside of the JavaScript engine")
        }
        Exit::Signal(libc::SIGSYS) => {
            fault::WORKER_DIED.fault("the worker was ended for a system call that its sandbox forbids")
        }
        Exit::Code(code) => {
            fault::WORKER_DIED.fault(format!("the worker ended in the middle of the run with exit code {code}"))
        }
        Exit::Signal(signal) => {
            fault::WORKER_DIED.fault(format!("the worker was ended in the middle of the run by signal {signal}"))
        }
    }
}
