//! One field of an expression: the text that an author writes, and the values that it stands for.

use crate::text;

/// The values of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CronField {
    /// The text is `*`: the field says nothing.
    pub is_any: bool,
    /// The text is `*/n`, or a list that steps like it; then n.
    pub step: Option<u8>,
    /// All values, ascending, each once; Sunday is 0.
    pub values: Vec<u8>,
}

/// The five fields of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CronFields {
    /// 0 to 59.
    pub minute: CronField,
    /// 0 to 23.
    pub hour: CronField,
    /// 1 to 31.
    pub day_of_month: CronField,
    /// 1 to 12.
    pub month: CronField,
    /// 0 (Sunday) to 6.
    pub day_of_week: CronField,
}

struct Form {
    name: &'static str,
    min: u8,
    max: u8,
    names: &'static [&'static str],
}

const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const FORMS: [Form; 5] = [
    Form { name: "minute", min: 0, max: 59, names: &[] },
    Form { name: "hour", min: 0, max: 23, names: &[] },
    Form { name: "day of month", min: 1, max: 31, names: &[] },
    Form { name: "month", min: 1, max: 12, names: &MONTHS },
    Form { name: "day of week", min: 0, max: 7, names: &DAYS },
];

impl CronFields {
    /// Reads five texts; the error names the field and what is wrong with it.
    pub(super) fn parse(parts: [&str; 5]) -> Result<Self, String> {
        let read = |index: usize| {
            let form = &FORMS[index];
            form.read(parts[index]).map_err(|reason| format!("{}: {reason}", form.name))
        };
        let (minute, hour, day_of_month, month) = (read(0)?, read(1)?, read(2)?, read(3)?);
        let mut day_of_week = read(4)?;
        // Sunday is 0 and 7.
        if day_of_week.values.last() == Some(&7) {
            day_of_week.values.pop();
            if day_of_week.values.first() != Some(&0) {
                day_of_week.values.insert(0, 0);
            }
        }
        Ok(Self { minute, hour, day_of_month, month, day_of_week })
    }
}

impl Form {
    fn read(&self, part: &str) -> Result<CronField, String> {
        let mut values = Vec::new();
        for item in part.split(',') {
            values.extend(self.item(item)?);
        }
        values.sort_unstable();
        values.dedup();
        let step = part.strip_prefix("*/").and_then(|step| step.parse().ok());
        Ok(CronField { is_any: part == "*", step, values })
    }

    fn item(&self, item: &str) -> Result<Vec<u8>, String> {
        let (range, step) = match item.split_once('/') {
            Some((range, step)) => (range, Some(step)),
            None => (item, None),
        };
        let step = match step.map(|text| (text, number(text))) {
            None => None,
            Some((_, Some(step))) if (1..=u32::from(self.max)).contains(&step) => Some(step),
            Some((text, _)) => {
                return Err(format!("\"{}\" is not a step within 1 to {}", text::shortened(text), self.max));
            }
        };
        // `*` stops at Saturday: 7 is only another name for Sunday.
        let end = if self.min == 0 && self.max == 7 { 6 } else { self.max };
        let (first, last) = if range == "*" {
            (self.min, end)
        } else if let Some((first, last)) = range.split_once('-') {
            let (first, last) = (self.value(first)?, self.value(last)?);
            if first > last {
                return Err(format!("the range {range} runs backwards"));
            }
            (first, last)
        } else {
            let value = self.value(range)?;
            (value, if step.is_some() { end.max(value) } else { value })
        };
        let step = usize::try_from(step.unwrap_or(1)).unwrap_or(1);
        Ok((first..=last).step_by(step).collect())
    }

    fn value(&self, text: &str) -> Result<u8, String> {
        if let Some(index) = self.names.iter().position(|name| name.eq_ignore_ascii_case(text)) {
            return Ok(self.min + u8::try_from(index).unwrap_or(0));
        }
        let not_understood = || format!("\"{}\" is not understood", text::shortened(text));
        let value = number(text).ok_or_else(not_understood)?;
        match u8::try_from(value) {
            Ok(value) if (self.min..=self.max).contains(&value) => Ok(value),
            _ => Err(format!("{value} is not within {} to {}", self.min, self.max)),
        }
    }
}

fn number(text: &str) -> Option<u32> {
    // `parse` alone would accept a plus sign.
    if text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}
