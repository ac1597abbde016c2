//! The exports of libraries and their use: finds missing imports, and exports in use that a change would remove.
//!
//! Nothing of this is stored. The compiler determines it from the text each time, so that old scripts are checked by the same rule; an
//! import that was already broken does not block a change.

use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
};

use iota_scripts_domain::{
    FaultCode, FieldError, FieldProblem, Importer, Limits, RepositoryError, Script, ScriptRepository, TenantId,
};

use super::ScriptCache;
use crate::{
    ServiceError, Target,
    ports::{Check, Checked, Diagnostic, Import, ImportedName, LIBRARY_SCHEME, Runtime, Severity},
};

/// The export that `export *` does not re-export.
const DEFAULT: &str = "default";

/// Checks imports and exports of a tenant's libraries.
#[derive(Clone, Copy)]
pub(crate) struct Exports<'a> {
    pub(crate) script_cache: &'a ScriptCache,
    pub(crate) scripts: &'a Arc<dyn ScriptRepository>,
    pub(crate) runtime: &'a Arc<dyn Runtime>,
    pub(crate) limits: &'a Limits,
    pub(crate) tenant: &'a TenantId,
}

impl Exports<'_> {
    /// Returns imports that do not exist, as errors of the importing text.
    ///
    /// # Errors
    /// `Unchecked` when the compiler could not answer, or an error from the database.
    pub(crate) async fn missing_imports(&self, imports: &[Import]) -> Result<Vec<Diagnostic>, ServiceError> {
        let mut missing_imports = Vec::new();
        for import in imports {
            let Some(name) = import.specifier.strip_prefix(LIBRARY_SCHEME) else { continue };
            let error = |message: String, line, column, width: usize| Diagnostic {
                severity: Severity::Error,
                code: FaultCode::CompileError.as_str().to_owned(),
                message,
                line: Some(line),
                column: Some(column),
                end_line: Some(line),
                end_column: Some(column.saturating_add(u32::try_from(width).unwrap_or(u32::MAX))),
                source_line: None,
            };
            let script = match self.script_cache.find(self.tenant, &Target::Name(name.to_owned())).await {
                Ok(script) if script.definition().library => script,
                Ok(_) => {
                    let message = format!("the script \"{name}\" is not a library");
                    missing_imports.push(error(
                        message,
                        import.line,
                        import.column,
                        import.specifier.chars().count() + 2,
                    ));
                    continue;
                }
                Err(RepositoryError::NotFound) => {
                    let message = format!("there is no library \"{name}\"");
                    missing_imports.push(error(
                        message,
                        import.line,
                        import.column,
                        import.specifier.chars().count() + 2,
                    ));
                    continue;
                }
                Err(failure) => return Err(failure.into()),
            };
            if import.names.is_empty() {
                continue;
            }
            let exported = self.of(script.definition().source.as_str()).await?;
            for ImportedName { name: wanted, line, column } in &import.names {
                if !exported.contains(wanted) {
                    missing_imports.push(error(no_export(name, wanted), *line, *column, wanted.chars().count()));
                }
            }
        }
        Ok(missing_imports)
    }

    /// Rejects a new text of a library that removes exports which other scripts import, directly or through libraries that re-export them.
    ///
    /// # Errors
    /// `Invalid` at the field `content`, `DoesNotCompile` even for an inactive library, `Unchecked`, or an error from the database.
    pub(crate) async fn require_kept(&self, script: &Script, new: &str) -> Result<(), ServiceError> {
        let importers = self.scripts.importers(self.tenant).await?;
        let name = script.definition().name.as_str();
        if !importers.iter().any(|importer| importer.imports.iter().any(|import| import == name)) {
            return Ok(());
        }
        let is_error = |found: &Diagnostic| found.severity == Severity::Error;
        if let Some(found) = self.check(new).await?.found.into_iter().find(is_error) {
            return Err(ServiceError::DoesNotCompile(Box::new(found)));
        }
        let kept = self.of(new).await?;
        let lost: BTreeSet<String> =
            self.of(script.definition().source.as_str()).await?.difference(&kept).cloned().collect();
        let mut missing: Vec<(String, String)> = Vec::new();
        let mut open = vec![(name.to_owned(), lost)];
        while let Some((library, lost)) = open.pop() {
            if lost.is_empty() {
                continue;
            }
            for Importer { name: user, imports, .. } in &importers {
                // An import of itself is rejected as a cycle.
                if user.as_str() == name || !imports.contains(&library) {
                    continue;
                }
                let importer = self.script_cache.find(self.tenant, &Target::Name(user.as_str().to_owned())).await?;
                let Checked { imports, exports, .. } = self.check(importer.definition().source.as_str()).await?;
                let specifier = format!("{LIBRARY_SCHEME}{library}");
                let taken = imports.iter().filter(|import| import.specifier == specifier);
                let names: BTreeSet<&String> =
                    taken.flat_map(|import| &import.names).map(|taken| &taken.name).collect();
                missing.extend(
                    lost.iter().filter(|lost| names.contains(lost)).map(|lost| (lost.clone(), user.to_string())),
                );
                if exports.all_of.contains(&specifier) {
                    let own = |name: &&String| !exports.names.contains(name) && *name != DEFAULT;
                    open.push((user.to_string(), lost.iter().filter(own).cloned().collect()));
                }
            }
        }
        match listed(&missing) {
            Some(message) => Err(FieldError::new("content", FieldProblem::Invalid, message).into()),
            None => Ok(()),
        }
    }

    /// Returns the names that a text exports, including re-exports; empty if it does not compile.
    async fn of(&self, source: &str) -> Result<BTreeSet<String>, ServiceError> {
        let (mut names, mut seen) = (BTreeSet::new(), HashSet::new());
        let exports = self.check(source).await?.exports;
        names.extend(exports.names);
        let mut open = exports.all_of;
        while let Some(specifier) = open.pop() {
            let Some(name) = specifier.strip_prefix(LIBRARY_SCHEME) else { continue };
            if !seen.insert(name.to_owned()) {
                continue;
            }
            let passed = match self.script_cache.find(self.tenant, &Target::Name(name.to_owned())).await {
                Ok(script) => self.check(script.definition().source.as_str()).await?.exports,
                Err(RepositoryError::NotFound) => continue,
                Err(failure) => return Err(failure.into()),
            };
            names.extend(passed.names.into_iter().filter(|name| name != DEFAULT));
            open.extend(passed.all_of);
        }
        Ok(names)
    }

    async fn check(&self, source: &str) -> Result<Checked, ServiceError> {
        let checked = self.runtime.check(self.tenant, &Check::text(source), self.limits).await;
        checked.map_err(ServiceError::Unchecked)
    }
}

fn no_export(library: &str, name: &str) -> String {
    match name {
        DEFAULT => format!("the library \"{library}\" has no default export"),
        _ => format!("the library \"{library}\" exports no `{name}`"),
    }
}

/// Lists the missing exports with their importers: `vat` is imported by "Report" and "Daily".
fn listed(missing: &[(String, String)]) -> Option<String> {
    let names: BTreeSet<&String> = missing.iter().map(|(name, _)| name).collect();
    let uses = names.into_iter().map(|name| {
        let users: BTreeSet<String> =
            missing.iter().filter(|(missing, _)| missing == name).map(|(_, user)| format!("\"{user}\"")).collect();
        let users = users.into_iter().collect::<Vec<_>>().join(", ");
        match name.as_str() {
            DEFAULT => format!("the default export is imported by {users}"),
            _ => format!("`{name}` is imported by {users}"),
        }
    });
    let uses = uses.collect::<Vec<_>>().join("; ");
    (!uses.is_empty()).then(|| format!("a library keeps the exports that others use: {uses}"))
}
