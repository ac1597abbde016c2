//! The host's own table: C functions that look up the [`Callbacks`] of their context and call them, guarded against
//! panics.
//!
//! A context is a number, not a pointer: a late call finds no callbacks and gets `STOPPED`.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use iota_scripts_abi::{ABI_VERSION, HostTable, status};
use parking_lot::RwLock;

use super::{Status, lent};

/// The functions that the plugin calls. Every method must copy, hand over and return; a panic becomes `HOST_PANIC`.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use iota_scripts_host::table::{Callbacks, HostVTable, Status};
///
/// struct Silent;
///
/// impl Callbacks for Silent {
///     fn submit(&self, _op: u32, _id: u64, _head: &[u8], _body: &[u8]) -> Result<(), Status> {
///         Err(Status::AGAIN)
///     }
///     fn reply(&self, _id: u64, _flags: u32, _head: &[u8], _body: &[u8]) -> Result<(), Status> {
///         Ok(())
///     }
///     fn cancel(&self, _id: u64) -> Result<(), Status> {
///         Err(Status::UNKNOWN)
///     }
///     fn log(&self, _level: u32, _json: &[u8]) -> Result<(), Status> {
///         Ok(())
///     }
/// }
///
/// let table = HostVTable::open(Arc::new(Silent));
/// table.close();
/// ```
pub trait Callbacks: Send + Sync + 'static {
    /// A request (or notification, id 0) of the plugin.
    ///
    /// # Errors
    /// The status that the plugin gets, such as `AGAIN` when the host is busy.
    fn submit(&self, op: u32, id: u64, head: &[u8], body: &[u8]) -> Result<(), Status>;
    /// A frame of the answer to a request of the host.
    ///
    /// # Errors
    /// The status that the plugin gets, such as `UNKNOWN` for a request that has ended.
    fn reply(&self, id: u64, flags: u32, head: &[u8], body: &[u8]) -> Result<(), Status>;
    /// The plugin no longer needs this answer.
    ///
    /// # Errors
    /// The status that the plugin gets, such as `UNKNOWN` for a request that has ended.
    fn cancel(&self, id: u64) -> Result<(), Status>;
    /// One log record.
    ///
    /// # Errors
    /// The status that the plugin gets; it does not log the record again.
    fn log(&self, level: u32, json: &[u8]) -> Result<(), Status>;
}

static OPEN: RwLock<BTreeMap<u64, Arc<dyn Callbacks>>> = RwLock::new(BTreeMap::new());
static NEXT: AtomicU64 = AtomicU64::new(1);

/// A host's table with its callbacks behind it. Close it when the plugin has stopped.
#[derive(Debug)]
pub struct HostVTable {
    table: &'static HostTable,
}

impl HostVTable {
    /// A table of this version of the contract.
    #[must_use]
    pub fn open(callbacks: Arc<dyn Callbacks>) -> Self {
        Self::claiming(callbacks, ABI_VERSION, u32::try_from(size_of::<HostTable>()).unwrap_or(u32::MAX))
    }

    /// A table that claims another version or size, for tools that check how a library reacts.
    #[must_use]
    pub fn claiming(callbacks: Arc<dyn Callbacks>, abi: u32, size: u32) -> Self {
        let ctx = NEXT.fetch_add(1, Ordering::Relaxed);
        OPEN.write().insert(ctx, callbacks);
        // Leaked, about 50 bytes per start: a late call of a plugin must never read freed memory.
        let table = Box::leak(Box::new(HostTable { abi, size, ctx, submit, reply, cancel, log }));
        Self { table }
    }

    /// Closes the table: later calls get `STOPPED`, and the callbacks are dropped.
    pub fn close(&self) {
        let closed = OPEN.write().remove(&self.table.ctx);
        drop(closed);
    }

    pub(super) const fn table(&self) -> &'static HostTable {
        self.table
    }
}

/// Calls the callbacks of a context; the lock is released before, so that they may call the plugin.
fn with(ctx: u64, call: impl FnOnce(&dyn Callbacks) -> Result<(), Status>) -> i32 {
    let Some(callbacks) = OPEN.read().get(&ctx).map(Arc::clone) else { return status::STOPPED };
    // The guard also covers dropping the callbacks, which may run a host's own code.
    let taken = catch_unwind(AssertUnwindSafe(move || call(&*callbacks)));
    Status::code(taken.unwrap_or(Err(Status::HOST_PANIC)))
}

unsafe extern "C" fn submit(
    ctx: u64,
    op: u32,
    id: u64,
    head: *const u8,
    head_len: usize,
    body: *const u8,
    body_len: usize,
) -> i32 {
    // SAFETY: the plugin lends the head for this call.
    let head = unsafe { lent(head, head_len) };
    // SAFETY: the plugin lends the body for this call.
    let body = unsafe { lent(body, body_len) };
    let (Some(head), Some(body)) = (head, body) else { return status::INVALID };
    with(ctx, |callbacks| callbacks.submit(op, id, head, body))
}

unsafe extern "C" fn reply(
    ctx: u64,
    id: u64,
    flags: u32,
    head: *const u8,
    head_len: usize,
    body: *const u8,
    body_len: usize,
) -> i32 {
    // SAFETY: the plugin lends the head for this call.
    let head = unsafe { lent(head, head_len) };
    // SAFETY: the plugin lends the body for this call.
    let body = unsafe { lent(body, body_len) };
    let (Some(head), Some(body)) = (head, body) else { return status::INVALID };
    with(ctx, |callbacks| callbacks.reply(id, flags, head, body))
}

unsafe extern "C" fn cancel(ctx: u64, id: u64) -> i32 {
    with(ctx, |callbacks| callbacks.cancel(id))
}

unsafe extern "C" fn log(ctx: u64, level: u32, json: *const u8, len: usize) -> i32 {
    // SAFETY: the plugin lends the record for this call.
    let Some(json) = (unsafe { lent(json, len) }) else { return status::INVALID };
    with(ctx, |callbacks| callbacks.log(level, json))
}
