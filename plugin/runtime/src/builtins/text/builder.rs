//! Builds a string piece by piece, up to the maximum length.

use boa_engine::{
    JsResult, JsString,
    string::{JsStr, JsStrVariant, Latin1JsStringBuilder, Utf16JsStringBuilder},
};

use super::{check_length, narrow};

/// A string under construction, with one byte per character as long as possible.
#[derive(Debug, Default)]
pub(in crate::builtins) struct Builder {
    narrow: Latin1JsStringBuilder,
    /// The whole text, from the first character on that needs two bytes.
    wide: Option<Utf16JsStringBuilder>,
}

impl Builder {
    /// Creates a builder with room for this many one-byte characters.
    ///
    /// # Errors
    /// A `RangeError` if that is more than [`super::MAX_LENGTH`].
    pub(in crate::builtins) fn with_capacity(length: usize) -> JsResult<Self> {
        check_length(length)?;
        Ok(Self { narrow: Latin1JsStringBuilder::with_capacity(length), wide: None })
    }

    pub(in crate::builtins) fn len(&self) -> usize {
        self.wide.as_ref().map_or(self.narrow.len(), Utf16JsStringBuilder::len)
    }

    /// Appends text.
    ///
    /// # Errors
    /// A `RangeError` if the string would become longer than [`super::MAX_LENGTH`].
    pub(in crate::builtins) fn push(&mut self, text: JsStr<'_>) -> JsResult<()> {
        check_length(self.len().saturating_add(text.len()))?;
        match (&mut self.wide, text.variant()) {
            (None, JsStrVariant::Latin1(bytes)) => self.narrow.extend_from_slice(bytes),
            (None, JsStrVariant::Utf16(units)) => match narrow(units) {
                Some(bytes) => self.narrow.extend_from_slice(&bytes),
                None => {
                    let mut wide: Utf16JsStringBuilder =
                        self.narrow.as_slice().iter().copied().map(u16::from).collect();
                    wide.extend_from_slice(units);
                    self.narrow = Latin1JsStringBuilder::new();
                    self.wide = Some(wide);
                }
            },
            (Some(wide), JsStrVariant::Latin1(bytes)) => wide.extend(bytes.iter().copied().map(u16::from)),
            (Some(wide), JsStrVariant::Utf16(units)) => wide.extend_from_slice(units),
        }
        Ok(())
    }

    /// Appends ASCII text.
    ///
    /// # Errors
    /// As [`Self::push`].
    pub(in crate::builtins) fn push_ascii(&mut self, text: &str) -> JsResult<()> {
        self.push(JsStr::latin1(text.as_bytes()))
    }

    pub(in crate::builtins) fn build(self) -> JsString {
        match self.wide {
            Some(wide) => wide.build(),
            // The engine takes over the memory if it is ASCII.
            None if self.narrow.as_slice().is_ascii() => self.narrow.build().unwrap_or_default(),
            None => JsString::from(JsStr::latin1(self.narrow.as_slice())),
        }
    }
}
