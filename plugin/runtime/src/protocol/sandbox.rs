//! What a worker says of its sandbox: which means hold, and which its system lacks.

use serde::{Deserialize, Serialize};

/// One means of the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// No descriptor but those that the worker was given.
    Descriptors,
    /// No capability, no way to new privileges, no other process that reads its memory.
    Privileges,
    /// No path of the file system, and where the kernel can, no TCP port and no signal to another process.
    Landlock,
    /// Ceilings of memory, processor time, files, processes and core dumps.
    Rlimits,
    /// No system call but those of a running script.
    Seccomp,
}

impl Means {
    /// The word for it, as in messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Descriptors => "descriptors",
            Self::Privileges => "privileges",
            Self::Landlock => "landlock",
            Self::Rlimits => "rlimits",
            Self::Seccomp => "seccomp",
        }
    }
}

/// What of its sandbox a worker has in force, as it found out by trying.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SandboxLevel {
    /// Means that hold, wholly or in part.
    pub in_force: Vec<Means>,
    /// What does not hold.
    pub lacks: Vec<Lack>,
}

/// A means that does not hold, or not wholly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lack {
    /// The means.
    pub means: Means,
    /// What is missing, and why.
    pub why: String,
}
