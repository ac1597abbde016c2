//! Escapes texts of descriptors for TypeScript, so that none can end its comment, string or line.

/// The indentation of one level.
const LEVEL: &str = "    ";

pub(super) fn indentation(level: usize) -> String {
    LEVEL.repeat(level)
}

/// Formats paragraphs and tags as a JSDoc comment with its line feed; empty if they contain no text.
pub(super) fn comment(paragraphs: &[String], tags: &[String], level: usize) -> String {
    let mut all: Vec<String> = Vec::new();
    for text in paragraphs {
        // Editors join two paragraphs without an empty line between them.
        let between = (!all.is_empty()).then(String::new);
        all.extend(between.into_iter().chain(lines(text)));
    }
    all.extend(tags.iter().map(|tag| one_line(tag)));
    let indent = indentation(level);
    match all.as_slice() {
        [] => String::new(),
        [line] => format!("{indent}/** {line} */\n"),
        all => {
            let body: String =
                all.iter().map(|line| format!("{indent} * {line}").trim_end().to_owned() + "\n").collect();
            format!("{indent}/**\n{body}{indent} */\n")
        }
    }
}

/// Returns the non-empty lines of a text, escaped.
fn lines(text: &str) -> impl Iterator<Item = String> {
    let lines = text.split(['\n', '\r', '\u{2028}', '\u{2029}']);
    lines.map(harmless).filter(|line| !line.is_empty())
}

fn harmless(line: &str) -> String {
    let printable: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    printable.trim().replace("*/", "*\\/")
}

fn one_line(text: &str) -> String {
    lines(text).collect::<Vec<_>>().join(" ")
}

/// Returns a string literal.
pub(super) fn literal(text: &str) -> String {
    // JSON allows these two characters unescaped; older compilers end the line at them.
    serde_json::Value::from(text).to_string().replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

/// Returns a property name, quoted if necessary.
pub(super) fn key(name: &str) -> String {
    if is_identifier(name) { name.to_owned() } else { literal(name) }
}

/// ASCII letters only; other names are quoted.
pub(super) fn is_identifier(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$');
    !name.is_empty() && name.chars().all(plain) && !name.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_end_its_comment() {
        for text in ["a */ b", "**//", "*/*/", "*\n/", "a *\u{0}/ b", "/* */", "end *", "*\u{2028}/", "*\r/"] {
            let comment = comment(&[text.to_owned(), text.to_owned()], &[text.to_owned()], 1);
            assert_eq!(comment.find("*/"), Some(comment.len() - 3), "{comment}");
            assert!(!comment.contains(['\r', '\u{0}', '\u{2028}']), "{comment:?}");
        }
        let formatted = |paragraphs: &[&str], tags: &[&str]| {
            let owned = |texts: &[&str]| texts.iter().copied().map(str::to_owned).collect::<Vec<_>>();
            comment(&owned(paragraphs), &owned(tags), 0)
        };
        assert_eq!(formatted(&["one"], &[]), "/** one */\n");
        assert_eq!(
            formatted(&["one", " two\n\nthree"], &["@param a\nb"]),
            "/**\n * one\n *\n * two\n * three\n * @param a b\n */\n"
        );
        assert_eq!(formatted(&[" \n"], &[]), "");
    }

    #[test]
    fn a_name_is_quoted_unless_it_is_an_identifier() {
        for (name, written) in [
            ("limit", "limit"),
            ("$a_1", "$a_1"),
            ("delete", "delete"),
            ("1a", "\"1a\""),
            ("", "\"\""),
            ("a-b", "\"a-b\""),
            ("имя", "\"имя\""),
            ("a\": any }; declare const x: {\n\"", r#""a\": any }; declare const x: {\n\"""#),
            ("a\\", r#""a\\""#),
            ("a\u{2028}b", r#""a\u2028b""#),
        ] {
            assert_eq!(key(name), written);
        }
    }
}
