//! The deprecated calls of the API and their replacements. Deprecated calls keep working.
//!
//! The hints of the check and the notices of runs use this table.

use std::collections::HashSet;

use boa_engine::{Context, JsResult};

use crate::{isolate::Session, language::Deprecated, protocol::LogLevel};

/// All deprecated calls.
pub(super) const DEPRECATED: &[Deprecated] =
    &[Deprecated { call: "utils.uuid", since: 2, instead: "crypto.randomUUID()" }];

/// The calls for which a run has got a notice.
#[derive(Default)]
struct Noticed(HashSet<&'static str>);

/// Logs a notice once per run, if the script is written for a version that has the replacement.
pub(super) fn notice(call: &str, context: &Context) -> JsResult<()> {
    let Some(entry) = DEPRECATED.iter().find(|entry| entry.call == call) else { return Ok(()) };
    let session = Session::of(context)?;
    let is_told = session.with(|run| run.api_version < entry.since)?
        || session.state(|noticed: &mut Noticed| !noticed.0.insert(entry.call))?;
    if is_told { Ok(()) } else { session.log(LogLevel::Warn, entry.notice(), None) }
}
