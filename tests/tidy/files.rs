//! The files of the repository: those tracked by git, or, without git, all in the folder except build output.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

/// Folders that builds make. A document may name them although they are not tracked.
pub(crate) const GENERATED: [&str; 6] = [".git", "target", "node_modules", "dist", "run-make-build-first", "data"];

static TRACKED: LazyLock<BTreeSet<String>> = LazyLock::new(|| from_git().unwrap_or_else(from_folder));

/// The paths of all files, relative to the root, with `/` between folders.
pub(crate) fn tracked() -> &'static BTreeSet<String> {
    &TRACKED
}

/// Those with this extension.
pub(crate) fn with_extension(extension: &str) -> impl Iterator<Item = &'static str> {
    tracked().iter().map(String::as_str).filter(move |path| self::extension(path) == Some(extension))
}

/// The text after the last dot of a file's name.
pub(crate) fn extension(path: &str) -> Option<&str> {
    Path::new(path).extension()?.to_str()
}

/// The content of a tracked text file.
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn from_git() -> Option<BTreeSet<String>> {
    let output = Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output().ok()?;
    let names = String::from_utf8(output.stdout).ok()?;
    let present = names.split('\0').filter(|name| !name.is_empty() && root().join(name).is_file());
    let found: BTreeSet<String> = present.map(str::to_owned).collect();
    (output.status.success() && !found.is_empty()).then_some(found)
}

fn from_folder() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).expect("a folder of the repository can be read") {
            let entry = entry.expect("its entries can be read");
            let name = entry.file_name().to_string_lossy().into_owned();
            if GENERATED.contains(&name.as_str()) {
                continue;
            }
            let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
            if entry.path().is_dir() {
                folders.push(path);
            } else {
                found.insert(path);
            }
        }
    }
    found
}
