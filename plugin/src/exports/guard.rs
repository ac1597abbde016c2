//! Wraps every entry point: stops panics, and converts lent pointers to slices.

use std::panic::{AssertUnwindSafe, catch_unwind};

use iota_scripts_abi::status;

use crate::abi::StatusError;

/// Runs an entry point; a panic in it becomes a status and does not reach the host.
pub(super) fn guarded(body: impl FnOnce() -> Result<(), StatusError>) -> i32 {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => status::OK,
        Ok(Err(status_error)) => status_error.status(),
        Err(_) => StatusError::PluginPanic.status(),
    }
}

/// Returns a lent buffer; an empty one if the length is 0, regardless of the pointer.
///
/// # Safety
/// When `len` is not 0 and `data` not NULL, `data` points to `len` initialised bytes that are not written to during
/// `'a`.
#[expect(unsafe_code, reason = "the ABI lends buffers as pointer and length")]
pub(super) unsafe fn lent<'a>(data: *const u8, len: usize) -> Result<&'a [u8], StatusError> {
    match (len, data.is_null()) {
        (0, _) => Ok(&[]),
        (_, true) => Err(StatusError::Invalid),
        (len, false) if isize::try_from(len).is_err() => Err(StatusError::Invalid),
        // SAFETY: not NULL and of a possible length by the arms above; the rest is the caller's promise.
        (len, false) => Ok(unsafe { std::slice::from_raw_parts(data, len) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_status() {
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| {}));
        let returned = guarded(|| panic!("in a test"));
        std::panic::set_hook(hook);
        assert_eq!(returned, status::PLUGIN_PANIC);
    }

    #[test]
    #[expect(unsafe_code, reason = "the function under test is unsafe")]
    fn a_length_without_a_pointer_is_rejected() {
        // SAFETY: a NULL pointer is not read through.
        let missing = unsafe { lent(std::ptr::null(), 3) };
        // SAFETY: with a length of 0 nothing is read.
        let empty = unsafe { lent(std::ptr::dangling(), 0) };
        assert_eq!(missing, Err(StatusError::Invalid));
        assert_eq!(empty, Ok(&[][..]));
    }
}
