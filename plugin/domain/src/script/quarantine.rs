//! The circuit breaker: which ends of runs count against a script, how many are too many, and the reason that stays on a script
//! that was switched off for them.
//!
//! What callers of endpoints do counts against the callers: they are held back, and nothing is switched off for the others.
//! Counting is a store's, so that it holds for several nodes; switching off is the script's own transition.

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{Change, EndpointCaller, Version};
use crate::{Execution, ExecutionId, FaultCode, FaultKind, RepositoryError, ScriptId, TenantId, Timestamp};

/// How many strikes in how long are too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuarantinePolicy {
    /// With so many a script is switched off; 0 for never.
    pub strikes: u32,
    /// Strikes that are older do not count.
    pub window: Duration,
}

/// Five in ten minutes.
impl Default for QuarantinePolicy {
    fn default() -> Self {
        Self { strikes: 5, window: Duration::from_secs(600) }
    }
}

/// The end of a run at a hard limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strike {
    /// The run.
    pub execution: ExecutionId,
    /// Whose it is.
    pub tenant: TenantId,
    /// What ran.
    pub script: ScriptId,
    /// The version that ran: what an author has changed since begins anew.
    pub version: Version,
    /// What it ran into.
    pub fault: FaultCode,
    /// When it ended.
    pub at: Timestamp,
    /// Whose request it was, of a run of an endpoint that was called. Such a strike counts against the caller, and switches nothing off.
    pub caller: Option<EndpointCaller>,
}

impl Strike {
    /// The strike that the end of a run is, if it is one: it hit a limit of time, memory or stack, or killed its worker. Not one
    /// are a trial, a run that never got a worker, and a run that was late because its caller gave it less
    /// than the `own_ms` of its script.
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

/// Strikes of one fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StrikeCount {
    /// What they ran into.
    pub fault: FaultCode,
    /// How many.
    pub times: u32,
    /// The first of them.
    pub since: Timestamp,
}

/// Strikes of one caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallerStrikes {
    /// Who.
    pub caller: EndpointCaller,
    /// How many.
    pub times: u32,
    /// The first of them.
    pub since: Timestamp,
}

/// Keeps strikes for as long as they count.
#[async_trait]
pub trait StrikeRepository: Send + Sync {
    /// Notes a strike, once for each run, and forgets the script's strikes before `since`; those since then of the version and of the same
    /// caller, or of none, by fault, the most frequent first. None when the script is gone, changed or switched off by now: then nothing
    /// is noted.
    ///
    /// # Errors
    /// Only those of the store.
    async fn note(&self, strike: &Strike, since: Timestamp) -> Result<Vec<StrikeCount>, RepositoryError>;

    /// The callers of a version of an endpoint that have strikes since then, those with the most first; at most 100.
    ///
    /// # Errors
    /// Only those of the store.
    async fn callers(
        &self,
        tenant: &TenantId,
        script: ScriptId,
        version: Version,
        since: Timestamp,
    ) -> Result<Vec<CallerStrikes>, RepositoryError>;
}

/// Why a script was switched off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quarantine {
    /// What its runs ran into, most of them.
    pub fault: FaultCode,
    /// How many did, with every such fault.
    pub times: u32,
    /// When the first of them ended.
    pub since: Timestamp,
    /// When it was switched off.
    pub at: Timestamp,
}

impl Quarantine {
    /// The reason to switch a script off, if its strikes are too many.
    #[must_use]
    pub fn of(strikes: &[StrikeCount], policy: QuarantinePolicy, now: Timestamp) -> Option<Self> {
        let times = strikes.iter().map(|count| count.times).sum();
        let (most, since) = (strikes.first()?, strikes.iter().map(|count| count.since).min()?);
        let too_many = policy.strikes > 0 && times >= policy.strikes;
        too_many.then_some(Self { fault: most.fault, times, since, at: now })
    }

    /// As a change, for the list of versions.
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
    fn hard_limits_count_and_what_is_no_script_s_fault_does_not() {
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
    fn a_caller_in_a_hurry_is_no_strike_but_processor_time_is() {
        let hurried = |fault| Strike::of(&ended(fault, 100), 30_000).is_some();
        assert!(!hurried(FaultCode::Timeout));
        assert!(hurried(FaultCode::CpuLimit));
    }

    #[test]
    fn a_dry_run_is_no_strike() {
        let run = ended(FaultCode::CpuLimit, 30_000);
        let head = NewExecution { dry_run: true, ..run.head().clone() };
        assert_eq!(Strike::of(&Execution::stored(head, run.state().clone()), 30_000), None);
    }

    #[test]
    fn a_run_that_never_got_a_worker_is_no_strike() {
        let fault = Fault::new(FaultCode::WorkerDied, "no process for the script");
        let record = RunRecord {
            receipt: Some(Receipt::allowing(&Limits::default())),
            ..RunRecord::new(Outcome::of_fault(fault))
        };
        let run = running().finish(record, Timestamp::from_micros(SECOND)).unwrap();
        assert_eq!(Strike::of(&run, 30_000), None);
    }

    #[test]
    fn strikes_of_every_fault_count_together_and_the_most_frequent_is_named() {
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
