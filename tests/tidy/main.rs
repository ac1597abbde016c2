//! Checks of the repository itself: links, file heads, lengths, migrations, and words that are no longer used.
//!
//! They read the tracked files and do not need the library. Each failure names a file, a line and a fix.

mod documents;
mod files;
mod identifiers;
mod migrations;
mod phrases;
mod rust_text;
mod sources;

/// Fails with all problems, one on each line.
fn report(problems: &[String]) {
    assert!(problems.is_empty(), "{} problem(s):\n{}", problems.len(), problems.join("\n"));
}
