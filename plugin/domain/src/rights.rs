//! With whose rights a source can run from now on, and so who may change it.
//!
//! Whoever edits a text decides what is done with the rights of everybody that it runs as. Therefore a text that runs as others, or reaches
//! out, is changed by those who may give such rights away, and by nobody else. Every way to save a text asks here.

use std::collections::{BTreeSet, HashSet};

use crate::{Script, ScriptDefinition, ScriptId, ScriptName, UserId};

/// A script that runs the texts of libraries, as far as that concerns rights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Importer {
    /// The script.
    pub id: ScriptId,
    /// Its name.
    pub name: ScriptName,
    /// The names of the libraries that it imports itself.
    pub imports: Vec<String>,
    /// As [`Script::runs_as`]; of a script that is switched off too, for it may be switched on again.
    pub runs_as: Option<UserId>,
    /// As [`ScriptDefinition::reaches_out`].
    pub reaches_out: bool,
}

/// A run that somebody has asked for, which takes its script as that will be by then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingRun {
    /// What is to run.
    pub script: ScriptId,
    /// As whom.
    pub requested_by: UserId,
}

/// What runs a text can have when whoever edits it is not there.
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
    /// The users that it runs as.
    pub users: BTreeSet<UserId>,
    /// It answers requests from outside, or writes the host's tables.
    pub reaches_out: bool,
}

impl Rights {
    /// Of a script that is there: by itself, by the scripts that import it, through other libraries too, and by runs of any of them that
    /// are still to come.
    ///
    /// A run that keeps the version that was asked for is not among `pending`: no edit reaches it. What a person or the host's own code
    /// starts runs as the caller, who decides that by calling it.
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

    /// Of a library by its name: by the scripts that import what has that name, through other libraries too. It may be that there is no
    /// such library yet, or not any more.
    #[must_use]
    pub fn of_library(name: &ScriptName, importers: &[Importer], pending: &[PendingRun]) -> Self {
        let mut rights = Self::default();
        let mut runs = HashSet::new();
        let mut open = vec![name.as_str()];
        while let Some(library) = open.pop() {
            for importer in importers.iter().filter(|importer| importer.imports.iter().any(|name| name == library)) {
                if runs.insert(importer.id) {
                    rights.users.extend(importer.runs_as.clone());
                    rights.reaches_out |= importer.reaches_out;
                    open.push(importer.name.as_str());
                }
            }
        }
        let later = pending.iter().filter(|run| runs.contains(&run.script));
        rights.users.extend(later.map(|run| run.requested_by.clone()));
        rights
    }

    /// Of a text as it is to become, by itself.
    #[must_use]
    pub fn of_text(definition: &ScriptDefinition, runs_as: Option<&UserId>) -> Self {
        Self { users: runs_as.cloned().into_iter().collect(), reaches_out: definition.reaches_out() }
    }

    /// Both.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.users.extend(other.users);
        Self { users: self.users, reaches_out: self.reaches_out || other.reaches_out }
    }

    /// Whether they are more than this user has, who would have them by changing the text.
    #[must_use]
    pub fn are_beyond(&self, user: &UserId) -> bool {
        self.reaches_out || self.others_than(user).next().is_some()
    }

    /// Whether they have something that others lack.
    #[must_use]
    pub fn exceed(&self, others: &Self) -> bool {
        (self.reaches_out && !others.reaches_out) || !self.users.is_subset(&others.users)
    }

    /// The users among them that are not this one.
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
    fn a_library_runs_as_everybody_whose_scripts_import_it_however_far() {
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
        // A circle that somebody wrote into the database ends too.
        let circle = [importer("a", &["tax", "b"], None), importer("b", &["a"], Some("robot"))];
        assert_eq!(users(&Rights::of(&library("tax"), &circle, &[])), ["robot"]);
    }

    #[test]
    fn a_name_has_the_rights_of_its_importers_before_there_is_a_library() {
        let importers = [importer("Nightly", &["tax"], Some("robot"))];
        let plain = script("tax", "ann", ScriptInput { script_type: "one_off".into(), ..ScriptInput::default() });
        assert_eq!(Rights::of(&plain, &importers, &[]), Rights::default(), "nothing imports what is no library");
        assert_eq!(users(&Rights::of_library(&plain.definition().name, &importers, &[])), ["robot"]);
    }

    #[test]
    fn runs_that_are_asked_for_count_for_the_script_and_for_its_libraries() {
        let importers = [importer("Report", &["tax"], None)];
        let pending = [PendingRun { script: importers[0].id, requested_by: user("admin") }];
        assert_eq!(users(&Rights::of(&library("tax"), &importers, &pending)), ["admin"]);
        let other = script("Other", "ann", ScriptInput { script_type: "one_off".into(), ..ScriptInput::default() });
        assert_eq!(Rights::of(&other, &importers, &pending), Rights::default());
        let own = [PendingRun { script: other.id(), requested_by: user("admin") }];
        assert!(Rights::of(&other, &importers, &own).are_beyond(&user("ann")));
    }

    #[test]
    fn a_schedule_runs_as_whom_it_names_else_as_whoever_let_it_run() {
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
        assert_eq!(of(&off), Rights::default(), "nobody has let it run yet");
    }
}
