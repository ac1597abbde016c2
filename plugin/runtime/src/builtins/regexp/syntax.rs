//! The syntax tree of patterns that a linear-time engine matches with the same result.
//!
//! It excludes patterns with lookaround or backreferences, and those that depend on the language's rules for empty
//! repetitions.

use super::set::Set;

/// A pattern.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Empty,
    Set(Set),
    Start,
    End,
    Boundary,
    NoBoundary,
    Group { index: u32, body: Box<Self> },
    Concat(Vec<Self>),
    Alternation(Vec<Self>),
    Repeat { body: Box<Self>, min: u32, max: Option<u32>, greedy: bool },
}

/// A pattern with its properties.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    pub(super) root: Node,
    /// The names of the groups from the first on.
    pub(super) names: Vec<Option<String>>,
    /// Whether `^` and `$` match at lines.
    pub(super) lines: bool,
    /// Whether the linear engine finds the same groups, not only the same match.
    pub(super) exact_groups: bool,
}

impl Node {
    /// Whether it can match without consuming a character.
    pub(super) fn may_be_empty(&self) -> bool {
        match self {
            Self::Empty | Self::Start | Self::End | Self::Boundary | Self::NoBoundary => true,
            Self::Set(_) => false,
            Self::Group { body, .. } => body.may_be_empty(),
            Self::Concat(parts) => parts.iter().all(Self::may_be_empty),
            Self::Alternation(ways) => ways.iter().any(Self::may_be_empty),
            Self::Repeat { body, min, .. } => *min == 0 || body.may_be_empty(),
        }
    }

    /// Whether a repetition keeps groups of an earlier round that the language resets: groups that do not take part in
    /// every round.
    pub(super) fn keeps_groups(&self) -> bool {
        match self {
            Self::Empty | Self::Start | Self::End | Self::Boundary | Self::NoBoundary | Self::Set(_) => false,
            Self::Group { body, .. } => body.keeps_groups(),
            Self::Concat(parts) | Self::Alternation(parts) => parts.iter().any(Self::keeps_groups),
            Self::Repeat { body, max, .. } => body.keeps_groups() || (*max != Some(1) && body.has_optional_groups()),
        }
    }

    fn has_optional_groups(&self) -> bool {
        match self {
            Self::Empty | Self::Start | Self::End | Self::Boundary | Self::NoBoundary | Self::Set(_) => false,
            Self::Group { body, .. } => body.has_optional_groups(),
            Self::Concat(parts) => parts.iter().any(Self::has_optional_groups),
            Self::Alternation(ways) => ways.iter().any(Self::has_groups),
            Self::Repeat { body, min: 0, .. } => body.has_groups(),
            Self::Repeat { body, .. } => body.has_optional_groups(),
        }
    }

    fn has_groups(&self) -> bool {
        match self {
            Self::Empty | Self::Start | Self::End | Self::Boundary | Self::NoBoundary | Self::Set(_) => false,
            Self::Group { .. } => true,
            Self::Concat(parts) | Self::Alternation(parts) => parts.iter().any(Self::has_groups),
            Self::Repeat { body, .. } => body.has_groups(),
        }
    }
}
