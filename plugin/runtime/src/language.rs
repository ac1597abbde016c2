//! Prepares the source text of scripts for the engine: TypeScript to JavaScript, imports and exports, diagnostics.
//!
//! This is the only module that uses oxc, the parser for authors' text, which also reads syntax that the engine's parser
//! does not support. Plain JavaScript that compiles never reaches it, and it does no work until the first text that needs
//! it. The size and the nesting of a text are checked by the caller.

pub(crate) mod absent;
mod analysis;
mod comments;
mod deprecated;
mod diagnostics;
mod edits;
#[cfg(test)]
mod marks;
pub mod modules;
mod names;
mod parse;
mod tokens;
mod types;

use oxc_allocator::Allocator;
use oxc_syntax::keyword::is_reserved_keyword;

pub(crate) use self::comments::movable;
pub(crate) use self::deprecated::Deprecated;
pub(crate) use self::diagnostics::{CheckContext, MOST, diagnose, syntax_errors};
pub(crate) use self::names::{called_services, declared_functions};
pub use self::parse::Problem;
use self::{
    edits::Edits,
    parse::{Dialect, parse},
};

/// How a text that the engine refuses was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reading {
    /// TypeScript converted to JavaScript; every character keeps its line and column.
    TypeScript(String),
    /// TypeScript with a construct that is not only a type.
    Refused(Problem),
    /// Text with a syntax error that the TypeScript parser reaches later than the JavaScript parser.
    BrokenTypeScript(Problem),
    /// JavaScript, valid or not: the engine reports its errors.
    JavaScript,
}

/// Whether a script cannot declare this word as a name, though the parser accepts it as a name in some places.
#[must_use]
pub(crate) fn is_reserved(word: &str) -> bool {
    is_reserved_keyword(word) || matches!(word, "arguments" | "eval" | "undefined")
}

/// Reads a text that the engine refuses.
#[must_use]
pub(crate) fn read(text: &str) -> Reading {
    let allocator = Allocator::default();
    let plain = parse(&allocator, text, Dialect::Script);
    let Some(first) = plain.problems.first() else { return Reading::JavaScript };
    let typed = parse(&allocator, text, Dialect::TypeScript);
    if let Some(problem) = typed.problems.into_iter().next() {
        return if problem.start > first.start { Reading::BrokenTypeScript(problem) } else { Reading::JavaScript };
    }
    let tokens = parse::tokens(&allocator, text, Dialect::TypeScript);
    let mut edits = Edits::default();
    match types::blank(&typed.program, &tokens, text, &mut edits) {
        Ok(()) => Reading::TypeScript(edits.apply(text)),
        Err(problem) => Reading::Refused(problem),
    }
}
