//! The calls that scripts should no longer make, and what takes their places. They go on working.
//!
//! The one table: the editor's hints and the notices of runs are made of it.

use boa_engine::{Context, JsResult};

use super::console;
use crate::{isolate::Session, protocol::LogLevel};

/// A call with a better one beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Deprecated {
    /// Its dotted name.
    pub(crate) call: &'static str,
    /// The first version of the API that has the better one.
    pub(crate) since: u32,
    /// The better one, as an author writes it.
    pub(crate) instead: &'static str,
}

/// All of them.
pub(crate) const DEPRECATED: &[Deprecated] =
    &[Deprecated { call: "utils.uuid", since: 2, instead: "crypto.randomUUID()" }];

impl Deprecated {
    /// What an author is told.
    pub(crate) fn notice(&self) -> String {
        format!("`{}` is deprecated since version {} of the API: use `{}`", self.call, self.since, self.instead)
    }
}

/// Tells the author once in a run, if the script was written for a version that has the better call.
pub(crate) fn notice(call: &str, context: &mut Context) -> JsResult<()> {
    let Some(entry) = find(call) else { return Ok(()) };
    let session = Session::of(context)?;
    let told = session.with(|run| run.api_version < entry.since || !run.noticed.insert(entry.call))?;
    if told { Ok(()) } else { console::write(LogLevel::Warn, entry.notice(), None, context) }
}

/// The entry of a call, if it has one.
pub(crate) fn find(call: &str) -> Option<&'static Deprecated> {
    DEPRECATED.iter().find(|entry| entry.call == call)
}
