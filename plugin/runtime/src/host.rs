//! How an isolate reaches the outside of its runs.
//!
//! In a worker this is the socket, in process it is channels; in tests it is a script of replies. Replies do not come
//! through here: whoever owns the isolate hands them to it.

use std::{cell::RefCell, rc::Rc};

use crate::protocol::{Call, LogLine};

/// What a run may ask of the outside.
pub trait HostPort {
    /// Sends a call; its reply comes to [`Isolate::reply`](crate::isolate::Isolate::reply), in any order.
    fn call(&mut self, call: Call);
    /// Passes a console line of a run on.
    fn log(&mut self, run: u64, line: LogLine);
    /// Whether the run is to end; asked between steps, must not block.
    fn cancelled(&mut self, run: u64) -> bool;
}

/// A port that the isolate's functions share.
pub type Port = Rc<RefCell<dyn HostPort>>;
