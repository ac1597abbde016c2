//! Decides whether a statement stays, is removed as a type, or is refused.

use oxc_ast::ast::{
    Declaration, ExportDefaultDeclarationKind, ImportOrExportKind, ModuleDeclaration, Statement,
    TSNamespaceDeclarationBody,
};

pub(super) enum Erasure {
    Keep,
    Remove,
    Refuse(&'static str),
}

const ENUM: &str = "`enum` is not available: write `const Name = { First: 1, Second: 2 } as const`";
const NAMESPACE: &str = "a `namespace` with values is not available: write an object";
const IMPORT_EQUALS: &str = "`import name = …` is not available: write `import { name } from \"lib:…\"`";
const EXPORT_EQUALS: &str = "`export = …` is not available: write `export { name }`";

pub(super) fn erasure_of(statement: &Statement<'_>) -> Erasure {
    if let Some(declaration) = statement.as_declaration() {
        return of_declaration(declaration);
    }
    statement.as_module_declaration().map_or(Erasure::Keep, of_module_declaration)
}

fn of_declaration(declaration: &Declaration<'_>) -> Erasure {
    let remove_if = |remove_if: bool| if remove_if { Erasure::Remove } else { Erasure::Keep };
    match declaration {
        Declaration::VariableDeclaration(it) => remove_if(it.declare),
        // Without a body it is an overload.
        Declaration::FunctionDeclaration(it) => remove_if(it.declare || it.body.is_none()),
        Declaration::ClassDeclaration(it) => remove_if(it.declare),
        Declaration::TSTypeAliasDeclaration(_)
        | Declaration::TSInterfaceDeclaration(_)
        | Declaration::TSExternalModuleDeclaration(_)
        | Declaration::TSGlobalDeclaration(_) => Erasure::Remove,
        Declaration::TSEnumDeclaration(it) if it.declare => Erasure::Remove,
        Declaration::TSEnumDeclaration(_) => Erasure::Refuse(ENUM),
        Declaration::TSNamespaceDeclaration(it) if it.declare || only_types(&it.body) => Erasure::Remove,
        Declaration::TSNamespaceDeclaration(_) => Erasure::Refuse(NAMESPACE),
        Declaration::TSImportEqualsDeclaration(it) if it.import_kind == ImportOrExportKind::Type => Erasure::Remove,
        Declaration::TSImportEqualsDeclaration(_) => Erasure::Refuse(IMPORT_EQUALS),
    }
}

fn of_module_declaration(declaration: &ModuleDeclaration<'_>) -> Erasure {
    let of_kind =
        |kind: ImportOrExportKind| if kind == ImportOrExportKind::Type { Erasure::Remove } else { Erasure::Keep };
    match declaration {
        ModuleDeclaration::ImportDeclaration(it) => of_kind(it.import_kind),
        ModuleDeclaration::ExportAllDeclaration(it) => of_kind(it.export_kind),
        ModuleDeclaration::ExportNamedDeclaration(it) => of_kind(it.export_kind),
        ModuleDeclaration::ExportFromDeclaration(it) => of_kind(it.export_kind),
        ModuleDeclaration::ExportDeclaration(it) => of_declaration(&it.declaration),
        ModuleDeclaration::ExportDefaultDeclaration(it) => match &it.declaration {
            ExportDefaultDeclarationKind::TSInterfaceDeclaration(_) => Erasure::Remove,
            ExportDefaultDeclarationKind::FunctionDeclaration(it) if it.body.is_none() => Erasure::Remove,
            _ => Erasure::Keep,
        },
        ModuleDeclaration::TSNamespaceExportDeclaration(_) => Erasure::Remove,
        ModuleDeclaration::TSExportAssignment(_) => Erasure::Refuse(EXPORT_EQUALS),
    }
}

/// Whether a namespace contains only types, so nothing of it exists at run time.
fn only_types(body: &TSNamespaceDeclarationBody<'_>) -> bool {
    match body {
        TSNamespaceDeclarationBody::TSNamespaceDeclaration(inner) => only_types(&inner.body),
        TSNamespaceDeclarationBody::TSModuleBlock(block) => {
            block.directives.is_empty() && block.body.iter().all(|inner| matches!(erasure_of(inner), Erasure::Remove))
        }
    }
}
