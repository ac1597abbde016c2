//! Schedules of cron scripts: an expression of five fields and a time zone.
//!
//! The `cron` crate computes the occurrences. This module adds the semantics of Unix cron and of daylight saving time.

mod expression;
mod field;
mod occurrences;

pub use expression::CronExpression;
pub use field::{CronField, CronFields};

use chrono_tz::Tz;

use crate::{FieldError, FieldProblem, Timestamp, text};

/// A cron expression and a time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CronSchedule {
    /// Expression.
    pub expression: CronExpression,
    /// Time zone; default the tenant's zone.
    pub timezone: Option<TimeZone>,
}

impl CronSchedule {
    /// Returns the zone of the schedule, else the tenant's.
    #[must_use]
    pub fn zone_for(&self, tenant: TimeZone) -> TimeZone {
        self.timezone.unwrap_or(tenant)
    }

    /// Returns the next `count` occurrences after a time, soonest first.
    #[must_use]
    pub fn upcoming(&self, after: Timestamp, tenant: TimeZone, count: usize) -> Vec<Timestamp> {
        let zone = self.zone_for(tenant);
        let next = |moment: &Timestamp| self.expression.next_after(*moment, zone);
        std::iter::successors(next(&after), next).take(count).collect()
    }
}

/// A time zone by its IANA name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TimeZone(Tz);

impl TimeZone {
    /// UTC, the fallback.
    pub const UTC: Self = Self(Tz::UTC);

    /// Parses a name such as `Asia/Tashkent` or `UTC`.
    ///
    /// # Errors
    /// A [`FieldError`] for the field `timezone`.
    ///
    /// ```
    /// use iota_scripts_domain::TimeZone;
    /// assert_eq!(TimeZone::parse("Asia/Tashkent").unwrap().name(), "Asia/Tashkent");
    /// assert!(TimeZone::parse("Mars/Olympus").is_err());
    /// ```
    pub fn parse(name: &str) -> Result<Self, FieldError> {
        name.trim().parse().map(Self).map_err(|_| {
            let message =
                format!("\"{}\" is not a time zone such as Asia/Tashkent", text::shortened(name).escape_debug());
            FieldError::new("timezone", FieldProblem::Invalid, message)
        })
    }

    /// Returns the IANA name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// Returns chrono's type.
    #[must_use]
    pub const fn tz(self) -> Tz {
        self.0
    }
}
