//! Numbers as their decimal digits, so that none gets lost between a database and a page.

use crate::locale::Locale;

/// Digits of a number, written or left out: what is longer is no number that anybody formats.
const MOST_DIGITS: usize = 1_000;

/// A number in decimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decimal {
    negative: bool,
    /// Before the point; without zeros in front, and empty for none.
    whole: String,
    /// Behind the point.
    decimals: String,
}

impl Decimal {
    /// Reads `-1234.50` or `1.5e-7`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (text, negative) = match text.strip_prefix('-') {
            Some(rest) => (rest, true),
            None => (text.strip_prefix('+').unwrap_or(text), false),
        };
        let (digits, exponent) = match text.split_once(['e', 'E']) {
            Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
        let are_digits = |part: &str| part.bytes().all(|sign| sign.is_ascii_digit());
        let length = whole.len() + decimals.len();
        if length == 0 || length > MOST_DIGITS || !are_digits(whole) || !are_digits(decimals) {
            return None;
        }
        let number = Self { negative, whole: whole.to_owned(), decimals: decimals.to_owned() };
        (exponent.unsigned_abs() as usize <= MOST_DIGITS).then(|| number.shifted(exponent))
    }

    /// The number times so many tens.
    pub(super) fn shifted(mut self, places: i32) -> Self {
        let count = places.unsigned_abs() as usize;
        if places >= 0 {
            while self.decimals.len() < count {
                self.decimals.push('0');
            }
            let rest = self.decimals.split_off(count);
            self.whole.push_str(&self.decimals);
            self.decimals = rest;
        } else {
            let missing = count.saturating_sub(self.whole.len());
            let mut whole = "0".repeat(missing) + &self.whole;
            let moved = whole.split_off(whole.len() - count);
            self.whole = whole;
            self.decimals.insert_str(0, &moved);
        }
        self.trimmed()
    }

    fn trimmed(mut self) -> Self {
        let zeros = self.whole.bytes().take_while(|digit| *digit == b'0').count();
        self.whole.drain(..zeros);
        self
    }

    /// With at least so many decimals and at most so many; half is rounded away from zero. Without a most, all stay.
    pub(super) fn rounded(mut self, least: u32, most: Option<u32>) -> Self {
        if let Some(most) = most.map(|most| most as usize)
            && self.decimals.len() > most
        {
            let up = self.decimals.as_bytes()[most] >= b'5';
            self.decimals.truncate(most);
            if up {
                self.add_one();
            }
        }
        if most.is_some() {
            while self.decimals.len() > least as usize && self.decimals.ends_with('0') {
                self.decimals.pop();
            }
        }
        while self.decimals.len() < least as usize {
            self.decimals.push('0');
        }
        self
    }

    /// Adds one in the last place.
    fn add_one(&mut self) {
        let places = self.decimals.len();
        let mut digits: Vec<u8> = self.whole.bytes().chain(self.decimals.bytes()).collect();
        let mut carry = true;
        for digit in digits.iter_mut().rev() {
            carry = *digit == b'9';
            *digit = if carry { b'0' } else { *digit + 1 };
            if !carry {
                break;
            }
        }
        if carry {
            digits.insert(0, b'1');
        }
        let mut digits = String::from_utf8(digits).unwrap_or_default();
        self.decimals = digits.split_off(digits.len() - places);
        self.whole = digits;
    }

    /// Whether a minus stands before it; none stands before zero.
    pub(super) fn is_negative(&self) -> bool {
        self.negative && self.whole.bytes().chain(self.decimals.bytes()).any(|digit| digit != b'0')
    }

    /// Writes it without its sign.
    pub(super) fn write(&self, locale: &Locale, grouping: bool, out: &mut String) {
        if self.whole.is_empty() {
            out.push('0');
        }
        for (index, digit) in self.whole.char_indices() {
            let left = self.whole.len() - index;
            if grouping && index > 0 && left.is_multiple_of(3) {
                out.push_str(locale.group);
            }
            out.push(digit);
        }
        if !self.decimals.is_empty() {
            out.push_str(locale.point);
            out.push_str(&self.decimals);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str, least: u32, most: Option<u32>) -> String {
        let number = Decimal::parse(text).unwrap().rounded(least, most);
        let mut out = if number.is_negative() { "-".to_owned() } else { String::new() };
        number.write(<&Locale>::default(), true, &mut out);
        out
    }

    #[test]
    fn numbers_are_rounded_at_their_decimals() {
        assert_eq!(shown("1234567.891", 0, Some(2)), "1,234,567.89");
        assert_eq!(shown("999.995", 2, Some(2)), "1,000.00");
        assert_eq!(shown("-0.004", 2, Some(2)), "0.00");
        assert_eq!(shown("1.5e-7", 0, None), "0.00000015");
        assert_eq!(shown("1e21", 0, Some(3)), "1,000,000,000,000,000,000,000");
        assert_eq!(shown("12.5000", 0, None), "12.5000");
        assert_eq!(shown("0012", 1, Some(3)), "12.0");
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", "-", ".", "1,5", "1 000", "0x10", "1e", "1e9999", "Infinity", "٣"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_digit_gets_lost(whole in "[1-9][0-9]{0,30}", decimals in "[0-9]{0,30}") {
            let text = if decimals.is_empty() { whole.clone() } else { format!("{whole}.{decimals}") };
            prop_assert_eq!(shown(&text, 0, None).replace(',', ""), text);
        }

        #[test]
        fn rounding_is_that_of_exact_numbers(cents in -1_000_000_000_i64..1_000_000_000, places in 0_u32..3) {
            let text = format!("{}{}.{:02}", if cents < 0 { "-" } else { "" }, cents.abs() / 100, cents.abs() % 100);
            let unit = 10_i64.pow(2 - places);
            let rounded = (cents.abs() + unit / 2) / unit;
            let least = 10_i64.pow(places);
            let digits = usize::try_from(places).unwrap();
            let expected = if places == 0 { rounded.to_string() } else { format!("{}.{:0digits$}", rounded / least, rounded % least) };
            let sign = if cents < 0 && rounded != 0 { "-" } else { "" };
            prop_assert_eq!(shown(&text, places, Some(places)).replace(',', ""), format!("{sign}{expected}"));
        }
    }
}
