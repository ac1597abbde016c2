//! Denies access to all paths, or to all but a few, with a Landlock domain. If the kernel's Landlock supports it, also denies TCP
//! ports, and signals and abstract sockets of other processes.

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

/// The newest supported version, which is requested; an older kernel enforces its subset.
const NEWEST_ABI: ABI = ABI::V6;

/// Denies every path to this thread and to those that it starts.
pub(super) fn forbid_paths() -> Hold {
    forbid_paths_but(&[], &[])
}

/// Denies every path except files in `folders`, which may be read, written, created and removed, and in `readable`, which may be
/// read. Paths that do not exist get no rights.
pub(super) fn forbid_paths_but(folders: &[&Path], readable: &[&Path]) -> Hold {
    let status = match restrict(folders, readable) {
        Ok(status) => status,
        Err(error) => return Hold::Not(format!("the system refused a Landlock domain: {error}")),
    };
    match (status.ruleset, status.landlock) {
        (RulesetStatus::NotEnforced, LandlockStatus::NotEnabled) => {
            Hold::Not("Landlock is switched off in this kernel".to_owned())
        }
        (RulesetStatus::NotEnforced, _) => {
            Hold::Not("this kernel has no Landlock; it needs Linux 5.13 or later".to_owned())
        }
        _ if !root_is_refused() => Hold::Not("the Landlock domain has no effect".to_owned()),
        (RulesetStatus::PartiallyEnforced, LandlockStatus::Available { effective_abi, .. }) => Hold::Part(format!(
            "Landlock version {} of this kernel covers paths, but not all of TCP ports and signals; that needs Linux 6.12 or later",
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
        // The kernel would treat a folder's right on a file as unknown.
        let rights = |path: &Path| if path.is_dir() { rights } else { rights & AccessFs::from_file(NEWEST_ABI) };
        open.map(|(path, open)| Ok(PathBeneath::new(open, rights(path)))).collect()
    };
    Ruleset::default()
        .handle_access(AccessFs::from_all(NEWEST_ABI))?
        .handle_access(AccessNet::from_all(NEWEST_ABI))?
        .scope(Scope::from_all(NEWEST_ABI))?
        .create()?
        .add_rules(rules(folders, all))?
        .add_rules(rules(readable, read))?
        .restrict_self()
}

fn root_is_refused() -> bool {
    open("/", OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())
        .is_err_and(|error| error == Errno::ACCESS)
}
