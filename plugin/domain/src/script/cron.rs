//! When a cron script is due: an expression of five fields and a time zone.
//!
//! Here an expression is read and checked, field by field. It does not compute occurrences.

use std::fmt;

use chrono_tz::Tz;
use serde::Serialize;

use crate::{FieldError, FieldProblem, text};

/// A schedule: when, in which zone. Without a zone it is the tenant's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CronSchedule {
    /// When.
    pub expression: CronExpression,
    /// Where the clock hangs.
    pub timezone: Option<TimeZone>,
}

/// Five fields: minute, hour, day of month, month, day of week (0 and 7 are Sunday), separated by single spaces.
///
/// A field is `*` or a list of numbers, names (`JAN`, `MON`), ranges `a-b` and steps `*/n`, `a-b/n`, `a/n`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct CronExpression(String);

struct Field {
    name: &'static str,
    min: u8,
    max: u8,
    names: &'static [&'static str],
}

const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const FIELDS: [Field; 5] = [
    Field { name: "minute", min: 0, max: 59, names: &[] },
    Field { name: "hour", min: 0, max: 23, names: &[] },
    Field { name: "day of month", min: 1, max: 31, names: &[] },
    Field { name: "month", min: 1, max: 12, names: &MONTHS },
    Field { name: "day of week", min: 0, max: 7, names: &DAYS },
];

impl CronExpression {
    /// Reads an expression; the error names the field and what is wrong with it.
    ///
    /// # Errors
    /// The mistake, for the field `cron_expression`.
    ///
    /// ```
    /// use iota_scripts_domain::CronExpression;
    /// assert!(CronExpression::parse("0 9 * * *").is_ok());
    /// assert!(CronExpression::parse("*/15 8-18 * * MON-FRI").is_ok());
    /// let error = CronExpression::parse("61 9 * * *").unwrap_err();
    /// assert_eq!(error.message, "minute: 61 is not within 0 to 59");
    /// ```
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let invalid = |message: String| FieldError::new("cron_expression", FieldProblem::Invalid, message);
        let parts: Vec<&str> = text.split_whitespace().collect();
        if parts.is_empty() {
            return Err(FieldError::new("cron_expression", FieldProblem::Required, "a cron script needs a schedule"));
        }
        if text.len() > 255 {
            return Err(FieldError::new("cron_expression", FieldProblem::TooLong, "at most 255 characters"));
        }
        if parts.len() != FIELDS.len() {
            let found = parts.len();
            return Err(invalid(format!("five fields are needed (minute hour day month weekday), not {found}")));
        }
        for (field, part) in FIELDS.iter().zip(&parts) {
            field.check(part).map_err(|reason| invalid(format!("{}: {reason}", field.name)))?;
        }
        Ok(Self(parts.join(" ")))
    }

    /// The expression, fields separated by single spaces.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CronExpression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Field {
    fn check(&self, part: &str) -> Result<(), String> {
        part.split(',').try_for_each(|item| self.check_item(item))
    }

    fn check_item(&self, item: &str) -> Result<(), String> {
        let (range, step) = match item.split_once('/') {
            Some((range, step)) => (range, Some(step)),
            None => (item, None),
        };
        if let Some(step) = step {
            match number(step) {
                Some(step) if (1..=u32::from(self.max)).contains(&step) => {}
                _ => return Err(format!("\"{}\" is not a step within 1 to {}", text::shortened(step), self.max)),
            }
        }
        if range == "*" {
            return Ok(());
        }
        match range.split_once('-') {
            None => self.value(range).map(drop),
            Some((first, last)) => {
                let (first, last) = (self.value(first)?, self.value(last)?);
                if first <= last { Ok(()) } else { Err(format!("the range {range} runs backwards")) }
            }
        }
    }

    fn value(&self, text: &str) -> Result<u32, String> {
        if let Some(index) = self.names.iter().position(|name| name.eq_ignore_ascii_case(text)) {
            return Ok(u32::from(self.min) + u32::try_from(index).unwrap_or(0));
        }
        match number(text) {
            Some(value) if (u32::from(self.min)..=u32::from(self.max)).contains(&value) => Ok(value),
            Some(value) => Err(format!("{value} is not within {} to {}", self.min, self.max)),
            None => Err(format!("\"{}\" is not understood", text::shortened(text))),
        }
    }
}

fn number(text: &str) -> Option<u32> {
    // `parse` alone would accept a plus sign.
    if text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// A time zone by its IANA name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TimeZone(Tz);

impl TimeZone {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn five_fields_of_the_usual_forms_are_accepted() {
        for text in [
            "* * * * *",
            "0 9 * * *",
            "*/5 0-6,22-23 1,15 * *",
            "0 0 * JAN-mar,12 sun",
            "5/10 * * * 7",
            " 1  2 3\t4 5 ",
        ] {
            assert!(CronExpression::parse(text).is_ok(), "{text}");
        }
        assert_eq!(CronExpression::parse(" 1  2 3\t4 5 ").unwrap().as_str(), "1 2 3 4 5");
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "* * * *",
            "0 * * * * *",
            "@daily",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "* * * 13 *",
            "* * * * 8",
            "*/0 * * * *",
            "5-1 * * * *",
            "1,,2 * * * *",
            "-1 * * * *",
            "+1 * * * *",
            "1- * * * *",
            "*/ * * * *",
            "* * * MON *",
            "? * * * *",
            "*-5 * * * *",
        ] {
            assert!(CronExpression::parse(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn reading_never_panics(text in ".{0,80}") {
            let _ = CronExpression::parse(&text);
        }

        #[test]
        fn every_number_in_range_is_accepted(m in 0..60u8, h in 0..24u8, d in 1..=31u8, mo in 1..=12u8, w in 0..=7u8) {
            let text = format!("{m} {h} {d} {mo} {w}");
            let expression = CronExpression::parse(&text).unwrap();
            prop_assert_eq!(expression.as_str(), text);
        }
    }
}
