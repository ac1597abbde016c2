//! The users that a source can run as, which decide who may change it.
//!
//! An editor of a source controls the rights of every user that it runs as. Only a user with permission to grant such rights may therefore
//! change a source that runs as other users, answers requests from outside, or writes the host's tables. All operations that save a source
//! use this check.

use std::collections::{BTreeSet, HashSet};

use crate::{Script, ScriptDefinition, ScriptId, ScriptName, UserId};

/// A script that imports libraries, with the data that matters for rights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Importer {
    /// The script.
    pub id: ScriptId,
    /// Its name.
    pub name: ScriptName,
    /// Names of the libraries that it imports directly.
    pub imports: Vec<String>,
    /// See [`Script::runs_as`]. Also set for an inactive script, which may be activated again.
    pub runs_as: Option<UserId>,
    /// See [`ScriptDefinition::reaches_out`].
    pub reaches_out: bool,
}

/// A requested run that will use the newest version of its script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingRun {
    /// The script.
    pub script: ScriptId,
    /// User that it runs as.
    pub requested_by: UserId,
}

/// The rights that a source can run with after an edit, without the editor's presence.
///
/// ```
/// use iota_scripts_domain::{Rights, UserId};
/// let (ann, robot) = (UserId::parse("ann").unwrap(), UserId::parse("robot").unwrap());
/// let mut rights = Rights::default();
/// assert!(!rights.are_beyond(&ann));
/// rights.users.insert(ann.clone());
/// assert!(!rights.are_beyond(&ann) && rights.are_beyond(&robot));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rights {
    /// Users that it runs as.
    pub users: BTreeSet<UserId>,
    /// Whether it answers requests from outside or writes the host's tables.
    pub reaches_out: bool,
}

impl Rights {
    /// Returns the rights of an existing script: its own, those of the scripts that import it directly or through other libraries, and
    /// those of the pending runs of all these.
    ///
    /// `pending` does not include runs with a pinned version, because no edit affects them. Runs that a person or the host's own code
    /// starts are not included either: they run as the caller, who accepts that by calling.
    #[must_use]
    pub fn of(script: &Script, importers: &[Importer], pending: &[PendingRun]) -> Self {
        let own = Self::of_text(script.definition(), script.runs_as());
        let asked_for = pending.iter().filter(|run| run.script == script.id());
        let users = asked_for.map(|run| run.requested_by.clone()).collect();
        let own = own.and(Self { users, reaches_out: false });
        if script.definition().library {
            own.and(Self::of_library(&script.definition().name, importers, pending))
        } else {
            own
        }
    }

    /// Returns the rights of a library by its name: those of the scripts that import it directly or through other libraries. The library
    /// need not exist: it may not be created yet, or may be deleted.
    #[must_use]
    pub fn of_library(name: &ScriptName, importers: &[Importer], pending: &[PendingRun]) -> Self {
        let mut rights = Self::default();
        let mut visited = HashSet::new();
        let mut queue = vec![name.as_str()];
        while let Some(library) = queue.pop() {
            for importer in importers.iter().filter(|importer| importer.imports.iter().any(|name| name == library)) {
                if visited.insert(importer.id) {
                    rights.users.extend(importer.runs_as.clone());
                    rights.reaches_out |= importer.reaches_out;
                    queue.push(importer.name.as_str());
                }
            }
        }
        let later = pending.iter().filter(|run| visited.contains(&run.script));
        rights.users.extend(later.map(|run| run.requested_by.clone()));
        rights
    }

    /// Returns the rights of a definition alone, without importers and pending runs.
    #[must_use]
    pub fn of_text(definition: &ScriptDefinition, runs_as: Option<&UserId>) -> Self {
        Self { users: runs_as.cloned().into_iter().collect(), reaches_out: definition.reaches_out() }
    }

