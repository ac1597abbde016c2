//! The calls that scripts should no longer make, and their replacements. They go on working.
//!
//! The hints of the check and the notices of runs are made of this one table.

use std::collections::HashSet;

use boa_engine::{Context, JsResult};

use crate::{isolate::Session, language::Deprecated, protocol::LogLevel};

/// All of them.
pub(super) const DEPRECATED: &[Deprecated] =
    &[Deprecated { call: "utils.uuid", since: 2, instead: "crypto.randomUUID()" }];

/// The calls that a run was told of.
#[derive(Default)]
struct Noticed(HashSet<&'static str>);

/// Tells the author once in a run, if the script was written for a version that has the better call.
pub(super) fn notice(call: &str, context: &Context) -> JsResult<()> {
    let Some(entry) = DEPRECATED.iter().find(|entry| entry.call == call) else { return Ok(()) };
    let session = Session::of(context)?;
    let is_told = session.with(|run| run.api_version < entry.since)?
        || session.state(|noticed: &mut Noticed| !noticed.0.insert(entry.call))?;
    if is_told { Ok(()) } else { session.log(LogLevel::Warn, entry.notice(), None) }
}
