//! What authors write, before the engine sees it: TypeScript to JavaScript, imports and exports, and what is wrong.
//!
//! The only place that knows the parser of authors (oxc), which also reads what the engine's own does not. Nothing of it
//! runs for plain JavaScript that compiles, and nothing before the first text that needs it. The size and the nesting of
//! a text are checked before it comes here.

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

/// What a text is that the engine does not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reading {
    /// TypeScript: its JavaScript, with every character and every line where the author has it.
    TypeScript(String),
    /// TypeScript that means more than its JavaScript without types.
    Refused(Problem),
    /// Broken, and further on as TypeScript than as JavaScript.
    BrokenTypeScript(Problem),
    /// JavaScript, right or broken: the engine says what is wrong with it.
    JavaScript,
}

/// Whether a word can name nothing that a script declares, though some parse as a name in some places.
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
    if let Some(problem) = typed.problems.first().cloned() {
        return if problem.start > first.start { Reading::BrokenTypeScript(problem) } else { Reading::JavaScript };
    }
    let mut edits = Edits::default();
    match types::blank(&typed, text, &mut edits) {
        Ok(()) => Reading::TypeScript(edits.apply(text)),
        Err(problem) => Reading::Refused(problem),
    }
}
