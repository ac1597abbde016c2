//! The timers of a run. They are not counted as host calls, but are limited.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use iota_scripts_domain::{FaultCode, JsonText};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{HostBridge, arguments, refuse};
use crate::ports::CallError;

pub(super) const METHOD: &str = "timer.wait";
/// Maximum number of waits of one run; the isolate has a lower limit.
const MAX_WAITS: u64 = 100_000;
/// Maximum number of concurrent waits; the isolate has a lower limit.
const MAX_PENDING: u64 = 1_000;

/// The timers of one run.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    waits: AtomicU64,
    pending: AtomicU64,
    ended: CancellationToken,
}

/// A pending wait, until it is dropped.
struct Pending<'a>(&'a Timers);

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        self.0.pending.fetch_sub(1, Relaxed);
    }
}

impl Timers {
    /// Ends every wait of a finished run.
    pub(crate) fn end(&self) {
        self.ended.cancel();
    }
}

/// `[milliseconds]`: answers after this time.
pub(super) async fn wait(bridge: &HostBridge, args: &JsonText) -> Result<JsonText, CallError> {
    let (wait_ms,): (u64,) = arguments(METHOD, args)?;
    let timers = &bridge.timers;
    let pending = timers.pending.fetch_add(1, Relaxed);
    let _pending = Pending(timers);
    if timers.waits.fetch_add(1, Relaxed) >= MAX_WAITS || pending >= MAX_PENDING {
        let message =
            format!("{METHOD}: the run reached its limit of {MAX_WAITS} timers, or of {MAX_PENDING} at the same time");
        return Err(refuse(FaultCode::TimerLimit.as_str(), message));
    }
    // No run lasts longer than this, so no timer fires too early.
    let wait = Duration::from_millis(wait_ms.min(bridge.scope.limits.wall_ms));
    tokio::select! {
        () = sleep(wait) => {}
        () = timers.ended.cancelled() => {}
    }
    Ok(JsonText::null())
}
