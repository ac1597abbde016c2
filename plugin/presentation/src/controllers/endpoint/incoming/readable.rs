//! Checks whether a JSON text can be represented in a script. A quick scan accepts most texts; only the others are
//! parsed.

use memchr::{memchr2_iter, memmem};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};

/// The maximum number of consecutive digits of a number within the range of doubles.
const DIGITS: usize = 308;

/// Rejects strings and numbers that a script cannot represent: a lone surrogate (`"\ud800"`), a number out of range
/// (`1e400`).
///
/// # Errors
/// serde's reason, with line and column.
pub(super) fn check(json: &str) -> serde_json::Result<()> {
    if !is_suspect(json.as_bytes()) {
        return Ok(());
    }
    serde_json::from_str(json).map(|Readable| ())
}

/// Checks whether a JSON text contains escapes, exponents or very long numbers, or something that looks like them.
fn is_suspect(json: &[u8]) -> bool {
    memmem::find(json, b"\\u").is_some()
        || memchr2_iter(b'e', b'E', json).any(|at| is_exponent(json, at))
        || has_long_number(json)
}

fn is_exponent(json: &[u8], at: usize) -> bool {
    let is = |at: Option<usize>, fits: fn(&u8) -> bool| at.and_then(|at| json.get(at)).is_some_and(fits);
    is(at.checked_sub(1), u8::is_ascii_digit) && is(Some(at + 1), |byte| matches!(byte, b'0'..=b'9' | b'+' | b'-'))
}

/// Every longer run of digits has a byte whose index is a multiple of 308.
fn has_long_number(json: &[u8]) -> bool {
    let is_long = |at: usize| {
        let after = json[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let before = json[..at].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        before + after > DIGITS
    };
    (0..json.len()).step_by(DIGITS).any(|at| json[at].is_ascii_digit() && is_long(at))
}

/// JSON whose strings and numbers a script can represent: no lone surrogate (`"\ud800"`), no number out of range
/// (`1e400`).
struct Readable;

impl<'de> Deserialize<'de> for Readable {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Readable {
    type Value = Self;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self, A::Error> {
        while items.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self, A::Error> {
        while members.next_entry::<Self, Self>()?.is_some() {}
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn unrepresentable_values_are_rejected_anywhere() {
        let long = |digits: usize| format!("[{}, {}]", "1,".repeat(700) + "2", "9".repeat(digits));
        for fine in ["[1e5]", r#"{"e":1,"E1":"1e999","note":2}"#, r#""\u0041""#, r#""\ud83d\ude00""#, &long(308)] {
            assert!(check(fine).is_ok(), "{fine}");
        }
        for rejection in ["[1e400]", "[-1E+400]", "1.5e999", r#"["\ud800"]"#, &long(400), &"8".repeat(320)] {
            assert!(check(rejection).is_err(), "{rejection}");
        }
    }

    proptest! {
        #[test]
        fn a_text_that_is_not_suspect_is_readable(json in r#"\[(-?[0-9]{1,400}(\.[0-9]{1,3})?([eE][+-]?[0-9]{1,4})?|"[e0-9]{0,9}")\]"#) {
            let is_readable = serde_json::from_str::<Readable>(&json).is_ok();
            if serde_json::from_str::<&serde_json::value::RawValue>(&json).is_ok() {
                prop_assert_eq!(check(&json).is_ok(), is_readable);
            }
        }
    }
}
