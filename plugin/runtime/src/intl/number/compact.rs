//! Large numbers in compact form: `1.2K`, `1,2 тыс.`

use fixed_decimal::{Decimal, Sign};
use icu_decimal::{CompactDecimalFormatter, DecimalFormatter, options::DecimalFormatterOptions};

use super::digits::Digits;
use crate::intl::{
    IntlError,
    language::Language,
    text::{Text, split_spaces},
};

/// Length of the word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum CompactWidth {
    Short,
    Long,
}

#[derive(Debug)]
pub(super) struct Compact(CompactDecimalFormatter);

impl Compact {
    pub(super) fn new(
        language: &Language,
        width: CompactWidth,
        options: DecimalFormatterOptions,
    ) -> Result<Self, IntlError> {
        let (preferences, options) = (language.locale().into(), options.into());
        Ok(Self(match width {
            CompactWidth::Short => CompactDecimalFormatter::try_new_short(preferences, options)?,
            CompactWidth::Long => CompactDecimalFormatter::try_new_long(preferences, options)?,
        }))
    }

    /// Formats a number without its sign; also returns the number that is written before the word.
    pub(super) fn format(&self, number: &Decimal, digits: &Digits, decimal: &DecimalFormatter) -> (Text, Decimal) {
        let magnitude = number.absolute.nonzero_magnitude_start();
        let mut exponent = self.0.compact_exponent_for_magnitude(magnitude);
        let mut rounded = scaled(number, exponent, digits);
        // Rounding may have turned 999.9 thousand into a million.
        let now = rounded.absolute.nonzero_magnitude_start() + i16::from(exponent);
        if now > magnitude {
            let next = self.0.compact_exponent_for_magnitude(now);
            if next != exponent {
                exponent = next;
                rounded = scaled(number, exponent, digits);
            }
        }
        let rounded = rounded.with_sign(Sign::None);
        let text = match self.0.format_with_exponent(&rounded, exponent) {
            Ok(formatted) => {
                Text::written(&formatted).with_literals(|literal, out| split_spaces(literal, "compact", out))
            }
            Err(_) => Text::written(&decimal.format(&rounded)),
        };
        (text, rounded)
    }
}

fn scaled(number: &Decimal, exponent: u8, digits: &Digits) -> Decimal {
    let mut number = number.clone();
    number.multiply_pow10(-i16::from(exponent));
    digits.rounded(number)
}
