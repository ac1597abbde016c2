//! Diagnostics of a text before it runs: mistakes that the engine would report only during a run, or never.
//!
//! Each finding has a stable code. A warning marks a certain mistake, a hint marks code that works and can be improved.
//! Findings do not decide whether a script can be activated.

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

/// Maximum number of findings for one text. Each is a message with a line, and more would only make the answer large.
pub(crate) const MOST: usize = 200;

/// One diagnostic.
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

/// The environment in which a script runs, and the functions that it must declare.
#[derive(Debug)]
pub(crate) struct CheckContext<'s> {
    /// Global names that scripts can use, besides the language's keywords.
    pub(crate) globals: &'s HashSet<String>,
    /// Functions of which the script must declare at least one; empty if unknown.
    pub(crate) functions: &'s [String],
    /// Whether any other function is accepted too, because callers name the function to call.
    pub(crate) any_function: bool,
    /// Version of the API that the text was written for.
    pub(crate) api_version: u32,
    /// Deprecated calls.
    pub(crate) deprecated: &'s [Deprecated],
    /// Dotted names of the calls that return promises; `*` matches any single name.
    pub(crate) promises: &'s [&'static str],
}

/// Returns the findings for a text that compiles, in the order of the text.
#[must_use]
pub(crate) fn diagnose(text: &str, context: &CheckContext<'_>) -> Vec<Finding> {
    let allocator = Allocator::default();
    // Syntax that only the engine supports is not diagnosed.
    let Some(mut parsed) = parse_any(&allocator, text) else { return Vec::new() };
    if Analysis::of(&mut parsed.program) == Analysis::None {
        return Vec::new();
    }
    let program = allocator.alloc(parsed.program);
    let semantic = SemanticBuilder::new().with_build_nodes(true).build(program).semantic;
    let mut found = entry::missing(&semantic, context);
    found.extend(globals::unknown(&semantic, context.globals));
    found.extend(built_ins::changed(&semantic, context.globals));
    found.extend(awaits::missing_awaits(&semantic, context.promises));
    found.extend(loops::slow_texts(&semantic));
    found.extend(deprecations::used(&semantic, context.deprecated, context.api_version));
    found.sort_by_key(|finding| finding.problem.start);
    found
}

/// How many times the parser is restarted at a declaration after an error that it cannot recover from.
const MAX_RESTARTS: usize = 20;

/// Returns all syntax errors of a text that does not compile, as far as the parser recovers: on its own, or from the next
/// declaration that begins a line.
#[must_use]
pub(crate) fn syntax_errors(text: &str) -> Vec<Problem> {
    let mut problems = errors_of(text);
    let mut rest = text.to_owned();
    for _ in 0..MAX_RESTARTS {
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

/// Returns the offset of the first line after `behind` that begins with a declaration.
fn next_declaration(text: &str, behind: usize) -> Option<usize> {
    const WORDS: [&str; 8] = ["function", "async function", "class", "const", "let", "var", "export", "import"];
    let after_word = |line: &str, word: &str| line.strip_prefix(word)?.chars().next();
    let begins =
        |line: &str| WORDS.iter().any(|word| after_word(line, word).is_some_and(|sign| !sign.is_alphanumeric()));
    let lines = text.match_indices('\n').map(|(at, _)| at + 1).filter(|at| *at > behind);
    lines.into_iter().find(|at| text.get(*at..).is_some_and(begins))
}

/// Replaces everything before an offset, except line ends, by spaces.
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
            // The analysis would take too long; only the engine's message is shown.
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

/// Whether a name refers to something that the text does not declare.
fn is_global(reference: &oxc_ast::ast::IdentifierReference<'_>, semantic: &Semantic<'_>) -> bool {
    semantic.is_reference_to_global_variable(reference)
}
