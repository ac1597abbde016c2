//! The names of users, of whom the plugin only stores the host's ids.

use std::collections::BTreeMap;

use iota_scripts_domain::UserId;
use iota_scripts_services::Identity;

use super::Page;
use crate::{AppState, locale::Locale};

/// Names by id.
pub(super) struct People {
    names: BTreeMap<UserId, String>,
    locale: Locale,
}

impl People {
    /// Asks the host about each user once.
    pub(super) async fn of<'a>(app: &AppState, asking: &Identity, ids: impl Iterator<Item = &'a UserId>) -> Self {
        let mut names: BTreeMap<UserId, String> = ids.map(|id| (id.clone(), String::new())).collect();
        let found = app.scripts.names(asking, names.keys().cloned().collect()).await;
        names.extend(found);
        Self { names, locale: Locale::of(asking) }
    }

    /// Returns ids and names of the users whom the host knows.
    pub(super) fn known(&self) -> Vec<(String, String)> {
        let known = self.names.iter().filter(|(_, name)| !name.is_empty());
        known.map(|(id, name)| (id.to_string(), name.clone())).collect()
    }

    /// Returns the name of the user that a script runs as, or a text for the application.
    pub(super) fn run_as_name(&self, id: &UserId, page: &Page) -> String {
        if *id == UserId::system() { page.t("run_as.system").to_owned() } else { self.name(id) }
    }

    /// Returns the name of a user, or the id if the host does not know the user any more. The application has a
    /// translated name.
    pub(super) fn name(&self, id: &UserId) -> String {
        let known = self.names.get(id).filter(|name| !name.is_empty()).cloned();
        known.unwrap_or_else(|| {
            if *id == UserId::system() { self.locale.text("user.system").to_owned() } else { id.to_string() }
        })
    }

    /// Returns a list without users.
    #[cfg(test)]
    pub(super) const fn nobody() -> Self {
        Self { names: BTreeMap::new(), locale: Locale::En }
    }
}
