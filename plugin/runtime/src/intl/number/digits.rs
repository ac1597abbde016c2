//! The number of digits of a number, and how it is rounded to them.

use fixed_decimal::{Decimal, RoundingIncrement, SignedRoundingMode, UnsignedRoundingMode};

/// Minimum and maximum number of digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Span {
    pub(crate) least: u8,
    pub(crate) most: u8,
}

/// The rounding direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Rounding {
    Ceil,
    Floor,
    Expand,
    Trunc,
    HalfCeil,
    HalfFloor,
    HalfExpand,
    HalfTrunc,
    HalfEven,
}

/// Which of two rules counts if both are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Priority {
    MorePrecision,
    LessPrecision,
}

/// How the digits are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Precision {
    /// Digits after the decimal point.
    Fraction(Span),
    /// Digits from the first that is not zero.
    Significant(Span),
    Both(Span, Span, Priority),
    /// All digits, with at least this many after the decimal point.
    All(u8),
}

/// The digits of a number. The default is up to three after the decimal point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Digits {
    /// Minimum number of digits before the decimal point.
    pub(crate) integer: u8,
    pub(crate) precision: Precision,
    /// Increment of the last digit: 1, 2, 5, 10, … 5000.
    pub(crate) increment: u16,
    pub(crate) rounding: Rounding,
    /// Whether decimals are omitted if all of them are zero.
    pub(crate) strip_if_integer: bool,
}

impl Default for Digits {
    fn default() -> Self {
        Self::fraction(0, 3)
    }
}

impl Digits {
    /// Digits with this minimum and maximum of decimals.
    pub(crate) const fn fraction(least: u8, most: u8) -> Self {
        Self::with(Precision::Fraction(Span { least, most }))
    }

    pub(crate) const fn with(precision: Precision) -> Self {
        Self { integer: 1, precision, increment: 1, rounding: Rounding::HalfExpand, strip_if_integer: false }
    }

    /// Rounds a number to its digits, padded with zeros to the minimum.
    pub(crate) fn rounded(&self, number: Decimal) -> Decimal {
        let mut rounded = match self.precision {
            Precision::Fraction(span) => self.of_fraction(number, span),
            Precision::Significant(span) => self.of_significant(&number, span),
            Precision::Both(fraction, significant, priority) => {
                let by_fraction = -i16::from(fraction.most);
                let by_significant = first_digit(&number) - i16::from(significant.most) + 1;
                let significant_is_finer = by_significant <= by_fraction;
                if significant_is_finer == (priority == Priority::MorePrecision) {
                    self.of_significant(&number, significant)
                } else {
                    self.of_fraction(number, fraction)
                }
            }
            Precision::All(least) => padded(number, -i16::from(least)),
        };
        rounded.absolute.trim_start();
        rounded.absolute.pad_start(i16::from(self.integer));
        if self.strip_if_integer {
            rounded.absolute.trim_end_if_integer();
        }
        rounded
    }

    fn of_fraction(&self, number: Decimal, span: Span) -> Decimal {
        padded(trimmed(self.at(number, -i16::from(span.most))), -i16::from(span.least))
    }

    fn of_significant(&self, number: &Decimal, span: Span) -> Decimal {
        let number = self.at(number.clone(), first_digit(number) - i16::from(span.most) + 1);
        let last = first_digit(&number) - i16::from(span.least) + 1;
        padded(trimmed(number), last.min(0))
    }

