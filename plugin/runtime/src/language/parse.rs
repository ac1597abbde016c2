//! Calls the parser, and converts its errors to problems with a position.

use oxc_allocator::Allocator;
use oxc_ast::ast::Program;
use oxc_parser::{Parser, config::RuntimeParserConfig};
use oxc_span::{LabeledSpan, SourceType, Span};

use super::tokens::Tokens;
use crate::source::{self, Token};

/// How a text is parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// A JavaScript script.
    Script,
    /// A JavaScript module, with imports and exports.
    Module,
    /// TypeScript, imports and exports included.
    TypeScript,
}

impl Dialect {
    fn source_type(self) -> SourceType {
        match self {
            Self::Script => SourceType::script(),
            Self::Module => SourceType::mjs(),
            Self::TypeScript => SourceType::ts(),
        }
    }
}

/// An error in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// One sentence for the author.
    pub message: String,
    /// Start offset in bytes.
    pub start: usize,
    /// End offset in bytes.
    pub end: usize,
}

impl Problem {
    pub(super) fn new(message: impl Into<String>, span: Span) -> Self {
        Self { message: message.into(), start: span.start as usize, end: span.end as usize }
    }
}

/// A parsed text.
pub(super) struct Parsed<'a> {
    /// Empty if the parser gave up.
    pub(super) program: Program<'a>,
    /// Errors in the order of the text; empty if it is valid.
    pub(super) problems: Vec<Problem>,
}

/// Parses a text to its end, as far as the parser recovers from errors.
pub(super) fn parse<'a>(allocator: &'a Allocator, text: &'a str, dialect: Dialect) -> Parsed<'a> {
    let kind = dialect.source_type();
    if dialect == Dialect::TypeScript
        && let Some(start) = too_ambiguous(text)
    {
        let message = format!("types and comparisons are nested more than {MAX_AMBIGUOUS_BRACKETS} deep");
        let problems = vec![Problem { message, start, end: start + 1 }];
        return Parsed { program: parser(allocator, "", kind, false).parse().program, problems };
    }
    let parsed = parser(allocator, text, kind, false).parse();
    let mut problems: Vec<Problem> =
        parsed.diagnostics.iter().map(|found| problem(&found.message, place(&found.labels), text)).collect();
    problems.sort_by_key(|problem| problem.start);
    Parsed { program: parsed.program, problems }
}

/// Returns the tokens of a valid text. The parser panics if it collects the tokens of a broken text.
pub(super) fn tokens<'a>(allocator: &'a Allocator, text: &'a str, dialect: Dialect) -> Tokens<'a> {
    Tokens::new(parser(allocator, text, dialect.source_type(), true).parse().tokens)
}

fn parser<'a>(
    allocator: &'a Allocator,
    text: &'a str,
    kind: SourceType,
    tokens: bool,
) -> Parser<'a, RuntimeParserConfig> {
    Parser::new(allocator, text, kind).with_config(RuntimeParserConfig::new(tokens))
}

/// Parses a text in the first dialect in which it is valid; `None` if it is valid in none.
pub(super) fn parse_any<'a>(allocator: &'a Allocator, text: &'a str) -> Option<Parsed<'a>> {
    [Dialect::Script, Dialect::Module, Dialect::TypeScript]
        .into_iter()
        .map(|dialect| parse(allocator, text, dialect))
        .find(|parsed| parsed.problems.is_empty())
}

/// Maximum number of nested brackets that follow a `<`, which may begin types or be a comparison.
const MAX_AMBIGUOUS_BRACKETS: usize = 10;

/// Returns the offset at which a text exceeds [`MAX_AMBIGUOUS_BRACKETS`]. The parser reads the contents of each such bracket twice, so
/// its time doubles with every level.
fn too_ambiguous(text: &str) -> Option<usize> {
    let mut open = Vec::new();
    // Whether a `<` may still be open, and whether it was before the sign `=`, which also begins an arrow.
    let (mut behind_less, mut before_equals) = (false, None);
    for (at, token) in source::Tokens::new(text) {
        let arrow = before_equals.take();
        match token {
            Token::Open(_) => {
                open.push(behind_less);
                if open.iter().filter(|behind_less| **behind_less).count() > MAX_AMBIGUOUS_BRACKETS {
                    return Some(at);
                }
                behind_less = false;
            }
            Token::Close => behind_less = open.pop().unwrap_or_default(),
            Token::Other('<') => behind_less = true,
            Token::Other('>') => behind_less = arrow.unwrap_or_default(),
            Token::Other('=') => before_equals = Some(std::mem::take(&mut behind_less)),
            Token::Other(';')
            | Token::Word("const" | "let" | "var" | "if" | "for" | "while" | "return" | "function" | "class") => {
                behind_less = false;
            }
            Token::Word(_) | Token::Other(_) => {}
        }
    }
    None
}

/// Returns the first place of a parser's error, as an offset and a length.
pub(super) fn place(labels: &[LabeledSpan]) -> Option<(u32, u32)> {
    labels.first().map(|label| (label.offset(), label.len()))
}

/// Converts an error of the parser. Its place is an offset and a length; `None` means the end of the text.
pub(super) fn problem(message: &str, place: Option<(u32, u32)>, text: &str) -> Problem {
    let (start, length) = place.map_or((text.len(), 0), |(start, length)| (start as usize, length as usize));
    let start = floor(text, start);
    let end = floor(text, start.saturating_add(length)).max(start);
    Problem { message: message.to_owned(), start, end }
}

/// Returns the nearest character boundary at or before an offset.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ambiguous_nesting_is_refused() {
        for within in
            ["a < (b = ", "f<x & (a: ", "new A<[b: ", "a<T, (b = ", "a<T ? (b = ", "a<() => (b = ", "a<'b' | (c: "]
        {
            assert_eq!(too_ambiguous(&within.repeat(MAX_AMBIGUOUS_BRACKETS)), None, "{within}");
            assert!(too_ambiguous(&within.repeat(MAX_AMBIGUOUS_BRACKETS + 1)).is_some(), "{within}");
        }
        let fine =
            "if (a < b) { for (let i = 0; i < n; i++) { f(a < g(b), Array<{ c: Map<string, [d: (e: F) => void]> }>) ";
        assert_eq!(too_ambiguous(&fine.repeat(3)), None);
        assert_eq!(too_ambiguous(&"if (a < b) {\nconst c = d < e\n".repeat(20)), None);
    }
}
