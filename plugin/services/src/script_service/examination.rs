//! What a source has to pass before it is saved, and what more before it is switched on.

use iota_scripts_domain::{FaultCode, ScriptDefinition};

use super::ScriptService;
use crate::{
    Identity, ServiceError,
    ports::{Check, Diagnostic, Severity},
};

impl ScriptService {
    /// Refuses a source that is too large or too deeply nested, and one that does not compile if it is to run.
    pub(super) async fn examine(&self, identity: &Identity, definition: &ScriptDefinition) -> Result<(), ServiceError> {
        definition.source.check_size(&self.limits)?;
        let checked = self.runtime.check(identity.tenant_id(), &Check::of(definition), &self.limits).await;
        let found = match checked {
            Ok(found) => found,
            Err(fault) if definition.active => return Err(ServiceError::Unchecked(fault)),
            // A draft is not lost because every worker is busy: it is examined again before it is switched on.
            Err(_) => return Ok(()),
        };
        let is_bad =
            |found: &Diagnostic| found.severity == Severity::Error && (definition.active || is_of_size(&found.code));
        match found.into_iter().find(is_bad) {
            Some(found) => Err(ServiceError::DoesNotCompile(Box::new(found))),
            None => Ok(()),
        }
    }
}

fn is_of_size(code: &str) -> bool {
    [FaultCode::SourceTooLarge, FaultCode::SourceTooNested].into_iter().any(|known| known.as_str() == code)
}
