//! The port through which an isolate reaches the host.
//!
//! Workers implement it with the socket, in-process pools with channels, tests with prepared replies. Replies do not pass through
//! the port: the owner of the isolate passes them to it.

use std::{cell::RefCell, rc::Rc};

use crate::protocol::{Call, LogLine};

/// The requests of runs to the host.
pub trait HostPort {
    /// Sends a call. Its reply is passed to [`Isolate::reply`](crate::isolate::Isolate::reply); replies can arrive in any order.
    fn call(&mut self, call: Call);
    /// Sends a console line of a run.
    fn log(&mut self, run: u64, line: LogLine);
    /// Returns whether the run was cancelled; called during steps, must not block.
    fn cancelled(&mut self, run: u64) -> bool;
}

/// A port shared by the functions of an isolate.
pub type Port = Rc<RefCell<dyn HostPort>>;
