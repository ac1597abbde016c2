//! Lines on standard output and standard error. A closed pipe is not an error.

use std::io::Write;

pub(crate) fn line(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

pub(crate) fn error(text: &str) {
    let one_line = text.split('\n').map(str::trim).collect::<Vec<_>>().join(" ");
    let _ = writeln!(std::io::stderr().lock(), "{one_line}");
}
