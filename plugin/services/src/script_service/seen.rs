//! What a user has seen of the texts to which they lend rights.
//!
//! Whoever lets a script run first lends it rights for what it does then, and that is in its libraries too. A library that its author
//! could still change at that moment has to be named in the version that was seen.

use std::collections::HashSet;

use iota_scripts_domain::{FieldError, FieldProblem, Rights, Script, ScriptId, Version};

use super::ScriptService;
use crate::{Identity, ServiceError, ports::LinkedLibrary};

const FIELD: &str = "seen_libraries";

/// A library in the version that was seen.
pub type SeenLibrary = (ScriptId, Version);

/// The versions that a user has seen before they switch a script on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// Of the script.
    pub script: Option<Version>,
    /// Of libraries that it uses.
    pub libraries: Vec<SeenLibrary>,
}

impl From<Option<Version>> for Seen {
    fn from(script: Option<Version>) -> Self {
        Self { script, libraries: Vec::new() }
    }
}

impl Seen {
    /// Libraries as they stand in requests: `id:version`.
    ///
    /// # Errors
    /// At the field `seen_libraries`, when one is of another form.
    pub fn libraries<S: AsRef<str>>(texts: impl IntoIterator<Item = S>) -> Result<Vec<SeenLibrary>, FieldError> {
        let parsed = texts.into_iter().map(|text| {
            let (id, version) = text.as_ref().split_once(':')?;
            Some((id.parse().ok()?, Version::new(version.parse().ok()?)?))
        });
        let wrong =
            || FieldError::new(FIELD, FieldProblem::Invalid, "each is the id of a library, a colon and its version");
        parsed.collect::<Option<Vec<_>>>().ok_or_else(wrong)
    }
}

impl ScriptService {
    /// The libraries that a script uses, through others too; none where one of them is not there.
    ///
    /// # Errors
    /// What the database says.
    pub async fn libraries(&self, script: &Script) -> Result<Vec<Script>, ServiceError> {
        match self.library.link(script.tenant(), &script.definition().imports, None).await {
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

    /// Refuses to lend rights to libraries that others wrote and could still change, unless the user has seen them as they are.
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
        "from now on these libraries run with rights that their authors lack, and can be changed until then: {names}; read them, and \
         name what you have seen: {tokens}"
    );
    FieldError::new(FIELD, FieldProblem::Required, message)
        .being("libraries_unseen", [("libraries", names), ("seen", tokens)])
}
