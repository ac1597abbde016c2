//! Cursors: the position of an entry in a list as a short text for URLs. A cursor has the sort key of the entry, and its id to order
//! entries with equal keys. Cursors are opaque to clients; the format may change.

use std::fmt;

use uuid::Uuid;

use crate::Timestamp;

/// Maximum length of a text key in characters. No name is longer.
const MOST_TEXT: usize = 1_000;

/// The position of an entry in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    key: CursorKey,
    id: Uuid,
}

/// The sort key of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CursorKey {
    /// A time.
    Time(Timestamp),
    /// A text.
    Text(String),
    /// A number that is unique in the list.
    Number(i64),
}

/// The kind of sort key of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CursorKind {
    /// Times.
    Time,
    /// Texts.
    Text,
    /// Numbers.
    Number,
}

/// The text is not a cursor of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor of this list; send `next` or `previous` of an earlier response unchanged")]
pub struct InvalidCursor;

impl Cursor {
    /// Creates a cursor with a time as the sort key.
    #[must_use]
    pub const fn of_time(time: Timestamp, id: Uuid) -> Self {
        Self { key: CursorKey::Time(time), id }
    }

    /// Creates a cursor with a text as the sort key.
    #[must_use]
    pub const fn of_text(text: String, id: Uuid) -> Self {
        Self { key: CursorKey::Text(text), id }
    }

    /// Creates a cursor with a unique number as the sort key.
    #[must_use]
    pub const fn of_number(number: i64) -> Self {
        Self { key: CursorKey::Number(number), id: Uuid::nil() }
    }

    /// Returns the sort key.
    #[must_use]
    pub const fn key(&self) -> &CursorKey {
        &self.key
    }

    /// Returns the id, which orders entries with equal keys.
    #[must_use]
    pub const fn id(&self) -> Uuid {
        self.id
    }

    /// Parses the output of [`Display`](fmt::Display), for a list with this kind of key.
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

/// Decodes a text from the hexadecimal digits of its bytes. Rejects NUL, which PostgreSQL cannot store.
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
    fn cursors_round_trip_as_text() {
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
    fn any_other_text_is_rejected() {
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
