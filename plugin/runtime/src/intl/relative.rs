//! Relative times, such as "in 3 days" and "yesterday": `Intl.RelativeTimeFormat`.

use fixed_decimal::{Decimal, Sign};
use icu_experimental::relativetime::{RelativeTimeFormatter, RelativeTimeFormatterOptions, options::Numeric};
use writeable::Writeable;

use super::{
    IntlError,
    language::Language,
    number::{Digits, NumberFormatter, NumberOptions, Value},
    text::{LITERAL, Text},
    width::Width,
};

/// The unit of a relative time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// Whether "yesterday" may replace "1 day ago".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Words {
    Never,
    IfAny,
}

/// The words of one unit in one language.
#[derive(Debug)]
pub(crate) struct Relative {
    formatter: RelativeTimeFormatter,
    numbers: NumberFormatter,
}

impl Unit {
    /// The units by their names in scripts, singular and plural.
    pub(crate) const NAMES: [(&'static str, &'static str, Self); 8] = [
        ("second", "seconds", Self::Second),
        ("minute", "minutes", Self::Minute),
        ("hour", "hours", Self::Hour),
        ("day", "days", Self::Day),
        ("week", "weeks", Self::Week),
        ("month", "months", Self::Month),
        ("quarter", "quarters", Self::Quarter),
        ("year", "years", Self::Year),
    ];
}

impl Relative {
    /// # Errors
    /// If the data is incomplete: a defect.
    pub(crate) fn new(language: &Language, unit: Unit, width: Width, words: Words) -> Result<Self, IntlError> {
        type New = RelativeTimeFormatter;
        let new = match (width, unit) {
            (Width::Long, Unit::Second) => New::try_new_long_second,
            (Width::Long, Unit::Minute) => New::try_new_long_minute,
            (Width::Long, Unit::Hour) => New::try_new_long_hour,
            (Width::Long, Unit::Day) => New::try_new_long_day,
            (Width::Long, Unit::Week) => New::try_new_long_week,
            (Width::Long, Unit::Month) => New::try_new_long_month,
            (Width::Long, Unit::Quarter) => New::try_new_long_quarter,
            (Width::Long, Unit::Year) => New::try_new_long_year,
            (Width::Short, Unit::Second) => New::try_new_short_second,
            (Width::Short, Unit::Minute) => New::try_new_short_minute,
            (Width::Short, Unit::Hour) => New::try_new_short_hour,
            (Width::Short, Unit::Day) => New::try_new_short_day,
            (Width::Short, Unit::Week) => New::try_new_short_week,
            (Width::Short, Unit::Month) => New::try_new_short_month,
            (Width::Short, Unit::Quarter) => New::try_new_short_quarter,
            (Width::Short, Unit::Year) => New::try_new_short_year,
            (Width::Narrow, Unit::Second) => New::try_new_narrow_second,
            (Width::Narrow, Unit::Minute) => New::try_new_narrow_minute,
            (Width::Narrow, Unit::Hour) => New::try_new_narrow_hour,
            (Width::Narrow, Unit::Day) => New::try_new_narrow_day,
            (Width::Narrow, Unit::Week) => New::try_new_narrow_week,
            (Width::Narrow, Unit::Month) => New::try_new_narrow_month,
            (Width::Narrow, Unit::Quarter) => New::try_new_narrow_quarter,
            (Width::Narrow, Unit::Year) => New::try_new_narrow_year,
        };
        let mut options = RelativeTimeFormatterOptions::default();
        options.numeric = if words == Words::IfAny { Numeric::Auto } else { Numeric::Always };
        Ok(Self {
            formatter: new(language.locale().into(), options)?,
            numbers: NumberFormatter::new(language, NumberOptions::default())?,
        })
    }

    /// Formats a time in the future, or in the past if the count is negative.
    pub(crate) fn format(&self, count: &Decimal) -> Text {
        let count = Digits::default().rounded(count.clone());
        let whole = self.formatter.format(count.clone()).write_to_string().into_owned();
        // The formatter does not report the position of the number.
        let number = self.numbers.format(&Value::Finite(count.with_sign(Sign::None)));
        let Some(start) = whole.find(number.as_str()) else { return Text::of(LITERAL, &whole) };
        let (before, rest) = whole.split_at(start);
        let mut text = Text::of(LITERAL, before);
        for (kind, piece) in number.pieces() {
            text.push(kind, piece);
        }
        text.push(LITERAL, rest.get(number.as_str().len()..).unwrap_or_default());
        text
    }
}
