//! The sandbox that the SQLite process enters before it opens the file: no inherited descriptors except its socket, no paths except the
//! file's folder and SQLite's temporary folders, no network ports, no new privileges.
//!
//! The process keeps the application user's access to the file. If the kernel lacks a sandbox layer, the process continues and reports it.

use std::{
    os::fd::BorrowedFd,
    path::{Path, PathBuf},
};

use iota_scripts_runtime::sandbox::{Hold, Kernel as _, ThisKernel, Wall};

/// Folders where SQLite stores temporary files.
const TEMPORARY: [&str; 3] = ["/var/tmp", "/usr/tmp", "/tmp"];
/// Files that SQLite and libc read: random bytes, and the time zone for `localtime`.
const READABLE: [&str; 3] = ["/dev/urandom", "/etc/localtime", "/usr/share/zoneinfo"];

/// Enters the sandbox and returns the layers that are not in force. Must be called on the process's only thread.
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

/// Returns the folder of the file with symbolic links resolved, where SQLite creates its journals.
fn folder_of(file: &Path) -> Option<PathBuf> {
    std::fs::canonicalize(file).ok()?.parent().map(Path::to_owned)
}
