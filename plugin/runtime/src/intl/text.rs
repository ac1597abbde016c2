//! Formatted text with the kind of each piece, as in `formatToParts`.

use std::fmt;

use writeable::{Part, PartsWrite, TryWriteable, Writeable};

/// The kind of a piece, as in `formatToParts`: `integer`, `month`, `literal`.
pub(crate) type Kind = &'static str;

/// The kind of text between the other pieces.
pub(crate) const LITERAL: Kind = "literal";

/// Text in pieces.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Text {
    text: String,
    /// End and kind of each piece. Adjacent pieces differ in kind.
    ends: Vec<(usize, Kind)>,
}

impl Text {
    /// Creates a text of one piece.
    pub(crate) fn of(kind: Kind, text: &str) -> Self {
        let mut whole = Self::default();
        whole.push(kind, text);
        whole
    }

    /// Writes the output of a formatter, with the kinds that it reports.
    pub(crate) fn written(formatted: &impl Writeable) -> Self {
        let mut writer = Writer::default();
        // Writing to memory does not fail.
        let _ = formatted.write_to_parts(&mut writer);
        writer.text
    }

    /// Writes the output of a date formatter, in which each number is one piece.
    pub(crate) fn written_date(formatted: &impl TryWriteable) -> Self {
        let mut writer = Writer { outermost: true, ..Writer::default() };
        // All names were loaded.
        let _ = formatted.try_write_to_parts(&mut writer);
        writer.text
    }

    pub(crate) fn push(&mut self, kind: Kind, text: &str) {
        if text.is_empty() {
            return;
        }
        self.text.push_str(text);
        match self.ends.last_mut() {
            Some((end, last)) if *last == kind => *end = self.text.len(),
            _ => self.ends.push((self.text.len(), kind)),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn into_string(self) -> String {
        self.text
    }

    pub(crate) fn pieces(&self) -> impl Iterator<Item = (Kind, &str)> {
        let mut start = 0;
        self.ends.iter().map(move |(end, kind)| {
            let piece = self.text.get(start..*end).unwrap_or_default();
            start = *end;
            (*kind, piece)
        })
    }

    /// Splits the literals into other pieces.
    pub(crate) fn with_literals(&self, mut cut: impl FnMut(&str, &mut Self)) -> Self {
        let mut whole = Self::default();
        for (kind, piece) in self.pieces() {
            if kind == LITERAL { cut(piece, &mut whole) } else { whole.push(kind, piece) }
        }
        whole
    }
}

impl Writeable for Text {
    fn write_to_parts<S: PartsWrite + ?Sized>(&self, sink: &mut S) -> fmt::Result {
        for (kind, piece) in self.pieces() {
            sink.with_part(Part { category: "text", value: kind }, |sink| fmt::Write::write_str(sink, piece))?;
        }
        Ok(())
    }
}

/// Collects the output of a formatter. Of nested parts, the innermost or the outermost counts.
#[derive(Debug, Default)]
struct Writer {
    text: Text,
    open: Vec<Kind>,
    outermost: bool,
}

impl fmt::Write for Writer {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let kind = if self.outermost { self.open.first() } else { self.open.last() };
        self.text.push(kind.copied().unwrap_or(LITERAL), text);
        Ok(())
    }
}

impl PartsWrite for Writer {
    type SubPartsWrite = Self;

    fn with_part(&mut self, part: Part, mut write: impl FnMut(&mut Self) -> fmt::Result) -> fmt::Result {
        self.open.push(part.value);
        let result = write(self);
        self.open.pop();
        result
    }
}

/// Splits a literal into the spaces around it and the rest, which has the given kind.
pub(crate) fn split_spaces(literal: &str, kind: Kind, out: &mut Text) {
    let inner = literal.trim();
    let start = literal.find(inner).unwrap_or_default();
    out.push(LITERAL, literal.get(..start).unwrap_or_default());
    out.push(kind, inner);
    out.push(LITERAL, literal.get(start + inner.len()..).unwrap_or_default());
}