    /// Returns the union.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.users.extend(other.users);
        Self { users: self.users, reaches_out: self.reaches_out || other.reaches_out }
    }

    /// Returns whether these rights exceed those of a user, who would gain them by changing the source.
    #[must_use]
    pub fn are_beyond(&self, user: &UserId) -> bool {
        self.reaches_out || self.others_than(user).next().is_some()
    }

    /// Returns whether these rights include any that `others` lack.
    #[must_use]
    pub fn exceed(&self, others: &Self) -> bool {
        (self.reaches_out && !others.reaches_out) || !self.users.is_subset(&others.users)
    }

    /// Returns the users other than `user`.
    pub fn others_than<'a>(&'a self, user: &'a UserId) -> impl Iterator<Item = &'a UserId> {
        self.users.iter().filter(move |other| *other != user)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ScriptDraft, ScriptInput, Stamp, TenantId, Timestamp};

    fn user(name: &str) -> UserId {
        UserId::parse(name).unwrap()
    }

    fn script(name: &str, by: &str, more: ScriptInput) -> Script {
        let input = ScriptInput { name: name.into(), content: "1".into(), ..more };
        let stamp = Stamp { at: Timestamp::from_micros(1), by: user(by) };
        let draft = ScriptDraft::parse(&input).unwrap();
        Script::create(ScriptId::generate(), TenantId::parse("acme").unwrap(), draft, stamp).into_script()
    }

    fn library(name: &str) -> Script {
        let more = ScriptInput { script_type: "embedded".into(), library: Some(true), ..ScriptInput::default() };
        script(name, "ann", more)
    }

    fn importer(name: &str, imports: &[&str], runs_as: Option<&str>) -> Importer {
        Importer {
            id: ScriptId::generate(),
            name: ScriptName::parse(name).unwrap(),
            imports: imports.iter().map(|name| (*name).to_owned()).collect(),
            runs_as: runs_as.map(user),
            reaches_out: false,
        }
    }

    fn users(rights: &Rights) -> Vec<&str> {
        rights.users.iter().map(UserId::as_str).collect()
    }

    #[test]
    fn a_library_runs_as_the_users_of_all_its_importers() {
        let importers = [
            importer("prices", &["tax"], None),
            importer("Nightly", &["prices"], Some("robot")),
            importer("Other", &["else"], Some("cat")),
            Importer { reaches_out: true, ..importer("Endpoint", &["tax", "prices"], None) },
        ];
        let tax = Rights::of(&library("tax"), &importers, &[]);
        assert_eq!((users(&tax), tax.reaches_out), (vec!["robot"], true));
        let alone = Rights::of(&library("alone"), &importers, &[]);
        assert_eq!(alone, Rights::default());
        // An import cycle, which only a direct write to the database can create, must not loop forever.
        let circle = [importer("a", &["tax", "b"], None), importer("b", &["a"], Some("robot"))];
        assert_eq!(users(&Rights::of(&library("tax"), &circle, &[])), ["robot"]);
    }

    #[test]
    fn a_name_has_its_importers_rights_before_the_library_exists() {
        let importers = [importer("Nightly", &["tax"], Some("robot"))];
        let plain = script("tax", "ann", ScriptInput { script_type: "one_off".into(), ..ScriptInput::default() });
        assert_eq!(
            Rights::of(&plain, &importers, &[]),
            Rights::default(),
            "it is not a library, so it has no importers"
        );
        assert_eq!(users(&Rights::of_library(&plain.definition().name, &importers, &[])), ["robot"]);
    }

    #[test]
    fn pending_runs_count_for_the_script_and_its_libraries() {
        let importers = [importer("Report", &["tax"], None)];
        let pending = [PendingRun { script: importers[0].id, requested_by: user("admin") }];
        assert_eq!(users(&Rights::of(&library("tax"), &importers, &pending)), ["admin"]);
        let other = script("Other", "ann", ScriptInput { script_type: "one_off".into(), ..ScriptInput::default() });
        assert_eq!(Rights::of(&other, &importers, &pending), Rights::default());
        let own = [PendingRun { script: other.id(), requested_by: user("admin") }];
        assert!(Rights::of(&other, &importers, &own).are_beyond(&user("ann")));
    }

    #[test]
    fn a_schedule_runs_as_its_run_as_user_else_its_activator() {
        let cron = |run_as: Option<&str>| ScriptInput {
            script_type: "cron".into(),
            cron_expression: Some("0 9 * * *".into()),
            run_as: run_as.map(str::to_owned),
            ..ScriptInput::default()
        };
        let of = |script: &Script| Rights::of(script, &[], &[]);
        assert_eq!(users(&of(&script("Own", "ann", cron(None)))), ["ann"]);
        assert_eq!(users(&of(&script("Robots", "ann", cron(Some("robot"))))), ["robot"]);
        let off = script("Off", "ann", ScriptInput { is_active: Some(false), ..cron(None) });
        assert_eq!(of(&off), Rights::default(), "it has never been activated");
    }
}
