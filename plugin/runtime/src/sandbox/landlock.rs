//! No path at all: a Landlock domain that has rights to nothing. Where the kernel knows more of Landlock, the same for
//! TCP ports, and for signals and abstract sockets of other processes.

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, LandlockStatus, RestrictionStatus, Ruleset, RulesetAttr as _, RulesetError,
    RulesetStatus, Scope,
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
    let status = match restrict() {
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

fn restrict() -> Result<RestrictionStatus, RulesetError> {
    Ruleset::default()
        .handle_access(AccessFs::from_all(KNOWN))?
        .handle_access(AccessNet::from_all(KNOWN))?
        .scope(Scope::from_all(KNOWN))?
        .create()?
        .restrict_self()
}

fn root_is_refused() -> bool {
    open("/", OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())
        .is_err_and(|error| error == Errno::ACCESS)
}
