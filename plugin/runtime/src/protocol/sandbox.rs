//! A worker's report about its sandbox: the layers in force, and the missing ones.

use serde::{Deserialize, Serialize};

/// One layer of the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// No file descriptor except those that the worker was given.
    Descriptors,
    /// No capabilities, no way to gain privileges, and no access of other processes to its memory.
    Privileges,
    /// No access to the file system and, if the kernel supports it, to TCP ports and signals to other processes.
    Landlock,
    /// Limits of memory, processor time, files, processes and core dumps.
    Rlimits,
    /// No system calls except those that a running script needs.
    Seccomp,
}

impl Means {
    /// Returns its name in messages.
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

/// The layers of the sandbox that are in force, as verified by the worker.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SandboxLevel {
    /// Layers in force, completely or in part.
    pub in_force: Vec<Means>,
    /// Layers that are missing, completely or in part.
    pub lacks: Vec<Lack>,
}

/// A layer that is missing, completely or in part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lack {
    /// The layer.
    pub means: Means,
    /// The missing part and the reason.
    pub why: String,
}
