//! Time as a value and as a port. Only [`SystemClock`] reads the operating system's clock.

use std::fmt;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::UserId;

/// A point in time: microseconds since 1970-01-01T00:00:00Z. The range is that of RFC 3339, the years 1 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(i64);

/// The text is not a timestamp.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a date and time such as 2025-01-31T09:00:00Z ({0})")]
pub struct InvalidTimestamp(#[source] chrono::ParseError);

impl Timestamp {
    /// 0001-01-01T00:00:00Z
    pub const MIN: Self = Self(-62_135_596_800_000_000);
    /// 9999-12-31T23:59:59.999999Z
    pub const MAX: Self = Self(253_402_300_799_999_999);

    /// Creates a timestamp from microseconds since 1970-01-01T00:00:00Z. A value out of range becomes the nearest end of the range.
    ///
    /// ```
    /// use iota_scripts_domain::Timestamp;
    /// assert_eq!(Timestamp::from_micros(1_500_000).to_string(), "1970-01-01T00:00:01.500Z");
    /// ```
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        if micros < Self::MIN.0 {
            Self::MIN
        } else if micros > Self::MAX.0 {
            Self::MAX
        } else {
            Self(micros)
        }
    }

    /// Returns the microseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Parses RFC 3339 with any offset. Fractions finer than a microsecond are truncated.
    ///
    /// # Errors
    /// [`InvalidTimestamp`], with the reason in English.
    pub fn parse(text: &str) -> Result<Self, InvalidTimestamp> {
        let time = DateTime::parse_from_rfc3339(text).map_err(InvalidTimestamp)?;
        Ok(time.with_timezone(&Utc).into())
    }

    /// Adds a duration. The result is at most [`Timestamp::MAX`].
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self::from_micros(self.0.saturating_add(micros(duration)))
    }

    /// Subtracts a duration. The result is at least [`Timestamp::MIN`].
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self::from_micros(self.0.saturating_sub(micros(duration)))
    }

    /// Returns the time elapsed since `earlier`, or zero if `earlier` is later than `self`.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Converts to chrono's type.
    #[must_use]
    pub fn to_utc(self) -> DateTime<Utc> {
        // chrono's range includes the range of this type, so the fallback is never used.
        DateTime::from_timestamp_micros(self.0).unwrap_or(DateTime::UNIX_EPOCH)
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(time: DateTime<Utc>) -> Self {
        Self::from_micros(time.timestamp_micros())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_utc().to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// The user who did something, and the time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Time of the action.
    pub at: Timestamp,
    /// User who acted.
    pub by: UserId,
}

/// A reading of a monotonic clock: the time since a fixed point in the life of this process. All measurements (durations, rates, quotas,
/// the age of entries in memory) use it. A [`Timestamp`] is used only for times that people or other nodes read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Monotonic(Duration);

impl Monotonic {
    /// Creates a reading from the time since the start.
    #[must_use]
    pub const fn after_start(since_start: Duration) -> Self {
        Self(since_start)
    }

    /// Returns the time since the start.
    #[must_use]
    pub const fn since_start(self) -> Duration {
        self.0
    }

    /// Adds a duration.
    #[must_use]
    pub const fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration))
    }

    /// Returns the time elapsed since `earlier`, or zero if `earlier` is later than `self`.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

/// A source of the current time.
pub trait Clock: Send + Sync + fmt::Debug {
    /// Returns the wall-clock time. An administrator may set this clock forward or back.
    fn now(&self) -> Timestamp;

    /// Returns the time of a clock that runs at a constant rate and cannot be set.
    fn monotonic(&self) -> Monotonic;
}

/// The operating system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that all other code uses")]
    fn now(&self) -> Timestamp {
        Utc::now().into()
    }

    fn monotonic(&self) -> Monotonic {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        // The first call initializes `START`, so `START` must be read before the elapsed time.
        let start = *START;
        Monotonic(start.elapsed())
    }
}

/// A clock for tests, which moves only when told to.
#[derive(Debug)]
pub struct ManualClock {
    wall: AtomicI64,
    /// Microseconds since the start.
    passed: AtomicU64,
}

impl ManualClock {
    /// Creates a clock that shows `now`.
    #[must_use]
    pub const fn new(now: Timestamp) -> Self {
        Self { wall: AtomicI64::new(now.as_micros()), passed: AtomicU64::new(0) }
    }

    /// Lets time pass: moves both clocks forward.
    pub fn advance(&self, duration: Duration) {
        self.set_forward(duration);
        self.passed.fetch_add(micros(duration).unsigned_abs(), Ordering::SeqCst);
    }

    /// Sets the wall clock forward. The monotonic clock does not change.
    pub fn set_forward(&self, by: Duration) {
        self.wall.fetch_add(micros(by), Ordering::SeqCst);
    }

    /// Sets the wall clock back. The monotonic clock does not change.
    pub fn set_back(&self, by: Duration) {
        self.wall.fetch_sub(micros(by), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.wall.load(Ordering::SeqCst))
    }

    fn monotonic(&self) -> Monotonic {
        Monotonic(Duration::from_micros(self.passed.load(Ordering::SeqCst)))
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ends_of_the_range_round_trip_as_text() {
        for end in [Timestamp::MIN, Timestamp::MAX] {
            assert_eq!(Timestamp::parse(&end.to_string()), Ok(end));
        }
        assert_eq!(Timestamp::from_micros(i64::MAX), Timestamp::MAX);
        assert_eq!(Timestamp::MAX.plus(Duration::MAX), Timestamp::MAX);
    }

    #[test]
    fn a_manual_clock_moves_only_when_told() {
        let clock = ManualClock::new(Timestamp::from_micros(0));
        assert_eq!(clock.now(), clock.now());
        clock.advance(Duration::from_secs(2));
        assert_eq!(clock.now().since(Timestamp::from_micros(0)), Duration::from_secs(2));
        assert_eq!(clock.monotonic().since_start(), Duration::from_secs(2));
    }

    #[test]
    fn setting_the_wall_clock_leaves_the_monotonic_clock_alone() {
        let clock = ManualClock::new(Timestamp::from_micros(0));
        let before = clock.monotonic();
        clock.set_forward(Duration::from_secs(60));
        clock.set_back(Duration::from_secs(180));
        assert_eq!(clock.now(), Timestamp::from_micros(-120_000_000));
        assert_eq!(clock.monotonic(), before);
    }

    #[test]
    fn system_monotonic_clock_advances() {
        let before = SystemClock.monotonic();
        while SystemClock.monotonic() == before {}
        assert!(SystemClock.monotonic() > before);
    }

    proptest! {
        #[test]
        fn every_timestamp_round_trips_as_json(micros in Timestamp::MIN.0..=Timestamp::MAX.0) {
            let moment = Timestamp::from_micros(micros);
            let json = serde_json::to_string(&moment).unwrap();
            prop_assert_eq!(serde_json::from_str::<Timestamp>(&json).unwrap(), moment);
        }
    }
}
