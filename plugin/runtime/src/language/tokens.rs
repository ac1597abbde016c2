//! The tokens of a text from the parser, found by their offsets.

use oxc_allocator::Vec as ArenaVec;
use oxc_parser::{Kind, Token};
use oxc_span::Span;

/// All tokens of a text, in its order.
pub(super) struct Tokens<'a>(ArenaVec<'a, Token>);

impl<'a> Tokens<'a> {
    pub(super) const fn new(tokens: ArenaVec<'a, Token>) -> Self {
        Self(tokens)
    }

    /// Returns the first token that begins at or after an offset.
    pub(super) fn from(&self, at: u32) -> Option<Token> {
        self.0.get(self.index(at)).copied()
    }

    /// Returns the tokens that begin within a range.
    pub(super) fn within(&self, range: Span) -> &[Token] {
        self.0.get(self.index(range.start)..self.index(range.end)).unwrap_or_default()
    }

    /// Whether a range ends in a token of this kind.
    pub(super) fn ends_with(&self, range: Span, kind: Kind) -> bool {
        self.within(range).last().is_some_and(|token| token.kind() == kind)
    }

    fn index(&self, at: u32) -> usize {
        self.0.partition_point(|token| token.start() < at)
    }
}

#[cfg(test)]
mod tests {
    use oxc_allocator::Allocator;

    use super::*;
    use crate::language::parse::{Dialect, parse, tokens};

    #[test]
    fn tokens_are_found_after_comments_and_literals() {
        let text = "import a, /* { from */ { b } from // from\n 'lib:{'; let c = `${1}` as T<A<B>>, d = /;/";
        let allocator = Allocator::default();
        let parsed = parse(&allocator, text, Dialect::TypeScript);
        assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
        let tokens = tokens(&allocator, text, Dialect::TypeScript);
        let place = |part: &str| u32::try_from(text.find(part).unwrap()).unwrap();
        let import = Span::new(0, place(" let"));
        assert_eq!(tokens.from(place(" /* {")).unwrap().start(), place("{ b"));
        let from = tokens.within(import).iter().filter(|token| token.kind() == Kind::From);
        assert_eq!(from.map(|token| token.start()).collect::<Vec<_>>(), [place("from //")]);
        assert!(tokens.ends_with(import, Kind::Semicolon));
        assert!(!tokens.ends_with(Span::new(import.end, u32::try_from(text.len()).unwrap()), Kind::Semicolon));
        let types = tokens.within(Span::new(place("T<A"), place(", d")));
        assert_eq!(types.last().map(|token| token.span()), Some(Span::new(place(">, d"), place(", d"))));
    }
}
