//! When a cron script is due: an expression of five fields and a time zone.
//!
//! The `cron` crate computes the occurrences; what Unix means by five fields and what clocks do in spring and autumn is decided here.

mod expression;
mod field;
mod occurrences;

pub use expression::CronExpression;
pub use field::{CronField, CronFields};

use chrono_tz::Tz;

use crate::{FieldError, FieldProblem, Timestamp, text};

/// A schedule: when, in which zone. Without a zone it is the tenant's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CronSchedule {
    /// When.
    pub expression: CronExpression,
    /// Where the clock hangs.
    pub timezone: Option<TimeZone>,
}

impl CronSchedule {
    /// The zone that holds for a tenant: the script's own, else the tenant's.
    #[must_use]
    pub fn zone_for(&self, tenant: TimeZone) -> TimeZone {
        self.timezone.unwrap_or(tenant)
    }

    /// The next occurrences after a moment, the soonest first.
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
    /// UTC, where nothing else is known.
    pub const UTC: Self = Self(Tz::UTC);

    /// Reads a name such as `Asia/Tashkent` or `UTC`.
    ///
    /// # Errors
    /// The mistake, for the field `timezone`.
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

    /// Its IANA name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The zone for chrono.
    #[must_use]
    pub const fn tz(self) -> Tz {
        self.0
    }
}
