//! A call that scripts should no longer make. Which ones, the caller of the check knows.

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

impl Deprecated {
    /// What an author is told.
    pub(crate) fn notice(&self) -> String {
        format!("`{}` is deprecated since version {} of the API: use `{}`", self.call, self.since, self.instead)
    }
}
