//! Safe wrappers of the contract's functions: slices in, [`Status`] out, callbacks as a trait.
//!
//! A thin layer over the raw tables, used by [`crate::Plugin`] and by tools that check a library. It handles pointers
//! and lifetimes; it does not interpret messages.
#![expect(unsafe_code, reason = "calls through the C table of the contract")]

mod entry_point;
#[cfg(test)]
pub(crate) mod fake;

use std::{fmt, ptr};

use iota_scripts_abi::{ScriptsModule, status};

pub use entry_point::{Callbacks, HostVTable};

/// A return value of a contract function other than `OK`. A later version may have further numbers without a name here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status(pub i32);

impl Status {
    /// The receiver is stopping or has stopped.
    pub const STOPPED: Self = Self(status::STOPPED);
    /// The other table has another major version or is too small.
    pub const MISMATCH: Self = Self(status::MISMATCH);
    /// The queue is full.
    pub const AGAIN: Self = Self(status::AGAIN);
    /// No such handle, id or name.
    pub const UNKNOWN: Self = Self(status::UNKNOWN);
    /// The message is not valid.
    pub const INVALID: Self = Self(status::INVALID);
    /// The host panicked.
    pub const HOST_PANIC: Self = Self(status::HOST_PANIC);
    /// The plugin panicked.
    pub const PLUGIN_PANIC: Self = Self(status::PLUGIN_PANIC);

    const fn check(code: i32) -> Result<(), Self> {
        if code == status::OK { Ok(()) } else { Err(Self(code)) }
    }

    /// The number that crosses.
    const fn code(taken: Result<(), Self>) -> i32 {
        match taken {
            Ok(()) => status::OK,
            Err(Self(code)) => code,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", status::name(self.0), self.0)
    }
}

/// A loaded library's table.
#[derive(Debug, Clone, Copy)]
pub struct Module(&'static ScriptsModule);

impl Module {
    /// Wraps a table of the version that it claims.
    ///
    /// # Safety
    /// The functions of the table follow the rules of `iota_scripts.h`, for the life of the process.
    #[must_use]
    pub const unsafe fn from_table(table: &'static ScriptsModule) -> Self {
        Self(table)
    }

    /// Whether both are the same table.
    #[must_use]
    pub fn is(self, other: Self) -> bool {
        ptr::eq(self.0, other.0)
    }

    /// Version that the library was compiled with.
    #[must_use]
    pub const fn abi(self) -> u32 {
        self.0.abi
    }

    /// Size of its table in bytes.
    #[must_use]
    pub const fn size(self) -> u32 {
        self.0.size
    }

    /// The manifest, JSON.
    #[must_use]
    pub fn manifest(self) -> &'static [u8] {
        let mut len = 0;
        // SAFETY: the function is pure and writes the length to the variable that it is given.
        let data = unsafe { (self.0.manifest)(&raw mut len) };
        // SAFETY: by the contract the text is never freed and is `len` bytes long.
        unsafe { lent(data, len) }.unwrap_or_default()
    }

    /// The migrations of a dialect, JSON; nothing for an unknown dialect.
    #[must_use]
    pub fn migrations(self, dialect: u32) -> Option<&'static [u8]> {
        let mut len = 0;
        // SAFETY: the function is pure and writes the length to the variable that it is given.
        let data = unsafe { (self.0.migrations)(dialect, &raw mut len) };
        if data.is_null() {
            return None;
        }
        // SAFETY: by the contract the text is never freed and is `len` bytes long.
        unsafe { lent(data, len) }
    }

    /// The path prefixes, JSON.
    #[must_use]
    pub fn routes(self) -> &'static [u8] {
        let mut len = 0;
        // SAFETY: the function is pure and writes the length to the variable that it is given.
        let data = unsafe { (self.0.routes)(&raw mut len) };
        // SAFETY: by the contract the text is never freed and is `len` bytes long.
        unsafe { lent(data, len) }.unwrap_or_default()
    }

    /// Starts an instance. Without a host table it passes NULL, which every library rejects.
    ///
    /// # Errors
    /// `MISMATCH` for a host's table of another major version, `INVALID` without a table. Errors of the configuration
    /// follow in the message `plugin.failed`.
    pub fn start(self, entry_point: Option<&HostVTable>, config: &[u8]) -> Result<Instance, Status> {
        let host = entry_point.map_or(ptr::null(), |entry_point| ptr::from_ref(entry_point.table()));
        let mut handle = 0;
        let (data, len) = parts(config);
        // SAFETY: the host's table is never freed, the config is lent for this call, the handle is ours.
        let code = unsafe { (self.0.start)(host, data, len, &raw mut handle) };
        Status::check(code).map(|()| self.instance(handle))
    }

    /// An instance by its handle, which need not exist: the plugin answers `UNKNOWN` then.
    #[must_use]
    pub const fn instance(self, handle: u64) -> Instance {
        Instance { table: self.0, handle }
    }
}

