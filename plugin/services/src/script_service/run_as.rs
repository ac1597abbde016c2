//! Whom scripts run as when nobody is there.

use iota_scripts_domain::{FieldError, FieldProblem, Rights, Script, UserId};

use super::ScriptService;
use crate::{Identity, ServiceError, ports::HostErrorCode};

impl ScriptService {
    /// With whose rights a script's text can run from now on: more than an author's own need `scripts.manage_endpoints` to change it.
    ///
    /// # Errors
    /// What the database says.
    pub async fn rights(&self, script: &Script) -> Result<Rights, ServiceError> {
        self.rights.of(script).await
    }

    /// Refuses to name a user that the tenant does not have; one that was named before stays, and so does whoever saves.
    pub(super) async fn require_known(
        &self,
        identity: &Identity,
        old: Option<&UserId>,
        new: Option<&UserId>,
    ) -> Result<(), ServiceError> {
        let author = identity.author();
        let Some(user) = new.filter(|user| old != Some(user) && **user != author) else { return Ok(()) };
        let refused = |message: String| Err(FieldError::new("run_as", FieldProblem::Invalid, message).into());
        if *user == UserId::system() {
            // It stands where the host itself has let a script run.
            return refused(format!("\"{user}\" is not a user"));
        }
        match self.authorizer.knows(identity.tenant_id(), user).await {
            Ok(true) => Ok(()),
            Ok(false) => refused(format!("there is no user \"{user}\"")),
            Err(error) if error.code == HostErrorCode::Unsupported => {
                refused("this application does not tell of its users: a script cannot run as one of them".to_owned())
            }
            Err(error) => Err(error.into()),
        }
    }
}
