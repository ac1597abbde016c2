//! Calls the parser, and says where it stumbled.

use oxc_allocator::Allocator;
use oxc_ast::ast::Program;
use oxc_parser::{Parser, config::TokensParserConfig};
use oxc_span::{LabeledSpan, SourceType, Span};

use super::tokens::Tokens;
use crate::source::{self, Token};

/// What a text is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// JavaScript as the engine takes it.
    Script,
    /// JavaScript that imports or exports.
    Module,
    /// TypeScript, imports and exports included.
    TypeScript,
}

/// Something wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// One sentence for the author.
    pub message: String,
    /// Where it begins, in bytes.
    pub start: usize,
    /// Where it ends, in bytes.
    pub end: usize,
}

impl Problem {
    pub(super) fn new(message: impl Into<String>, span: Span) -> Self {
        Self { message: message.into(), start: span.start as usize, end: span.end as usize }
    }
}

/// A text as the parser understands it.
pub(super) struct Parsed<'a> {
    /// Empty when the parser gave up.
    pub(super) program: Program<'a>,
    /// None when the parser gave up.
    pub(super) tokens: Tokens<'a>,
    /// What is wrong with it, in the order of the text; nothing when it is right.
    pub(super) problems: Vec<Problem>,
}

/// Reads a text, on to its end where the parser recovers from errors.
pub(super) fn parse<'a>(allocator: &'a Allocator, text: &'a str, dialect: Dialect) -> Parsed<'a> {
    let kind = match dialect {
        Dialect::Script => SourceType::script(),
        Dialect::Module => SourceType::mjs(),
        Dialect::TypeScript => SourceType::ts(),
    };
    if dialect == Dialect::TypeScript
        && let Some(start) = too_ambiguous(text)
    {
        let message = format!("types and comparisons are nested more than {AMBIGUOUS} deep");
        let problems = vec![Problem { message, start, end: start + 1 }];
        let empty = Parser::new(allocator, "", kind).with_config(TokensParserConfig).parse();
        return Parsed { program: empty.program, tokens: Tokens::new(empty.tokens), problems };
    }
    let parsed = Parser::new(allocator, text, kind).with_config(TokensParserConfig).parse();
    let mut problems: Vec<Problem> =
        parsed.diagnostics.iter().map(|found| problem(&found.message, place(&found.labels), text)).collect();
    problems.sort_by_key(|problem| problem.start);
    Parsed { program: parsed.program, tokens: Tokens::new(parsed.tokens), problems }
}

/// Reads a text as what it is; none when it is right as nothing.
pub(super) fn parse_any<'a>(allocator: &'a Allocator, text: &'a str) -> Option<Parsed<'a>> {
    [Dialect::Script, Dialect::Module, Dialect::TypeScript]
        .into_iter()
        .map(|dialect| parse(allocator, text, dialect))
        .find(|parsed| parsed.problems.is_empty())
}

/// Brackets within brackets, each behind a `<` that may begin types or be a comparison.
const AMBIGUOUS: usize = 10;

/// Where a text has too many of them: the parser reads what is in each twice, so that its time doubles with every one.
fn too_ambiguous(text: &str) -> Option<usize> {
    let mut open = Vec::new();
    // Whether a `<` may still be open, and whether it was before the sign `=`, which an arrow begins with too.
    let (mut behind_less, mut before_equals) = (false, None);
    for (at, token) in source::Tokens::new(text) {
        let arrow = before_equals.take();
        match token {
            Token::Open(_) => {
                open.push(behind_less);
                if open.iter().filter(|behind_less| **behind_less).count() > AMBIGUOUS {
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

/// The first place that a finding of the parser names: an offset and a length.
pub(super) fn place(labels: &[LabeledSpan]) -> Option<(u32, u32)> {
    labels.first().map(|label| (label.offset(), label.len()))
}

/// A finding of the parser: its place is an offset and a length; without one it is at the end.
pub(super) fn problem(message: &str, place: Option<(u32, u32)>, text: &str) -> Problem {
    let (start, length) = place.map_or((text.len(), 0), |(start, length)| (start as usize, length as usize));
    let start = floor(text, start);
    let end = floor(text, start.saturating_add(length)).max(start);
    Problem { message: message.to_owned(), start, end }
}

/// The nearest place at or before this one where a character begins.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_parser_would_read_again_and_again_is_refused() {
        for within in
            ["a < (b = ", "f<x & (a: ", "new A<[b: ", "a<T, (b = ", "a<T ? (b = ", "a<() => (b = ", "a<'b' | (c: "]
        {
            assert_eq!(too_ambiguous(&within.repeat(AMBIGUOUS)), None, "{within}");
            assert!(too_ambiguous(&within.repeat(AMBIGUOUS + 1)).is_some(), "{within}");
        }
        let fine =
            "if (a < b) { for (let i = 0; i < n; i++) { f(a < g(b), Array<{ c: Map<string, [d: (e: F) => void]> }>) ";
        assert_eq!(too_ambiguous(&fine.repeat(3)), None);
        assert_eq!(too_ambiguous(&"if (a < b) {\nconst c = d < e\n".repeat(20)), None);
    }
}
