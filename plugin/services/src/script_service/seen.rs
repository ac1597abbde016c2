//! The versions of texts that a user has seen before lending rights to them.
//!
//! The first user to activate a script lends it their rights, and with it to its libraries. A library that its author could still change at
//! that time must be named in the version that the user has seen.

use std::collections::HashSet;

use iota_scripts_domain::{FieldError, FieldProblem, Rights, Script, ScriptId, Version};

use super::ScriptService;
use crate::{Identity, ServiceError, ports::LinkedLibrary};

const FIELD: &str = "seen_libraries";

/// A library and the version that was seen.
pub type SeenLibrary = (ScriptId, Version);

/// The versions that a user has seen before they activate a script.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// The script's version.
    pub script: Option<Version>,
    /// The versions of its libraries.
    pub libraries: Vec<SeenLibrary>,
}

impl From<Option<Version>> for Seen {
    fn from(script: Option<Version>) -> Self {
        Self { script, libraries: Vec::new() }
    }
}

impl Seen {
    /// Parses libraries in requests: `id:version`.
    ///
    /// # Errors
    /// At the field `seen_libraries`, if an entry has another form.
    pub fn libraries<S: AsRef<str>>(texts: impl IntoIterator<Item = S>) -> Result<Vec<SeenLibrary>, FieldError> {
        let parsed = texts.into_iter().map(|text| {
            let (id, version) = text.as_ref().split_once(':')?;
            Some((id.parse().ok()?, Version::new(version.parse().ok()?)?))
        });
        let wrong = || {
            FieldError::new(
                FIELD,
                FieldProblem::Invalid,
                "each entry must be the id of a library, a colon and its version",
            )
        };
        parsed.collect::<Option<Vec<_>>>().ok_or_else(wrong)
    }
}

impl ScriptService {
    /// Returns the libraries that a script uses, including indirect ones; empty if one of them does not exist.
    ///
    /// # Errors
    /// An error from the database.
    pub async fn libraries(&self, script: &Script) -> Result<Vec<Script>, ServiceError> {
        match self.script_cache.link(script.tenant(), &script.definition().imports, None).await {
            Ok(linked) => self.texts(script, linked).await,
            Err(ServiceError::Invalid(_)) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    async fn texts(&self, script: &Script, linked: Vec<LinkedLibrary>) -> Result<Vec<Script>, ServiceError> {
        let mut texts = Vec::with_capacity(linked.len());
        for LinkedLibrary { script: library, .. } in linked {
            texts.push(self.scripts.get(script.tenant(), library.id).await?);
        }
        Ok(texts)
    }

    /// Rejects lending rights to libraries that others wrote and could still change, unless the user has seen their current versions.
    pub(super) async fn require_seen(
        &self,
        identity: &Identity,
        old: Option<&Script>,
        new: &Script,
        linked: Vec<LinkedLibrary>,
        seen: &[SeenLibrary],
    ) -> Result<(), ServiceError> {
        let lent = Rights::of_text(new.definition(), new.runs_as());
        if identity.user.is_none() || linked.is_empty() || !lent.exceed(&Rights::default()) {
            return Ok(());
        }
        let before = old.map(|old| Rights::of_text(old.definition(), old.runs_as())).unwrap_or_default();
        let known: HashSet<ScriptId> = match old {
            Some(old) if !lent.exceed(&before) => self.libraries(old).await?.iter().map(Script::id).collect(),
            _ => HashSet::new(),
        };
        let mut unseen = Vec::new();
        for library in self.texts(new, linked).await? {
            let author = &library.updated().by;
            let is_seen = known.contains(&library.id())
                || *author == identity.author()
                || seen.contains(&(library.id(), library.version()))
                || self.rights.of(&library).await?.are_beyond(author);
            if !is_seen {
                unseen.push(library);
            }
        }
        if unseen.is_empty() { Ok(()) } else { Err(refusal(&unseen).into()) }
    }
}

fn refusal(unseen: &[Script]) -> FieldError {
    let named =
        |library: &Script| format!("{} ({}, {})", library.definition().name, library.version(), library.updated().by);
    let names = unseen.iter().map(named).collect::<Vec<_>>().join(", ");
    let token = |library: &Script| format!("{}:{}", library.id(), library.version());
    let tokens = unseen.iter().map(token).collect::<Vec<_>>().join(" ");
    let message = format!(
        "these libraries will run with rights that their authors lack, and can be changed until then: {names}; review them, and \
         send the versions that you have seen: {tokens}"
    );
    FieldError::new(FIELD, FieldProblem::Required, message)
        .being("libraries_unseen", [("libraries", names), ("seen", tokens)])
}
