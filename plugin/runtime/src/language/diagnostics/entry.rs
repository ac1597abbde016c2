//! Checks that the text declares the function that will be called.

use oxc_ast::{AstKind, ast::Expression};
use oxc_semantic::Semantic;
use oxc_span::Span;
use oxc_syntax::symbol::SymbolId;

use super::{CheckContext, Finding};
use crate::{fault::ENTRY_POINT_MISSING, protocol::Severity};

pub(super) fn missing(semantic: &Semantic<'_>, context: &CheckContext<'_>) -> Vec<Finding> {
    let scoping = semantic.scoping();
    let names = context.functions;
    let declared: Vec<&str> = scoping
        .get_bindings(scoping.root_scope_id())
        .values()
        .filter(|symbol| is_callable(**symbol, semantic))
        .map(|symbol| scoping.symbol_name(*symbol))
        .collect();
    let there = |name: &String| declared.contains(&name.as_str());
    if names.is_empty() || names.iter().any(there) || context.any_function && !declared.is_empty() {
        return Vec::new();
    }
    let wanted = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ");
    let seen = if declared.is_empty() { String::new() } else { format!("; it declares {}", declared.join(", ")) };
    let message = format!("the script declares no function {wanted}{seen}");
    vec![Finding::new(ENTRY_POINT_MISSING.name, Severity::Warning, message, Span::new(0, 0))]
}

/// Whether a top-level name can hold a function: one initialised with a plain value cannot.
fn is_callable(symbol: SymbolId, semantic: &Semantic<'_>) -> bool {
    let declared = semantic.scoping().symbol_declaration(symbol);
    match semantic.nodes().kind(declared) {
        AstKind::Function(it) => it.body.is_some(),
        AstKind::VariableDeclarator(it) => match it.init.as_ref().map(Expression::get_inner_expression) {
            Some(value) => {
                !value.is_literal()
                    && !matches!(
                        value,
                        Expression::ObjectExpression(_)
                            | Expression::ArrayExpression(_)
                            | Expression::TemplateLiteral(_)
                    )
            }
            None => true,
        },
        _ => false,
    }
}
