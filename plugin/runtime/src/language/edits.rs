//! Edits of a text that leave every other character in its place.

use crate::source::LINE_ENDS;

/// One edit: a range of bytes and its replacement.
#[derive(Debug)]
struct Edit {
    start: usize,
    end: usize,
    text: String,
}

/// The edits of one text.
#[derive(Debug, Default)]
pub(super) struct Edits {
    edits: Vec<Edit>,
}

impl Edits {
    /// Replaces a range by spaces; its line ends and tabs stay.
    pub(super) fn blank(&mut self, start: usize, end: usize) {
        self.put(start, end, "");
    }

    /// Replaces a range by a text, padded with spaces if it is shorter. Of overlapping edits, only the one that begins
    /// first is applied.
    pub(super) fn put(&mut self, start: usize, end: usize, text: impl Into<String>) {
        self.edits.push(Edit { start, end, text: text.into() });
    }

    /// Adds a semicolon at the beginning of the range that ends here, because nothing else ends the statement any more.
    pub(super) fn end_statement(&mut self, end: usize) {
        let last = self.edits.iter_mut().filter(|edit| edit.end == end && edit.start < end && edit.text.is_empty());
        if let Some(last) = last.max_by_key(|edit| edit.start) {
            last.text.push(';');
        }
    }

    /// Returns the text with all edits applied. If two overlap, the one that begins first is applied.
    pub(super) fn apply(mut self, text: &str) -> String {
        self.edits.sort_by_key(|edit| (edit.start, usize::MAX - edit.end));
        let mut changed = String::with_capacity(text.len());
        let mut at = 0;
        for edit in self.edits {
            if edit.start < at {
                continue;
            }
            changed.push_str(text.get(at..edit.start).unwrap_or_default());
            changed.push_str(&edit.text);
            let mut covered = edit.text.chars().count();
            for sign in text.get(edit.start..edit.end).unwrap_or_default().chars() {
                match sign {
                    _ if LINE_ENDS.contains(&sign) => changed.push(sign),
                    _ if covered > 0 => covered -= 1,
                    '\t' => changed.push('\t'),
                    _ => changed.push(' '),
                }
            }
            at = edit.end;
        }
        changed.push_str(text.get(at..).unwrap_or_default());
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unchanged_text_keeps_its_position() {
        let mut edits = Edits::default();
        edits.blank(5, 14); // up to the `5`
        edits.put(0, 3, "é");
        edits.blank(6, 8);
        assert_eq!(edits.apply("abc 12\n\t𝒳4\r5 z"), "é   1 \n\t  \r5 z");
    }

    #[test]
    fn end_statement_marks_the_last_range_before_it() {
        let mut edits = Edits::default();
        edits.blank(1, 3);
        edits.blank(3, 5);
        edits.end_statement(5);
        edits.end_statement(4);
        assert_eq!(edits.apply("x as B\n(c)"), "x  ; B\n(c)");
    }
}
