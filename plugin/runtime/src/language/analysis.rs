//! Bounds the time of the name analysis, which is quadratic in two cases.
//!
//! The analysis resolves a name scope by scope, and statements without brackets can nest thousands of scopes. In sloppy
//! mode it also scans the whole parameter list for each parameter, to find duplicates.

use std::cell::Cell;

use oxc_ast::ast::{FormalParameterKind, FormalParameters, Program};
use oxc_ast_visit::{VisitMut, walk_mut};
use oxc_syntax::scope::{ScopeFlags, ScopeId};

/// Maximum depth of nested scopes; a deeper text is not analysed. Brackets are bounded earlier.
const MAX_SCOPE_DEPTH: usize = 600;

/// Maximum number of parameters in a list that is checked for duplicates.
const MAX_PARAMETERS: usize = 256;

/// How much of a program can be analysed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Analysis {
    /// Everything.
    Full,
    /// Everything but errors: long parameter lists are marked as those of methods, which are not checked for duplicates.
    Names,
    /// Nothing.
    None,
}

impl Analysis {
    /// Measures a program, and marks its long parameter lists.
    pub(super) fn of(program: &mut Program<'_>) -> Self {
        let mut extent = Extent::default();
        extent.visit_program(program);
        match extent {
            Extent { deepest: MAX_SCOPE_DEPTH.., .. } => Self::None,
            Extent { marked: true, .. } => Self::Names,
            Extent { .. } => Self::Full,
        }
    }
}

#[derive(Default)]
struct Extent {
    depth: usize,
    deepest: usize,
    marked: bool,
}

impl<'a> VisitMut<'a> for Extent {
    fn enter_scope(&mut self, _: ScopeFlags, _: &Cell<Option<ScopeId>>) {
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
    }

    fn leave_scope(&mut self) {
        self.depth -= 1;
    }

    fn visit_formal_parameters(&mut self, parameters: &mut FormalParameters<'a>) {
        if parameters.kind == FormalParameterKind::FormalParameter && parameters.items.len() > MAX_PARAMETERS {
            parameters.kind = FormalParameterKind::UniqueFormalParameters;
            self.marked = true;
        }
        walk_mut::walk_formal_parameters(self, parameters);
    }
}

#[cfg(test)]
mod tests {
    use oxc_allocator::Allocator;

    use super::*;
    use crate::language::parse::{Dialect, parse};

    #[test]
    fn slow_analysis_is_skipped() {
        let analysis = |text: String| {
            let allocator = Allocator::default();
            let mut parsed = parse(&allocator, &text, Dialect::Script);
            assert!(parsed.problems.is_empty(), "{text}");
            Analysis::of(&mut parsed.program)
        };
        let parameters = |count| format!("function f({}b) {{}}", "a, ".repeat(count));
        let loops = |count| format!("{};", "for (const a of b) ".repeat(count));
        assert_eq!(analysis(parameters(MAX_PARAMETERS - 1)), Analysis::Full);
        assert_eq!(analysis(parameters(MAX_PARAMETERS)), Analysis::Names);
        assert_eq!(analysis(loops(MAX_SCOPE_DEPTH - 2)), Analysis::Full);
        assert_eq!(analysis(loops(MAX_SCOPE_DEPTH)), Analysis::None);
        assert_eq!(analysis(loops(MAX_SCOPE_DEPTH / 2).repeat(3)), Analysis::Full);
    }
}
