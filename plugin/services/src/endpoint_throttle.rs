//! Throttles endpoints: a caller whose requests hit hard limits is rejected for a while, and the endpoint is limited to a share of the
//! workers. Other callers are not rejected.
//!
//! The store counts strikes for all nodes; throttled callers and running requests are tracked by each node for itself.

use std::{collections::HashMap, sync::Arc, time::Duration};

use iota_scripts_domain::{Clock, EndpointCaller, QuarantinePolicy, Script, ScriptId, StrikeCount, Timestamp, Version};
use parking_lot::Mutex;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::sweeping_map::SweepingMap;

/// Number of watched endpoints from which idle ones are removed.
const SWEEP_AT: usize = 1_000;
/// Maximum number of throttled callers per endpoint. Further ones are bounded by the endpoint's share.
const MAX_THROTTLED: usize = 10_000;
/// Maximum time that a request waits for a slot in the share of its endpoint.
const MAX_WAIT: Duration = Duration::from_secs(10);
/// Minimum time between two notifications of the owner about one endpoint.
const NOTIFY_INTERVAL: Duration = Duration::from_secs(60);

/// Watches the endpoints of one node.
#[expect(missing_debug_implementations, reason = "holds a trait object")]
pub struct EndpointThrottle {
    policy: QuarantinePolicy,
    share: usize,
    clock: Arc<dyn Clock>,
    watched: Mutex<SweepingMap<ScriptId, Watched>>,
}

/// An endpoint with strikes.
struct Watched {
    version: Version,
    /// When each throttled caller is served again.
    held: HashMap<EndpointCaller, Timestamp>,
    /// The latest strikes of all callers.
    strikes: Vec<Timestamp>,
    slots: Arc<Semaphore>,
    notified: Option<Timestamp>,
}

/// The consequence of a strike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Throttled {
    /// When the caller's requests are served again.
    pub(crate) until: Timestamp,
    /// Number of throttled callers of the endpoint.
    pub(crate) callers: u32,
}

impl EndpointThrottle {
    /// Creates a throttle without throttled callers. A caller is throttled after as many strikes as quarantine another script; an endpoint
    /// with that many strikes, of any callers, runs at most `share` requests at a time.
    #[must_use]
    pub fn new(policy: QuarantinePolicy, share: usize, clock: Arc<dyn Clock>) -> Self {
        Self { policy, share: share.max(1), clock, watched: Mutex::new(SweepingMap::new(SWEEP_AT)) }
    }

    /// Returns how long this endpoint rejects a caller from now on; `None` if it serves them.
    pub(crate) fn held(&self, script: &Script, caller: &EndpointCaller) -> Option<Duration> {
        let now = self.clock.now();
        let watched = self.watched.lock();
        let until =
            watched.get(&script.id()).filter(|watched| watched.version == script.version())?.held.get(caller)?;
        (*until > now).then(|| until.since(now))
    }

    /// Waits for one of the endpoint's slots for running requests; `Err` if no slot became free in time. Without strikes the number of
    /// slots is unlimited.
    pub(crate) async fn acquire_slot(&self, script: &Script) -> Result<Option<OwnedSemaphorePermit>, Busy> {
        let slots = {
            let since = self.clock.now().minus(self.policy.window);
            let watched = self.watched.lock();
            let bounded = watched.get(&script.id()).filter(|watched| {
                let recent = watched.strikes.iter().filter(|at| **at >= since).count();
                watched.version == script.version() && recent >= self.policy.strikes as usize
            });
            match bounded {
                Some(watched) => Arc::clone(&watched.slots),
                None => return Ok(None),
            }
        };
        // The semaphore is never closed.
        match timeout(MAX_WAIT, slots.acquire_owned()).await {
            Ok(Ok(slot)) => Ok(Some(slot)),
            Ok(Err(_)) | Err(_) => Err(Busy),
        }
    }

    /// Records a caller's strike, after the store has counted that caller's strikes. Returns `Some` if the caller is throttled from now on
    /// and a notification is due.
    pub(crate) fn note(
        &self,
        script: ScriptId,
        version: Version,
        caller: &EndpointCaller,
        counts: &[StrikeCount],
    ) -> Option<Throttled> {
        let now = self.clock.now();
        let mut all = self.watched.lock();
        let since = now.minus(self.policy.window);
        let is_over = |watched: &Watched| watched.strikes.last().is_none_or(|at| *at < since);
        let watched = all.entry(script, || Watched::new(version, self.share), is_over);
        if watched.version != version {
            *watched = Watched::new(version, self.share);
        }
        watched.strikes.push(now);
        let most = self.policy.strikes as usize;
        let older = watched.strikes.len().saturating_sub(most);
        watched.strikes.drain(..older);
        let times: u32 = counts.iter().map(|count| count.times).sum();
        let first = counts.iter().map(|count| count.since).min()?;
        if times < self.policy.strikes || !caller.is_known() {
            return None;
        }
        watched.held.retain(|_, until| *until > now);
        let until = first.plus(self.policy.window);
        if watched.held.len() < MAX_THROTTLED {
            watched.held.insert(caller.clone(), until);
        }
        let callers = u32::try_from(watched.held.len()).unwrap_or(u32::MAX);
        if watched.notified.is_some_and(|at| now.since(at) < NOTIFY_INTERVAL) {
            return None;
        }
        watched.notified = Some(now);
        Some(Throttled { until, callers })
    }
}

/// The endpoint already runs as many requests as its share allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Busy;

impl Watched {
    fn new(version: Version, share: usize) -> Self {
        Self {
            version,
            held: HashMap::new(),
            strikes: Vec::new(),
            slots: Arc::new(Semaphore::new(share)),
            notified: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use iota_scripts_domain::{FaultCode, ManualClock};

    use super::*;

    #[test]
    fn other_endpoints_never_end_a_caller_s_throttling() {
        let clock = Arc::new(ManualClock::new(Timestamp::from_micros(0)));
        let throttle = EndpointThrottle::new(QuarantinePolicy::default(), 1, clock.clone());
        let (worn_out, version) = (ScriptId::generate(), Version::FIRST);
        let caller = EndpointCaller::address(Some("203.0.113.7"));
        let strikes = [StrikeCount { fault: FaultCode::Timeout, times: 5, since: clock.now() }];
        assert!(throttle.note(worn_out, version, &caller, &strikes).is_some());
        for _ in 0..=2 * SWEEP_AT {
            throttle.note(ScriptId::generate(), version, &caller, &strikes);
        }
        let watched = throttle.watched.lock();
        assert!(watched.get(&worn_out).is_some_and(|watched| watched.held.contains_key(&caller)));
    }
}
