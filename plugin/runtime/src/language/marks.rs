//! Test texts with marks: `let a‹: number› = 1` is a text, and the expected text has spaces in place of `‹…›`. `‹;|type A =
//! 1›` expects a semicolon before the spaces.

/// Returns the input text and the expected text.
pub(super) fn marked(text: &str) -> (String, String) {
    let (mut given, mut expected) = (String::new(), String::new());
    let mut parts = text.split('‹');
    let first = parts.next().unwrap_or_default();
    given.push_str(first);
    expected.push_str(first);
    for part in parts {
        let (within, after) = part.split_once('›').unwrap_or_else(|| panic!("{text}: a mark is open"));
        let (put, covered) = within.split_once('|').unwrap_or(("", within));
        given.push_str(covered);
        given.push_str(after);
        expected.push_str(put);
        let mut skipped = put.chars().count();
        for sign in covered.chars() {
            match sign {
                '\n' | '\r' | '\u{2028}' | '\t' => expected.push(sign),
                _ if skipped > 0 => skipped -= 1,
                _ => expected.push(' '),
            }
        }
        expected.push_str(after);
    }
    (given, expected)
}
