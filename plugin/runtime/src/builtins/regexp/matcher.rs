//! A compiled regular expression: in linear time if the pattern allows it, otherwise with the engine's matcher.
//!
//! For some patterns the linear-time engine finds the match but not its groups; then the other engine is asked only for the
//! groups.

use std::{cell::OnceCell, ops::Range};

use boa_engine::JsString;
use regex_automata::util::primitives::NonMaxUsize;

use super::{
    Flags,
    linear::{Form, Linear, input},
    parse,
    subject::Subject,
};

#[derive(Debug)]
pub(super) struct Matcher {
    pub(super) flags: Flags,
    source: Vec<u16>,
    linear: Option<Linear>,
    backtracking: OnceCell<Option<regress::Regex>>,
    /// The same for matches at one position only.
    anchored: OnceCell<Option<regress::Regex>>,
}

/// Text around a pattern for a match at one position: if the pattern does not match, the last group does, so the matcher
/// never advances to the next position.
const AT_ONE_POSITION: [&str; 2] = ["(?:", ")|([^]|$)"];

/// Which results of a match are needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    Range,
    Groups,
}

/// A match, in code units.
#[derive(Debug)]
pub(super) struct Match {
    pub(super) range: Range<usize>,
    /// The groups from the first on; empty if they were not requested.
    pub(super) groups: Vec<Option<Range<usize>>>,
    /// The groups by name.
    pub(super) named: Vec<(JsString, Option<Range<usize>>)>,
}

impl Matcher {
    pub(super) fn new(source: Vec<u16>, flags: Flags) -> Self {
        let linear = parse::pattern(&source, flags).map(Linear::new);
        Self { flags, source, linear, backtracking: OnceCell::new(), anchored: OnceCell::new() }
    }

    /// Returns the first match at or after a position, or only there.
    pub(super) fn find(&self, subject: &Subject, from: usize, anchored: bool, detail: Detail) -> Option<Match> {
        let Some((linear, regex)) = self.linear_for(subject) else {
            return self.backtrack(subject, from, anchored);
        };
        let input = input(subject.bytes(), subject.to_byte(from), anchored);
        if detail == Detail::Groups && linear.pattern.exact_groups && !linear.pattern.names.is_empty() {
            let mut slots: Vec<Option<NonMaxUsize>> = vec![None; 2 * (linear.pattern.names.len() + 1)];
            regex.search_slots(&input, &mut slots)?;
            let unit = |slot: Option<NonMaxUsize>| slot.map(|byte| subject.to_unit(byte.get()));
            let mut ranges = slots.chunks(2).map(|ends| Some(unit(*ends.first()?)?..unit(*ends.get(1)?)?));
            let range = ranges.next().flatten()?;
            let groups: Vec<_> = ranges.collect();
            let named = linear
                .pattern
                .names
                .iter()
                .zip(&groups)
                .filter_map(|(name, group)| Some((JsString::from(name.as_ref()?.as_str()), group.clone())));
            let named = named.collect();
            return Some(Match { range, groups, named });
        }
        let found = regex.search(&input)?;
        if detail == Detail::Groups && !linear.pattern.names.is_empty() {
            return self.backtrack(subject, subject.to_unit(found.start()), true);
        }
        let range = subject.to_unit(found.start())..subject.to_unit(found.end());
        Some(Match { range, groups: Vec::new(), named: Vec::new() })
    }

    fn linear_for(&self, subject: &Subject) -> Option<(&Linear, &regex_automata::meta::Regex)> {
        let linear = self.linear.as_ref()?;
        let form = subject.form();
        // Characters of two code units are left to the other engine.
        if form == Form::Wide && self.flags.unicode || linear.pattern.lines && !subject.has_only_plain_lines() {
            return None;
        }
        Some((linear, linear.compiled(form)?))
    }

    fn backtrack(&self, subject: &Subject, from: usize, sticky: bool) -> Option<Match> {
        let anchored = sticky && !self.names_groups_by_number();
        let regex = if anchored {
            self.anchored.get_or_init(|| self.compile(AT_ONE_POSITION))
        } else {
            self.backtracking.get_or_init(|| self.compile(["", ""]))
        };
        let regex = regex.as_ref()?;
        let whole = subject.form() == Form::Wide && (self.flags.unicode || self.flags.unicode_sets);
        let mut found = if whole {
            regex.find_from_utf16(subject.units(), from).next()
        } else {
            regex.find_from_ucs2(subject.units(), from).next()
        }?;
        let named = found.named_groups().map(|(name, range)| (JsString::from(name), range)).collect();
        let elsewhere = if anchored { found.captures.pop().flatten().is_some() } else { found.start() != from };
        if sticky && elsewhere {
            return None;
        }
        Some(Match { range: found.range(), named, groups: found.captures })
    }

    /// Whether the pattern has a backslash before a number: without a group of that number it is a character, and one more
    /// group would make it a reference.
    fn names_groups_by_number(&self) -> bool {
        let digit = |unit: u16| (u16::from(b'1')..=u16::from(b'9')).contains(&unit);
        self.source.windows(2).any(|pair| pair[0] == u16::from(b'\\') && digit(pair[1]))
    }

    /// Compiles the pattern as the engine does, with text around it.
    fn compile(&self, [before, behind]: [&str; 2]) -> Option<regress::Regex> {
        let flags = regress::Flags {
            icase: self.flags.ignore_case,
            multiline: self.flags.multiline,
            dot_all: self.flags.dot_all,
            unicode: self.flags.unicode,
            unicode_sets: self.flags.unicode_sets,
            ..regress::Flags::default()
        };
        let units = before.encode_utf16().chain(self.source.iter().copied()).chain(behind.encode_utf16());
        let compiled = if self.flags.unicode || self.flags.unicode_sets {
            let signs = char::decode_utf16(units);
            let signs = signs.map(|sign| sign.map_or_else(|half| u32::from(half.unpaired_surrogate()), u32::from));
            regress::Regex::from_unicode(signs, flags)
        } else {
            regress::Regex::from_unicode(units.map(u32::from), flags)
        };
        compiled.ok()
    }
}
