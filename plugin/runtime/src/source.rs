//! Checks of source text before the parser sees it, and lookups in it afterwards.
//!
//! The parser recurses on the native stack, so the depth of brackets is bounded first. The scan knows strings,
//! comments, templates and regular expressions well enough to never refuse ordinary code; it is no parser, and text
//! that it misreads is still bounded by the worker's stack.

mod names;
mod scan;

use crate::{
    fault,
    protocol::{Fault, Limits},
};

pub(crate) use names::{called_services, declared_functions};
pub(crate) use scan::{Token, Tokens};

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
            let (line, column) = position(source, at);
            let message = format!("brackets are nested more than {} deep", limits.nesting);
            return Err(locate(fault::SOURCE_TOO_NESTED.fault(message), source, line, column));
        }
    }
    Ok(())
}

/// Fills in where a fault is, as 1-based line and column with the text of the line.
#[must_use]
pub(crate) fn locate(fault: Fault, source: &str, line: u32, column: u32) -> Fault {
    Fault { line: Some(line), column: Some(column), source_line: line_text(source, line), ..fault }
}

/// The text of a 1-based line, cut to a printable length.
#[must_use]
pub(crate) fn line_text(source: &str, line: u32) -> Option<String> {
    let index = usize::try_from(line).ok()?.checked_sub(1)?;
    source.lines().nth(index).map(|text| text.chars().take(500).collect())
}

/// The 1-based line and column of a byte offset.
fn position(source: &str, at: usize) -> (u32, u32) {
    let before = &source[..at];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
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
    fn size_is_counted_in_bytes() {
        let limits = Limits { source_bytes: 3, ..Limits::default() };
        assert_eq!(check_size("éé", &limits).unwrap_err().code, "SOURCE_TOO_LARGE");
    }
}
