//! The place of an entry in a list, as a short text for addresses: the key that the list is sorted by, and the id that settles
//! what is equal. Clients take it as it is; what it says is nobody's business but ours.

use std::fmt;

use uuid::Uuid;

use crate::Timestamp;

/// The most characters of a key that is text: no name is longer.
const MOST_TEXT: usize = 1_000;

/// The place of an entry in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    key: CursorKey,
    id: Uuid,
}

/// What a list is sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CursorKey {
    /// A moment.
    Time(Timestamp),
    /// A text.
    Text(String),
    /// A number, which is unique by itself.
    Number(i64),
}

/// The kind of key that a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CursorKind {
    /// Moments.
    Time,
    /// Texts.
    Text,
    /// Numbers.
    Number,
}

/// A text that is no cursor of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor of this list; send `next` or `previous` of an earlier answer unchanged")]
pub struct InvalidCursor;

impl Cursor {
    /// Of an entry that is sorted by a moment.
    #[must_use]
    pub const fn of_time(time: Timestamp, id: Uuid) -> Self {
        Self { key: CursorKey::Time(time), id }
    }

    /// Of an entry that is sorted by a text.
    #[must_use]
    pub const fn of_text(text: String, id: Uuid) -> Self {
        Self { key: CursorKey::Text(text), id }
    }

    /// Of an entry that is sorted by a number of its own.
    #[must_use]
    pub const fn of_number(number: i64) -> Self {
        Self { key: CursorKey::Number(number), id: Uuid::nil() }
    }

    /// What the list is sorted by.
    #[must_use]
    pub const fn key(&self) -> &CursorKey {
        &self.key
    }

    /// What settles equal keys.
    #[must_use]
    pub const fn id(&self) -> Uuid {
        self.id
    }

    /// Reads what [`Display`](fmt::Display) wrote, for a list with this kind of key.
    ///
    /// # Errors
    /// [`InvalidCursor`] for any other text.
    ///
    /// ```
    /// use iota_scripts_domain::{Cursor, CursorKind, Timestamp};
    /// let cursor = Cursor::of_time(Timestamp::from_micros(7), uuid::Uuid::nil());
    /// assert_eq!(Cursor::parse(&cursor.to_string(), CursorKind::Time), Ok(cursor.clone()));
    /// assert!(Cursor::parse(&cursor.to_string(), CursorKind::Text).is_err());
    /// assert!(Cursor::parse("' OR 1=1", CursorKind::Time).is_err());
    /// ```
    pub fn parse(text: &str, kind: CursorKind) -> Result<Self, InvalidCursor> {
        let read = || {
            let (key, id) = text.split_once('.')?;
            let id = Uuid::try_parse(id).ok()?;
            let key = match kind {
                CursorKind::Time => CursorKey::Time(time(key.strip_prefix('t')?)?),
                CursorKind::Text => CursorKey::Text(plain(key.strip_prefix('x')?)?),
                CursorKind::Number => CursorKey::Number(key.strip_prefix('n')?.parse().ok()?),
            };
            Some(Self { key, id })
        };
        read().ok_or(InvalidCursor)
    }
}

fn time(text: &str) -> Option<Timestamp> {
    let micros: i64 = text.parse().ok()?;
    Some(Timestamp::from_micros(micros)).filter(|time| time.as_micros() == micros)
}

/// A text by the hexadecimal digits of its bytes. PostgreSQL can have no NUL in it.
fn plain(digits: &str) -> Option<String> {
    if digits.len() > 8 * MOST_TEXT || !digits.is_ascii() || digits.len() % 2 == 1 {
        return None;
    }
    let byte = |at: usize| {
        let pair = digits.get(at..at + 2).filter(|pair| pair.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
        u8::from_str_radix(pair, 16).ok().filter(|byte| *byte != 0)
    };
    let bytes: Option<Vec<u8>> = (0..digits.len()).step_by(2).map(byte).collect();
    String::from_utf8(bytes?).ok()
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.key {
            CursorKey::Time(time) => write!(f, "t{}", time.as_micros())?,
            CursorKey::Number(number) => write!(f, "n{number}")?,
            CursorKey::Text(text) => {
                f.write_str("x")?;
                for byte in text.as_bytes() {
                    write!(f, "{byte:02x}")?;
                }
            }
        }
        write!(f, ".{}", self.id.simple())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_was_written() {
        let id = Uuid::from_u128(7);
        let cursors = [
            (Cursor::of_time(Timestamp::from_micros(-5), id), CursorKind::Time),
            (Cursor::of_text("ёлка & b".into(), id), CursorKind::Text),
            (Cursor::of_text(String::new(), id), CursorKind::Text),
            (Cursor::of_number(12), CursorKind::Number),
        ];
        for (cursor, kind) in cursors {
            let text = cursor.to_string();
            assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte)), "{text}");
            assert_eq!(Cursor::parse(&text, kind), Ok(cursor));
        }
    }

    #[test]
    fn any_other_text_is_no_cursor() {
        let id = Uuid::nil().simple();
        let texts = ["", ".", "t1", "1", &format!("t1.{id}x"), &format!("tx.{id}"), &format!("t{}.{id}", i64::MAX)];
        for text in texts {
            assert_eq!(Cursor::parse(text, CursorKind::Time), Err(InvalidCursor), "{text}");
        }
        for digits in ["0", "00", "ff", "zz", "é", "+1", &"61".repeat(10_000)] {
            assert_eq!(Cursor::parse(&format!("x{digits}.{id}"), CursorKind::Text), Err(InvalidCursor), "{digits}");
        }
        assert_eq!(Cursor::parse(&format!("n1.5.{id}"), CursorKind::Number), Err(InvalidCursor));
    }
}
