//! Steps over what stands between two tokens. The parser has read the text before, so it is known to be right.

/// Where the next token begins: behind blanks and comments.
pub(super) fn after_trivia(text: &str, mut at: usize) -> usize {
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let token = rest.trim_start_matches(|sign: char| sign.is_whitespace() || sign == '\u{feff}');
        at += rest.len() - token.len();
        let comment = if token.starts_with("//") {
            token.find(['\n', '\r', '\u{2028}', '\u{2029}'])
        } else if token.starts_with("/*") {
            token.find("*/").map(|end| end + 2)
        } else {
            return at;
        };
        at += comment.unwrap_or(token.len());
    }
}

/// The word that begins here; empty when there is none.
pub(super) fn word(text: &str, at: usize) -> &str {
    let rest = text.get(at..).unwrap_or_default();
    let end = rest.find(|sign: char| !(sign.is_alphanumeric() || matches!(sign, '_' | '$'))).unwrap_or(rest.len());
    &rest[..end]
}

pub(super) fn has_line_end(text: &str) -> bool {
    text.contains(['\n', '\r', '\u{2028}', '\u{2029}'])
}
