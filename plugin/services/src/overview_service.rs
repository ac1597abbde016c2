//! Finds the scripts of a tenant that need attention, counted over the last day.

use std::sync::Arc;
use std::time::Duration;

use iota_scripts_domain::{
    AttentionRepository, Clock, Failing, Overdue, OverdueScript, PageRequest, Permission, Script, ScriptQuery,
    ScriptRepository, Timestamp,
};

use crate::{Identity, ServiceError, authorizer::Authorizer, ports::HostGateway};

const DAY: Duration = Duration::from_secs(86_400);
/// Age at which a due occurrence counts as late.
const LATE_AFTER: Duration = Duration::from_secs(60);
/// Maximum number of scripts of each kind.
const MAX_SCRIPTS: u32 = 100;

/// The period to look at: runs and occurrences requested in `from..to`. Whole seconds, so that a URL can contain them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// The start, inclusive.
    pub from: Timestamp,
    /// The end, exclusive; the current time is before it.
    pub to: Timestamp,
}

impl Day {
    /// Returns the day that ends now.
    #[must_use]
    pub fn until(now: Timestamp) -> Self {
        let to = Timestamp::from_micros((now.as_micros().div_euclid(1_000_000) + 1).saturating_mul(1_000_000));
        Self { from: to.minus(DAY), to }
    }
}

/// Scripts that need attention.
#[derive(Debug, Clone, PartialEq)]
pub struct Attention {
    /// Scripts whose runs failed.
    pub failing: Vec<Failing>,
    /// Scripts that the circuit breaker has switched off.
    pub quarantined: Vec<Script>,
    /// Scripts with dead letters.
    pub failed_events: Vec<OverdueScript>,
    /// Scripts with scheduled times that were missed because no node was running.
    pub missed: Vec<OverdueScript>,
    /// Scripts with overdue occurrences.
    pub late: Vec<OverdueScript>,
}

/// Counts the scripts that need attention.
#[expect(missing_debug_implementations, reason = "made of trait objects")]
pub struct OverviewService {
    attention: Arc<dyn AttentionRepository>,
    scripts: Arc<dyn ScriptRepository>,
    authorizer: Authorizer,
    clock: Arc<dyn Clock>,
}

impl OverviewService {
    /// Creates the service from its ports.
    #[must_use]
    pub fn new(
        attention: Arc<dyn AttentionRepository>,
        scripts: Arc<dyn ScriptRepository>,
        host: Arc<dyn HostGateway>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { attention, scripts, authorizer: Authorizer::new(host), clock }
    }

    /// Returns the time before which a due occurrence counts as late.
    #[must_use]
    pub fn late_before(&self) -> Timestamp {
        self.clock.now().minus(LATE_AFTER)
    }

    /// Returns the scripts that need attention on a day.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.read`, or an error from the host or the database.
    pub async fn attention(&self, identity: &Identity, day: Day) -> Result<Attention, ServiceError> {
        self.authorizer.require(identity, Permission::Read).await?;
        let tenant = identity.tenant_id();
        let quarantined =
            ScriptQuery { quarantined: true, page: PageRequest::new(1, MAX_SCRIPTS), ..ScriptQuery::default() };
        let overdue = |what| self.attention.overdue(tenant, what, MAX_SCRIPTS);
        Ok(Attention {
            failing: self.attention.failing(tenant, day.from, day.to, MAX_SCRIPTS).await?,
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
    fn a_day_includes_the_current_second() {
        let day = Day::until(Timestamp::parse("2026-01-31T12:00:00.25Z").unwrap());
        assert_eq!(
            (day.from.to_string(), day.to.to_string()),
            ("2026-01-30T12:00:01Z".into(), "2026-01-31T12:00:01Z".into())
        );
    }
}
