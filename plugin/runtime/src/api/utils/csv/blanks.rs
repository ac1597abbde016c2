//! Removes blanks around quoted fields: a quote after a blank would not start a quoted field.

/// Returns the text without blanks (spaces and tabs) directly before and after quoted fields.
pub(super) fn around_quotes(text: &str, separator: u8, quote: u8) -> String {
    let is_end = |byte: u8| byte == separator || matches!(byte, b'\n' | b'\r');
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        let blanks = rest.bytes().take_while(|byte| is_blank(*byte, separator)).count();
        let mut length = blanks;
        if rest.as_bytes().get(blanks) == Some(&quote) {
            rest = rest.get(blanks..).unwrap_or_default();
            length = quoted(rest, quote);
            kept.push_str(rest.get(..length).unwrap_or(rest));
            rest = rest.get(length..).unwrap_or_default();
            length = rest.bytes().take_while(|byte| is_blank(*byte, separator)).count();
            if rest.as_bytes().get(length).is_none_or(|byte| is_end(*byte)) {
                rest = rest.get(length..).unwrap_or_default();
                length = 0;
            }
        }
        length += rest.bytes().skip(length).take_while(|byte| !is_end(*byte)).count();
        length = rest.len().min(length + 1);
        kept.push_str(rest.get(..length).unwrap_or(rest));
        rest = rest.get(length..).unwrap_or_default();
        if rest.is_empty() {
            return kept;
        }
    }
}

fn is_blank(byte: u8, separator: u8) -> bool {
    matches!(byte, b' ' | b'\t') && byte != separator
}

/// Returns the length in bytes of the quoted field at the beginning, with its quotes; that of the whole text if it is not closed.
fn quoted(text: &str, quote: u8) -> usize {
    let bytes = text.as_bytes();
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        at += 1;
        if *byte != quote {
            continue;
        }
        if bytes.get(at) != Some(&quote) {
            return at;
        }
        at += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::around_quotes;

    fn trimmed(text: &str) -> String {
        around_quotes(text, b',', b'"')
    }

    #[test]
    fn blanks_around_quoted_fields_are_removed() {
        assert_eq!(trimmed("id, name\n1, \"Smith\" ,\t\"a\""), "id, name\n1,\"Smith\",\"a\"");
        assert_eq!(trimmed(" \"a\" \r\n \"b\" "), "\"a\"\r\n\"b\"");
    }

    #[test]
    fn other_text_is_unchanged() {
        for text in
            ["", " ", "a , b", "\"a , \"\" , b\",c", "a \"b\" , c", "\"never, closed", "\"\u{e9}\"x, y", "\"a\" b,c"]
        {
            assert_eq!(trimmed(text), text);
        }
    }

    #[test]
    fn a_separator_may_be_a_blank() {
        assert_eq!(around_quotes("a\t \"b\"\t\"c\"", b'\t', b'"'), "a\t\"b\"\t\"c\"");
    }
}
