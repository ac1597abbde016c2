//! How an isolate reaches the outside of its run.
//!
//! In a worker this is the socket, in process it is channels; in tests it is a script of replies.

use std::{cell::RefCell, rc::Rc};

use crate::protocol::{Call, LogLine, Reply};

/// What a run may ask of the outside.
pub trait HostPort {
    /// Sends a call; its reply comes from [`HostPort::wait`], in any order.
    fn call(&mut self, call: Call);
    /// Passes a console line on.
    fn log(&mut self, line: LogLine);
    /// Blocks until something comes from the outside. Asked only while calls are outstanding.
    fn wait(&mut self) -> Event;
    /// Whether the run is to end; asked between steps, must not block.
    fn cancelled(&mut self) -> bool;
}

/// What comes from the outside during a run.
#[derive(Debug)]
pub enum Event {
    /// The answer to a call.
    Reply(Reply),
    /// The run is to end now.
    Cancelled,
}

/// A port that the isolate's functions share for the time of a run.
pub type Port = Rc<RefCell<dyn HostPort>>;
