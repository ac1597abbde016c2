//! Splits a CLDR pattern into its fields, letters repeated to the width of the field, and quoted text.

/// A field, or the text between fields with its quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'p> {
    Field(char, usize),
    Literal(&'p str),
}

impl<'p> Piece<'p> {
    pub(super) const fn literal(self) -> &'p str {
        match self {
            Self::Literal(text) => text,
            Self::Field(..) => "",
        }
    }
}

/// Returns the pieces of a pattern.
pub(super) fn pieces(pattern: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let length = if first == '\'' {
            rest.get(1..).and_then(|quoted| quoted.find('\'')).map_or(rest.len(), |end| end + 2)
        } else if first.is_ascii_alphabetic() {
            rest.find(|sign| sign != first).unwrap_or(rest.len())
        } else {
            rest.find(|sign: char| sign == '\'' || sign.is_ascii_alphabetic()).unwrap_or(rest.len())
        };
        let (piece, after) = rest.split_at(length);
        pieces.push(if first.is_ascii_alphabetic() { Piece::Field(first, length) } else { Piece::Literal(piece) });
        rest = after;
    }
    pieces
}

/// The fields of a pattern with their widths, for `resolvedOptions`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fields(Vec<(char, usize)>);

impl Fields {
    pub(in crate::intl::date) fn of(pattern: &str) -> Self {
        let fields = pieces(pattern).into_iter().filter_map(|piece| match piece {
            Piece::Field(letter, width) => Some((letter, width)),
            Piece::Literal(_) => None,
        });
        Self(fields.collect())
    }

    /// Returns the width of the first field with one of these letters.
    pub(crate) fn width(&self, letters: &[char]) -> Option<usize> {
        self.0.iter().find(|(letter, _)| letters.contains(letter)).map(|(_, width)| *width)
    }

    /// Returns the hour cycle.
    pub(crate) fn hours(&self) -> Option<&'static str> {
        self.0.iter().find_map(|(letter, _)| match letter {
            'K' => Some("h11"),
            'h' => Some("h12"),
            'H' => Some("h23"),
            'k' => Some("h24"),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_text_has_no_fields() {
        let fields = Fields::of("d 'de' MMMM 'o''clock' HH:mm");
        assert_eq!(fields.0, [('d', 1), ('M', 4), ('H', 2), ('m', 2)]);
        assert_eq!((fields.hours(), fields.width(&['L', 'M'])), (Some("h23"), Some(4)));
        assert_eq!(Fields::of("'never closed yyyy").0, []);
    }
}
