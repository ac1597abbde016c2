//! Why a message was rejected: the statuses of the ABI other than OK, which cross as numbers.

use iota_scripts_abi::status;

/// A status other than OK, returned by a function of the plugin or of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StatusError {
    /// The receiver is stopping or has stopped.
    Stopped,
    /// The other table has another major version or is too small.
    Mismatch,
    /// The queue is full.
    Again,
    /// No such handle, id or name.
    Unknown,
    /// NULL where data is needed, not UTF-8, not JSON, or an id of the wrong space.
    Invalid,
    /// A panic was stopped on the host's side.
    HostPanic,
    /// A panic was stopped on the plugin's side.
    PluginPanic,
    /// A status of a host that is newer than this version.
    Other(i32),
}

impl StatusError {
    /// Reads the status that a function of the host returned.
    pub(super) const fn check(status: i32) -> Result<(), Self> {
        Err(match status {
            status::OK => return Ok(()),
            status::STOPPED => Self::Stopped,
            status::MISMATCH => Self::Mismatch,
            status::AGAIN => Self::Again,
            status::UNKNOWN => Self::Unknown,
            status::INVALID => Self::Invalid,
            status::HOST_PANIC => Self::HostPanic,
            status::PLUGIN_PANIC => Self::PluginPanic,
            other => Self::Other(other),
        })
    }

    /// Returns the number that crosses.
    pub(crate) const fn status(self) -> i32 {
        match self {
            Self::Stopped => status::STOPPED,
            Self::Mismatch => status::MISMATCH,
            Self::Again => status::AGAIN,
            Self::Unknown => status::UNKNOWN,
            Self::Invalid => status::INVALID,
            Self::HostPanic => status::HOST_PANIC,
            Self::PluginPanic => status::PLUGIN_PANIC,
            Self::Other(other) => other,
        }
    }

    /// Returns its name in the header, for messages.
    pub(crate) const fn name(self) -> &'static str {
        status::name(self.status())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_read_and_written_as_the_same_number() {
        assert_eq!(StatusError::check(status::OK), Ok(()));
        for number in (-120..0).chain([1, i32::MIN, i32::MAX]) {
            assert_eq!(StatusError::check(number).map_err(StatusError::status), Err(number));
        }
        assert_eq!(StatusError::check(status::AGAIN), Err(StatusError::Again));
        assert_eq!(StatusError::check(-42), Err(StatusError::Other(-42)));
    }
}
