//! Quotas of a tenant: runs per minute, CPU seconds per hour, concurrent runs, bytes of history.
//!
//! Pure arithmetic for one tenant; a service keeps the state of all tenants. Time is monotonic: if it were wall-clock time, setting the
//! clock back would block every run until the clock caught up.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{LimitRange, Monotonic};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
/// Retry delay if too many runs are in flight. The time at which one of them ends is unknown.
const CONCURRENCY_RETRY: Duration = Duration::from_secs(1);

macro_rules! quotas {
    ($($(#[doc = $doc:literal])+ $variant:ident, $field:ident, $what:literal: $min:expr, $default:expr, $max:expr;)+) => {
        /// A quota.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Quota { $($(#[doc = $doc])+ $variant,)+ }

        impl Quota {
            /// Returns the name in the configuration and in metrics.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => stringify!($field),)+ }
            }

            /// Returns the unit for messages.
            const fn what(self) -> &'static str {
                match self { $(Self::$variant => $what,)+ }
            }
        }

        /// The quotas of a tenant.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct QuotaPolicy { $($(#[doc = $doc])+ pub $field: u64,)+ }

        impl QuotaPolicy {
            /// Name and range of each quota.
            pub const TABLE: &[(&'static str, LimitRange)] =
                &[$((stringify!($field), LimitRange { min: $min, default: $default, max: $max }),)+];

            /// Replaces one quota, by its name in the table.
            #[must_use]
            pub fn with(self, name: &str, figure: u64) -> Self {
                match name { $(stringify!($field) => Self { $field: figure, ..self },)+ _ => self }
            }
        }

        impl Default for QuotaPolicy {
            fn default() -> Self {
                Self { $($field: $default,)+ }
            }
        }
    };
}

quotas! {
    /// Runs per minute. All of them may start at once.
    RunsPerMinute, runs_per_minute, "runs per minute": 1, 600_000, 100_000_000;
    /// CPU seconds per hour. All of them may be used at once.
    CpuSecondsPerHour, cpu_seconds_per_hour, "seconds of CPU time per hour": 1, 3_600, 10_000_000;
    /// Concurrent runs, including those that wait for a worker.
    ConcurrentRuns, concurrent_runs, "concurrent runs": 1, 2_000, 1_000_000;
    /// Bytes of inputs, results and logs in the run history. Beyond it scripts still run, but their inputs, results and logs are truncated.
    HistoryBytes, history_bytes, "bytes of run history": 0, 1 << 30, 1 << 50;
}

/// A tenant reached a quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the tenant reached its quota of {limit} {}", .quota.what())]
pub struct QuotaExceeded {
    /// The quota.
    pub quota: Quota,
    /// Value of the quota.
    pub limit: u64,
    /// Time after which a retry may succeed.
    pub retry_after: Duration,
}

/// The current usage of a tenant. For each of the two rates it keeps the time at which all usage so far will be paid off. Each use moves
/// that time forward; a quota is exceeded when it is too far in the future.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TenantUsage {
    running: u64,
    runs_paid: Monotonic,
    cpu_paid: Monotonic,
}

impl TenantUsage {
    /// Creates the usage of a tenant that has used nothing.
    #[must_use]
    pub const fn none(now: Monotonic) -> Self {
        Self { running: 0, runs_paid: now, cpu_paid: now }
    }

    /// Counts a run that is about to start, if the quotas allow it.
    ///
    /// # Errors
    /// The exceeded quota. Nothing is counted then.
    pub fn begin(&mut self, policy: &QuotaPolicy, now: Monotonic) -> Result<(), QuotaExceeded> {
        let exceeded = |quota, limit, retry_after| Err(QuotaExceeded { quota, limit, retry_after });
        if self.running >= policy.concurrent_runs {
            return exceeded(Quota::ConcurrentRuns, policy.concurrent_runs, CONCURRENCY_RETRY);
        }
        let cpu_ahead = self.cpu_paid.since(now);
        if cpu_ahead > HOUR {
            return exceeded(Quota::CpuSecondsPerHour, policy.cpu_seconds_per_hour, cpu_ahead - HOUR);
        }
        let runs_paid = self.runs_paid.max(now).plus(share(MINUTE, 1, policy.runs_per_minute));
        let runs_ahead = runs_paid.since(now);
        if runs_ahead > MINUTE {
            return exceeded(Quota::RunsPerMinute, policy.runs_per_minute, runs_ahead - MINUTE);
        }
        self.runs_paid = runs_paid;
        self.running += 1;
        Ok(())
    }

    /// Counts the end of a run and its CPU time in microseconds.
    pub fn end(&mut self, cpu_us: u64, policy: &QuotaPolicy, now: Monotonic) {
        self.running = self.running.saturating_sub(1);
        let spent = share(HOUR, cpu_us, policy.cpu_seconds_per_hour.saturating_mul(1_000_000));
        self.cpu_paid = self.cpu_paid.max(now).plus(spent);
    }

    /// Returns whether the usage equals that of a new tenant, so that it can be dropped.
    #[must_use]
    pub fn is_over(&self, now: Monotonic) -> bool {
        self.running == 0 && self.runs_paid <= now && self.cpu_paid <= now
    }
}

/// Returns the share of a period that corresponds to `used` of `limit`.
fn share(period: Duration, used: u64, limit: u64) -> Duration {
    let micros = period.as_micros() * u128::from(used) / u128::from(limit.max(1));
    Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Monotonic = Monotonic::after_start(Duration::from_secs(1_000));

    fn policy() -> QuotaPolicy {
        QuotaPolicy { runs_per_minute: 60, cpu_seconds_per_hour: 60, concurrent_runs: 100, history_bytes: 0 }
    }

    fn after(seconds: u64) -> Monotonic {
        START.plus(Duration::from_secs(seconds))
    }

    #[test]
    fn a_minutes_runs_may_start_at_once_then_one_per_second() {
        let mut tenant = TenantUsage::none(START);
        for _ in 0..60 {
            assert_eq!(tenant.begin(&policy(), START), Ok(()));
        }
        let exceeded = tenant.begin(&policy(), START).unwrap_err();
        assert_eq!((exceeded.quota, exceeded.retry_after), (Quota::RunsPerMinute, Duration::from_secs(1)));
        assert_eq!(exceeded.to_string(), "the tenant reached its quota of 60 runs per minute");
        assert_eq!(tenant.begin(&policy(), after(1)), Ok(()));
        assert!(tenant.begin(&policy(), after(1)).is_err());
    }

    #[test]
    fn cpu_time_counts_at_the_end_of_a_run_and_is_paid_off() {
        let mut tenant = TenantUsage::none(START);
        tenant.begin(&policy(), START).unwrap();
        tenant.end(61_000_000, &policy(), START);
        let exceeded = tenant.begin(&policy(), START).unwrap_err();
        assert_eq!((exceeded.quota, exceeded.retry_after), (Quota::CpuSecondsPerHour, Duration::from_secs(60)));
        assert_eq!(tenant.begin(&policy(), after(60)), Ok(()));
    }

    #[test]
    fn a_run_that_ends_makes_room_for_the_next() {
        let policy = QuotaPolicy { concurrent_runs: 1, ..policy() };
        let mut tenant = TenantUsage::none(START);
        tenant.begin(&policy, START).unwrap();
        assert_eq!(tenant.begin(&policy, START).unwrap_err().quota, Quota::ConcurrentRuns);
        tenant.end(0, &policy, START);
        assert_eq!(tenant.begin(&policy, START), Ok(()));
    }

    #[test]
    fn a_rejected_run_counts_nothing() {
        let policy = QuotaPolicy { concurrent_runs: 1, ..policy() };
        let mut tenant = TenantUsage::none(START);
        tenant.begin(&policy, START).unwrap();
        let before = tenant;
        assert!(tenant.begin(&policy, START).is_err());
        assert_eq!(tenant, before);
    }

    #[test]
    fn a_tenant_is_idle_when_nothing_runs_and_all_is_paid_off() {
        let mut tenant = TenantUsage::none(START);
        assert!(tenant.is_over(START));
        tenant.begin(&policy(), START).unwrap();
        assert!(!tenant.is_over(after(5)));
        tenant.end(0, &policy(), after(5));
        assert!(tenant.is_over(after(5)));
    }

    #[test]
    fn every_default_is_in_range_and_found_by_name() {
        let named = QuotaPolicy::TABLE.iter().fold(
            QuotaPolicy { runs_per_minute: 0, cpu_seconds_per_hour: 0, concurrent_runs: 0, history_bytes: 0 },
            |policy, (name, range)| {
                assert!(range.min <= range.default && range.default <= range.max, "{name}");
                policy.with(name, range.default)
            },
        );
        assert_eq!(named, QuotaPolicy::default());
    }
}
