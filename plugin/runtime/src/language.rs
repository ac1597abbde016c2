//! What authors write, before the engine sees it: TypeScript to JavaScript, imports and exports, and what is wrong.
//!
//! The only place that knows the parser of authors (oxc), which also reads what the engine's own does not. Nothing of it
//! runs for plain JavaScript that compiles, and nothing before the first text that needs it. The size and the nesting of
//! a text are checked before it comes here.

pub(crate) mod absent;
mod analysis;
mod deprecated;
mod diagnostics;
mod edits;
#[cfg(test)]
mod marks;
pub mod modules;
mod parse;
mod types;

use oxc_allocator::Allocator;

pub(crate) use self::deprecated::Deprecated;
pub(crate) use self::diagnostics::{CheckContext, MOST, diagnose, syntax_errors};
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
    let mut edits = Edits::default();
    match types::blank(&typed.program, text, &mut edits) {
        Ok(()) => Reading::TypeScript(edits.apply(text)),
        Err(problem) => Reading::Refused(problem),
    }
}
