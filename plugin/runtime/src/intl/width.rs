//! How long words are: of units and of distances in time.

/// How long the words are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Width {
    Long,
    Short,
    Narrow,
}
