//! Safe methods on the host's table: they send messages and log records, and never block.

use iota_scripts_abi::{ABI_MAJOR, HostTable, flags, major_of};

use super::StatusError;

/// The host of one instance.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Host {
    table: HostTable,
}

/// Levels of the host's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

impl Host {
    /// Copies the host's table, after checking that it is of this version.
    ///
    /// # Safety
    /// `table` is NULL or points to a table whose `size` field is true, and whose functions stay callable
    /// until the instance has stopped.
    #[expect(unsafe_code, reason = "the table crosses the ABI")]
    pub(crate) unsafe fn read(table: *const HostTable) -> Result<Self, StatusError> {
        if table.is_null() {
            return Err(StatusError::Invalid);
        }
        // SAFETY: not NULL; abi is the first field of every version of the table.
        let abi = unsafe { (*table).abi };
        // SAFETY: not NULL; size is the second field of every version of the table.
        let size = unsafe { (*table).size };
        if major_of(abi) != ABI_MAJOR || (size as usize) < size_of::<HostTable>() {
            return Err(StatusError::Mismatch);
        }
        // SAFETY: the table is at least as large as ours.
        let table = unsafe { table.read() };
        Ok(Self { table })
    }

    /// Sends a request (or, with id 0, a notification).
    #[expect(unsafe_code, reason = "calls the host through its table")]
    pub(crate) fn submit(&self, op: u32, id: u64, head: &[u8], body: &[u8]) -> Result<(), StatusError> {
        let (head, head_len) = lend(head);
        let (body, body_len) = lend(body);
        // SAFETY: the host keeps its table callable until we have stopped; the buffers live through the call.
        StatusError::check(unsafe { (self.table.submit)(self.table.ctx, op, id, head, head_len, body, body_len) })
    }

    /// Sends one frame of a reply. A host that rejects it no longer needs it.
    #[expect(unsafe_code, reason = "calls the host through its table")]
    pub(crate) fn reply(&self, id: u64, flags: u32, head: &[u8], body: &[u8]) {
        let (head, head_len) = lend(head);
        let (body, body_len) = lend(body);
        // SAFETY: as in `submit`.
        unsafe { (self.table.reply)(self.table.ctx, id, flags, head, head_len, body, body_len) };
    }

    /// Tells the host that a reply is no longer needed.
    #[expect(unsafe_code, reason = "calls the host through its table")]
    pub(crate) fn cancel(&self, id: u64) {
        // SAFETY: as in `submit`.
        unsafe { (self.table.cancel)(self.table.ctx, id) };
    }

    /// Writes one record to the host's log.
    #[expect(unsafe_code, reason = "calls the host through its table")]
    pub(crate) fn log(&self, level: LogLevel, record: &[u8]) {
        let level = match level {
            LogLevel::Error => flags::LOG_ERROR,
            LogLevel::Warn => flags::LOG_WARN,
            LogLevel::Info => flags::LOG_INFO,
            LogLevel::Debug => flags::LOG_DEBUG,
            LogLevel::Trace => flags::LOG_TRACE,
        };
        let (record, len) = lend(record);
        // SAFETY: as in `submit`.
        unsafe { (self.table.log)(self.table.ctx, level, record, len) };
    }
}

/// Passes an empty buffer as NULL: Rust's empty slices point to address 1, which crashes a Go host.
const fn lend(buffer: &[u8]) -> (*const u8, usize) {
    if buffer.is_empty() { (std::ptr::null(), 0) } else { (buffer.as_ptr(), buffer.len()) }
}
