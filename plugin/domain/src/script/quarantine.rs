//! The circuit breaker: which failed runs count as strikes against a script, how many strikes lead to quarantine, and the reason stored
//! with a script in quarantine.
//!
//! Strikes of endpoint requests count against the caller instead: the caller is rejected for some time, and the endpoint stays active for
//! others. The store counts strikes, so that the counts of all nodes add up. Deactivation is a transition of the script.

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{Change, EndpointCaller, Version};
use crate::{Execution, ExecutionId, FaultCode, FaultKind, RepositoryError, ScriptId, TenantId, Timestamp};

/// When strikes lead to quarantine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuarantinePolicy {
    /// Number of strikes that deactivates a script; default 5, 0 for never.
    pub strikes: u32,
    /// Period in which strikes count; default 10 minutes.
    pub window: Duration,
}

/// Five strikes in ten minutes.
impl Default for QuarantinePolicy {
    fn default() -> Self {
        Self { strikes: 5, window: Duration::from_secs(600) }
    }
}

/// A run that ended at a hard limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strike {
    /// The run.
    pub execution: ExecutionId,
    /// The tenant.
    pub tenant: TenantId,
    /// The script.
    pub script: ScriptId,
    /// Version that ran. A new version starts without strikes.
    pub version: Version,
    /// Fault of the run.
    pub fault: FaultCode,
    /// Time at which the run ended.
    pub at: Timestamp,
    /// Caller, if the run was an endpoint request. Such a strike counts against the caller and never deactivates the script.
    pub caller: Option<EndpointCaller>,
}

impl Strike {
    /// Returns the strike of a run, if it is one: the run hit a limit of time, memory or stack, or killed its worker. A trial is not a
    /// strike, nor is a run that never got a worker, nor one that timed out because its caller allowed less than the script's timeout,
    /// `own_ms`.
    #[must_use]
    pub fn of(run: &Execution, own_ms: u64) -> Option<Self> {
        let (fault, receipt) = (run.fault()?, run.record()?.receipt?);
        let hard = match fault.kind() {
            FaultKind::Timeout => receipt.wall_ms.allowed >= own_ms || fault.code != FaultCode::Timeout,
            FaultKind::Memory | FaultKind::Stack | FaultKind::Internal => true,
            FaultKind::Compile | FaultKind::User | FaultKind::Cancelled | FaultKind::Lost | FaultKind::Service => false,
        };
        let ran = receipt.wall_ms.used.is_some_and(|ms| ms > 0);
        (hard && ran && !run.is_trial()).then(|| Self {
            execution: run.id(),
            tenant: run.tenant().clone(),
            script: run.script().id,
            version: run.script().version,
            fault: fault.code,
            at: run.finished_at().unwrap_or(run.head().created_at),
            caller: None,
        })
    }
}

/// The strikes with one fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StrikeCount {
    /// Fault.
    pub fault: FaultCode,
    /// Number of strikes.
    pub times: u32,
    /// Time of the first of them.
    pub since: Timestamp,
}

/// The strikes of one caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallerStrikes {
    /// Caller.
    pub caller: EndpointCaller,
    /// Number of strikes.
    pub times: u32,
    /// Time of the first of them.
    pub since: Timestamp,
}

/// Stores strikes while they count.
#[async_trait]
pub trait StrikeRepository: Send + Sync {
    /// Records a strike, once for each run, and removes the script's strikes before `since`. Returns the strikes since then of the same
    /// version and the same caller (or of none) by fault, most frequent first. Records nothing, and returns an empty list, if the script
    /// has been deleted, changed or deactivated in the meantime.
    ///
    /// # Errors
    /// Only errors of the store.
    async fn note(&self, strike: &Strike, since: Timestamp) -> Result<Vec<StrikeCount>, RepositoryError>;

    /// Returns the callers of a version of an endpoint with strikes since `since`, most strikes first; at most 100.
    ///
    /// # Errors
    /// Only errors of the store.
    async fn callers(
        &self,
        tenant: &TenantId,
        script: ScriptId,
        version: Version,
        since: Timestamp,
    ) -> Result<Vec<CallerStrikes>, RepositoryError>;
}