/// A started instance.
#[derive(Debug, Clone, Copy)]
pub struct Instance {
    table: &'static ScriptsModule,
    handle: u64,
}

impl Instance {
    /// Version that its library was compiled with.
    pub(crate) const fn abi(self) -> u32 {
        self.table.abi
    }

    /// Makes a service callable.
    ///
    /// # Errors
    /// `INVALID` for a descriptor that is not valid, `UNKNOWN` for an unknown handle, `STOPPED` once it stops.
    pub fn bind_service(self, descriptor: &[u8]) -> Result<(), Status> {
        let (data, len) = parts(descriptor);
        // SAFETY: the descriptor is lent for this call.
        Status::check(unsafe { (self.table.bind_service)(self.handle, data, len) })
    }

    /// Takes a service away.
    ///
    /// # Errors
    /// `UNKNOWN` for an unknown service or handle, `STOPPED` once it stops.
    pub fn unbind_service(self, name: &[u8]) -> Result<(), Status> {
        let (data, len) = parts(name);
        // SAFETY: the name is lent for this call.
        Status::check(unsafe { (self.table.unbind_service)(self.handle, data, len) })
    }

    /// A request or notification of the host.
    ///
    /// `id` is 0 for a notification, else one that is not in use and whose top bit is clear; `window` is the credit of a streamed answer,
    /// in bytes.
    ///
    /// # Errors
    /// `AGAIN` if the queue is full, `INVALID` for an id that is in use or a head that is not UTF-8, `UNKNOWN` for an unknown handle,
    /// `STOPPED` once it stops.
    pub fn submit(self, op: u32, id: u64, head: &[u8], body: &[u8], window: u64) -> Result<(), Status> {
        let ((head, head_len), (body, body_len)) = (parts(head), parts(body));
        // SAFETY: head and body are lent for this call.
        Status::check(unsafe { (self.table.submit)(self.handle, op, id, head, head_len, body, body_len, window) })
    }

    /// The host's answer to a request of the plugin.
    ///
    /// # Errors
    /// `UNKNOWN` if the plugin no longer waits for this id, `INVALID` for a head that is not UTF-8, `STOPPED` once it has stopped.
    pub fn reply(self, id: u64, flags: u32, head: &[u8], body: &[u8]) -> Result<(), Status> {
        let ((head, head_len), (body, body_len)) = (parts(head), parts(body));
        // SAFETY: head and body are lent for this call.
        Status::check(unsafe { (self.table.reply)(self.handle, id, flags, head, head_len, body, body_len) })
    }

    /// The answer is no longer needed.
    ///
    /// The last frame still comes, with `CANCELLED` unless the answer was faster.
    ///
    /// # Errors
    /// `UNKNOWN` if no request with this id is open.
    pub fn cancel(self, id: u64) -> Result<(), Status> {
        // SAFETY: only integers cross.
        Status::check(unsafe { (self.table.cancel)(self.handle, id) })
    }

    /// So many bytes of a stream have been passed on.
    ///
    /// # Errors
    /// `UNKNOWN` if no request with this id is open.
    pub fn credit(self, id: u64, bytes: u64) -> Result<(), Status> {
        // SAFETY: only integers cross.
        Status::check(unsafe { (self.table.credit)(self.handle, id, bytes) })
    }

    /// Begins to stop.
    ///
    /// `plugin.stopped` follows as a message; running work has `deadline_ms` milliseconds until it is cancelled.
    ///
    /// # Errors
    /// `STOPPED` if it stops already, `UNKNOWN` for an unknown handle.
    pub fn stop(self, deadline_ms: u64) -> Result<(), Status> {
        // SAFETY: only integers cross.
        Status::check(unsafe { (self.table.stop)(self.handle, deadline_ms) })
    }
}

/// Returns a slice in the contract's form: NULL if it is empty.
const fn parts(bytes: &[u8]) -> (*const u8, usize) {
    if bytes.is_empty() { (ptr::null(), 0) } else { (bytes.as_ptr(), bytes.len()) }
}

/// Returns a lent buffer; `None` if it is NULL with a length other than 0.
///
/// # Safety
/// `data` is valid for reads of `len` bytes during `'a`, unless it is NULL or `len` is 0.
const unsafe fn lent<'a>(data: *const u8, len: usize) -> Option<&'a [u8]> {
    if len == 0 {
        return Some(&[]);
    }
    if data.is_null() {
        return None;
    }
    // SAFETY: not NULL, not empty, and valid by this function's own condition.
    Some(unsafe { std::slice::from_raw_parts(data, len) })
}
