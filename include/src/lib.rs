//! The Rust mirror of `iota_scripts.h`: the two tables, the status codes and the operations.
//!
//! Both sides use this crate: the plugin to build its table, a Rust host to load it as an `abi_stable` root module with
//! its layout check. The header is the contract; `tests/layout.rs` compiles it as C11 and C++17 and compares every
//! size, offset and constant with this crate, which contains no logic.

pub mod flags;
pub mod op;
pub mod status;

mod host;
mod module;

pub use host::HostTable;
pub use module::{ScriptsModule, ScriptsModuleRef};

/// Major version of the contract: must be equal on both sides.
pub const ABI_MAJOR: u32 = 1;
/// Minor version of the contract: a higher one only adds.
pub const ABI_MINOR: u32 = 1;
/// Both in one number, as in the first field of each table.
pub const ABI_VERSION: u32 = (ABI_MAJOR << 16) | ABI_MINOR;

/// Set in ids of requests that the plugin makes, clear in those that the host makes.
pub const PLUGIN_ID_BIT: u64 = 1 << 63;

/// Maximum size in bytes of a request body and of a reply that is not streamed.
pub const MAX_MESSAGE: usize = 16 * 1024 * 1024;

/// The C symbol that returns the plugin's table.
pub const C_SYMBOL: &str = "iota_scripts_module_v1";

/// Type of the function behind [`C_SYMBOL`].
pub type ModuleFn = unsafe extern "C" fn() -> *const ScriptsModule;

/// Returns the major part of a table's version.
#[must_use]
pub const fn major_of(abi: u32) -> u32 {
    abi >> 16
}

/// Returns the minor part of a table's version.
#[must_use]
pub const fn minor_of(abi: u32) -> u32 {
    abi & 0xFFFF
}
