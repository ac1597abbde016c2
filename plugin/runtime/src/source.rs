//! Checks of source text before a parser sees it, and lookups in it afterwards.
//!
//! Both parsers, of the engine and of authors' texts, recurse on the native stack, so the depth of brackets is bounded first, by
//! a scan of our own: what a parser would find out comes too late. The scan knows strings, comments, templates and regular
//! expressions well enough to never refuse ordinary code; text that it misreads is still bounded by the worker's stack.

mod scan;

use std::cell::Cell;

use crate::{
    fault,
    protocol::{Fault, Limits},
};

pub(crate) use scan::{Token, Tokens};

/// A source without the mark that some editors put before its first line: no column counts it.
#[must_use]
pub(crate) fn text_of(source: &str) -> &str {
    source.strip_prefix('\u{feff}').unwrap_or(source)
}

/// Refuses a source that is too large or too deeply nested.
///
/// # Errors
/// `SOURCE_TOO_LARGE` or `SOURCE_TOO_NESTED`, the latter with the position of the bracket that is one too many.
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

/// A fault at a byte offset.
#[must_use]
pub(crate) fn fault_at(code: fault::Code, message: &str, source: &str, at: usize) -> Fault {
    let (line, column) = position(source, at);
    locate(code.fault(message), source, line, column)
}

/// Fills in where a fault is, as 1-based line and column with the text of the line.
#[must_use]
pub(crate) fn locate(fault: Fault, source: &str, line: u32, column: u32) -> Fault {
    Fault { line: Some(line), column: Some(column), source_line: line_text(source, line), ..fault }
}

/// The text of a 1-based line, cut to a printable length.
#[must_use]
pub(crate) fn line_text(source: &str, line: u32) -> Option<String> {
    Lines::of(source).text(line)
}

/// The 1-based line and column of a byte offset; columns are counted in characters.
#[must_use]
pub(crate) fn position(source: &str, at: usize) -> (u32, u32) {
    Lines::of(source).position(at)
}

/// Where the lines of a source begin, for whoever asks for many places of it.
#[derive(Debug)]
pub(crate) struct Lines<'s> {
    source: &'s str,
    starts: Vec<usize>,
    /// The place that was asked for last and its column: in a long line the next one is seldom far behind it.
    last: Cell<(usize, usize)>,
}

impl<'s> Lines<'s> {
    /// Reads the source once.
    #[must_use]
    pub(crate) fn of(source: &'s str) -> Self {
        Self { source, starts: std::iter::once(0).chain(line_ends(source)).collect(), last: Cell::new((0, 1)) }
    }

    /// The 1-based line and column of a byte offset; columns are counted in characters.
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

    /// The text of a 1-based line, cut to a printable length.
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

/// What ends a line of JavaScript.
pub(crate) const LINE_ENDS: [char; 4] = ['\n', '\r', '\u{2028}', '\u{2029}'];

/// The places behind the ends of lines.
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
    fn nesting_is_refused_where_it_goes_too_deep() {
        let limits = Limits { nesting: 2, ..Limits::default() };
        assert_eq!(check_size("[[1], '[[[']", &limits), Ok(()));
        let fault = check_size("let a =\n  [[[1]]]", &limits).unwrap_err();
        assert_eq!((fault.code.as_str(), fault.line, fault.column), ("SOURCE_TOO_NESTED", Some(2), Some(5)));
        assert_eq!(fault.source_line.as_deref(), Some("  [[[1]]]"));
    }

    #[test]
    fn lines_end_as_the_language_says() {
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
