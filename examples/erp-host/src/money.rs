//! Money: integer hundredths of the tenant's currency (tiyin, cents) in memory and in the database, a decimal number in JSON (`1250.5`).
//! Input numbers are rounded to the nearest hundredth, because a script's arithmetic is binary; a text with more than two decimals is
//! rejected, because a person typed it.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Mul, Sub};

use serde::{Serialize, Serializer};
use serde_json::Value;

/// An amount in hundredths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Money(i64);

impl Money {
    pub const ZERO: Self = Self(0);
    /// The largest absolute amount: 100 billion in the tenant's currency.
    pub const LIMIT: Self = Self(10_000_000_000_000);

    /// An amount from hundredths.
    pub const fn from_minor(minor: i64) -> Self {
        Self(minor)
    }

    /// The amount in hundredths.
    pub const fn minor(self) -> i64 {
        self.0
    }

    /// The amount as a decimal number for JSON.
    pub fn to_number(self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "amounts stay below 2^53 hundredths")]
        let minor = self.0 as f64;
        minor / 100.0
    }

    /// Reads a JSON number, or a decimal text with up to two decimals.
    pub fn parse(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => Self::from_number(number.as_f64()?),
            Value::String(text) => Self::from_text(text.trim()),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// The mean of `count` amounts with this sum; zero if `count` is 0.
    pub fn divided_by(self, count: i64) -> Self {
        if count == 0 { Self::ZERO } else { Self((self.0 + count / 2).div_euclid(count)) }
    }

    fn from_number(number: f64) -> Option<Self> {
        let minor = (number * 100.0).round();
        #[expect(clippy::cast_precision_loss, reason = "the limit is far below 2^53")]
        let limit = Self::LIMIT.0 as f64;
        #[expect(clippy::cast_possible_truncation, reason = "checked against the limit first")]
        (minor.abs() <= limit).then_some(Self(minor as i64))
    }

    fn from_text(text: &str) -> Option<Self> {
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let is_number = !whole.is_empty() && whole.len() <= 12 && fraction.len() <= 2;
        if !is_number || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let minor = format!("{whole}{fraction:0<2}").parse::<i64>().ok()?;
        (minor <= Self::LIMIT.0).then_some(Self(if negative { -minor } else { minor }))
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 100 == 0 {
            serializer.serialize_i64(self.0 / 100)
        } else {
            serializer.serialize_f64(self.to_number())
        }
    }
}

impl fmt::Display for Money {
    /// With spaces between thousands: `1 250 000.50`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = (self.0.unsigned_abs() / 100).to_string();
        let mut grouped = String::new();
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                grouped.push('\u{a0}');
            }
            grouped.push(digit);
        }
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{grouped}.{:02}", self.0.unsigned_abs() % 100)
    }
}

impl Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Mul<i64> for Money {
    type Output = Self;
    fn mul(self, quantity: i64) -> Self {
        Self(self.0.saturating_mul(quantity))
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, |total, amount| total + amount)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_are_rounded_to_the_nearest_hundredth() {
        assert_eq!(Money::parse(&json!(0.1 + 0.2)), Some(Money(30)));
        assert_eq!(Money::parse(&json!(19.99)), Some(Money(1999)));
        assert_eq!(Money::parse(&json!(-5)), Some(Money(-500)));
        assert_eq!(Money::parse(&json!(1e300)), None);
    }

    #[test]
    fn texts_are_exact_or_refused() {
        assert_eq!(Money::parse(&json!("12.5")), Some(Money(1250)));
        assert_eq!(Money::parse(&json!("12.345")), None);
        assert_eq!(Money::parse(&json!("1e3")), None);
        assert_eq!(Money::parse(&json!("")), None);
    }

    #[test]
    fn json_is_a_number_and_pages_group_thousands() {
        assert_eq!(serde_json::to_string(&Money(125_050)).expect("json"), "1250.5");
        assert_eq!(serde_json::to_string(&Money(300)).expect("json"), "3");
        assert_eq!(Money(125_000_050).to_string(), "1\u{a0}250\u{a0}000.50");
        assert_eq!(Money(-5).to_string(), "-0.05");
    }

    #[test]
    fn a_mean_is_rounded_and_nothing_is_zero() {
        assert_eq!(Money(100).divided_by(3), Money(33));
        assert_eq!(Money(100).divided_by(0), Money::ZERO);
    }
}
