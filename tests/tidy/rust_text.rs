//! Splits a Rust file into code, comments and string literals, line by line. It knows only the syntax that this needs, and expects a file
//! that compiles.

/// One line of a file. Comments and contents of strings are missing in `code`, and so on.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Line {
    /// Code without comments and contents of strings.
    pub(crate) code: String,
    /// Text of comments, without their slashes.
    pub(crate) comment: String,
    /// Contents of string literals.
    pub(crate) literal: String,
}

enum State {
    Code,
    LineComment,
    BlockComment { depth: usize },
    Text { hashes: Option<usize> },
}

/// The lines of a source.
pub(crate) fn lines(source: &str) -> Vec<Line> {
    let mut lines = vec![Line::default()];
    let mut state = State::Code;
    let mut rest = source;
    while let Some(next) = rest.chars().next() {
        let line = lines.last_mut().expect("there is always a line");
        if next == '\n' {
            if matches!(state, State::LineComment) {
                state = State::Code;
            }
            lines.push(Line::default());
            rest = &rest[1..];
            continue;
        }
        let taken = match &mut state {
            State::Code => {
                let (taken, then) = code(rest, &line.code);
                if let Some(then) = then {
                    line.code.push(' ');
                    state = then;
                } else {
                    line.code.push_str(&rest[..taken]);
                }
                taken
            }
            State::LineComment => {
                if !matches!(next, '/' | '!') || !line.comment.is_empty() {
                    line.comment.push(next);
                }
                next.len_utf8()
            }
            State::BlockComment { depth } => {
                if rest.starts_with("*/") {
                    *depth -= 1;
                    if *depth == 0 {
                        state = State::Code;
                    }
                    2
                } else if rest.starts_with("/*") {
                    *depth += 1;
                    2
                } else {
                    line.comment.push(next);
                    next.len_utf8()
                }
            }
            State::Text { hashes } => {
                let end = format!("\"{}", "#".repeat(hashes.unwrap_or(0)));
                if hashes.is_none() && next == '\\' {
                    line.literal.push(' ');
                    // Of an escaped line end, the backslash alone: the line ends as every other.
                    rest[1..]
                        .chars()
                        .next()
                        .filter(|escaped| *escaped != '\n')
                        .map_or(1, |escaped| 1 + escaped.len_utf8())
                } else if rest.starts_with(&end) {
                    line.literal.push(' ');
                    state = State::Code;
                    end.len()
                } else {
                    line.literal.push(next);
                    next.len_utf8()
                }
            }
        };
        rest = &rest[taken..];
    }
    lines
}

/// The number of following bytes of code, and the kind of text after them.
fn code(rest: &str, before: &str) -> (usize, Option<State>) {
    if rest.starts_with("//") {
        return (2, Some(State::LineComment));
    }
    if rest.starts_with("/*") {
        return (2, Some(State::BlockComment { depth: 1 }));
    }
    if rest.starts_with('"') {
        return (1, Some(State::Text { hashes: None }));
    }
    let in_a_word = before.chars().next_back().is_some_and(|last| last.is_alphanumeric() || last == '_');
    if !in_a_word && let Some((taken, hashes)) = raw_text(rest) {
        return (taken, Some(State::Text { hashes: Some(hashes) }));
    }
    (character(rest).unwrap_or_else(|| rest.chars().next().map_or(0, char::len_utf8)), None)
}

/// The length of `r#"`, `br"` and the like, and their number of `#`.
fn raw_text(rest: &str) -> Option<(usize, usize)> {
    let prefix = ["r", "br", "cr"]
        .into_iter()
        .find(|prefix| rest.strip_prefix(prefix).is_some_and(|after| after.trim_start_matches('#').starts_with('"')))?;
    let after = &rest[prefix.len()..];
    let hashes = after.len() - after.trim_start_matches('#').len();
    Some((prefix.len() + hashes + 1, hashes))
}

/// The length of a character literal, which a lifetime is not.
fn character(rest: &str) -> Option<usize> {
    let inside = rest.strip_prefix('\'')?;
    if inside.starts_with('\\') {
        let end = inside[2..].find('\'')?;
        return Some(1 + 2 + end + 1);
    }
    let first = inside.chars().next()?;
    inside[first.len_utf8()..].starts_with('\'').then_some(1 + first.len_utf8() + 1)
}

#[test]
fn comments_and_strings_are_told_from_code() {
    let source = r##"let a = "x // y\" z"; // note
let b = r#"one " two"#; /* block /* nested */ still */ let c = '"';
fn f<'a>(x: &'a str) { '\'' }"##;
    let found = lines(source);
    assert_eq!(found[0].code, "let a =  ;  ");
    assert_eq!(found[0].literal, "x // y  z ");
    assert_eq!(found[0].comment, " note");
    assert_eq!(found[1].code, "let b =  ;   let c = '\"';");
    assert_eq!(found[1].comment.split_whitespace().collect::<Vec<_>>(), ["block", "nested", "still"]);
    assert_eq!(found[2].code, "fn f<'a>(x: &'a str) { '\\'' }");
}
