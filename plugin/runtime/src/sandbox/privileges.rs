//! No privilege and no way to a new one: no capability of the superuser, nothing from set-user-id programs, and a
//! memory that no other process of the same user may read.

use rustix::{
    io,
    process::{DumpableBehavior, set_dumpable_behavior},
    thread::{CapabilitySet, CapabilitySets, capabilities, no_new_privs, set_capabilities, set_no_new_privs},
};

use super::Hold;

/// Gives up every privilege, for good.
pub(super) fn give_up() -> Hold {
    match drop_all() {
        Ok(true) => Hold::Whole,
        Ok(false) => Hold::Not("the worker keeps privileges that it gave up".to_owned()),
        Err(error) => Hold::Not(format!("the system refused to take the worker's privileges away: {error}")),
    }
}

/// Whether nothing is left.
fn drop_all() -> io::Result<bool> {
    const NONE: CapabilitySet = CapabilitySet::empty();
    set_no_new_privs(true)?;
    set_capabilities(None, CapabilitySets { effective: NONE, permitted: NONE, inheritable: NONE })?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    Ok(no_new_privs()? && capabilities(None)?.permitted.is_empty())
}
