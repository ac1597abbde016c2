//! Changes of a text that leave every other character where it is.

use crate::source::LINE_ENDS;

/// One change: a range of bytes and what stands there instead.
#[derive(Debug)]
struct Edit {
    start: usize,
    end: usize,
    text: String,
}

/// The changes of one text.
#[derive(Debug, Default)]
pub(super) struct Edits {
    edits: Vec<Edit>,
}

impl Edits {
    /// Puts spaces in the place of a range; its line ends and tabs stay.
    pub(super) fn blank(&mut self, start: usize, end: usize) {
        self.put(start, end, "");
    }

    /// Puts a text in the place of a range, and spaces where it is shorter. What is within a range that is put
    /// elsewhere too, is lost.
    pub(super) fn put(&mut self, start: usize, end: usize, text: impl Into<String>) {
        self.edits.push(Edit { start, end, text: text.into() });
    }

    /// Lets a range that ends here begin with a semicolon, since nothing else ends the statement any more.
    pub(super) fn end_statement(&mut self, end: usize) {
        let last = self.edits.iter_mut().filter(|edit| edit.end == end && edit.start < end && edit.text.is_empty());
        if let Some(last) = last.max_by_key(|edit| edit.start) {
            last.text.push(';');
        }
    }

    /// The text with all changes. Of two that overlap, the one that begins first counts.
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
    fn what_is_not_changed_stays_where_it_is() {
        let mut edits = Edits::default();
        edits.blank(5, 14); // up to the `5`
        edits.put(0, 3, "é");
        edits.blank(6, 8);
        assert_eq!(edits.apply("abc 12\n\t𝒳4\r5 z"), "é   1 \n\t  \r5 z");
    }

    #[test]
    fn a_statement_ends_in_the_last_range_before_its_end() {
        let mut edits = Edits::default();
        edits.blank(1, 3);
        edits.blank(3, 5);
        edits.end_statement(5);
        edits.end_statement(4);
        assert_eq!(edits.apply("x as B\n(c)"), "x  ; B\n(c)");
    }
}
