//! What several parsers of plain text have in common.

/// At most 60 characters of a text, for error messages.
pub(crate) fn shortened(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Whether a text can be stored as prose: no control characters but tab, line feed and carriage return.
/// PostgreSQL cannot store NUL in text at all.
pub(crate) fn is_prose(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
}
