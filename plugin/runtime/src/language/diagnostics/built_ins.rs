//! Finds assignments to objects that all scripts share: `Array.prototype.last = …`, `console.log = …`, `fetch = …`.

use std::collections::HashSet;

use oxc_ast::{
    AstKind,
    ast::{
        Argument, AssignmentTarget, CallExpression, Expression, IdentifierReference, MemberExpression,
        SimpleAssignmentTarget, StringLiteral,
    },
};
use oxc_ast_visit::{Visit, walk};
use oxc_semantic::{AstNode, Semantic};
use oxc_span::{GetSpan as _, Span};

use super::{
    Finding,
    calls::{self, Dotted},
    is_global,
};
use crate::{
    language::absent::{BUILT_IN, SETTINGS},
    protocol::Severity,
};

const CODE: &str = "BUILT_IN_CHANGED";
/// Names of the global object.
const GLOBAL: [&str; 2] = ["globalThis", "self"];
/// Functions that change their first argument.
const CHANGING: [&str; 5] = [
    "Object.assign",
    "Object.defineProperties",
    "Object.defineProperty",
    "Object.setPrototypeOf",
    "Reflect.defineProperty",
];

pub(super) fn changed(semantic: &Semantic<'_>, globals: &HashSet<String>) -> Vec<Finding> {
    let found = semantic.nodes().iter().filter_map(|node| {
        let (name, span) = match node.kind() {
            AstKind::AssignmentExpression(assignment) => of_target(&assignment.left, semantic, globals)?,
            AstKind::UpdateExpression(update) => of_simple(&update.argument, semantic, globals)?,
            AstKind::CallExpression(call) => of_call(call, semantic, globals)?,
            _ => return None,
        };
        // A polyfill that tests for the name first does not run the assignment.
        (!SETTINGS.contains(&name.as_str()) && !is_tested_for(&name, node, semantic))
            .then(|| Finding::new(CODE, Severity::Warning, message(&name), span))
    });
    found.collect()
}

fn message(name: &str) -> String {
    format!("`{name}` cannot be set: {BUILT_IN}")
}

fn of_target(
    target: &AssignmentTarget<'_>,
    semantic: &Semantic<'_>,
    globals: &HashSet<String>,
) -> Option<(String, Span)> {
    of_simple(target.as_simple_assignment_target()?, semantic, globals)
}

fn of_simple(
    target: &SimpleAssignmentTarget<'_>,
    semantic: &Semantic<'_>,
    globals: &HashSet<String>,
) -> Option<(String, Span)> {
    let name = match target {
        SimpleAssignmentTarget::AssignmentTargetIdentifier(name) => {
            built_in(&Dotted { root: name, members: Vec::new() }, semantic, globals)?
        }
        target => built_in(&calls::dotted_member(target.as_member_expression()?)?, semantic, globals)?,
    };
    Some((name, target.span()))
}

fn of_call(call: &CallExpression<'_>, semantic: &Semantic<'_>, globals: &HashSet<String>) -> Option<(String, Span)> {
    let called = calls::dotted(&call.callee).filter(|called| is_global(called.root, semantic))?;
    if !CHANGING.contains(&called.name().as_str()) {
        return None;
    }
    let target = calls::dotted(call.arguments.first()?.as_expression()?)?;
    if target.members.is_empty() && GLOBAL.contains(&target.root.name.as_str()) {
        return None;
    }
    let mut name = built_in(&target, semantic, globals)?;
    if let Some(Expression::StringLiteral(key)) = call.arguments.get(1).and_then(Argument::as_expression) {
        name = format!("{name}.{}", key.value);
    }
    Some((name, call.span))
}

/// Returns the name of a built-in, if the target is one.
fn built_in(target: &Dotted<'_, '_>, semantic: &Semantic<'_>, globals: &HashSet<String>) -> Option<String> {
    if !is_global(target.root, semantic) {
        return None;
    }
    let root = target.root.name.as_str();
    let name = target.name();
    let name = match name.split_once('.') {
        Some((_, member)) if GLOBAL.contains(&root) => member,
        _ => &name,
    };
    let first = name.split('.').next()?;
    globals.contains(first).then(|| name.to_owned())
}

/// Whether an enclosing condition tests for the name, or for its last part as a string.
fn is_tested_for(name: &str, node: &AstNode<'_>, semantic: &Semantic<'_>) -> bool {
    semantic.nodes().ancestor_kinds(node.id()).any(|kind| match kind {
        AstKind::IfStatement(it) => Mention::is_in(&it.test, name),
        AstKind::ConditionalExpression(it) => Mention::is_in(&it.test, name),
        AstKind::LogicalExpression(it) => Mention::is_in(&it.left, name),
        _ => false,
    })
}

/// Searches a condition for a name: `Array.prototype.last`, also as a member of `globalThis`, or `'last'`.
struct Mention<'n> {
    name: &'n str,
    last: &'n str,
    is_found: bool,
}

impl<'n> Mention<'n> {
    fn is_in(condition: &Expression<'_>, name: &'n str) -> bool {
        let mut mention = Self { name, last: name.rsplit('.').next().unwrap_or(name), is_found: false };
        mention.visit_expression(condition);
        mention.is_found
    }
}

impl<'a> Visit<'a> for Mention<'_> {
    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        self.is_found |= it.name == self.name;
    }

    fn visit_string_literal(&mut self, it: &StringLiteral<'a>) {
        self.is_found |= it.value == self.last;
    }

    fn visit_member_expression(&mut self, it: &MemberExpression<'a>) {
        let named = calls::dotted_member(it).map(|named| named.name());
        let before = named.as_deref().and_then(|named| named.strip_suffix(self.name));
        self.is_found |= before.is_some_and(|before| before.is_empty() || before.ends_with('.'));
        walk::walk_member_expression(self, it);
    }
}
