//! The modules that a text imports, and the names that it uses from them.

use oxc_allocator::Allocator;
use oxc_ast::ast::{
    ImportDeclaration, ImportDeclarationSpecifier, ImportOrExportKind, ModuleDeclaration, Program, StringLiteral,
};
use oxc_semantic::{Scoping, SemanticBuilder};
use oxc_span::{GetSpan as _, Span};

use super::{Dialect, Import, Name, types};
use crate::{language::analysis::Analysis, source::Lines};

/// Returns the imports of a program in the order of its text, without type imports.
pub(super) fn of_program<'a>(
    allocator: &'a Allocator,
    mut program: Program<'a>,
    dialect: Dialect,
    text: &str,
) -> Vec<Import> {
    // TypeScript drops an import that is used only as a type, even if the module exports a value.
    let drops_type_imports = dialect == Dialect::TypeScript && Analysis::of(&mut program) != Analysis::None;
    let program = allocator.alloc(program);
    let scoping = drops_type_imports.then(|| SemanticBuilder::new().build(program).semantic.into_scoping());
    let statements = program.body.iter().filter(|statement| types::is_kept(statement));
    let declarations = statements.filter_map(|statement| statement.as_module_declaration());
    let lines = Lines::of(text);
    declarations.filter_map(|declaration| of_declaration(declaration, scoping.as_ref(), &lines)).collect()
}

fn of_declaration(declaration: &ModuleDeclaration<'_>, scoping: Option<&Scoping>, lines: &Lines<'_>) -> Option<Import> {
    let (source, names): (&StringLiteral<'_>, _) = match declaration {
        ModuleDeclaration::ImportDeclaration(it) => (&it.source, imported(it, scoping)),
        ModuleDeclaration::ExportFromDeclaration(it) => {
            let values = it.specifiers.iter().filter(|specifier| specifier.export_kind == ImportOrExportKind::Value);
            (&it.source, values.map(|it| (it.local.name().to_string(), it.local.span())).collect())
        }
        ModuleDeclaration::ExportAllDeclaration(it) => (&it.source, Vec::new()),
        _ => return None,
    };
    let position = |span: Span| lines.position(span.start as usize);
    Some(Import {
        specifier: source.value.to_string(),
        position: position(source.span),
        names: names.into_iter().map(|(name, span)| Name { name, position: position(span) }).collect(),
    })
}

fn imported(import: &ImportDeclaration<'_>, scoping: Option<&Scoping>) -> Vec<(String, Span)> {
    let specifiers = import.specifiers.iter().flatten();
    let names = specifiers.filter_map(|specifier| {
        let is_value = scoping.is_none_or(|scoping| {
            let local = specifier.local().symbol_id();
            let references = scoping.get_resolved_references(local);
            let mut references = references.peekable();
            // A name that is not used may be a value.
            references.peek().is_none() || references.any(|reference| !reference.is_type())
        });
        match specifier {
            _ if !is_value => None,
            ImportDeclarationSpecifier::ImportSpecifier(it) => (it.import_kind == ImportOrExportKind::Value)
                .then(|| (it.imported.name().to_string(), it.imported.span())),
            ImportDeclarationSpecifier::ImportDefaultSpecifier(it) => Some(("default".to_owned(), it.local.span)),
            ImportDeclarationSpecifier::ImportNamespaceSpecifier(_) => None,
        }
    });
    names.collect()
}
