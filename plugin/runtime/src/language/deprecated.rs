//! Deprecated calls of the API. The caller of the check supplies the list.

/// A deprecated call and its replacement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Deprecated {
    /// Dotted name of the call.
    pub(crate) call: &'static str,
    /// First version of the API that has the replacement.
    pub(crate) since: u32,
    /// The replacement, as an author writes it.
    pub(crate) instead: &'static str,
}

impl Deprecated {
    /// Returns the message for the author.
    pub(crate) fn notice(&self) -> String {
        format!("`{}` is deprecated since version {} of the API: use `{}`", self.call, self.since, self.instead)
    }
}