/// The reason for a quarantine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quarantine {
    /// Most frequent fault of the strikes.
    pub fault: FaultCode,
    /// Number of strikes, of all faults.
    pub times: u32,
    /// Time of the first strike.
    pub since: Timestamp,
    /// Start of the quarantine.
    pub at: Timestamp,
}

impl Quarantine {
    /// Returns the reason for a quarantine if there are too many strikes.
    #[must_use]
    pub fn of(strikes: &[StrikeCount], policy: QuarantinePolicy, now: Timestamp) -> Option<Self> {
        let times = strikes.iter().map(|count| count.times).sum();
        let (most, since) = (strikes.first()?, strikes.iter().map(|count| count.since).min()?);
        let too_many = policy.strikes > 0 && times >= policy.strikes;
        too_many.then_some(Self { fault: most.fault, times, since, at: now })
    }

    /// Converts to a change, for the list of versions.
    pub(super) const fn change(&self) -> Change {
        Change::Quarantined { fault: self.fault, times: self.times, since: self.since }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::execution::fixture::{ended, running};
    use crate::{Fault, Limits, NewExecution, Outcome, Receipt, RunRecord};

    const SECOND: i64 = 1_000_000;

    fn strike(fault: FaultCode) -> Option<Strike> {
        Strike::of(&ended(fault, 30_000), 30_000)
    }

    fn count(fault: FaultCode, times: u32, seconds: i64) -> StrikeCount {
        StrikeCount { fault, times, since: Timestamp::from_micros(seconds * SECOND) }
    }

    #[test]
    fn only_hard_limits_count_as_strikes() {
        for code in FaultCode::ALL {
            let counts = matches!(
                code,
                FaultCode::Timeout
                    | FaultCode::CpuLimit
                    | FaultCode::LoopLimit
                    | FaultCode::MemoryLimit
                    | FaultCode::StackOverflow
                    | FaultCode::WorkerDied
                    | FaultCode::Internal
            );
            assert_eq!(strike(*code).map(|strike| strike.fault), counts.then_some(*code), "{code}");
        }
    }

    #[test]
    fn a_callers_short_timeout_is_no_strike_but_cpu_time_is() {
        let is_strike = |fault| Strike::of(&ended(fault, 100), 30_000).is_some();
        assert!(!is_strike(FaultCode::Timeout));
        assert!(is_strike(FaultCode::CpuLimit));
    }

    #[test]
    fn a_dry_run_is_not_a_strike() {
        let run = ended(FaultCode::CpuLimit, 30_000);
        let head = NewExecution { dry_run: true, ..run.head().clone() };
        assert_eq!(Strike::of(&Execution::stored(head, run.state().clone()), 30_000), None);
    }

    #[test]
    fn a_run_that_never_got_a_worker_is_not_a_strike() {
        let fault = Fault::new(FaultCode::WorkerDied, "no process for the script");
        let record = RunRecord {
            receipt: Some(Receipt::allowing(&Limits::default())),
            ..RunRecord::new(Outcome::of_fault(fault))
        };
        let run = running().finish(record, Timestamp::from_micros(SECOND)).unwrap();
        assert_eq!(Strike::of(&run, 30_000), None);
    }

    #[test]
    fn strikes_of_all_faults_add_up() {
        let policy = QuarantinePolicy::default();
        let now = Timestamp::from_micros(900 * SECOND);
        let strikes = [count(FaultCode::MemoryLimit, 3, 500), count(FaultCode::Timeout, 2, 400)];
        let quarantine = Quarantine::of(&strikes, policy, now).unwrap();
        assert_eq!(
            (quarantine.fault, quarantine.times, quarantine.since, quarantine.at),
            (FaultCode::MemoryLimit, 5, Timestamp::from_micros(400 * SECOND), now)
        );
        assert_eq!(Quarantine::of(&strikes[..1], policy, now), None);
        assert_eq!(Quarantine::of(&[], policy, now), None);
        assert_eq!(Quarantine::of(&strikes, QuarantinePolicy { strikes: 0, ..policy }, now), None);
    }
}
