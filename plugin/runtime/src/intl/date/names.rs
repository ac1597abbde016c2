//! Names of months, days and day periods, for patterns that scripts write themselves.

use chrono_tz::Tz;

use super::{DateFormatter, Spaces, Zone};
use crate::intl::{IntlError, language::Language};

/// The names of a language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Names {
    /// Names of months next to a day, as in `5 марта`.
    pub(crate) months: Vec<String>,
    /// Names of months alone, as in `март 2024`.
    pub(crate) months_alone: Vec<String>,
    pub(crate) months_short: Vec<String>,
    pub(crate) months_short_alone: Vec<String>,
    /// Names of days, from Monday.
    pub(crate) days: Vec<String>,
    pub(crate) days_short: Vec<String>,
    /// AM and PM.
    pub(crate) halves: Vec<String>,
}

/// 15 January 2024, a Monday, in milliseconds since 1970.
const MONDAY_MS: i64 = 1_705_276_800_000;
const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// Mean length of a month in milliseconds: multiples of it from the middle of January fall in the middle of each month.
const MONTH_MS: i64 = 2_629_746_000;

impl Names {
    /// # Errors
    /// If the data is incomplete: a defect.
    pub(crate) fn new(language: &Language) -> Result<Self, IntlError> {
        let named = |pattern: &str, step_ms: i64, count: i64| -> Result<Vec<String>, IntlError> {
            let formatter = DateFormatter::of_pattern(language, pattern, Zone::Named(Tz::UTC), Spaces::NoBreak)?;
            Ok((0..count)
                .filter_map(|index| formatter.format(MONDAY_MS + index * step_ms))
                .map(|text| text.into_string())
                .collect())
        };
        Ok(Self {
            months: named("MMMM", MONTH_MS, 12)?,
            months_alone: named("LLLL", MONTH_MS, 12)?,
            months_short: named("MMM", MONTH_MS, 12)?,
            months_short_alone: named("LLL", MONTH_MS, 12)?,
            days: named("EEEE", DAY_MS, 7)?,
            days_short: named("EEE", DAY_MS, 7)?,
            halves: named("a", 12 * HOUR_MS, 2)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_month_and_day_has_its_name() {
        let names = Names::new(&Language::english()).unwrap();
        assert_eq!(names.months_short.join(" "), "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec");
        assert_eq!(names.days_short.join(" "), "Mon Tue Wed Thu Fri Sat Sun");
        assert_eq!(names.halves, ["AM", "PM"]);
    }
}
