//! Drops all privileges and prevents gaining new ones: no capabilities, no set-user-id programs, and no access of other processes
//! of the same user to the memory.

use rustix::{
    io,
    process::{DumpableBehavior, set_dumpable_behavior},
    thread::{CapabilitySet, CapabilitySets, capabilities, no_new_privs, set_capabilities, set_no_new_privs},
};

use super::Hold;

/// Drops every privilege, irreversibly.
pub(super) fn give_up() -> Hold {
    match drop_all() {
        Ok(true) => Hold::Whole,
        Ok(false) => Hold::Not("the worker still has privileges that it dropped".to_owned()),
        Err(error) => Hold::Not(format!("the system refused to drop the worker's privileges: {error}")),
    }
}

/// Drops all privileges and returns whether none are left.
fn drop_all() -> io::Result<bool> {
    const NONE: CapabilitySet = CapabilitySet::empty();
    set_no_new_privs(true)?;
    set_capabilities(None, CapabilitySets { effective: NONE, permitted: NONE, inheritable: NONE })?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    Ok(no_new_privs()? && capabilities(None)?.permitted.is_empty())
}
