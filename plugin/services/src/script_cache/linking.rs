//! Libraries: which ones a script uses, through others too, and in which order they run.

use std::sync::Arc;

use iota_scripts_domain::{FieldError, FieldProblem, RepositoryError, Script, ScriptRef, TenantId};

use super::ScriptCache;
use crate::{
    ServiceError, Target,
    ports::{Import, LIBRARY_SCHEME, LinkedLibrary},
};

/// Libraries that one run may use.
const MOST: usize = 32;

/// What is left to do on the way through the imports.
enum Step {
    Enter(String),
    Leave(Arc<Script>),
}

impl ScriptCache {
    /// The libraries that these lead to, each after what it imports itself. `below` is the library that is being saved.
    ///
    /// # Errors
    /// `Invalid` at the field `content`: a name that is none of a library, a circle, too many; or what the database says.
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
                let circle = path.iter().skip(begin).chain([&name]).cloned().collect::<Vec<_>>().join(" → ");
                return Err(refused(format!("libraries import each other in a circle: {circle}")));
            }
            if linked.iter().any(|known| known.script.name.as_str() == name) {
                continue;
            }
            if linked.len() + path.len() >= MOST {
                return Err(refused(format!("a script may use {MOST} libraries, those of its libraries among them")));
            }
            let script = match self.find(tenant, &Target::Name(name.clone())).await {
                Ok(script) if script.definition().library => script,
                Ok(_) => return Err(refused(format!("the script \"{name}\" is no library"))),
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

/// The names of the libraries that a source imports, each once.
///
/// # Errors
/// `Invalid` at the field `content` for anything but a library.
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
