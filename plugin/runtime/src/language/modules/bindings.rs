//! The names that a declaration declares.

use oxc_ast::ast::{BindingPattern, Declaration};

pub(super) fn declared(declaration: &Declaration<'_>) -> Vec<String> {
    let mut names = Vec::new();
    match declaration {
        Declaration::VariableDeclaration(it) => {
            it.declarations.iter().for_each(|declarator| collect(&declarator.id, &mut names));
        }
        Declaration::FunctionDeclaration(it) => names.extend(it.id.iter().map(|id| id.name.to_string())),
        Declaration::ClassDeclaration(it) => names.extend(it.id.iter().map(|id| id.name.to_string())),
        _ => {}
    }
    names
}

fn collect(pattern: &BindingPattern<'_>, names: &mut Vec<String>) {
    match pattern {
        BindingPattern::BindingIdentifier(id) => names.push(id.name.to_string()),
        BindingPattern::AssignmentPattern(it) => collect(&it.left, names),
        BindingPattern::ObjectPattern(it) => {
            it.properties.iter().for_each(|property| collect(&property.value, names));
            it.rest.iter().for_each(|rest| collect(&rest.argument, names));
        }
        BindingPattern::ArrayPattern(it) => {
            it.elements.iter().flatten().for_each(|element| collect(element, names));
            it.rest.iter().for_each(|rest| collect(&rest.argument, names));
        }
    }
}
