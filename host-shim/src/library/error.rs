//! Why a file could not be taken as the library: one sentence for each situation.

use std::path::PathBuf;

use super::ROOT_MODULE;

/// A library that could not be loaded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// There is nothing at the path.
    #[error("{path}: no such file", path = .path.display())]
    NoSuchFile {
        /// Path of the file.
        path: PathBuf,
    },
    /// The loader refused the file.
    #[error("{path} is not a dynamic library: {cause}", path = .path.display())]
    NotALibrary {
        /// Path of the file.
        path: PathBuf,
        /// The loader's words.
        cause: String,
    },
    /// Some other library.
    #[error("{path} is a library, but not iota-scripts: it has no symbol {symbol}", path = .path.display())]
    NoSymbol {
        /// Path of the file.
        path: PathBuf,
        /// The missing name.
        symbol: &'static str,
    },
    /// The symbol is there and gives nothing.
    #[error("{path} gives NULL for its table", path = .path.display())]
    NullTable {
        /// Path of the file.
        path: PathBuf,
    },
    /// Another major version of the contract.
    #[error("{path}: field `abi` has major version {theirs}, this host speaks {ours}", path = .path.display())]
    OtherMajor {
        /// Path of the file.
        path: PathBuf,
        /// Major version of the library.
        theirs: u32,
        /// Major version of this host.
        ours: u32,
    },
    /// A table without all functions of this version.
    #[error("{path}: field `size` of the table is {theirs} bytes, this host needs {ours}", path = .path.display())]
    SmallTable {
        /// Path of the file.
        path: PathBuf,
        /// Size in the library, bytes.
        theirs: usize,
        /// Size in this host, bytes.
        ours: usize,
    },
    /// The library has the C symbol, but no root module for Rust hosts.
    #[error("{path} has no abi_stable root module `{name}`", path = .path.display(), name = ROOT_MODULE)]
    NoRootModule {
        /// Path of the file.
        path: PathBuf,
    },
    /// The root module has another layout.
    #[error("{path}: the layout of its root module differs from this host's: {cause}", path = .path.display())]
    OtherLayout {
        /// Path of the file.
        path: PathBuf,
        /// The difference that `abi_stable` found.
        cause: String,
    },
}
