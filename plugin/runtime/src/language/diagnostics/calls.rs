//! Recognises calls by their dotted names, such as `services.clients.list`.

use oxc_ast::{
    AstKind,
    ast::{ChainElement, Expression, IdentifierReference, MemberExpression},
};
use oxc_semantic::Semantic;
use oxc_syntax::symbol::SymbolId;

use super::is_global;

/// A dotted name: the variable at its beginning, and the members after it.
pub(super) struct Dotted<'a, 'b> {
    pub(super) root: &'b IdentifierReference<'a>,
    pub(super) members: Vec<&'b str>,
}

impl Dotted<'_, '_> {
    pub(super) fn name(&self) -> String {
        let mut name = self.root.name.to_string();
        for member in &self.members {
            name.push('.');
            name.push_str(member);
        }
        name
    }
}

/// Returns an expression as a dotted name, if it is one.
pub(super) fn dotted<'a, 'b>(expression: &'b Expression<'a>) -> Option<Dotted<'a, 'b>> {
    match expression.get_inner_expression() {
        Expression::Identifier(root) => Some(Dotted { root, members: Vec::new() }),
        Expression::ChainExpression(chain) => match &chain.expression {
            ChainElement::CallExpression(_) => None,
            ChainElement::TSNonNullExpression(inner) => dotted(&inner.expression),
            member => dotted_member(member.as_member_expression()?),
        },
        expression => dotted_member(expression.as_member_expression()?),
    }
}

pub(super) fn dotted_member<'a, 'b>(member: &'b MemberExpression<'a>) -> Option<Dotted<'a, 'b>> {
    let mut all = dotted(member.object())?;
    all.members.push(member.static_property_name()?);
    Some(all)
}

/// Returns the name of a call that returns a promise: a known one, or the same one of a transaction.
pub(super) fn promising(callee: &Expression<'_>, semantic: &Semantic<'_>, promises: &[&str]) -> Option<String> {
    let called = dotted(callee)?;
    let is_promising = if is_global(called.root, semantic) {
        gives_promise(called.root.name.as_str(), &called.members, promises)
    } else {
        let symbol = semantic.scoping().get_reference(called.root.reference_id.get()?).symbol_id()?;
        gives_promise("db", &called.members, promises) && is_transaction(symbol, semantic)
    };
    is_promising.then(|| called.name())
}

fn gives_promise(root: &str, members: &[&str], promises: &[&str]) -> bool {
    promises.iter().any(|known| {
        let mut known = known.split('.');
        let is_same = |name: &str| known.next().is_some_and(|known| known == "*" || known == name);
        std::iter::once(root).chain(members.iter().copied()).all(is_same) && known.next().is_none()
    })
}

/// Whether a variable is the argument that `db.transaction` passes to its callback.
fn is_transaction(symbol: SymbolId, semantic: &Semantic<'_>) -> bool {
    let declared = semantic.scoping().symbol_declaration(symbol);
    let mut kinds = semantic.nodes().ancestor_kinds(declared);
    let function = kinds.find(|kind| matches!(kind, AstKind::ArrowFunctionExpression(_) | AstKind::Function(_)));
    let is_first = match function {
        Some(AstKind::ArrowFunctionExpression(function)) => declares_first(&function.params, symbol),
        Some(AstKind::Function(function)) => declares_first(&function.params, symbol),
        _ => false,
    };
    let Some(AstKind::CallExpression(call)) = kinds.next() else { return false };
    is_first && dotted(&call.callee).is_some_and(|called| called.members.last() == Some(&"transaction"))
}

fn declares_first(parameters: &oxc_ast::ast::FormalParameters<'_>, symbol: SymbolId) -> bool {
    let first = parameters.items.first().and_then(|first| first.pattern.get_binding_identifier());
    first.is_some_and(|first| first.symbol_id.get() == Some(symbol))
}
