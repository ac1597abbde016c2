//! A file system of a few megabytes that a test can fill, where the test may mount one.

use std::{
    fs::File,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

/// Mounted while this lives.
#[derive(Debug)]
pub struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    /// A new one; the reason when this process may not mount.
    ///
    /// # Errors
    /// What `mount` says.
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

    /// Where it is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Takes all the room that is left.
    ///
    /// # Panics
    /// When it is not the room that runs out.
    pub fn fill(&self) {
        let mut file = File::options().create(true).append(true).open(self.filler()).expect("a file");
        // Whole blocks, then what is left of the last.
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

    /// Gives it back.
    ///
    /// # Panics
    /// When it was not taken.
    pub fn free(&self) {
        std::fs::remove_file(self.filler()).expect("it was filled");
    }

    fn filler(&self) -> PathBuf {
        self.folder.path().join("filler")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Whoever still has a file open keeps it until then.
        let _ = Command::new("umount").arg("--lazy").arg(self.folder.path()).status();
    }
}
