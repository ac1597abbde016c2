//! Calls the parser, and says where it stumbled.

use oxc_allocator::Allocator;
use oxc_ast::ast::Program;
use oxc_parser::Parser;
use oxc_span::{LabeledSpan, SourceType, Span};

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
    let parsed = Parser::new(allocator, text, kind).parse();
    let mut problems: Vec<Problem> =
        parsed.diagnostics.iter().map(|found| problem(&found.message, place(&found.labels), text)).collect();
    problems.sort_by_key(|problem| problem.start);
    Parsed { program: parsed.program, problems }
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
