//! Helpers for parsers of plain text.

/// Returns at most 60 characters of a text, for error messages.
pub(crate) fn shortened(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Returns whether a text has no control characters other than tab, line feed and carriage return. PostgreSQL cannot store NUL in text.
pub(crate) fn is_prose(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
}
