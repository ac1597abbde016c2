//! Checks of the repository itself: links, file heads, lengths, migrations, and words that we no longer use.
//!
//! They read the tracked files and need no build of the library. Each failure names a file, a line and what to do.

mod documents;
mod files;
mod identifiers;
mod migrations;
mod phrases;
mod rust_text;
mod sources;

/// Fails with all problems at once, one a line.
fn report(problems: &[String]) {
    assert!(problems.is_empty(), "{} problem(s):\n{}", problems.len(), problems.join("\n"));
}
