//! Rewrites import and export statements as statements of a script.

use oxc_ast::ast::{
    ExportDefaultDeclaration, ExportDefaultDeclarationKind, ExportSpecifier, ImportDeclaration,
    ImportDeclarationSpecifier, ImportOrExportKind, ModuleDeclaration, Program, StringLiteral,
};
use oxc_parser::Kind;
use oxc_span::{GetSpan as _, Span};

use super::{Edits, Export, LIBRARIES, Problem, SCHEME, bindings, literal, types};
use crate::language::tokens::Tokens;

/// The constant that holds a default export without a name.
const DEFAULT: &str = "$default";

pub(super) fn rewrite(
    program: &Program<'_>,
    tokens: &Tokens<'_>,
    text: &str,
    edits: &mut Edits,
) -> Result<Vec<Export>, Problem> {
    let mut rewriter = Rewriter { text, tokens, edits, exports: Vec::new() };
    for statement in program.body.iter().filter(|statement| types::is_kept(statement)) {
        if let Some(declaration) = statement.as_module_declaration() {
            rewriter.declaration(declaration)?;
        }
    }
    Ok(rewriter.exports)
}

struct Rewriter<'t> {
    text: &'t str,
    tokens: &'t Tokens<'t>,
    edits: &'t mut Edits,
    exports: Vec<Export>,
}

impl Rewriter<'_> {
    fn declaration(&mut self, declaration: &ModuleDeclaration<'_>) -> Result<(), Problem> {
        match declaration {
            ModuleDeclaration::ImportDeclaration(it) => self.import(it)?,
            ModuleDeclaration::ExportDeclaration(it) => {
                let names = bindings::declared(&it.declaration);
                self.exports.extend(names.into_iter().map(|name| named(&name, name.clone())));
                self.blank(it.span.start, it.declaration.span().start);
            }
            ModuleDeclaration::ExportNamedDeclaration(it) => {
                for specifier in it.specifiers.iter().filter(|specifier| is_value(specifier)) {
                    self.exports.push(named(&specifier.exported.name(), specifier.local.name().to_string()));
                }
                self.erase(it.span);
            }
            ModuleDeclaration::ExportFromDeclaration(it) => {
                let library = library(&it.source)?;
                for specifier in it.specifiers.iter().filter(|specifier| is_value(specifier)) {
                    let value = format!("{library}[{}]", literal(&specifier.local.name()));
                    self.exports.push(named(&specifier.exported.name(), value));
                }
                self.erase(it.span);
            }
            ModuleDeclaration::ExportAllDeclaration(it) => {
                let library = library(&it.source)?;
                self.exports.push(match &it.exported {
                    Some(name) => named(&name.name(), library),
                    None => Export::All { specifier: it.source.value.to_string(), value: library },
                });
                self.erase(it.span);
            }
            ModuleDeclaration::ExportDefaultDeclaration(it) => self.default(it),
            ModuleDeclaration::TSExportAssignment(_) | ModuleDeclaration::TSNamespaceExportDeclaration(_) => {}
        }
        Ok(())
    }

    fn import(&mut self, import: &ImportDeclaration<'_>) -> Result<(), Problem> {
        let library = library(&import.source)?;
        let start = import.span.start;
        if import.phase.is_some() {
            return Err(Problem::new(
                "a library is imported as a whole: `import { name } from \"lib:…\"`",
                import.span,
            ));
        }
        // A parenthesis on the next line must not become a call of the imported value.
        let last = if self.tokens.ends_with(import.span, Kind::Semicolon) { "" } else { ";" };
        let source_end = import.with_clause.as_ref().map_or(import.source.span.end, |clause| clause.span.end);
        let Some(specifiers) = &import.specifiers else {
            self.put(start, source_end, format!("{library}{last}"));
            return Ok(());
        };
        self.put(start, start + 6, "const");
        let source_start = import.source.span.start;
        let head = self.tokens.within(Span::new(start, source_start));
        let from = head.last().map_or(source_start, |from| from.start());
        self.put(from, source_end, format!("={library}{last}"));
        let (mut default, mut list_begins) = (None, false);
        for specifier in specifiers {
            match specifier {
                ImportDeclarationSpecifier::ImportDefaultSpecifier(it) => default = Some(it.local.span),
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(it) => {
                    self.blank(it.span.start, it.local.span.start);
                    if let Some(name) = default.take() {
                        let local = self.of(name).to_owned();
                        self.put(name.start, name.end, format!("{{default:{local}}}={library}"));
                    }
                }
                ImportDeclarationSpecifier::ImportSpecifier(it) => {
                    list_begins = true;
                    let imported = it.imported.span();
                    if it.import_kind == ImportOrExportKind::Value && imported != it.local.span {
                        self.put(imported.end, it.local.span.start, ":");
                    }
                }
            }
        }
        if let Some(name) = default {
            let local = self.of(name).to_owned();
            let brace = head.iter().find(|token| list_begins && token.kind() == Kind::LCurly);
            match brace {
                Some(brace) => {
                    self.put(name.start, name.end, format!("{{default:{local}"));
                    self.blank(brace.start(), brace.end());
                }
                None => {
                    self.put(name.start, from, format!("{{default:{local}}}"));
                }
            }
        }
        Ok(())
    }

    fn default(&mut self, export: &ExportDefaultDeclaration<'_>) {
        let name = match &export.declaration {
            ExportDefaultDeclarationKind::FunctionDeclaration(it) => it.id.as_ref(),
            ExportDefaultDeclarationKind::ClassDeclaration(it) => it.id.as_ref(),
            _ => None,
        };
        let (start, value) = (export.span.start, export.declaration.span().start);
        if let Some(name) = name {
            self.exports.push(named("default", name.name.to_string()));
            return self.blank(start, value);
        }
        self.exports.push(named("default", DEFAULT.to_owned()));
        self.put(start, value, format!("const {DEFAULT}="));
        let end = export.span.end;
        if !self.tokens.ends_with(export.span, Kind::Semicolon) {
            self.put(end, end, ";");
        }
    }

    fn of(&self, span: Span) -> &str {
        &self.text[span.start as usize..span.end as usize]
    }

    fn blank(&mut self, start: u32, end: u32) {
        self.edits.blank(start as usize, end as usize);
    }

    fn put(&mut self, start: u32, end: u32, text: impl Into<String>) {
        self.edits.put(start as usize, end as usize, text);
    }

    /// Leaves a semicolon, so that the statement before ends where it did.
    fn erase(&mut self, span: Span) {
        self.put(span.start, span.end, ";");
    }
}

fn is_value(specifier: &ExportSpecifier<'_>) -> bool {
    specifier.export_kind == ImportOrExportKind::Value
}

fn named(name: &str, value: String) -> Export {
    Export::Named { name: name.to_owned(), value }
}

/// Returns the expression of a library's exports.
fn library(source: &StringLiteral<'_>) -> Result<String, Problem> {
    if !source.value.starts_with(SCHEME) {
        let message = format!("only libraries of the tenant can be imported, as \"{SCHEME}name\"");
        return Err(Problem::new(message, source.span));
    }
    Ok(format!("{LIBRARIES}[{}]", literal(&source.value)))
}
