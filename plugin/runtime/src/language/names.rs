//! Names in a text: the functions that it declares and the services that it calls. They are used only in messages. A text
//! that only the engine can parse has none.

use std::collections::{BTreeMap, BTreeSet};

use oxc_allocator::Allocator;
use oxc_ast::ast::{
    CallExpression, Declaration, ExportDefaultDeclarationKind, Expression, Function, ModuleDeclaration, Statement,
    StaticMemberExpression,
};
use oxc_ast_visit::{Visit, walk};

use super::parse::parse_any;

/// The variable through which scripts call services.
const SERVICES: &str = "services";

/// Services with their methods.
pub(crate) type Calls = BTreeMap<String, BTreeSet<String>>;

/// Returns the functions that a text declares at its top level, in order.
#[must_use]
pub(crate) fn declared_functions(text: &str) -> Vec<String> {
    let allocator = Allocator::default();
    let mut names = Vec::new();
    for statement in parse_any(&allocator, text).iter().flat_map(|parsed| &parsed.program.body) {
        of_statement(statement, &mut names);
    }
    names
}

fn of_statement(statement: &Statement<'_>, names: &mut Vec<String>) {
    if let Some(declaration) = statement.as_declaration() {
        return of_declaration(declaration, names);
    }
    match statement.as_module_declaration() {
        Some(ModuleDeclaration::ExportDeclaration(it)) => of_declaration(&it.declaration, names),
        Some(ModuleDeclaration::ExportDefaultDeclaration(it)) => {
            if let ExportDefaultDeclarationKind::FunctionDeclaration(it) = &it.declaration {
                of_function(it, names);
            }
        }
        _ => {}
    }
}

fn of_declaration(declaration: &Declaration<'_>, names: &mut Vec<String>) {
    match declaration {
        Declaration::FunctionDeclaration(it) => of_function(it, names),
        Declaration::VariableDeclaration(it) => {
            for declarator in &it.declarations {
                let value = declarator.init.as_ref().map(Expression::get_inner_expression);
                let is_function =
                    matches!(value, Some(Expression::ArrowFunctionExpression(_) | Expression::FunctionExpression(_)));
                let name = declarator.id.get_binding_identifier().filter(|_| is_function);
                names.extend(name.map(|name| name.name.to_string()));
            }
        }
        _ => {}
    }
}

/// Without a body it is a type.
fn of_function(function: &Function<'_>, names: &mut Vec<String>) {
    let name = function.id.as_ref().filter(|_| function.body.is_some());
    names.extend(name.map(|name| name.name.to_string()));
}

/// Returns the services that a text uses only as `services.name.method(…)`, with those methods.
///
/// A service that is also mentioned in another way may be tested for (`if (services.sms)`), so it is left out.
#[must_use]
pub(crate) fn called_services(text: &str) -> Calls {
    if !text.contains(SERVICES) {
        return Calls::new();
    }
    let allocator = Allocator::default();
    let Some(parsed) = parse_any(&allocator, text) else { return Calls::new() };
    let mut mentions = Mentions::default();
    mentions.visit_program(&parsed.program);
    let Mentions { mut calls, other_uses } = mentions;
    calls.retain(|service, _| !other_uses.contains(service));
    calls
}

#[derive(Default)]
struct Mentions {
    calls: Calls,
    other_uses: BTreeSet<String>,
}

impl<'a> Visit<'a> for Mentions {
    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        let Some((service, method)) = called(it) else { return walk::walk_call_expression(self, it) };
        self.calls.entry(service.to_owned()).or_default().insert(method.to_owned());
        self.visit_arguments(&it.arguments);
    }

    fn visit_static_member_expression(&mut self, it: &StaticMemberExpression<'a>) {
        self.other_uses.extend(service(it).map(str::to_owned));
        walk::walk_static_member_expression(self, it);
    }
}

/// Returns service and method of `services.name.method(…)`.
fn called<'n>(call: &'n CallExpression<'_>) -> Option<(&'n str, &'n str)> {
    let Expression::StaticMemberExpression(method) = &call.callee else { return None };
    let Expression::StaticMemberExpression(inner) = &method.object else { return None };
    let service = service(inner).filter(|_| !call.optional && !method.optional)?;
    Some((service, method.property.name.as_str()))
}

/// Returns the name in `services.name`.
fn service<'n>(member: &'n StaticMemberExpression<'_>) -> Option<&'n str> {
    let is_service = matches!(&member.object, Expression::Identifier(root) if root.name == SERVICES);
    (is_service && !member.optional).then(|| member.property.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn top_level_functions_are_found() {
        let source = "async function a() { function inner() {} }\nfunction* b() {}\nconst c = async () => 1; let d = (x) => x; const e = 5;";
        assert_eq!(declared_functions(source), ["a", "b", "c", "d"]);
        let source =
            "export function a(b: number) {} export default function c() {} function d(): void; const e: F = f => f";
        assert_eq!(declared_functions(source), ["a", "c", "e"]);
        assert!(declared_functions("function a(").is_empty());
    }

    #[test]
    fn only_plain_service_calls_are_listed() {
        let source = "services.a.x(); await services.a.y(1); if (services.b) services.b.z(); // services.c.q()
            services?.d.x(); services.e?.x(); services.f.x?.(); g.services.g.x(); services.h.x(services.i.y())";
        let calls = called_services(&format!("async function main() {{ {source} }}"));
        assert_eq!(calls.keys().collect::<Vec<_>>(), ["a", "h", "i"]);
        assert_eq!(calls["a"].iter().collect::<Vec<_>>(), ["x", "y"]);
    }
}
