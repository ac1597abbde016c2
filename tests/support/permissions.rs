//! Files that cannot be written, for root too: a test for it runs on a thread that has given up root's right to pass over permissions.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, thread};

use rustix::thread::{CapabilitySet, capabilities, remove_capability_from_bounding_set, set_capabilities};

/// Runs a test on a thread of its own to which permissions of files apply, and to whatever it starts.
///
/// # Panics
/// When the test does, or when the right cannot be given up.
pub fn bound_by_permissions<F: Future<Output = ()>>(test: impl FnOnce() -> F + Send + 'static) {
    let bound = thread::spawn(move || {
        if rustix::process::geteuid().is_root() {
            give_up(CapabilitySet::DAC_OVERRIDE).expect("a right of root can be given up");
        }
        // Its threads are started by this one, and are bound like it.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(test());
    });
    if let Err(panic) = bound.join() {
        std::panic::resume_unwind(panic);
    }
}

/// Gives it up for this thread, and for programs that it starts.
fn give_up(right: CapabilitySet) -> rustix::io::Result<()> {
    remove_capability_from_bounding_set(right)?;
    let mut sets = capabilities(None)?;
    sets.effective.remove(right);
    sets.permitted.remove(right);
    sets.inheritable.remove(right);
    set_capabilities(None, sets)
}

/// Sets what the owner may do with a file.
///
/// # Panics
/// When there is no such file.
pub fn set_writable(file: &Path, writable: bool) {
    let mode = if writable { 0o644 } else { 0o444 };
    fs::set_permissions(file, fs::Permissions::from_mode(mode)).expect("the file is ours");
}
