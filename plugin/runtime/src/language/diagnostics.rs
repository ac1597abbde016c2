//! What an author should know about a text before it runs: mistakes that the engine would only show in a run, or never.
//!
//! Each finding has a stable code. A warning is something that is surely not meant, a hint what works and could be better.
//! Nothing here decides whether a script may be switched on.

mod awaits;
mod built_ins;
mod calls;
mod deprecations;
mod entry;
mod globals;
mod loops;

use std::collections::HashSet;

use oxc_allocator::Allocator;
use oxc_semantic::{Semantic, SemanticBuilder};
use oxc_span::Span;

use super::{
    Deprecated, Problem,
    analysis::Analysis,
    parse::{self, Dialect, parse, parse_any},
};
use crate::protocol::Severity;

/// Findings that are told of one text: nobody reads more, and each is a message with a line.
pub(crate) const MOST: usize = 200;

/// One thing to know about a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) code: &'static str,
    pub(crate) severity: Severity,
    pub(crate) problem: Problem,
}

impl Finding {
    fn new(code: &'static str, severity: Severity, message: impl Into<String>, span: Span) -> Self {
        Self { code, severity, problem: Problem::new(message, span) }
    }
}

/// What a script finds where it runs, and what is expected of it.
#[derive(Debug)]
pub(crate) struct CheckContext<'s> {
    /// The names that are there beside the language's keywords.
    pub(crate) globals: &'s HashSet<String>,
    /// The functions of which one is called; empty when nothing is known of them.
    pub(crate) functions: &'s [String],
    /// Any other function will do too, since its callers name it.
    pub(crate) any_function: bool,
    /// The version of the API that the text was written for.
    pub(crate) api_version: u32,
    /// Calls that have a better one.
    pub(crate) deprecated: &'s [Deprecated],
    /// The calls that give promises, by their dotted names; `*` is any one name.
    pub(crate) promises: &'s [&'static str],
}

/// What is to be known of a text that compiles, in its order.
#[must_use]
pub(crate) fn diagnose(text: &str, context: &CheckContext<'_>) -> Vec<Finding> {
    let allocator = Allocator::default();
    // What only the engine reads, it reads alone.
    let Some(mut parsed) = parse_any(&allocator, text) else { return Vec::new() };
    if Analysis::of(&mut parsed.program) == Analysis::None {
        return Vec::new();
    }
    let program = allocator.alloc(parsed.program);
    let semantic = SemanticBuilder::new().with_build_nodes(true).build(program).semantic;
    let mut found = entry::missing(&semantic, context);
    found.extend(globals::unknown(&semantic, context.globals));
    found.extend(built_ins::changed(&semantic, context.globals));
    found.extend(awaits::forgotten(&semantic, context.promises));
    found.extend(loops::slow_texts(&semantic));
    found.extend(deprecations::used(&semantic, context.deprecated, context.api_version));
    found.sort_by_key(|finding| finding.problem.start);
    found
}

/// Declarations that the parser is set on again after an error that it does not get over.
const AGAIN: usize = 20;

/// Everything that is wrong with a text that does not compile, as far as the parser finds its way again: by itself, or from
/// the next declaration that begins a line.
#[must_use]
pub(crate) fn syntax_errors(text: &str) -> Vec<Problem> {
    let mut problems = errors_of(text);
    let mut rest = text.to_owned();
    for _ in 0..AGAIN {
        let Some(next) = problems.last().and_then(|last| next_declaration(&rest, last.end)) else { break };
        rest = blanked(&rest, next);
        let more = errors_of(&rest);
        if more.is_empty() {
            break;
        }
        problems.extend(more);
    }
    problems
}

/// Where the first line behind a place begins that begins with a declaration.
fn next_declaration(text: &str, behind: usize) -> Option<usize> {
    const WORDS: [&str; 8] = ["function", "async function", "class", "const", "let", "var", "export", "import"];
    let after_word = |line: &str, word: &str| line.strip_prefix(word)?.chars().next();
    let begins =
        |line: &str| WORDS.iter().any(|word| after_word(line, word).is_some_and(|sign| !sign.is_alphanumeric()));
    let lines = text.match_indices('\n').map(|(at, _)| at + 1).filter(|at| *at > behind);
    lines.into_iter().find(|at| text.get(*at..).is_some_and(begins))
}

/// The same text with spaces in the place of everything but line ends before a place.
fn blanked(text: &str, before: usize) -> String {
    let (gone, rest) = text.split_at(before);
    let spaces = gone.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { ' ' });
    spaces.chain(rest.chars()).collect()
}

fn errors_of(text: &str) -> Vec<Problem> {
    let allocator = Allocator::default();
    let mut furthest: Vec<Problem> = Vec::new();
    for dialect in [Dialect::Script, Dialect::Module, Dialect::TypeScript] {
        let mut parsed = parse(&allocator, text, dialect);
        let is_module = parsed.program.body.iter().any(|statement| statement.as_module_declaration().is_some());
        if is_module && dialect == Dialect::Script {
            continue;
        }
        let mut problems = parsed.problems;
        if problems.is_empty() {
            // Otherwise what the engine says has to do.
            if Analysis::of(&mut parsed.program) != Analysis::Full {
                return problems;
            }
            let program = allocator.alloc(parsed.program);
            let checked = SemanticBuilder::new_compiler().build(program).diagnostics;
            problems =
                checked.iter().map(|found| parse::problem(&found.message, parse::place(&found.labels), text)).collect();
            problems.sort_by_key(|problem| problem.start);
            return problems;
        }
        let first = |problems: &[Problem]| problems.first().map(|problem| problem.start);
        if furthest.is_empty() || first(&problems) > first(&furthest) {
            furthest = problems;
        }
    }
    furthest
}

/// Where a name stands for something that the text does not declare.
fn is_global(reference: &oxc_ast::ast::IdentifierReference<'_>, semantic: &Semantic<'_>) -> bool {
    semantic.is_reference_to_global_variable(reference)
}
