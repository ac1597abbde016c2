//! Files that cannot be written, even by root: the test runs on a thread that has given up root's right to bypass file permissions.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, thread};

use rustix::thread::{CapabilitySet, capabilities, remove_capability_from_bounding_set, set_capabilities};

/// Runs a test on a separate thread, which is subject to file permissions, and so are all threads and programs that it starts.
///
/// # Panics
/// If the test panics, or if the right cannot be given up.
pub fn bound_by_permissions<F: Future<Output = ()>>(test: impl FnOnce() -> F + Send + 'static) {
    let bound = thread::spawn(move || {
        if rustix::process::geteuid().is_root() {
            give_up(CapabilitySet::DAC_OVERRIDE).expect("a right of root can be given up");
        }
        // Its threads are started by this one, and inherit the restriction.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(test());
    });
    if let Err(panic) = bound.join() {
        std::panic::resume_unwind(panic);
    }
}

/// Gives the right up for this thread, and for programs that it starts.
fn give_up(right: CapabilitySet) -> rustix::io::Result<()> {
    remove_capability_from_bounding_set(right)?;
    let mut sets = capabilities(None)?;
    sets.effective.remove(right);
    sets.permitted.remove(right);
    sets.inheritable.remove(right);
    set_capabilities(None, sets)
}

/// Sets the owner's permissions of a file.
///
/// # Panics
/// If the file does not exist.
pub fn set_writable(file: &Path, writable: bool) {
    let mode = if writable { 0o644 } else { 0o444 };
    fs::set_permissions(file, fs::Permissions::from_mode(mode)).expect("the file is ours");
}
