//! The return values of the functions of both tables: whether the message was accepted, not whether its operation
//! succeeded.

/// The message was accepted.
pub const OK: i32 = 0;
/// The receiver is stopping or has stopped.
pub const STOPPED: i32 = -1;
/// The other table has another major version or is too small.
pub const MISMATCH: i32 = -2;
/// The queue is full: answer 503 or drop, and count it.
pub const AGAIN: i32 = -3;
/// No such handle, id or name. Ignore it for late frames.
pub const UNKNOWN: i32 = -4;
/// NULL where data is needed, not UTF-8, not JSON, or an id of the wrong space.
pub const INVALID: i32 = -5;
/// A panic was stopped at the host's side of the boundary.
pub const HOST_PANIC: i32 = -98;
/// A panic was stopped at the plugin's side of the boundary.
pub const PLUGIN_PANIC: i32 = -99;

/// Returns the name of a status as in the header, for messages.
#[must_use]
pub const fn name(status: i32) -> &'static str {
    match status {
        OK => "OK",
        STOPPED => "STOPPED",
        MISMATCH => "MISMATCH",
        AGAIN => "AGAIN",
        UNKNOWN => "UNKNOWN",
        INVALID => "INVALID",
        HOST_PANIC => "HOST_PANIC",
        PLUGIN_PANIC => "PLUGIN_PANIC",
        _ => "a status that this version does not know",
    }
}
