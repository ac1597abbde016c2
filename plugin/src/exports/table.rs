//! The functions that the host calls, and the table that contains them.
//!
//! Each one converts its arguments to Rust types, passes them to the instance and returns: no function here waits.

use std::sync::OnceLock;

use abi_stable::{export_root_module, prefix_type::PrefixTypeTrait};
use iota_scripts_abi::{ABI_VERSION, HostTable, ScriptsModule, ScriptsModuleRef, flags};

use super::{
    guard::{guarded, lent},
    instances,
};
use crate::{
    abi::{Host, StatusError},
    documents,
    instance::Instance,
};

/// The entry point for Rust hosts: the root module that `abi_stable` loads and checks.
#[export_root_module]
#[expect(unreachable_pub, reason = "found by its symbol, not by its path")]
pub fn root_module() -> ScriptsModuleRef {
    table().leak_into_prefix()
}

/// The entry point for C hosts.
#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "the one exported C symbol")]
#[expect(unreachable_pub, reason = "found by its symbol, not by its path")]
pub extern "C" fn iota_scripts_module_v1() -> *const ScriptsModule {
    static TABLE: OnceLock<ScriptsModule> = OnceLock::new();
    TABLE.get_or_init(table)
}

const fn table() -> ScriptsModule {
    ScriptsModule {
        abi: ABI_VERSION,
        size: size_of::<ScriptsModule>() as u32,
        manifest,
        migrations,
        routes,
        start,
        bind_service,
        unbind_service,
        submit,
        reply,
        cancel,
        credit,
        stop,
    }
}

/// Returns a static document.
///
/// # Safety
/// `len` is NULL or may be written to.
#[expect(unsafe_code, reason = "len is an out-parameter of the ABI")]
unsafe fn document(text: &'static str, len: *mut usize) -> *const u8 {
    if len.is_null() {
        return std::ptr::null();
    }
    // SAFETY: not NULL; writable by the caller's promise.
    unsafe { len.write(text.len()) };
    if text.is_empty() { std::ptr::null() } else { text.as_ptr() }
}

#[expect(unsafe_code, reason = "an entry point of the ABI")]
unsafe extern "C" fn manifest(len: *mut usize) -> *const u8 {
    // SAFETY: the header asks the same of our caller.
    unsafe { document(documents::manifest(), len) }
}

#[expect(unsafe_code, reason = "an entry point of the ABI")]
unsafe extern "C" fn migrations(dialect: u32, len: *mut usize) -> *const u8 {
    let text = match dialect {
        flags::DIALECT_SQLITE => documents::sqlite_migrations(),
        flags::DIALECT_POSTGRES => documents::postgres_migrations(),
        _ => "",
    };
    // SAFETY: the header asks the same of our caller.
    unsafe { document(text, len) }
}

#[expect(unsafe_code, reason = "an entry point of the ABI")]
unsafe extern "C" fn routes(len: *mut usize) -> *const u8 {
    // SAFETY: the header asks the same of our caller.
    unsafe { document(documents::routes(), len) }
}

#[expect(unsafe_code, reason = "an entry point of the ABI")]
unsafe extern "C" fn start(host: *const HostTable, config: *const u8, len: usize, handle: *mut u64) -> i32 {
    guarded(|| {
        if handle.is_null() {
            return Err(StatusError::Invalid);
        }
        // SAFETY: the host's table is as the header says.
        let host = unsafe { Host::read(host) }?;
        // SAFETY: the buffer is lent for this call.
        let config = unsafe { lent(config, len) }?.to_vec();
        let number = instances::reserve();
        // Before the launch: plugin.ready may come, and the host may use the handle, before we return.
        // SAFETY: not NULL; writable by the header's rules.
        unsafe { handle.write(number) };
        let instance = Instance::new(host, number, instances::retire);
        instances::add(number, &instance);
        instance.launch(config);
        Ok(())
    })
}

#[expect(unsafe_code, reason = "an entry point of the ABI")]
unsafe extern "C" fn bind_service(handle: u64, descriptor: *const u8, len: usize) -> i32 {
    guarded(|| {
        // SAFETY: the buffer is lent for this call.
        let descriptor = unsafe { lent(descriptor, len) }?;
        instances::find(handle)?.bind_service(descriptor)
    })
}

#[expect(unsafe_code, reason = "an entry point of the ABI")]
unsafe extern "C" fn unbind_service(handle: u64, name: *const u8, len: usize) -> i32 {
    guarded(|| {
        // SAFETY: the buffer is lent for this call.
        let name = unsafe { lent(name, len) }?;
        let name = std::str::from_utf8(name).map_err(|_| StatusError::Invalid)?;
        instances::find(handle)?.unbind_service(name)
    })
}

#[expect(unsafe_code, reason = "an entry point of the ABI")]
unsafe extern "C" fn submit(
    handle: u64,
    op: u32,
    id: u64,
    head: *const u8,
    head_len: usize,
    body: *const u8,
    body_len: usize,
    window: u64,
) -> i32 {
    guarded(|| {
        // SAFETY: the head is lent for this call.
        let head = unsafe { lent(head, head_len) }?;
        // SAFETY: the body is lent for this call.
        let body = unsafe { lent(body, body_len) }?;
        instances::find(handle)?.submit(op, id, head, body, window)
    })
}

#[expect(unsafe_code, reason = "an entry point of the ABI")]
unsafe extern "C" fn reply(
    handle: u64,
    id: u64,
    frame_flags: u32,
    head: *const u8,
    head_len: usize,
    _body: *const u8,
    _body_len: usize,
) -> i32 {
    guarded(|| {
        // SAFETY: the head is lent for this call. No answer of the host has a body yet.
        let head = unsafe { lent(head, head_len) }?;
        instances::find(handle)?.answered(id, frame_flags, head)
    })
}

#[expect(unsafe_code, reason = "the table's functions are unsafe for C's sake; this one takes only numbers")]
unsafe extern "C" fn cancel(handle: u64, id: u64) -> i32 {
    guarded(|| instances::find(handle)?.cancel(id))
}

#[expect(unsafe_code, reason = "the table's functions are unsafe for C's sake; this one takes only numbers")]
unsafe extern "C" fn credit(handle: u64, id: u64, bytes: u64) -> i32 {
    guarded(|| instances::find(handle)?.credit(id, bytes))
}

#[expect(unsafe_code, reason = "the table's functions are unsafe for C's sake; this one takes only numbers")]
unsafe extern "C" fn stop(handle: u64, deadline_ms: u64) -> i32 {
    guarded(|| instances::find(handle)?.stop(deadline_ms))
}
