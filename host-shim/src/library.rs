//! Opens a library: dlopen, the C symbol, version and size, then the layout check of `abi_stable`.
//!
//! A library stays mapped for the life of the process. Several may be open at once, so the process-wide cache
//! of `abi_stable` is not used.
#![expect(unsafe_code, reason = "dlopen and dlsym")]

mod error;

use std::path::{Path, PathBuf};

use abi_stable::library::{AbiHeaderRef, ROOT_MODULE_LOADER_NAME_WITH_NUL, RootModule};
use iota_scripts_abi::{ABI_MAJOR, C_SYMBOL, ModuleFn, ScriptsModule, ScriptsModuleRef, major_of};
use libloading::os::unix::{Library as Mapped, RTLD_LOCAL, RTLD_NOW};
use serde_json::Value;

pub use error::LoadError;

use crate::{
    documents::{self, DocumentError, Route},
    table::Module,
};

/// A loaded library that fits this host.
///
/// # Examples
/// ```no_run
/// use iota_scripts_host::Library;
///
/// let library = Library::open("/usr/lib/shop/libiota_scripts.so")?;
/// println!("{} {}", library.path().display(), library.manifest()?["version"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Library {
    path: PathBuf,
    module: Module,
}

impl Library {
    /// Loads the library at `path` and checks that it is iota-scripts of a version that this host can talk to.
    /// The file's own initialisers run: it must be one that you trust.
    ///
    /// Relative paths start at the current folder; the system's library folders are not searched. Nothing runs before
    /// [`Plugin::start`](crate::Plugin::start).
    ///
    /// # Errors
    /// The [`LoadError`] names the file and the problem: it does not exist, is not a library, is another library, or has
    /// another version or layout of the contract.
    ///
    /// # Examples
    /// ```
    /// use iota_scripts_host::{Library, LoadError};
    ///
    /// let error = Library::open("/no/such/libiota_scripts.so").unwrap_err();
    /// assert!(matches!(error, LoadError::NoSuchFile { .. }));
    /// ```
    pub fn open(path: impl AsRef<Path>) -> Result<Self, LoadError> {
        let file = OpenFile::open(path.as_ref())?;
        let module = file.module()?;
        file.check_layout()?;
        Ok(Self { path: path.as_ref().to_owned(), module })
    }

    /// Where it was loaded from.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its table.
    #[must_use]
    pub const fn module(&self) -> Module {
        self.module
    }

    /// The manifest of the plugin. Needs no start.
    ///
    /// # Errors
    /// The document is not a JSON object, which a library that passes `iota-scripts validate` never returns.
    pub fn manifest(&self) -> Result<Value, DocumentError> {
        documents::manifest(self.module)
    }

    /// The path prefixes that a host mounts. Needs no start.
    ///
    /// # Errors
    /// The document is not a list of routes, a prefix is not a static path, or is listed twice.
    pub fn routes(&self) -> Result<Vec<Route>, DocumentError> {
        documents::routes(self.module)
    }

    #[cfg(test)]
    pub(crate) fn of_module(module: Module) -> Self {
        Self { path: PathBuf::from("in process"), module }
    }
}

/// A file that the loader has taken, whatever it may be. For tools that check it step by step.
///
/// # Examples
/// ```no_run
/// use std::path::Path;
/// use iota_scripts_host::OpenFile;
///
/// let file = OpenFile::open(Path::new("libiota_scripts.so"))?;
/// let module = file.module()?;
/// file.check_layout()?;
/// println!("contract version {:#x}", module.abi());
/// # Ok::<(), iota_scripts_host::LoadError>(())
/// ```
#[derive(Debug)]
pub struct OpenFile {
    path: PathBuf,
    mapped: &'static Mapped,
}

impl OpenFile {
    /// Maps the file, for the life of the process.
    ///
    /// # Errors
    /// [`LoadError::NoSuchFile`], or [`LoadError::NotALibrary`] with the message of the system's loader.
    pub fn open(path: &Path) -> Result<Self, LoadError> {
        if !path.exists() {
            return Err(LoadError::NoSuchFile { path: path.to_owned() });
        }
        // A bare name would be looked up in the system's folders.
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        // SAFETY: the caller trusts the file's initialisers, as the documentation of `Library::open` demands.
        let mapped = unsafe { Mapped::open(Some(&absolute), RTLD_NOW | RTLD_LOCAL) }
            .map_err(|error| LoadError::NotALibrary { path: path.to_owned(), cause: one_line(&error) })?;
        Ok(Self { path: path.to_owned(), mapped: Box::leak(Box::new(mapped)) })
    }

    /// The table behind the C symbol, when its version and size fit.
    ///
    /// # Errors
    /// [`LoadError::NoSymbol`] or [`LoadError::NullTable`] if this is not iota-scripts; [`LoadError::OtherMajor`] or
    /// [`LoadError::SmallTable`] if its version does not fit this host.
    pub fn module(&self) -> Result<Module, LoadError> {
        let path = || self.path.clone();
        // SAFETY: the symbol's name fixes its type in every version of the contract.
        let symbol = unsafe { self.mapped.get::<ModuleFn>(C_SYMBOL) }
            .map_err(|_| LoadError::NoSymbol { path: path(), symbol: C_SYMBOL })?;
        // SAFETY: the function takes nothing and may be called at any time.
        let table = unsafe { symbol() };
        if table.is_null() {
            return Err(LoadError::NullTable { path: path() });
        }
        // SAFETY: every version's table begins with these two numbers.
        let [abi, size] = unsafe { table.cast::<[u32; 2]>().read_unaligned() };
        if major_of(abi) != ABI_MAJOR {
            return Err(LoadError::OtherMajor { path: path(), theirs: major_of(abi), ours: ABI_MAJOR });
        }
        if (size as usize) < size_of::<ScriptsModule>() {
            return Err(LoadError::SmallTable {
                path: path(),
                theirs: size as usize,
                ours: size_of::<ScriptsModule>(),
            });
        }
        // SAFETY: same major version, big enough, and constant for the life of the process.
        let table = unsafe { &*table };
        // SAFETY: the library claims this version of the contract, and the caller trusts it.
        Ok(unsafe { Module::from_table(table) })
    }

    /// The layout of the `abi_stable` root module against the one that this host was compiled with.
    ///
    /// # Errors
    /// [`LoadError::NoRootModule`] without a root module, [`LoadError::OtherLayout`] if a type differs.
    pub fn check_layout(&self) -> Result<(), LoadError> {
        let symbol = ROOT_MODULE_LOADER_NAME_WITH_NUL;
        // SAFETY: abi_stable exports its header under this name and checks its magic before reading on.
        let header = unsafe { self.mapped.get::<AbiHeaderRef>(symbol) }
            .map_err(|_| LoadError::NoRootModule { path: self.path.clone() })?;
        let differs = |cause: abi_stable::library::LibraryError| LoadError::OtherLayout {
            path: self.path.clone(),
            cause: cause.to_string().split_whitespace().collect::<Vec<_>>().join(" "),
        };
        let header = header.upgrade().map_err(differs)?;
        header.check_layout::<ScriptsModuleRef>().map(drop).map_err(differs)
    }
}

/// The name of the root module, for messages.
pub(crate) const ROOT_MODULE: &str = <ScriptsModuleRef as RootModule>::NAME;

fn one_line(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = cause.to_string();
        source = cause.source();
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
