//! Bounds what the analysis of names takes, which two things make quadratic.
//!
//! It looks for each name scope by scope; those of statements without brackets may lie thousands deep. And for each
//! parameter of sloppy code it goes through the whole list, to find out whether two may have the same name.

use std::cell::Cell;

use oxc_ast::ast::{FormalParameterKind, FormalParameters, Program};
use oxc_ast_visit::{VisitMut, walk_mut};
use oxc_syntax::scope::{ScopeFlags, ScopeId};

/// Scopes within each other beyond which a text is not analysed. Brackets are bounded before.
const DEEP: usize = 600;

/// Parameters that the analysis may go through for each of them.
const FEW: usize = 256;

/// What the analysis may make of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Analysis {
    /// Everything.
    Full,
    /// Everything but mistakes: long lists are marked as those of methods, whose names have to differ and are not asked for.
    Names,
    /// Nothing.
    None,
}

impl Analysis {
    /// Looks at a program, and marks its long lists of parameters.
    pub(super) fn of(program: &mut Program<'_>) -> Self {
        let mut extent = Extent::default();
        extent.visit_program(program);
        match extent {
            Extent { deepest: DEEP.., .. } => Self::None,
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
        if parameters.kind == FormalParameterKind::FormalParameter && parameters.items.len() > FEW {
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
    fn what_takes_too_long_is_left_out() {
        let analysis = |text: String| {
            let allocator = Allocator::default();
            let mut parsed = parse(&allocator, &text, Dialect::Script);
            assert!(parsed.problems.is_empty(), "{text}");
            Analysis::of(&mut parsed.program)
        };
        let parameters = |count| format!("function f({}b) {{}}", "a, ".repeat(count));
        let loops = |count| format!("{};", "for (const a of b) ".repeat(count));
        assert_eq!(analysis(parameters(FEW - 1)), Analysis::Full);
        assert_eq!(analysis(parameters(FEW)), Analysis::Names);
        assert_eq!(analysis(loops(DEEP - 2)), Analysis::Full);
        assert_eq!(analysis(loops(DEEP)), Analysis::None);
        assert_eq!(analysis(loops(DEEP / 2).repeat(3)), Analysis::Full);
    }
}
