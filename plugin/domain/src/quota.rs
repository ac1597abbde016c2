//! What a tenant may use: runs a minute, processor seconds an hour, runs at the same time, bytes of history.
//!
//! Pure arithmetic over one tenant; whoever counts, and how long, is a service. Measured by a clock that nobody sets: one that is
//! set back would refuse every run until it has caught up.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{LimitRange, Monotonic};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
/// When to try again after too many runs at the same time: nobody knows when one of them ends.
const NEXT_END: Duration = Duration::from_secs(1);

macro_rules! quotas {
    ($($(#[doc = $doc:literal])+ $variant:ident, $field:ident, $what:literal: $min:expr, $default:expr, $max:expr;)+) => {
        /// What is counted.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Quota { $($(#[doc = $doc])+ $variant,)+ }

        impl Quota {
            /// As in the configuration and in metrics.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => stringify!($field),)+ }
            }

            /// What is counted, for people.
            const fn what(self) -> &'static str {
                match self { $(Self::$variant => $what,)+ }
            }
        }

        /// How much a tenant may use.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct QuotaPolicy { $($(#[doc = $doc])+ pub $field: u64,)+ }

        impl QuotaPolicy {
            /// The name of each quota and its range.
            pub const TABLE: &[(&'static str, LimitRange)] =
                &[$((stringify!($field), LimitRange { min: $min, default: $default, max: $max }),)+];

            /// The same with another figure for one quota, by its name in the table.
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
    /// Runs that start in a minute, all of which may start at once.
    RunsPerMinute, runs_per_minute, "runs per minute": 1, 600_000, 100_000_000;
    /// Seconds of processor time in an hour, all of which may be used at once.
    CpuSecondsPerHour, cpu_seconds_per_hour, "seconds of CPU time per hour": 1, 3_600, 10_000_000;
    /// Runs at the same time, those that wait for a worker among them.
    ConcurrentRuns, concurrent_runs, "concurrent runs": 1, 2_000, 1_000_000;
    /// Bytes of inputs, results and logs of runs that are kept. Beyond it runs go on, and only the beginnings of these are kept.
    HistoryBytes, history_bytes, "bytes of run history": 0, 1 << 30, 1 << 50;
}

/// A tenant has used what it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the tenant reached its quota of {limit} {}", .quota.what())]
pub struct QuotaExceeded {
    /// Of what.
    pub quota: Quota,
    /// How much it may.
    pub limit: u64,
    /// When it may be worth another try.
    pub retry_after: Duration,
}

/// What a tenant uses. Each of the two rates is the moment at which everything used so far is paid off: it moves on with every use,
/// and too far ahead of now is too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TenantUse {
    running: u64,
    runs_paid: Monotonic,
    cpu_paid: Monotonic,
}

impl TenantUse {
    /// A tenant that has used nothing.
    #[must_use]
    pub const fn none(now: Monotonic) -> Self {
        Self { running: 0, runs_paid: now, cpu_paid: now }
    }

    /// Counts a run that is to start, if it may.
    ///
    /// # Errors
    /// The quota that is used up; nothing is counted then.
    pub fn begin(&mut self, policy: &QuotaPolicy, now: Monotonic) -> Result<(), QuotaExceeded> {
        let exceeded = |quota, limit, retry_after| Err(QuotaExceeded { quota, limit, retry_after });
        if self.running >= policy.concurrent_runs {
            return exceeded(Quota::ConcurrentRuns, policy.concurrent_runs, NEXT_END);
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

    /// Counts what a run has used that has ended.
    pub fn end(&mut self, cpu_us: u64, policy: &QuotaPolicy, now: Monotonic) {
        self.running = self.running.saturating_sub(1);
        let spent = share(HOUR, cpu_us, policy.cpu_seconds_per_hour.saturating_mul(1_000_000));
        self.cpu_paid = self.cpu_paid.max(now).plus(spent);
    }

    /// Whether forgetting the tenant changes nothing.
    #[must_use]
    pub fn is_over(&self, now: Monotonic) -> bool {
        self.running == 0 && self.runs_paid <= now && self.cpu_paid <= now
    }
}

/// The part of a period that `used` of `limit` stands for.
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
    fn a_minute_s_runs_may_start_at_once_and_then_one_a_second() {
        let mut tenant = TenantUse::none(START);
        for _ in 0..60 {
            assert_eq!(tenant.begin(&policy(), START), Ok(()));
        }
        let refused = tenant.begin(&policy(), START).unwrap_err();
        assert_eq!((refused.quota, refused.retry_after), (Quota::RunsPerMinute, Duration::from_secs(1)));
        assert_eq!(refused.to_string(), "the tenant reached its quota of 60 runs per minute");
        assert_eq!(tenant.begin(&policy(), after(1)), Ok(()));
        assert!(tenant.begin(&policy(), after(1)).is_err());
    }

    #[test]
    fn processor_time_is_counted_when_it_is_known_and_paid_off_over_the_hour() {
        let mut tenant = TenantUse::none(START);
        tenant.begin(&policy(), START).unwrap();
        tenant.end(61_000_000, &policy(), START);
        let refused = tenant.begin(&policy(), START).unwrap_err();
        assert_eq!((refused.quota, refused.retry_after), (Quota::CpuSecondsPerHour, Duration::from_secs(60)));
        assert_eq!(tenant.begin(&policy(), after(60)), Ok(()));
    }

    #[test]
    fn a_run_that_ends_makes_room_for_the_next() {
        let policy = QuotaPolicy { concurrent_runs: 1, ..policy() };
        let mut tenant = TenantUse::none(START);
        tenant.begin(&policy, START).unwrap();
        assert_eq!(tenant.begin(&policy, START).unwrap_err().quota, Quota::ConcurrentRuns);
        tenant.end(0, &policy, START);
        assert_eq!(tenant.begin(&policy, START), Ok(()));
    }

    #[test]
    fn a_refused_run_uses_nothing_up() {
        let policy = QuotaPolicy { concurrent_runs: 1, ..policy() };
        let mut tenant = TenantUse::none(START);
        tenant.begin(&policy, START).unwrap();
        let before = tenant;
        assert!(tenant.begin(&policy, START).is_err());
        assert_eq!(tenant, before);
    }

    #[test]
    fn a_tenant_is_over_when_nothing_runs_and_all_is_paid_off() {
        let mut tenant = TenantUse::none(START);
        assert!(tenant.is_over(START));
        tenant.begin(&policy(), START).unwrap();
        assert!(!tenant.is_over(after(5)));
        tenant.end(0, &policy(), after(5));
        assert!(tenant.is_over(after(5)));
    }

    #[test]
    fn every_default_lies_within_its_range_and_is_found_by_its_name() {
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
