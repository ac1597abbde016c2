//! Validated cron expressions: five fields that fire at least once.

use std::fmt;

use serde::Serialize;

use super::CronFields;
use crate::{FieldError, FieldProblem};

/// A cron expression of five fields: minute, hour, day of month, month, day of week (0 and 7 are Sunday), separated by single spaces.
///
/// A field is `*` or a list of numbers, names (`JAN`, `MON`), ranges `a-b` and steps `*/n`, `a-b/n`, `a/n`. If neither day of month nor
/// day of week is `*`, a day that matches either of them is enough, as in POSIX crontab.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct CronExpression(String);

/// Maximum number of days of each month.
const DAYS_IN_MONTH: [u8; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

impl CronExpression {
    /// Parses an expression. An expression that never fires is an error.
    ///
    /// # Errors
    /// A [`FieldError`] for the field `cron_expression`. Its message names the part of the expression and the reason.
    ///
    /// ```
    /// use iota_scripts_domain::CronExpression;
    /// assert!(CronExpression::parse("0 9 * * *").is_ok());
    /// assert!(CronExpression::parse("*/15 8-18 * * MON-FRI").is_ok());
    /// let error = CronExpression::parse("61 9 * * *").unwrap_err();
    /// assert_eq!(error.message, "minute: 61 is not within 0 to 59");
    /// assert_eq!(error.mistake.unwrap().code, "cron_range");
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
        let Ok(fields) = <[&str; 5]>::try_from(parts.as_slice()) else {
            let found = parts.len();
            let error = invalid(format!("must have five fields (minute hour day month weekday), has {found}"));
            return Err(error.being("cron_fields", [("found", found.to_string())]));
        };
        let fields = CronFields::parse(fields)?;
        if !fires(&fields) {
            let error = invalid("this never fires: none of these months has such a day".to_owned());
            return Err(error.being("cron_never", []));
        }
        Ok(Self(parts.join(" ")))
    }

    /// Returns the expression, with fields separated by single spaces.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the values of each field.
    ///
    /// # Panics
    /// Never, because `parse` has validated the expression.
    #[must_use]
    #[expect(clippy::unwrap_used, reason = "the text was checked by `parse`, the only way to make an expression")]
    pub fn fields(&self) -> CronFields {
        let parts: Vec<&str> = self.0.split(' ').collect();
        CronFields::parse(parts.try_into().unwrap()).unwrap()
    }
}

fn fires(fields: &CronFields) -> bool {
    // With a restricted weekday it fires in every selected month.
    !fields.day_of_week.is_any
        || fields.month.values.iter().any(|month| {
            let longest = DAYS_IN_MONTH[usize::from(*month - 1)];
            fields.day_of_month.values.iter().any(|day| *day <= longest)
        })
}

impl fmt::Display for CronExpression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn valid_expressions_are_accepted() {
        for text in [
            "* * * * *",
            "0 9 * * *",
            "*/5 0-6,22-23 1,15 * *",
            "0 0 * JAN-mar,12 sun",
            "5/10 * * * 7",
            "0 0 29 2 *",
            "0 0 31 2 1",
            " 1  2 3\t4 5 ",
        ] {
            assert!(CronExpression::parse(text).is_ok(), "{text}");
        }
        assert_eq!(CronExpression::parse(" 1  2 3\t4 5 ").unwrap().as_str(), "1 2 3 4 5");
    }

    #[test]
    fn invalid_expressions_are_rejected() {
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

    #[test]
    fn expressions_that_never_fire_are_rejected_with_the_reason() {
        for text in ["0 0 30 2 *", "0 0 31 4,6,9,11 *"] {
            let error = CronExpression::parse(text).unwrap_err();
            assert_eq!(error.message, "this never fires: none of these months has such a day", "{text}");
        }
    }

    #[test]
    fn weekdays_are_numbered_as_in_unix_cron() {
        let days = |text: &str| CronExpression::parse(&format!("0 0 * * {text}")).unwrap().fields().day_of_week.values;
        assert_eq!(days("7"), [0]);
        assert_eq!(days("0,7"), [0]);
        assert_eq!(days("5-7"), [0, 5, 6]);
        assert_eq!(days("*/2"), [0, 2, 4, 6]);
        assert_eq!(days("MON-FRI"), [1, 2, 3, 4, 5]);
        assert_eq!(days("*"), [0, 1, 2, 3, 4, 5, 6]);
    }

    proptest! {
        #[test]
        fn parsing_never_panics(text in ".{0,80}") {
            if let Ok(expression) = CronExpression::parse(&text) {
                let _ = expression.fields();
            }
        }
    }
}
