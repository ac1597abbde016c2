//! What of a tenant's scripts needs someone, counted over the last day.

use std::sync::Arc;
use std::time::Duration;

use iota_scripts_domain::{
    AttentionRepository, Clock, Failing, Overdue, OverdueScript, PageRequest, Permission, Script, ScriptQuery,
    ScriptRepository, Timestamp,
};

use crate::{Identity, ServiceError, authorizer::Authorizer, ports::HostGateway};

const DAY: Duration = Duration::from_secs(86_400);
/// What is due is late after so long.
const LATE: Duration = Duration::from_secs(60);
/// The most scripts of each kind.
const MOST: u32 = 100;

/// The day that is looked at: what was asked for in `from..to`. Whole seconds, so that an address can say them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// The first moment.
    pub from: Timestamp,
    /// The first moment after it; what is asked for now is before it.
    pub to: Timestamp,
}

impl Day {
    /// The day that ends now.
    #[must_use]
    pub fn until(now: Timestamp) -> Self {
        let to = Timestamp::from_micros((now.as_micros().div_euclid(1_000_000) + 1).saturating_mul(1_000_000));
        Self { from: to.minus(DAY), to }
    }
}

/// What needs someone.
#[derive(Debug, Clone, PartialEq)]
pub struct Attention {
    /// Scripts whose runs failed.
    pub failing: Vec<Failing>,
    /// Scripts that the circuit breaker has switched off.
    pub quarantined: Vec<Script>,
    /// Scripts with events that failed for good.
    pub failed_events: Vec<OverdueScript>,
    /// Scripts with times that no node was up at.
    pub missed: Vec<OverdueScript>,
    /// Scripts with something that should have begun and has not.
    pub late: Vec<OverdueScript>,
}

/// Counts what needs someone.
#[expect(missing_debug_implementations, reason = "made of trait objects")]
pub struct OverviewService {
    attention: Arc<dyn AttentionRepository>,
    scripts: Arc<dyn ScriptRepository>,
    authorizer: Authorizer,
    clock: Arc<dyn Clock>,
}

impl OverviewService {
    /// The service over its ports.
    #[must_use]
    pub fn new(
        attention: Arc<dyn AttentionRepository>,
        scripts: Arc<dyn ScriptRepository>,
        host: Arc<dyn HostGateway>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { attention, scripts, authorizer: Authorizer::new(host), clock }
    }

    /// Since when something that is due is late.
    #[must_use]
    pub fn late_before(&self) -> Timestamp {
        self.clock.now().minus(LATE)
    }

    /// What of a day needs someone, by script.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.read`, or what the host or the database says.
    pub async fn attention(&self, identity: &Identity, day: Day) -> Result<Attention, ServiceError> {
        self.authorizer.require(identity, Permission::Read).await?;
        let tenant = identity.tenant_id();
        let quarantined = ScriptQuery { quarantined: true, page: PageRequest::new(1, MOST), ..ScriptQuery::default() };
        let overdue = |what| self.attention.overdue(tenant, what, MOST);
        Ok(Attention {
            failing: self.attention.failing(tenant, day.from, day.to, MOST).await?,
            quarantined: self.scripts.list(tenant, &quarantined).await?.items,
            failed_events: overdue(Overdue::FailedEvents).await?,
            missed: overdue(Overdue::Missed { from: day.from }).await?,
            late: overdue(Overdue::Late { before: self.late_before() }).await?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_with_the_second_that_is_under_way() {
        let day = Day::until(Timestamp::parse("2026-01-31T12:00:00.25Z").unwrap());
        assert_eq!(
            (day.from.to_string(), day.to.to_string()),
            ("2026-01-30T12:00:01Z".into(), "2026-01-31T12:00:01Z".into())
        );
    }
}
