//! Length of words in units and relative times.

/// Length of the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Width {
    Long,
    Short,
    Narrow,
}
