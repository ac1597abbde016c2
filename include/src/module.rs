//! The table that the plugin passes to the host: `iota_scripts_module` of the header, and its `abi_stable` root module.

use abi_stable::{StableAbi, library::RootModule, package_version_strings, sabi_types::VersionStrings};

use crate::HostTable;

/// Functions of the plugin. Same layout as `iota_scripts_module`; the header states the rules of each function.
#[repr(C)]
#[derive(StableAbi, Clone, Copy, Debug)]
#[sabi(kind(Prefix(prefix_ref = ScriptsModuleRef)))]
pub struct ScriptsModule {
    /// [`crate::ABI_VERSION`] that the library was compiled with.
    pub abi: u32,
    /// Size of this table in bytes, as the library was compiled.
    pub size: u32,
    /// Static JSON: the manifest.
    pub manifest: unsafe extern "C" fn(*mut usize) -> *const u8,
    /// Static JSON: ordered migrations of a dialect.
    pub migrations: unsafe extern "C" fn(u32, *mut usize) -> *const u8,
    /// Static JSON: path prefixes with their access.
    pub routes: unsafe extern "C" fn(*mut usize) -> *const u8,
    /// host, config, handle.
    pub start: unsafe extern "C" fn(*const HostTable, *const u8, usize, *mut u64) -> i32,
    /// handle, descriptor.
    pub bind_service: unsafe extern "C" fn(u64, *const u8, usize) -> i32,
    /// handle, name.
    pub unbind_service: unsafe extern "C" fn(u64, *const u8, usize) -> i32,
    /// handle, op, id, head, body, window.
    pub submit: unsafe extern "C" fn(u64, u32, u64, *const u8, usize, *const u8, usize, u64) -> i32,
    /// handle, id, flags, head, body.
    pub reply: unsafe extern "C" fn(u64, u64, u32, *const u8, usize, *const u8, usize) -> i32,
    /// handle, id.
    pub cancel: unsafe extern "C" fn(u64, u64) -> i32,
    /// handle, id, bytes.
    pub credit: unsafe extern "C" fn(u64, u64, u64) -> i32,
    /// handle, deadline in milliseconds. The last function of version 1.0; functions of later versions follow it.
    #[sabi(last_prefix_field)]
    pub stop: unsafe extern "C" fn(u64, u64) -> i32,
}

impl RootModule for ScriptsModuleRef {
    abi_stable::declare_root_module_statics! {ScriptsModuleRef}

    const BASE_NAME: &'static str = "iota_scripts";
    const NAME: &'static str = "iota-scripts";
    const VERSION_STRINGS: VersionStrings = package_version_strings!();
}
