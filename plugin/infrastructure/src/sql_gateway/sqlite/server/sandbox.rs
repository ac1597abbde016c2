//! What the process of a SQLite file closes around itself before it opens the file: no descriptor that it was not given, no path but the
//! file's folder and those for SQLite's temporary files, no port, no new privilege.
//!
//! It keeps the rights of the host's user to the file. Where the kernel lacks a wall the process goes on, and says so.

use std::{
    os::fd::BorrowedFd,
    path::{Path, PathBuf},
};

use iota_scripts_runtime::sandbox::{Hold, Kernel as _, ThisKernel, Wall};

/// Where SQLite looks for a folder for what does not fit into memory.
const TEMPORARY: [&str; 3] = ["/var/tmp", "/usr/tmp", "/tmp"];
/// What SQLite and the system's library read: random bytes, and the zone of `localtime`.
const READABLE: [&str; 3] = ["/dev/urandom", "/etc/localtime", "/usr/share/zoneinfo"];

/// Closes it around the process, and gives what is missing of it. To be called on the process' only thread.
pub(super) fn close(socket: BorrowedFd<'_>, files: [&Path; 2]) -> Vec<String> {
    let folders: Vec<PathBuf> = files.into_iter().filter_map(folder_of).collect();
    let folders: Vec<&Path> = folders.iter().map(PathBuf::as_path).chain(TEMPORARY.map(Path::new)).collect();
    let readable = READABLE.map(Path::new);
    let walls = [Wall::Descriptors(socket), Wall::LandlockBut { folders: &folders, readable: &readable }];
    let missing = walls.into_iter().filter_map(|wall| match ThisKernel.raise(wall) {
        Hold::Whole => None,
        Hold::Part(why) | Hold::Not(why) => Some(why),
    });
    missing.collect()
}

/// The folder that a file really lies in, beside which SQLite keeps its journals.
fn folder_of(file: &Path) -> Option<PathBuf> {
    std::fs::canonicalize(file).ok()?.parent().map(Path::to_owned)
}
