//! Time as a value and as a port: nobody but [`SystemClock`] asks the operating system what time it is.

use std::fmt;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::UserId;

/// A moment: microseconds since 1970-01-01T00:00:00Z, within the years 1 to 9999, which RFC 3339 can write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(i64);

/// A text that is not a moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a date and time such as 2025-01-31T09:00:00Z ({0})")]
pub struct InvalidTimestamp(#[source] chrono::ParseError);

impl Timestamp {
    /// 0001-01-01T00:00:00Z
    pub const MIN: Self = Self(-62_135_596_800_000_000);
    /// 9999-12-31T23:59:59.999999Z
    pub const MAX: Self = Self(253_402_300_799_999_999);

    /// A moment by its microseconds; beyond the range, the nearest end of it.
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

    /// Microseconds since 1970.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Reads RFC 3339, with any offset. Fractions finer than a microsecond are cut.
    ///
    /// # Errors
    /// [`InvalidTimestamp`], with the reason in English.
    pub fn parse(text: &str) -> Result<Self, InvalidTimestamp> {
        let time = DateTime::parse_from_rfc3339(text).map_err(InvalidTimestamp)?;
        Ok(time.with_timezone(&Utc).into())
    }

    /// This much later, at most [`Timestamp::MAX`].
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self::from_micros(self.0.saturating_add(micros(duration)))
    }

    /// This much earlier, at least [`Timestamp::MIN`].
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self::from_micros(self.0.saturating_sub(micros(duration)))
    }

    /// The time that passed since an earlier moment; zero when it is not earlier.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The same moment for chrono.
    #[must_use]
    pub fn to_utc(self) -> DateTime<Utc> {
        // The range of this type lies within chrono's, so the fallback is never taken.
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

/// Who did something, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: UserId,
}

/// A reading of a clock that nobody can set: the time since some start of this process. Whatever is measured (durations, rates,
/// quotas, how old something in memory is) is measured by it; only what people and other nodes read is a [`Timestamp`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Monotonic(Duration);

impl Monotonic {
    /// A reading so long after the start.
    #[must_use]
    pub const fn after_start(since_start: Duration) -> Self {
        Self(since_start)
    }

    /// How long after the start.
    #[must_use]
    pub const fn since_start(self) -> Duration {
        self.0
    }

    /// This much later.
    #[must_use]
    pub const fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration))
    }

    /// The time that passed since an earlier reading; zero when it is not earlier.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

/// Tells the time.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The current moment, as the clock on the wall shows it: it may be set, forward and back.
    fn now(&self) -> Timestamp;

    /// What a clock shows that goes on evenly and is never set.
    fn monotonic(&self) -> Monotonic;
}

/// The operating system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that the others are told to ask")]
    fn now(&self) -> Timestamp {
        Utc::now().into()
    }

    fn monotonic(&self) -> Monotonic {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        // The first reading makes the start, so it is taken first.
        let start = *START;
        Monotonic(start.elapsed())
    }
}

/// A clock that stands still until it is told otherwise; for tests.
#[derive(Debug)]
pub struct ManualClock {
    wall: AtomicI64,
    /// Microseconds since the start.
    passed: AtomicU64,
}

impl ManualClock {
    /// A clock that stands at this moment.
    #[must_use]
    pub const fn new(now: Timestamp) -> Self {
        Self { wall: AtomicI64::new(now.as_micros()), passed: AtomicU64::new(0) }
    }

    /// Time goes by.
    pub fn advance(&self, duration: Duration) {
        self.set_forward(duration);
        self.passed.fetch_add(micros(duration).unsigned_abs(), Ordering::SeqCst);
    }

    /// Somebody sets the clock on the wall forward.
    pub fn set_forward(&self, by: Duration) {
        self.wall.fetch_add(micros(by), Ordering::SeqCst);
    }

    /// Somebody sets the clock on the wall back.
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
    fn the_ends_of_the_range_can_be_written_and_read() {
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
    fn who_sets_the_clock_on_the_wall_does_not_make_time_pass() {
        let clock = ManualClock::new(Timestamp::from_micros(0));
        let before = clock.monotonic();
        clock.set_forward(Duration::from_secs(60));
        clock.set_back(Duration::from_secs(180));
        assert_eq!(clock.now(), Timestamp::from_micros(-120_000_000));
        assert_eq!(clock.monotonic(), before);
    }

    #[test]
    fn the_system_s_monotonic_clock_goes_on() {
        let before = SystemClock.monotonic();
        while SystemClock.monotonic() == before {}
        assert!(SystemClock.monotonic() > before);
    }

    proptest! {
        #[test]
        fn every_moment_round_trips_as_json(micros in Timestamp::MIN.0..=Timestamp::MAX.0) {
            let moment = Timestamp::from_micros(micros);
            let json = serde_json::to_string(&moment).unwrap();
            prop_assert_eq!(serde_json::from_str::<Timestamp>(&json).unwrap(), moment);
        }
    }
}
