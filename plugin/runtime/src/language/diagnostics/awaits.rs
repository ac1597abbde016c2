//! Finds calls of the API without `await`.
//!
//! A call is reported if its promise is used as a value or not used at all. A promise that is passed on, to a function, a
//! list or a caller, is not reported.

use oxc_ast::{
    AstKind,
    ast::{AssignmentTarget, BindingPattern, CallExpression},
};
use oxc_semantic::Semantic;
use oxc_span::{GetSpan as _, Span};
use oxc_syntax::{
    node::NodeId,
    operator::{AssignmentOperator, BinaryOperator, UnaryOperator},
    symbol::SymbolId,
};

use super::{
    Finding,
    calls::{dotted, promising},
};
use crate::protocol::Severity;

const CODE: &str = "AWAIT_MISSING";

/// How a promise is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// Awaited, or passed on.
    AsPromise,
    /// Used as if it were the value.
    AsValue,
    /// Not used.
    Dropped,
    /// Assigned to a variable.
    Variable(SymbolId),
}

pub(super) fn missing_awaits(semantic: &Semantic<'_>, promises: &[&str]) -> Vec<Finding> {
    let calls = semantic.nodes().iter().filter_map(|node| match node.kind() {
        AstKind::CallExpression(call) => Some((node.id(), call)),
        _ => None,
    });
    calls.filter_map(|(id, call)| finding(id, call, semantic, promises)).collect()
}

fn finding(id: NodeId, call: &CallExpression<'_>, semantic: &Semantic<'_>, promises: &[&str]) -> Option<Finding> {
    let name = promising(&call.callee, semantic, promises)?;
    let used = match use_of(id, semantic) {
        Use::Variable(symbol) => use_of_variable(symbol, semantic),
        used => used,
    };
    let also = if in_async_function(id, semantic) { "" } else { ", and `async` before the function" };
    let message = match used {
        Use::AsPromise | Use::Variable(_) => return None,
        Use::AsValue => format!("`{name}` returns a promise, not the value: write `await` before it{also}"),
        Use::Dropped => {
            format!("`{name}` is not awaited, so the script cannot handle its errors: write `await` before it{also}")
        }
    };
    Some(Finding::new(CODE, Severity::Warning, message, call.span))
}

fn use_of(id: NodeId, semantic: &Semantic<'_>) -> Use {
    let mut child = semantic.nodes().kind(id).span();
    for parent in semantic.nodes().ancestors(id) {
        match use_in(parent.kind(), child) {
            Some(used) => return used,
            None => child = parent.kind().span(),
        }
    }
    Use::AsPromise
}

/// Returns how a parent uses the promise at `child`, or `None` if the parent only passes it up.
fn use_in(parent: AstKind<'_>, child: Span) -> Option<Use> {
    let value_if = |value: bool| if value { Use::AsValue } else { Use::AsPromise };
    Some(match parent {
        AstKind::ParenthesizedExpression(_)
        | AstKind::ChainExpression(_)
        | AstKind::TSAsExpression(_)
        | AstKind::TSSatisfiesExpression(_)
        | AstKind::TSNonNullExpression(_)
        | AstKind::TSTypeAssertion(_) => return None,
        AstKind::ConditionalExpression(it) if it.test.span() == child => Use::AsValue,
        AstKind::LogicalExpression(it) if it.left.span() == child => Use::AsValue,
        AstKind::ConditionalExpression(_) | AstKind::LogicalExpression(_) => return None,
        AstKind::SequenceExpression(it) => match it.expressions.last() {
            Some(last) if last.span() == child => return None,
            _ => Use::Dropped,
        },
        AstKind::ExpressionStatement(_) => Use::Dropped,
        AstKind::StaticMemberExpression(it) => {
            value_if(!matches!(it.property.name.as_str(), "then" | "catch" | "finally"))
        }
        AstKind::ComputedMemberExpression(_) | AstKind::TemplateLiteral(_) | AstKind::SpreadElement(_) => Use::AsValue,
        AstKind::UnaryExpression(it) => value_if(!matches!(it.operator, UnaryOperator::Void | UnaryOperator::Typeof)),
        AstKind::BinaryExpression(it) => value_if(it.operator != BinaryOperator::Instanceof),
        AstKind::IfStatement(_)
        | AstKind::WhileStatement(_)
        | AstKind::DoWhileStatement(_)
        | AstKind::SwitchStatement(_)
        | AstKind::ForInStatement(_) => Use::AsValue,
        AstKind::ForOfStatement(it) => value_if(!it.r#await),
        AstKind::ForStatement(it) => {
            if it.test.as_ref().is_some_and(|test| test.span() == child) {
                Use::AsValue
            } else {
                Use::Dropped
            }
        }
        AstKind::CallExpression(it) => value_if(it.callee.span() == child || is_printed(it)),
        AstKind::VariableDeclarator(it) => match &it.id {
            BindingPattern::BindingIdentifier(name) => name.symbol_id.get().map_or(Use::AsPromise, Use::Variable),
            _ => Use::AsValue,
        },
        AstKind::AssignmentExpression(it) => match it.left {
            AssignmentTarget::ArrayAssignmentTarget(_) | AssignmentTarget::ObjectAssignmentTarget(_) => Use::AsValue,
            _ => value_if(!matches!(
                it.operator,
                AssignmentOperator::Assign
                    | AssignmentOperator::LogicalAnd
                    | AssignmentOperator::LogicalOr
                    | AssignmentOperator::LogicalNullish
            )),
        },
        _ => Use::AsPromise,
    })
}

/// Whether a call converts its arguments to text or numbers.
fn is_printed(call: &CallExpression<'_>) -> bool {
    let Some(called) = dotted(&call.callee) else { return false };
    matches!(
        (called.root.name.as_str(), called.members.as_slice()),
        ("console", [_])
            | ("JSON", ["stringify"])
            | ("String" | "Number" | "Boolean" | "BigInt" | "parseInt" | "parseFloat", [])
            | ("Object", ["keys" | "values" | "entries"])
            | ("Math", [_])
    )
}

/// Returns the best use of a promise among all references of the variable that holds it.
fn use_of_variable(symbol: SymbolId, semantic: &Semantic<'_>) -> Use {
    let mut all = Use::Dropped;
    for reference in semantic.symbol_references(symbol) {
        if reference.is_write() {
            return Use::AsPromise;
        }
        match use_of(reference.node_id(), semantic) {
            Use::AsPromise | Use::Variable(_) => return Use::AsPromise,
            Use::AsValue => all = Use::AsValue,
            Use::Dropped => {}
        }
    }
    all
}

fn in_async_function(id: NodeId, semantic: &Semantic<'_>) -> bool {
    semantic
        .nodes()
        .ancestor_kinds(id)
        .find_map(|kind| match kind {
            AstKind::Function(it) => Some(it.r#async),
            AstKind::ArrowFunctionExpression(it) => Some(it.r#async),
            _ => None,
        })
        .unwrap_or_default()
}
