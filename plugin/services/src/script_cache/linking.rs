//! Resolves libraries: those a script uses, directly and through others, and the order in which they run.

use std::sync::Arc;

use iota_scripts_domain::{FieldError, FieldProblem, RepositoryError, Script, ScriptRef, TenantId};

use super::ScriptCache;
use crate::{
    ServiceError, Target,
    ports::{Import, LIBRARY_SCHEME, LinkedLibrary},
};

/// Maximum number of libraries of one run.
const MAX_LIBRARIES: usize = 32;

/// A step in the traversal of imports.
enum Step {
    Enter(String),
    Leave(Arc<Script>),
}

impl ScriptCache {
    /// Returns the libraries reachable from these, each after its own imports. `below` is the library that is being saved.
    ///
    /// # Errors
    /// `Invalid` at the field `content`: a name that is not a library, a cycle, or too many libraries; or an error from the database.
    pub(crate) async fn link(
        &self,
        tenant: &TenantId,
        names: &[String],
        below: Option<&str>,
    ) -> Result<Vec<LinkedLibrary>, ServiceError> {
        let mut steps: Vec<Step> = names.iter().rev().cloned().map(Step::Enter).collect();
        let mut path: Vec<String> = below.map(str::to_owned).into_iter().collect();
        let mut linked: Vec<LinkedLibrary> = Vec::new();
        while let Some(step) = steps.pop() {
            let name = match step {
                Step::Enter(name) => name,
                Step::Leave(script) => {
                    path.pop();
                    let source = script.definition().source.to_shared();
                    linked.push(LinkedLibrary { script: ScriptRef::from(&*script), source });
                    continue;
                }
            };
            if let Some(begin) = path.iter().position(|known| *known == name) {
                let cycle = path.iter().skip(begin).chain([&name]).cloned().collect::<Vec<_>>().join(" → ");
                return Err(refused(format!("libraries import each other in a cycle: {cycle}")));
            }
            if linked.iter().any(|known| known.script.name.as_str() == name) {
                continue;
            }
            if linked.len() + path.len() >= MAX_LIBRARIES {
                return Err(refused(format!(
                    "a script may use at most {MAX_LIBRARIES} libraries, including those that its libraries import"
                )));
            }
            let script = match self.find(tenant, &Target::Name(name.clone())).await {
                Ok(script) if script.definition().library => script,
                Ok(_) => return Err(refused(format!("the script \"{name}\" is not a library"))),
                Err(RepositoryError::NotFound) => return Err(refused(format!("there is no library \"{name}\""))),
                Err(error) => return Err(error.into()),
            };
            path.push(name);
            let imports = script.definition().imports.clone();
            steps.push(Step::Leave(script));
            steps.extend(imports.into_iter().rev().map(Step::Enter));
        }
        Ok(linked)
    }
}

/// Returns the names of the libraries that a source imports, each once.
///
/// # Errors
/// `Invalid` at the field `content` for any import that is not a library.
pub(crate) fn names(imports: &[Import]) -> Result<Vec<String>, ServiceError> {
    let mut names: Vec<String> = Vec::new();
    for Import { specifier, line, column, .. } in imports {
        let Some(name) = specifier.strip_prefix(LIBRARY_SCHEME) else {
            let message =
                format!("line {line}, column {column}: only libraries can be imported, as \"{LIBRARY_SCHEME}name\"");
            return Err(refused(message));
        };
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    Ok(names)
}

fn refused(message: String) -> ServiceError {
    FieldError::new("content", FieldProblem::Invalid, message).into()
}
