//! Validates a source before it is saved, and more strictly before it is activated.

use iota_scripts_domain::{FaultCode, FieldError, FieldProblem, ScriptDefinition, TenantId};

use super::ScriptService;
use crate::{
    Identity, ServiceError,
    ports::{Check, Checked, Diagnostic, LIBRARY_SCHEME, Severity},
    script_cache::{self, Exports},
};

impl ScriptService {
    /// Returns the libraries that a source imports. Rejects a source with missing imports, one that is too large or nested too deeply, and
    /// an active one that does not compile.
    pub(super) async fn examine(
        &self,
        identity: &Identity,
        definition: &ScriptDefinition,
    ) -> Result<Vec<String>, ServiceError> {
        definition.source.check_size(&self.limits)?;
        let _permit = self.check_limiter.take_to_save(identity).await?;
        let checked = self.runtime.check(identity.tenant_id(), &Check::of(definition), &self.limits).await;
        let Checked { found, imports, .. } = match checked {
            Ok(checked) => checked,
            // Its imports are stored with it.
            Err(fault) if definition.active || definition.source.as_str().contains(LIBRARY_SCHEME) => {
                return Err(ServiceError::Unchecked(fault));
            }
            // A draft is saved even if all workers are busy: it is checked again before it is activated.
            Err(_) => return Ok(Vec::new()),
        };
        let is_bad =
            |found: &Diagnostic| found.severity == Severity::Error && (definition.active || is_of_size(&found.code));
        if let Some(found) = found.into_iter().find(is_bad) {
            return Err(ServiceError::DoesNotCompile(Box::new(found)));
        }
        let names = script_cache::names(&imports)?;
        let own = definition.library.then(|| definition.name.as_str());
        self.script_cache.link(identity.tenant_id(), &names, own).await?;
        if let Some(missing_imports) =
            self.exports(identity.tenant_id()).missing_imports(&imports).await?.into_iter().next()
        {
            return Err(FieldError::new("content", FieldProblem::Invalid, missing_imports.sentence()).into());
        }
        Ok(names)
    }

    /// Returns the exports of the tenant's libraries.
    pub(super) fn exports<'a>(&'a self, tenant: &'a TenantId) -> Exports<'a> {
        Exports {
            script_cache: &self.script_cache,
            scripts: &self.scripts,
            runtime: &self.runtime,
            limits: &self.limits,
            tenant,
        }
    }
}

fn is_of_size(code: &str) -> bool {
    [FaultCode::SourceTooLarge, FaultCode::SourceTooNested].into_iter().any(|known| known.as_str() == code)
}
