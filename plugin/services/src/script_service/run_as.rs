//! The user that scheduled runs act as.

use iota_scripts_domain::{FieldError, FieldProblem, Rights, Script, UserId};

use super::ScriptService;
use crate::{Identity, ServiceError, ports::HostErrorCode};

impl ScriptService {
    /// Returns the rights with which a script's text can run from now on: if they are more than an author's own, a change needs
    /// `scripts.manage_endpoints`.
    ///
    /// # Errors
    /// An error from the database.
    pub async fn rights(&self, script: &Script) -> Result<Rights, ServiceError> {
        self.rights.of(script).await
    }

    /// Rejects a user unknown to the tenant; a user named before and the author of the change are accepted.
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
            // `system` is set when the host itself activated the script.
            return refused(format!("\"{user}\" is not a user"));
        }
        match self.authorizer.user_exists(identity.tenant_id(), user).await {
            Ok(true) => Ok(()),
            Ok(false) => refused(format!("user \"{user}\" not found")),
            Err(error) if error.code == HostErrorCode::Unsupported => {
                refused("this application does not list its users, so a script cannot run as one of them".to_owned())
            }
            Err(error) => Err(error.into()),
        }
    }
}
