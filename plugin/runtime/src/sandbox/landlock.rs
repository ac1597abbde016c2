//! No path at all, or none but a few: a Landlock domain that has rights to nothing else. Where the kernel knows more of Landlock, the
//! same for TCP ports, and for signals and abstract sockets of other processes.

use std::path::Path;

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, BitFlags, LandlockStatus, PathBeneath, PathFd, RestrictionStatus, Ruleset,
    RulesetAttr as _, RulesetCreatedAttr as _, RulesetError, RulesetStatus, Scope,
};
use rustix::{
    fs::{Mode, OFlags, open},
    io::Errno,
};

use super::Hold;

/// The newest version that we know and ask for; a kernel that has less gives what it has.
const KNOWN: ABI = ABI::V6;

/// Forbids every path to this thread and to those that it starts.
pub(super) fn forbid_paths() -> Hold {
    forbid_paths_but(&[], &[])
}

/// The same, but for files in these folders, which may be read, written, made and removed, and for these, which may be read. What is not
/// there gets no right.
pub(super) fn forbid_paths_but(folders: &[&Path], readable: &[&Path]) -> Hold {
    let status = match restrict(folders, readable) {
        Ok(status) => status,
        Err(error) => return Hold::Not(format!("the system refused a Landlock domain: {error}")),
    };
    match (status.ruleset, status.landlock) {
        (RulesetStatus::NotEnforced, LandlockStatus::NotEnabled) => {
            Hold::Not("Landlock is switched off in this kernel".to_owned())
        }
        (RulesetStatus::NotEnforced, _) => Hold::Not("this kernel has no Landlock; Linux 5.13 brings it".to_owned()),
        _ if !root_is_refused() => Hold::Not("the Landlock domain holds nothing back".to_owned()),
        (RulesetStatus::PartiallyEnforced, LandlockStatus::Available { effective_abi, .. }) => Hold::Part(format!(
            "Landlock version {} of this kernel covers paths, but not all of TCP ports and signals; Linux 6.12 does",
            effective_abi as i32
        )),
        (RulesetStatus::FullyEnforced | RulesetStatus::PartiallyEnforced, _) => Hold::Whole,
    }
}

fn restrict(folders: &[&Path], readable: &[&Path]) -> Result<RestrictionStatus, RulesetError> {
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    let all = read | AccessFs::WriteFile | AccessFs::Truncate | AccessFs::MakeReg | AccessFs::RemoveFile;
    let rules = |paths: &[&Path], rights: BitFlags<AccessFs>| -> Vec<Result<_, RulesetError>> {
        let open = paths.iter().filter_map(|path| Some((path, PathFd::new(path).ok()?)));
        // A right to a folder on a file would count as one that the kernel does not know.
        let rights = |path: &Path| if path.is_dir() { rights } else { rights & AccessFs::from_file(KNOWN) };
        open.map(|(path, open)| Ok(PathBeneath::new(open, rights(path)))).collect()
    };
    Ruleset::default()
        .handle_access(AccessFs::from_all(KNOWN))?
        .handle_access(AccessNet::from_all(KNOWN))?
        .scope(Scope::from_all(KNOWN))?
        .create()?
        .add_rules(rules(folders, all))?
        .add_rules(rules(readable, read))?
        .restrict_self()
}

fn root_is_refused() -> bool {
    open("/", OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())
        .is_err_and(|error| error == Errno::ACCESS)
}
