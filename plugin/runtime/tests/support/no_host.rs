//! A host for programs without host calls: it answers nothing.

use iota_scripts_runtime::{
    host::HostPort,
    protocol::{Call, LogLine},
};

/// Ignores calls and log lines, and never cancels.
pub(crate) struct NoHost;

impl HostPort for NoHost {
    fn call(&mut self, _: Call) {}

    fn log(&mut self, _: u64, _: LogLine) {}

    fn cancelled(&mut self, _: u64) -> bool {
        false
    }
}
