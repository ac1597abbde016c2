//! What a run writes to its console, counted again on this side of the socket: a worker is not believed, and lines that are empty
//! cost memory too.

use iota_scripts_domain::{Limits, LogLevel, LogLine};
use parking_lot::Mutex;

/// The worker's own last line, which says that its limit is reached, comes on top of the limit.
const LAST_LINE_BYTES: u64 = 1024;

/// What was written so far.
#[derive(Debug, Default)]
pub(crate) struct Console {
    written: Mutex<Written>,
}

#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Written {
    pub(crate) lines: u64,
    pub(crate) bytes: u64,
    /// More was written than is kept.
    pub(crate) cut: bool,
}

impl Console {
    /// The line that is to be kept, if one is: at the limit one that says so, and none after it.
    pub(super) fn take(&self, line: LogLine, limits: &Limits) -> Option<LogLine> {
        let mut written = self.written.lock();
        if written.cut {
            return None;
        }
        let bytes = written.bytes + line.message.len() as u64;
        written.cut = written.lines == limits.log_lines || bytes > limits.log_bytes + LAST_LINE_BYTES;
        if written.cut {
            let message = if written.lines == limits.log_lines {
                format!("the log has reached its limit of {} lines; what follows is dropped", limits.log_lines)
            } else {
                format!("the log has reached its limit of {} bytes; what follows is dropped", limits.log_bytes)
            };
            return Some(LogLine { level: LogLevel::Warn, message, ..line });
        }
        (written.lines, written.bytes) = (written.lines + 1, bytes);
        Some(line)
    }

    pub(crate) fn written(&self) -> Written {
        *self.written.lock()
    }
}

#[cfg(test)]
mod tests {
    use iota_scripts_domain::Timestamp;

    use super::*;

    fn line(message: &str) -> LogLine {
        LogLine { at: Timestamp::from_micros(0), level: LogLevel::Log, message: message.to_owned() }
    }

    #[test]
    fn after_the_last_line_one_says_so_and_the_rest_is_dropped() {
        let (console, limits) = (Console::default(), Limits { log_lines: 2, ..Limits::default() });
        let kept: Vec<String> = ["", "", "", ""]
            .iter()
            .filter_map(|text| console.take(line(text), &limits))
            .map(|line| line.message)
            .collect();
        assert_eq!(kept, ["", "", "the log has reached its limit of 2 lines; what follows is dropped"]);
        let written = console.written();
        assert_eq!((written.lines, written.cut), (2, true));
    }

    #[test]
    fn a_worker_that_sends_more_than_it_may_is_cut_off() {
        let (console, limits) = (Console::default(), Limits { log_bytes: 10, ..Limits::default() });
        assert!(console.take(line(&"x".repeat(1000)), &limits).is_some());
        assert!(!console.written().cut);
        let last = console.take(line(&"x".repeat(100)), &limits).map(|line| line.message);
        assert_eq!(last.as_deref(), Some("the log has reached its limit of 10 bytes; what follows is dropped"));
        assert!(console.take(line(""), &limits).is_none());
    }
}
