//! Whose rights a script has when nobody is there, what else it may that its author may not, and who may change such a script.

use std::collections::HashSet;

use iota_scripts_domain::{FieldError, FieldProblem, Permission, RepositoryError, Script, ScriptDefinition, UserId};

use super::ScriptService;
use crate::{Identity, ServiceError};

impl ScriptService {
    /// Whether a change of a script takes more than being an author: it reaches out, it acts with the rights of somebody else, or
    /// it is a library of a script that does.
    ///
    /// # Errors
    /// What the database says.
    pub async fn needs_manager(&self, identity: &Identity, script: &Script) -> Result<bool, ServiceError> {
        if is_beyond(script.definition(), identity) {
            return Ok(true);
        }
        Ok(self.users_of(script).await?.iter().any(|user| is_beyond(user.definition(), identity)))
    }

    /// Asks for the permission that a change needs beyond an author's, by what the script was and by what it becomes.
    pub(super) async fn require_manager(
        &self,
        identity: &Identity,
        old: Option<&Script>,
        new: &ScriptDefinition,
    ) -> Result<(), ServiceError> {
        let before = match old {
            Some(script) => self.needs_manager(identity, script).await?,
            None => false,
        };
        if before || is_beyond(new, identity) {
            self.gate.require(identity, Permission::ManageEndpoints).await?;
        }
        Ok(())
    }

    /// Refuses to name a user that the tenant does not have; one that was named before stays.
    pub(super) async fn require_known(
        &self,
        identity: &Identity,
        old: Option<&UserId>,
        new: Option<&UserId>,
    ) -> Result<(), ServiceError> {
        let Some(user) = new.filter(|user| old != Some(user)) else { return Ok(()) };
        let refused = |message: String| Err(FieldError::new("run_as", FieldProblem::Invalid, message).into());
        match self.gate.knows(identity.tenant_id(), user).await {
            Ok(true) => Ok(()),
            Ok(false) => refused(format!("there is no user \"{user}\"")),
            Err(error) if error.code == "UNSUPPORTED" => {
                refused("this application does not tell of its users: a script cannot run as one of them".to_owned())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The scripts that run a library's text, through other libraries too.
    async fn users_of(&self, library: &Script) -> Result<Vec<Script>, ServiceError> {
        if !library.definition().library {
            return Ok(Vec::new());
        }
        let tenant = library.tenant();
        let importers = self.scripts.importers(tenant).await?;
        let (mut users, mut seen) = (Vec::new(), HashSet::new());
        let mut open = vec![library.definition().name.to_string()];
        while let Some(imported) = open.pop() {
            for (name, imports) in &importers {
                if !imports.contains(&imported) || !seen.insert(name) {
                    continue;
                }
                match self.scripts.get_by_name(tenant, name.as_str()).await {
                    Ok(user) => users.push(user),
                    // It has gone meanwhile.
                    Err(RepositoryError::NotFound) => {}
                    Err(error) => return Err(error.into()),
                }
                open.push(name.to_string());
            }
        }
        Ok(users)
    }
}

fn is_beyond(definition: &ScriptDefinition, identity: &Identity) -> bool {
    definition.reaches_out() || definition.acts_for_another_than(&identity.author())
}