    /// Rounds at a power of ten.
    fn at(&self, number: Decimal, position: i16) -> Decimal {
        type Half = UnsignedRoundingMode;
        let mode = match self.rounding {
            Rounding::Ceil => SignedRoundingMode::Ceil,
            Rounding::Floor => SignedRoundingMode::Floor,
            Rounding::Expand => SignedRoundingMode::Unsigned(Half::Expand),
            Rounding::Trunc => SignedRoundingMode::Unsigned(Half::Trunc),
            Rounding::HalfCeil => SignedRoundingMode::HalfCeil,
            Rounding::HalfFloor => SignedRoundingMode::HalfFloor,
            Rounding::HalfExpand => SignedRoundingMode::Unsigned(Half::HalfExpand),
            Rounding::HalfTrunc => SignedRoundingMode::Unsigned(Half::HalfTrunc),
            Rounding::HalfEven => SignedRoundingMode::Unsigned(Half::HalfEven),
        };
        let (mut increment, mut shift) = (self.increment, 0);
        while increment % 10 == 0 && increment > 0 {
            increment /= 10;
            shift += 1;
        }
        let increment = match increment {
            2 => RoundingIncrement::MultiplesOf2,
            5 => RoundingIncrement::MultiplesOf5,
            25 => RoundingIncrement::MultiplesOf25,
            _ => RoundingIncrement::MultiplesOf1,
        };
        number.rounded_with_mode_and_increment(position + shift, mode, increment)
    }
}

/// Returns the power of ten of the first digit; 0 for zero.
fn first_digit(number: &Decimal) -> i16 {
    if number.absolute.is_zero() { 0 } else { number.absolute.nonzero_magnitude_start() }
}

fn trimmed(mut number: Decimal) -> Decimal {
    number.absolute.trim_end();
    number
}

fn padded(mut number: Decimal, position: i16) -> Decimal {
    // The crate also removes trailing zeros, which may be digits that were given.
    if *number.absolute.magnitude_range().start() > position {
        number.absolute.pad_end(position);
    }
    number
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str, digits: Digits) -> String {
        digits.rounded(text.parse().unwrap()).to_string()
    }

    #[test]
    fn given_zeros_are_kept() {
        assert_eq!(shown("-0.10", Digits::with(Precision::All(0))), "-0.10");
        assert_eq!(shown("0.1", Digits::with(Precision::All(3))), "0.100");
    }

    #[test]
    fn numbers_are_rounded_at_their_decimals() {
        assert_eq!(shown("1234567.891", Digits::fraction(0, 2)), "1234567.89");
        assert_eq!(shown("999.995", Digits::fraction(2, 2)), "1000.00");
        assert_eq!(shown("12.5000", Digits::with(Precision::All(0))), "12.5000");
        assert_eq!(shown("0012", Digits::fraction(1, 3)), "12.0");
        assert_eq!(shown("0.000123456", Digits::with(Precision::Significant(Span { least: 1, most: 3 }))), "0.000123");
        assert_eq!(shown("123456", Digits::with(Precision::Significant(Span { least: 1, most: 3 }))), "123000");
        assert_eq!(shown("1.03", Digits { increment: 5, ..Digits::fraction(2, 2) }), "1.05");
        assert_eq!(shown("1240", Digits { increment: 50, ..Digits::fraction(0, 0) }), "1250");
    }

    proptest! {
        #[test]
        fn digits_are_not_lost(whole in "[1-9][0-9]{0,30}", decimals in "[0-9]{0,30}") {
            let text = if decimals.is_empty() { whole } else { format!("{whole}.{decimals}") };
            prop_assert_eq!(shown(&text, Digits::with(Precision::All(0))), text);
        }

        #[test]
        fn rounding_is_exact(cents in -1_000_000_000_i64..1_000_000_000, places in 0_u8..3) {
            let text = format!("{}{}.{:02}", if cents < 0 { "-" } else { "" }, cents.abs() / 100, cents.abs() % 100);
            let unit = 10_i64.pow(2 - u32::from(places));
            let rounded = (cents.abs() + unit / 2) / unit;
            let least = 10_i64.pow(u32::from(places));
            let digits = usize::from(places);
            let expected = if places == 0 { rounded.to_string() } else { format!("{}.{:0digits$}", rounded / least, rounded % least) };
            let sign = if cents < 0 { "-" } else { "" };
            prop_assert_eq!(shown(&text, Digits::fraction(places, places)), format!("{sign}{expected}"));
        }
    }
}
