//! Patterns in the linear-time engine, which reads each character at most as often as the pattern is long.
//!
//! It works on bytes. A text of one-byte characters is searched unchanged. Other texts are searched in a form like UTF-8,
//! but with each surrogate encoded on its own, as patterns without the flag `u` see them.

use std::cell::OnceCell;

use regex_automata::{Anchored, Input, meta};
use regex_syntax::hir::{
    Capture, Class, ClassBytes, ClassBytesRange, ClassUnicode, ClassUnicodeRange, Hir, Look, Repetition,
};

use super::{
    set::{LAST_UNIT, Set},
    syntax::{Node, Pattern},
};

/// Maximum size in bytes of a compiled pattern. Larger ones come from large counted repetitions.
const NFA_BYTES: usize = 1 << 20;
/// Size in bytes of the cache of states during a search.
const CACHE_BYTES: usize = 128 << 10;

/// A pattern, compiled on first use for each form of text.
#[derive(Debug)]
pub(super) struct Linear {
    pub(super) pattern: Pattern,
    narrow: OnceCell<Option<meta::Regex>>,
    wide: OnceCell<Option<meta::Regex>>,
}

/// The encoding of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// One byte per character.
    Narrow,
    /// Like UTF-8, each code unit on its own.
    Wide,
}

impl Linear {
    pub(super) fn new(pattern: Pattern) -> Self {
        Self { pattern, narrow: OnceCell::new(), wide: OnceCell::new() }
    }

    /// Returns the engine for a form, or `None` if the pattern is too large for it.
    pub(super) fn compiled(&self, form: Form) -> Option<&meta::Regex> {
        let cell = match form {
            Form::Narrow => &self.narrow,
            Form::Wide => &self.wide,
        };
        cell.get_or_init(|| self.compile(form)).as_ref()
    }

    fn compile(&self, form: Form) -> Option<meta::Regex> {
        let config = meta::Config::new()
            .utf8_empty(form == Form::Wide)
            .nfa_size_limit(Some(NFA_BYTES))
            .hybrid_cache_capacity(CACHE_BYTES)
            .dfa(false);
        let hir = self.hir(&self.pattern.root, form);
        meta::Builder::new().configure(config).build_from_hir(&hir).ok()
    }

    fn hir(&self, node: &Node, form: Form) -> Hir {
        let all = |nodes: &[Node]| nodes.iter().map(|node| self.hir(node, form)).collect();
        let lines = self.pattern.lines;
        match node {
            Node::Empty => Hir::empty(),
            Node::Set(set) => match form {
                Form::Narrow => narrow(set),
                Form::Wide => wide(set),
            },
            Node::Start => Hir::look(if lines { Look::StartLF } else { Look::Start }),
            Node::End => Hir::look(if lines { Look::EndLF } else { Look::End }),
            Node::Boundary => Hir::look(Look::WordAscii),
            Node::NoBoundary => Hir::look(Look::WordAsciiNegate),
            Node::Group { index, body } => {
                Hir::capture(Capture { index: *index, name: None, sub: Box::new(self.hir(body, form)) })
            }
            Node::Concat(parts) => Hir::concat(all(parts)),
            Node::Alternation(ways) => Hir::alternation(all(ways)),
            Node::Repeat { body, min, max, greedy } => Hir::repetition(Repetition {
                min: *min,
                max: *max,
                greedy: *greedy,
                sub: Box::new(self.hir(body, form)),
            }),
        }
    }
}

/// Input that finds the first match at or after a position, or only there.
pub(super) fn input(text: &[u8], from: usize, anchored: bool) -> Input<'_> {
    let anchored = if anchored { Anchored::Yes } else { Anchored::No };
    Input::new(text).range(from..).anchored(anchored)
}

fn narrow(set: &Set) -> Hir {
    let byte = |sign: u32| u8::try_from(sign).unwrap_or(u8::MAX);
    let ranges = set.between(0, 0xFF);
    let ranges = ranges.ranges().map(|(first, last)| ClassBytesRange::new(byte(first), byte(last)));
    Hir::class(Class::Bytes(ClassBytes::new(ranges)))
}

fn wide(set: &Set) -> Hir {
    let (before, behind) = (set.between(0, 0xD7FF), set.between(0xE000, LAST_UNIT));
    let sign = |sign: u32| char::from_u32(sign).unwrap_or(char::REPLACEMENT_CHARACTER);
    let whole = before.ranges().chain(behind.ranges());
    let whole = ClassUnicode::new(whole.map(|(first, last)| ClassUnicodeRange::new(sign(first), sign(last))));
    let mut ways = vec![Hir::class(Class::Unicode(whole))];
    // Surrogates: three bytes, of which the first is always the same.
    for (first, last) in set.between(0xD800, 0xDFFF).ranges() {
        for middle in first >> 6..=last >> 6 {
            let (from, to) = (first.max(middle << 6), last.min((middle << 6) | 0x3F));
            let byte = |bits: u32| u8::try_from(0x80 | (bits & 0x3F)).unwrap_or(0x80);
            let last = ClassBytes::new([ClassBytesRange::new(byte(from), byte(to))]);
            ways.push(Hir::concat(vec![Hir::literal([0xED, byte(middle)]), Hir::class(Class::Bytes(last))]));
        }
    }
    Hir::alternation(ways)
}
