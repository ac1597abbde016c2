//! A file system of a few megabytes that a test can fill, if the test may mount one.

use std::{
    fs::File,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

/// A mount, removed on drop.
#[derive(Debug)]
pub struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    /// Mounts a new one; returns the reason if this process may not mount.
    ///
    /// # Errors
    /// The output of `mount`.
    pub fn mount(megabytes: u32) -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let options = format!("size={megabytes}m");
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(folder.path()).output()?;
        if !mounted.status.success() {
            return Err(io::Error::other(String::from_utf8_lossy(&mounted.stderr).into_owned()));
        }
        Ok(Self { folder })
    }

    /// The mount's path.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Fills the disk.
    ///
    /// # Panics
    /// If writing fails for another reason than a full disk.
    pub fn fill(&self) {
        let mut file = File::options().create(true).append(true).open(self.filler()).expect("a file");
        // Whole blocks, then the rest of the last one.
        for size in [64 << 10, 4 << 10, 1] {
            let block = vec![0; size];
            let error = loop {
                if let Err(error) = file.write_all(&block) {
                    break error;
                }
            };
            assert_eq!(error.kind(), io::ErrorKind::StorageFull, "{error}");
        }
    }

    /// Frees the space.
    ///
    /// # Panics
    /// If the disk was not filled.
    pub fn free(&self) {
        std::fs::remove_file(self.filler()).expect("it was filled");
    }

    fn filler(&self) -> PathBuf {
        self.folder.path().join("filler")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Processes that still have a file open keep it until then.
        let _ = Command::new("umount").arg("--lazy").arg(self.folder.path()).status();
    }
}
