//! Parsing of one field of a cron expression into the values that it matches.

use crate::{FieldError, FieldProblem, text};

/// The values that a field matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CronField {
    /// Whether the text is `*`, which matches every value.
    pub is_any: bool,
    /// Step `n` if the text is `*/n`.
    pub step: Option<u8>,
    /// All values in ascending order, without duplicates; Sunday is 0.
    pub values: Vec<u8>,
}

/// The five fields of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CronFields {
    /// Minutes, 0 to 59.
    pub minute: CronField,
    /// Hours, 0 to 23.
    pub hour: CronField,
    /// Days of the month, 1 to 31.
    pub day_of_month: CronField,
    /// Months, 1 to 12.
    pub month: CronField,
    /// Days of the week, 0 (Sunday) to 6.
    pub day_of_week: CronField,
}

struct FieldSpec {
    name: &'static str,
    /// Key of its name in translations.
    key: &'static str,
    min: u8,
    max: u8,
    names: &'static [&'static str],
}

const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const FIELDS: [FieldSpec; 5] = [
    FieldSpec { name: "minute", key: "minute", min: 0, max: 59, names: &[] },
    FieldSpec { name: "hour", key: "hour", min: 0, max: 23, names: &[] },
    FieldSpec { name: "day of month", key: "day", min: 1, max: 31, names: &[] },
    FieldSpec { name: "month", key: "month", min: 1, max: 12, names: &MONTHS },
    FieldSpec { name: "day of week", key: "weekday", min: 0, max: 7, names: &DAYS },
];

impl CronFields {
    /// Parses five texts. The error names the field and the reason.
    pub(super) fn parse(parts: [&str; 5]) -> Result<Self, FieldError> {
        let parse = |index: usize| FIELDS[index].parse(parts[index]);
        let (minute, hour, day_of_month, month) = (parse(0)?, parse(1)?, parse(2)?, parse(3)?);
        let mut day_of_week = parse(4)?;
        // Sunday is both 0 and 7.
        if day_of_week.values.last() == Some(&7) {
            day_of_week.values.pop();
            if day_of_week.values.first() != Some(&0) {
                day_of_week.values.insert(0, 0);
            }
        }
        Ok(Self { minute, hour, day_of_month, month, day_of_week })
    }
}

impl FieldSpec {
    fn parse(&self, part: &str) -> Result<CronField, FieldError> {
        let mut values = Vec::new();
        for item in part.split(',') {
            values.extend(self.parse_item(item)?);
        }
        values.sort_unstable();
        values.dedup();
        let step = part.strip_prefix("*/").and_then(|step| step.parse().ok());
        Ok(CronField { is_any: part == "*", step, values })
    }

    fn parse_item(&self, item: &str) -> Result<Vec<u8>, FieldError> {
        let (range, step) = match item.split_once('/') {
            Some((range, step)) => (range, Some(step)),
            None => (item, None),
        };
        let step = match step.map(|text| (text, number(text))) {
            None => None,
            Some((_, Some(step))) if (1..=u32::from(self.max)).contains(&step) => Some(step),
            Some((text, _)) => {
                let (text, max) = (text::shortened(text), self.max.to_string());
                let sentence = format!("\"{text}\" is not a step within 1 to {max}");
                return Err(self.mistake(&sentence, "cron_step", [("text", text), ("max", max)]));
            }
        };
        // `*` ends with Saturday, because 7 is a second number for Sunday.
        let end = if self.min == 0 && self.max == 7 { 6 } else { self.max };
        let (first, last) = if range == "*" {
            (self.min, end)
        } else if let Some((first, last)) = range.split_once('-') {
            let (first, last) = (self.value(first)?, self.value(last)?);
            if first > last {
                let sentence = format!("the range {range} runs backwards");
                return Err(self.mistake(&sentence, "cron_backwards", [("range", range.to_owned())]));
            }
            (first, last)
        } else {
            let value = self.value(range)?;
            (value, if step.is_some() { end.max(value) } else { value })
        };
        let step = usize::try_from(step.unwrap_or(1)).unwrap_or(1);
        Ok((first..=last).step_by(step).collect())
    }

    fn value(&self, text: &str) -> Result<u8, FieldError> {
        if let Some(index) = self.names.iter().position(|name| name.eq_ignore_ascii_case(text)) {
            return Ok(self.min + u8::try_from(index).unwrap_or(0));
        }
        let unknown = || {
            let text = text::shortened(text);
            self.mistake(&format!("\"{text}\" is not a valid value"), "cron_unknown", [("text", text)])
        };
        let value = number(text).ok_or_else(unknown)?;
        match u8::try_from(value) {
            Ok(value) if (self.min..=self.max).contains(&value) => Ok(value),
            _ => {
                let sentence = format!("{value} is not within {} to {}", self.min, self.max);
                let values = [("value", value), ("min", self.min.into()), ("max", self.max.into())];
                Err(self.mistake(&sentence, "cron_range", values.map(|(name, n): (_, u32)| (name, n.to_string()))))
            }
        }
    }

    fn mistake<const N: usize>(
        &self,
        sentence: &str,
        code: &'static str,
        values: [(&'static str, String); N],
    ) -> FieldError {
        let message = format!("{}: {sentence}", self.name);
        let mut error = FieldError::new("cron_expression", FieldProblem::Invalid, message).being(code, values);
        if let Some(mistake) = &mut error.mistake {
            mistake.values.insert("field", self.key.to_owned());
        }
        error
    }
}

fn number(text: &str) -> Option<u32> {
    // `parse` alone accepts a plus sign.
    if text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}
