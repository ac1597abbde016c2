//! Whose rights a script has when a schedule or an event starts it, and who may give it those.

use iota_scripts_domain::{FieldError, FieldErrors, FieldProblem, Permission, ScriptDefinition, UserId};

use super::ScriptService;
use crate::{Identity, ServiceError};

impl ScriptService {
    /// Asks for what a change needs beyond being an author's: that of a script which reaches out, and of one with the rights of somebody
    /// else, whatever changes of it.
    pub(super) async fn require_manager(
        &self,
        identity: &Identity,
        concerned: &[&ScriptDefinition],
    ) -> Result<(), ServiceError> {
        let author = identity.author();
        let beyond =
            |definition: &&ScriptDefinition| definition.reaches_out() || definition.acts_for_another_than(&author);
        if concerned.iter().any(beyond) {
            self.gate.require(identity, Permission::ManageEndpoints).await
        } else {
            Ok(())
        }
    }

    /// Refuses to name a user that the tenant does not have; one that was named before stays.
    pub(super) async fn require_known(
        &self,
        identity: &Identity,
        old: Option<&UserId>,
        new: Option<&UserId>,
    ) -> Result<(), ServiceError> {
        let Some(user) = new.filter(|user| old != Some(user)) else { return Ok(()) };
        let refused = |message| {
            let error = FieldError::new("run_as", FieldProblem::Invalid, message);
            Err(ServiceError::Invalid(FieldErrors(vec![error])))
        };
        match self.gate.knows(identity.tenant_id(), user).await {
            Ok(true) => Ok(()),
            Ok(false) => refused(format!("there is no user \"{user}\"")),
            Err(error) if error.code == "UNSUPPORTED" => {
                refused("this application does not tell of its users: a script cannot run as one of them".to_owned())
            }
            Err(error) => Err(error.into()),
        }
    }
}
