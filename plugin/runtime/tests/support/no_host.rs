//! A host for programs that call nobody: whatever they would ask is left without an answer.

use iota_scripts_runtime::{
    host::HostPort,
    protocol::{Call, LogLine},
};

/// Hears nothing, says nothing, and never cancels.
pub(crate) struct NoHost;

impl HostPort for NoHost {
    fn call(&mut self, _: Call) {}

    fn log(&mut self, _: u64, _: LogLine) {}

    fn cancelled(&mut self, _: u64) -> bool {
        false
    }
}
