//! The table that the host passes to the plugin: `iota_host_v1` of the header.

use abi_stable::StableAbi;

/// Functions of the host. Same layout as `iota_host_v1`; the header states the rules of each function.
#[repr(C)]
#[derive(StableAbi, Clone, Copy, Debug)]
pub struct HostTable {
    /// [`crate::ABI_VERSION`] that the host was compiled with.
    pub abi: u32,
    /// Size of this table in bytes, as the host was compiled.
    pub size: u32,
    /// Passed back as the first argument of every call.
    pub ctx: u64,
    /// A request or notification of the plugin: ctx, op, id, head, body.
    pub submit: unsafe extern "C" fn(u64, u32, u64, *const u8, usize, *const u8, usize) -> i32,
    /// A frame of the plugin's reply: ctx, id, flags, head, body.
    pub reply: unsafe extern "C" fn(u64, u64, u32, *const u8, usize, *const u8, usize) -> i32,
    /// The plugin no longer needs a reply: ctx, id.
    pub cancel: unsafe extern "C" fn(u64, u64) -> i32,
    /// One log record: ctx, level, JSON.
    pub log: unsafe extern "C" fn(u64, u32, *const u8, usize) -> i32,
}
