//! The calls that scripts should no longer make, and what takes their places. They go on working.
//!
//! The one table: the editor's hints and the notices of runs are made of it.

/// A call with a better one beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Deprecated {
    /// Its dotted name.
    pub(crate) call: &'static str,
    /// The first version of the API that has the better one.
    pub(crate) since: u32,
    /// The better one, as an author writes it.
    pub(crate) instead: &'static str,
}

/// All of them.
pub(crate) const DEPRECATED: &[Deprecated] = &[];

impl Deprecated {
    /// What an author is told.
    pub(crate) fn notice(&self) -> String {
        format!("`{}` is deprecated since version {} of the API: use `{}`", self.call, self.since, self.instead)
    }
}

/// The entry of a call, if it has one.
pub(crate) fn find(call: &str) -> Option<&'static Deprecated> {
    DEPRECATED.iter().find(|entry| entry.call == call)
}
