//! What becomes of a statement without types: it stays, it goes as a whole, or it cannot be had.

use oxc_ast::ast::{
    Declaration, ExportDefaultDeclarationKind, ImportOrExportKind, ModuleDeclaration, Statement,
    TSNamespaceDeclarationBody,
};

pub(super) enum Fate {
    Stays,
    Goes,
    Refused(&'static str),
}

const ENUM: &str = "`enum` is more than a type: write `const Name = { First: 1, Second: 2 } as const`";
const NAMESPACE: &str = "a `namespace` with values is more than a type: write an object";
const IMPORT_EQUALS: &str = "`import name = …` is not available: write `import { name } from \"lib:…\"`";
const EXPORT_EQUALS: &str = "`export = …` is not available: write `export { name }`";

pub(super) fn fate(statement: &Statement<'_>) -> Fate {
    if let Some(declaration) = statement.as_declaration() {
        return of_declaration(declaration);
    }
    statement.as_module_declaration().map_or(Fate::Stays, of_module_declaration)
}

fn of_declaration(declaration: &Declaration<'_>) -> Fate {
    let goes = |goes: bool| if goes { Fate::Goes } else { Fate::Stays };
    match declaration {
        Declaration::VariableDeclaration(it) => goes(it.declare),
        // Without a body it is an overload.
        Declaration::FunctionDeclaration(it) => goes(it.declare || it.body.is_none()),
        Declaration::ClassDeclaration(it) => goes(it.declare),
        Declaration::TSTypeAliasDeclaration(_)
        | Declaration::TSInterfaceDeclaration(_)
        | Declaration::TSExternalModuleDeclaration(_)
        | Declaration::TSGlobalDeclaration(_) => Fate::Goes,
        Declaration::TSEnumDeclaration(it) if it.declare => Fate::Goes,
        Declaration::TSEnumDeclaration(_) => Fate::Refused(ENUM),
        Declaration::TSNamespaceDeclaration(it) if it.declare || only_types(&it.body) => Fate::Goes,
        Declaration::TSNamespaceDeclaration(_) => Fate::Refused(NAMESPACE),
        Declaration::TSImportEqualsDeclaration(it) if it.import_kind == ImportOrExportKind::Type => Fate::Goes,
        Declaration::TSImportEqualsDeclaration(_) => Fate::Refused(IMPORT_EQUALS),
    }
}

fn of_module_declaration(declaration: &ModuleDeclaration<'_>) -> Fate {
    let of_kind = |kind: ImportOrExportKind| if kind == ImportOrExportKind::Type { Fate::Goes } else { Fate::Stays };
    match declaration {
        ModuleDeclaration::ImportDeclaration(it) => of_kind(it.import_kind),
        ModuleDeclaration::ExportAllDeclaration(it) => of_kind(it.export_kind),
        ModuleDeclaration::ExportNamedDeclaration(it) => of_kind(it.export_kind),
        ModuleDeclaration::ExportFromDeclaration(it) => of_kind(it.export_kind),
        ModuleDeclaration::ExportDeclaration(it) => of_declaration(&it.declaration),
        ModuleDeclaration::ExportDefaultDeclaration(it) => match &it.declaration {
            ExportDefaultDeclarationKind::TSInterfaceDeclaration(_) => Fate::Goes,
            ExportDefaultDeclarationKind::FunctionDeclaration(it) if it.body.is_none() => Fate::Goes,
            _ => Fate::Stays,
        },
        ModuleDeclaration::TSNamespaceExportDeclaration(_) => Fate::Goes,
        ModuleDeclaration::TSExportAssignment(_) => Fate::Refused(EXPORT_EQUALS),
    }
}

/// Whether a namespace holds nothing that is there when it runs.
fn only_types(body: &TSNamespaceDeclarationBody<'_>) -> bool {
    match body {
        TSNamespaceDeclarationBody::TSNamespaceDeclaration(inner) => only_types(&inner.body),
        TSNamespaceDeclarationBody::TSModuleBlock(block) => {
            block.directives.is_empty() && block.body.iter().all(|inner| matches!(fate(inner), Fate::Goes))
        }
    }
}
