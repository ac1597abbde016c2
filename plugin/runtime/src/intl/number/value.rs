//! A number to format, as decimal digits without loss.

use fixed_decimal::Decimal;

/// Maximum exponent of a number; its digits, written or implied, may be twice as many. Longer numbers are not
/// formatted.
const MAX_DIGITS: usize = 1_000;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Finite(Decimal),
    Infinite { negative: bool },
    NotANumber,
}

impl Value {
    pub(crate) fn of_f64(number: f64) -> Self {
        if number.is_nan() {
            return Self::NotANumber;
        }
        if number.is_infinite() {
            return Self::Infinite { negative: number < 0.0 };
        }
        // The shortest digits that represent the number, as JavaScript writes it.
        Self::of_digits(&format!("{number}")).unwrap_or(Self::NotANumber)
    }

    /// Parses `-1234.50` or `1.5e-7`; `None` for anything else.
    pub(crate) fn of_digits(text: &str) -> Option<Self> {
        let exponent = text.split_once(['e', 'E']).map_or(Some(0), |(_, exponent)| exponent.parse::<i32>().ok())?;
        if text.len() > 2 * MAX_DIGITS || exponent.unsigned_abs() as usize > MAX_DIGITS {
            return None;
        }
        // The crate does not accept a plus sign in an exponent.
        let text = text.replacen("e+", "e", 1).replacen("E+", "E", 1);
        let number = Decimal::try_from_str(&text).ok()?;
        (number.absolute.magnitude_range().len() <= 2 * MAX_DIGITS).then_some(Self::Finite(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_read_with_and_without_signs() {
        for (text, number) in
            [("-1234.50", "-1234.50"), ("+1.5", "+1.5"), ("1e+21", "1000000000000000000000"), ("1.5e-7", "0.00000015")]
        {
            assert_eq!(Value::of_digits(text), number.parse().ok().map(Value::Finite), "{text}");
        }
    }

    #[test]
    fn texts_that_are_not_numbers_are_refused() {
        for text in ["", "-", ".", "1,5", "1 000", "0x10", "1e", "1e9999", "Infinity", "٣", "--1", "1e1e1"] {
            assert_eq!(Value::of_digits(text), None, "{text}");
        }
    }
}
