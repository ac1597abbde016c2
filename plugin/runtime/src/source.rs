//! Checks of source text before parsing, and lookups of positions in it.
//!
//! Both parsers, the engine's and oxc, recurse on the native stack, so the depth of brackets must be bounded before they
//! run. The scan knows strings, comments, templates and regular expressions well enough to never refuse ordinary code; text
//! that it misreads is still bounded by the worker's stack.

mod scan;

use std::cell::Cell;

use crate::{
    fault,
    protocol::{Fault, Limits},
};

pub(crate) use scan::{Token, Tokens};

/// Returns a source without its byte order mark, which no column counts.
#[must_use]
pub(crate) fn text_of(source: &str) -> &str {
    source.strip_prefix('\u{feff}').unwrap_or(source)
}

/// Refuses a source that is too large or too deeply nested.
///
/// # Errors
/// `SOURCE_TOO_LARGE` or `SOURCE_TOO_NESTED`, the latter with the position of the first bracket over the limit.
pub(crate) fn check_size(source: &str, limits: &Limits) -> Result<(), Fault> {
    if source.len() > limits.source_bytes {
        return Err(fault::SOURCE_TOO_LARGE.fault(format!(
            "the script has {} bytes; the limit is {} bytes",
            source.len(),
            limits.source_bytes
        )));
    }
    let mut depth = 0usize;
    for (at, token) in Tokens::new(source) {
        match token {
            Token::Open(_) => depth += 1,
            Token::Close => depth = depth.saturating_sub(1),
            Token::Word(_) | Token::Other(_) => {}
        }
        if depth > limits.nesting {
            let message = format!("brackets are nested more than {} deep", limits.nesting);
            return Err(fault_at(fault::SOURCE_TOO_NESTED, &message, source, at));
        }
    }
    Ok(())
}

/// Returns a fault at a byte offset.
#[must_use]
pub(crate) fn fault_at(code: fault::Code, message: &str, source: &str, at: usize) -> Fault {
    let (line, column) = position(source, at);
    locate(code.fault(message), source, line, column)
}

/// Sets the place of a fault: 1-based line and column, and the text of the line.
#[must_use]
pub(crate) fn locate(fault: Fault, source: &str, line: u32, column: u32) -> Fault {
    Fault { line: Some(line), column: Some(column), source_line: line_text(source, line), ..fault }
}

/// Returns the text of a 1-based line, cut to a printable length.
#[must_use]
pub(crate) fn line_text(source: &str, line: u32) -> Option<String> {
    Lines::of(source).text(line)
}

/// Returns the 1-based line and column of a byte offset; columns are counted in characters.
#[must_use]
pub(crate) fn position(source: &str, at: usize) -> (u32, u32) {
    Lines::of(source).position(at)
}

/// Index of the lines of a source, for several lookups.
#[derive(Debug)]
pub(crate) struct Lines<'s> {
    source: &'s str,
    starts: Vec<usize>,
    /// Offset and column of the last lookup: in a long line the next lookup is usually close to it.
    last: Cell<(usize, usize)>,
}

impl<'s> Lines<'s> {
    /// Indexes a source.
    #[must_use]
    pub(crate) fn of(source: &'s str) -> Self {
        Self { source, starts: std::iter::once(0).chain(line_ends(source)).collect(), last: Cell::new((0, 1)) }
    }

    /// Returns the 1-based line and column of a byte offset; columns are counted in characters.
    #[must_use]
    pub(crate) fn position(&self, at: usize) -> (u32, u32) {
        let line = self.starts.partition_point(|start| *start <= at);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or_default();
        let last = self.last.get();
        let (from, before) = if (start..=at).contains(&last.0) { last } else { (start, 1) };
        let column = before + self.source.get(from..at).unwrap_or_default().chars().count();
        if self.source.is_char_boundary(at) {
            self.last.set((at, column));
        }
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        (number(line), number(column))
    }

    /// Returns the text of a 1-based line, cut to a printable length.
    #[must_use]
    pub(crate) fn text(&self, line: u32) -> Option<String> {
        let start = *self.starts.get(usize::try_from(line).ok()?.checked_sub(1)?)?;
        let text = self.source.get(start..)?;
        if text.is_empty() && start > 0 {
            return None;
        }
        let end = text.find(LINE_ENDS).unwrap_or(text.len());
        Some(text[..end].chars().take(500).collect())
    }
}

/// The line terminators of JavaScript.
pub(crate) const LINE_ENDS: [char; 4] = ['\n', '\r', '\u{2028}', '\u{2029}'];

/// Returns the offsets after the line terminators.
fn line_ends(source: &str) -> impl Iterator<Item = usize> {
    source.match_indices(LINE_ENDS).filter_map(|(at, end)| {
        let after = at + end.len();
        (end != "\r" || !source[after..].starts_with('\n')).then_some(after)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_deep_nesting_is_refused_with_position() {
        let limits = Limits { nesting: 2, ..Limits::default() };
        assert_eq!(check_size("[[1], '[[[']", &limits), Ok(()));
        let fault = check_size("let a =\n  [[[1]]]", &limits).unwrap_err();
        assert_eq!((fault.code.as_str(), fault.line, fault.column), ("SOURCE_TOO_NESTED", Some(2), Some(5)));
        assert_eq!(fault.source_line.as_deref(), Some("  [[[1]]]"));
    }

    #[test]
    fn all_line_terminators_of_javascript_end_lines() {
        let source = "a\r\nbé\rc\u{2028}𝒳d\n";
        let at = |part: &str| position(source, source.find(part).unwrap());
        assert_eq!([at("a"), at("é"), at("c"), at("d")], [(1, 1), (2, 2), (3, 1), (4, 2)]);
        assert_eq!(position(source, source.len()), (5, 1));
        let lines: Vec<_> = (0..7).map(|line| line_text(source, line)).collect();
        let texts: Vec<_> = lines.iter().map(Option::as_deref).collect();
        assert_eq!(texts, [None, Some("a"), Some("bé"), Some("c"), Some("𝒳d"), None, None]);
        assert_eq!(line_text("", 1).as_deref(), Some(""));
    }

    #[test]
    fn size_is_counted_in_bytes() {
        let limits = Limits { source_bytes: 3, ..Limits::default() };
        assert_eq!(check_size("éé", &limits).unwrap_err().code, "SOURCE_TOO_LARGE");
    }
}
