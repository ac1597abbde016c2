//! Parses the patterns that the linear-time engine can match, and refuses all others.
//!
//! The pattern has passed the engine's own parser, so a refusal is not an error: the engine matches the pattern.

use super::{
    Flags,
    set::{LAST_UNIT, Set},
    syntax::{Node, Pattern},
};

/// Maximum length in code units of a pattern that is parsed.
const MAX_PATTERN_LENGTH: usize = 4_096;
/// Maximum depth of nested groups.
const MAX_GROUP_DEPTH: usize = 64;
/// Maximum count of a repetition.
const MAX_REPETITIONS: u32 = 1_000;

/// Parses a pattern; `None` if the linear-time engine cannot match it.
pub(super) fn pattern(source: &[u16], flags: Flags) -> Option<Pattern> {
    let is_ours = source.len() <= MAX_PATTERN_LENGTH && !flags.unicode_sets && !(flags.unicode && flags.ignore_case);
    if !is_ours {
        return None;
    }
    let text = if flags.unicode { whole_characters(source)? } else { source.iter().copied().map(u32::from).collect() };
    let mut parser = Parser { text, at: 0, flags, depth: 0, names: Vec::new(), has_lines: false };
    let root = parser.alternation()?;
    if parser.at < parser.text.len() {
        return None;
    }
    let exact_groups = !root.keeps_groups();
    Some(Pattern { root, names: parser.names, lines: parser.has_lines, exact_groups })
}

fn whole_characters(source: &[u16]) -> Option<Vec<u32>> {
    char::decode_utf16(source.iter().copied()).map(|sign| sign.map(u32::from).ok()).collect()
}

struct Parser {
    text: Vec<u32>,
    at: usize,
    flags: Flags,
    depth: usize,
    names: Vec<Option<String>>,
    has_lines: bool,
}

impl Parser {
    fn alternation(&mut self) -> Option<Node> {
        let mut ways = vec![self.concat()?];
        while self.take('|') {
            ways.push(self.concat()?);
        }
        Some(if ways.len() == 1 { ways.pop()? } else { Node::Alternation(ways) })
    }

    fn concat(&mut self) -> Option<Node> {
        let mut parts = Vec::new();
        while let Some(sign) = self.peek()
            && !matches!(sign, '|' | ')')
        {
            parts.push(self.term(sign)?);
        }
        Some(match parts.len() {
            0 => Node::Empty,
            1 => parts.pop()?,
            _ => Node::Concat(parts),
        })
    }

    fn term(&mut self, sign: char) -> Option<Node> {
        self.at += 1;
        match sign {
            '^' => self.line_end(Node::Start),
            '$' => self.line_end(Node::End),
            '\\' if self.take('b') => self.unrepeated(Node::Boundary),
            '\\' if self.take('B') => self.unrepeated(Node::NoBoundary),
            '\\' => {
                let set = self.escape()?;
                self.repeated(Node::Set(set))
            }
            '.' => {
                let nothing = if self.flags.dot_all { Set::default() } else { Set::line_ends() };
                self.repeated(Node::Set(nothing.negated(self.last())))
            }
            '[' => {
                let set = self.class()?;
                self.repeated(Node::Set(set))
            }
            '(' => {
                let group = self.group()?;
                self.repeated(group)
            }
            // Repetitions of nothing, and unbalanced brackets in old scripts.
            '*' | '+' | '?' | '{' | '}' | ']' => None,
            _ => {
                let set = self.cased(Set::single(self.previous()?))?;
                self.repeated(Node::Set(set))
            }
        }
    }

    fn line_end(&mut self, node: Node) -> Option<Node> {
        self.has_lines |= self.flags.multiline;
        self.unrepeated(node)
    }

    fn unrepeated(&self, node: Node) -> Option<Node> {
        let repeats = matches!(self.peek(), Some('*' | '+' | '?' | '{'));
        (!repeats).then_some(node)
    }

    fn repeated(&mut self, body: Node) -> Option<Node> {
        let (min, max) = match self.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => return self.counted(body),
            _ => return Some(body),
        };
        self.at += 1;
        self.repeat(body, min, max)
    }

    fn counted(&mut self, body: Node) -> Option<Node> {
        self.at += 1;
        let min = self.number()?;
        let max = match self.take(',') {
            false => Some(min),
            true if self.peek() == Some('}') => None,
            true => Some(self.number()?),
        };
        if !self.take('}') || min > MAX_REPETITIONS || max.is_some_and(|max| max < min || max > MAX_REPETITIONS) {
            return None;
        }
        self.repeat(body, min, max)
    }

    fn repeat(&mut self, body: Node, min: u32, max: Option<u32>) -> Option<Node> {
        let greedy = !self.take('?');
        // In this language, an empty round ends a repetition in a way that the linear-time engine does not reproduce.
        if body.may_be_empty() {
            return None;
        }
        Some(Node::Repeat { body: Box::new(body), min, max, greedy })
    }

    fn number(&mut self) -> Option<u32> {
        let start = self.at;
        let mut number: u32 = 0;
        while let Some(digit) = self.peek().and_then(|sign| sign.to_digit(10)) {
            number = number.checked_mul(10)?.checked_add(digit)?;
            self.at += 1;
        }
        (self.at > start).then_some(number)
    }

    fn group(&mut self) -> Option<Node> {
        self.depth += 1;
        if self.depth > MAX_GROUP_DEPTH {
            return None;
        }
        let index = if self.take('?') {
            match self.next()? {
                ':' => None,
                '<' => {
                    let name = self.name()?;
                    Some(self.open(Some(name)))
                }
                _ => return None,
            }
        } else {
            Some(self.open(None))
        };
        let body = self.alternation()?;
        self.depth -= 1;
        let body = self.take(')').then_some(body)?;
        Some(match index {
            Some(index) => Node::Group { index: u32::try_from(index).ok()?, body: Box::new(body) },
            None => body,
        })
    }

    /// Returns the number of a group that begins here.
    fn open(&mut self, name: Option<String>) -> usize {
        self.names.push(name);
        self.names.len()
    }

    fn name(&mut self) -> Option<String> {
        let mut name = String::new();
        loop {
            match self.next()? {
                '>' => break,
                sign if sign.is_ascii_alphanumeric() || matches!(sign, '_' | '$') => name.push(sign),
                _ => return None,
            }
        }
        let is_new = !self.names.iter().flatten().any(|known| *known == name);
        is_new.then_some(name)
    }

    fn class(&mut self) -> Option<Set> {
        let negated = self.take('^');
        let mut set = Set::default();
        while !self.take(']') {
            set = set.union(&self.class_item()?);
        }
        Some(if negated { set.negated(self.last()) } else { set })
    }

    fn class_item(&mut self) -> Option<Set> {
        let first = self.class_atom()?;
        let is_range = self.peek() == Some('-') && !matches!(self.text.get(self.at + 1), None | Some(0x5D));
        if !is_range {
            return match first {
                Atom::Sign(sign) => self.cased(Set::single(sign)),
                Atom::Set(set) => Some(set),
            };
        }
        self.at += 1;
        match (first, self.class_atom()?) {
            (Atom::Sign(first), Atom::Sign(last)) if first <= last => self.cased(Set::of([(first, last)])),
            _ => None,
        }
    }

    fn class_atom(&mut self) -> Option<Atom> {
        if self.take('\\') {
            if self.take('b') {
                return Some(Atom::Sign(0x08));
            }
            return self.atom_escape();
        }
        self.at += 1;
        self.previous().map(Atom::Sign)
    }

    fn escape(&mut self) -> Option<Set> {
        match self.atom_escape()? {
            Atom::Sign(sign) => self.cased(Set::single(sign)),
            Atom::Set(set) => Some(set),
        }
    }

    fn atom_escape(&mut self) -> Option<Atom> {
        let last = self.last();
        let sign = self.next()?;
        Some(match sign {
            'd' => Atom::Set(Set::digits()),
            'D' => Atom::Set(Set::digits().negated(last)),
            'w' => Atom::Set(Set::word()),
            'W' => Atom::Set(Set::word().negated(last)),
            's' => Atom::Set(Set::space()),
            'S' => Atom::Set(Set::space().negated(last)),
            't' => Atom::Sign(0x09),
            'n' => Atom::Sign(0x0A),
            'v' => Atom::Sign(0x0B),
            'f' => Atom::Sign(0x0C),
            'r' => Atom::Sign(0x0D),
            '0' if !self.peek().is_some_and(|sign| sign.is_ascii_digit()) => Atom::Sign(0),
            'x' => Atom::Sign(self.hex(2)?),
            'u' if !self.flags.unicode => Atom::Sign(self.hex(4)?),
            _ if sign.is_ascii() && !sign.is_ascii_alphanumeric() => Atom::Sign(u32::from(sign)),
            _ => return None,
        })
    }

    fn hex(&mut self, digits: usize) -> Option<u32> {
        (0..digits).try_fold(0, |number, _| Some(number * 16 + self.next()?.to_digit(16)?))
    }

    fn cased(&self, set: Set) -> Option<Set> {
        if self.flags.ignore_case { set.with_case_variants() } else { Some(set) }
    }

    /// Returns the largest character.
    fn last(&self) -> u32 {
        if self.flags.unicode { u32::from(char::MAX) } else { LAST_UNIT }
    }

    fn peek(&self) -> Option<char> {
        // A lone surrogate is like any other character without a meaning in patterns.
        self.text.get(self.at).map(|sign| char::from_u32(*sign).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn next(&mut self) -> Option<char> {
        let sign = self.peek()?;
        self.at += 1;
        Some(sign)
    }

    fn previous(&self) -> Option<u32> {
        self.text.get(self.at.checked_sub(1)?).copied()
    }

    fn take(&mut self, sign: char) -> bool {
        if self.peek() != Some(sign) {
            return false;
        }
        self.at += 1;
        true
    }
}

/// A member of a class.
enum Atom {
    Sign(u32),
    Set(Set),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &str) -> Option<Pattern> {
        pattern(&source.encode_utf16().collect::<Vec<_>>(), Flags::default())
    }

    #[test]
    fn common_patterns_are_linear() {
        for source in [
            r"^[\w.+-]+@[\w-]+\.[\w.-]+$",
            r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d))?",
            r"^\s+|\s+$",
            r"[^a-zA-Zа-яА-ЯёЁ0-9]+",
            r"(?<key>\w+)=(?<value>[^;]*)",
            r"^(a+)+$",
            r"\bword\b|[,;]\s*|\$\{\w+?\}",
            "",
        ] {
            assert!(read(source).is_some_and(|pattern| pattern.exact_groups), "{source}");
        }
    }

    #[test]
    fn optional_groups_in_rounds_are_not_exact() {
        for source in ["(?:(a)|b)*", "((a)?b)+", "(?:x(a)?){2}"] {
            assert!(read(source).is_some_and(|pattern| !pattern.exact_groups), "{source}");
        }
        assert!(read("(?:(a)|b)?").is_some_and(|pattern| pattern.exact_groups));
    }

    #[test]
    fn patterns_for_the_other_engine_are_refused() {
        for source in [
            r"(a)\1",
            "(?=a)",
            "(?!a)",
            "(?<=a)b",
            "(a*)*",
            "(?:a|)*",
            "(?:)+",
            r"\k<n>",
            r"\p{L}",
            r"\ca",
            "a{",
            "]",
            "(?i:a)",
            r"[\w-a]",
            r"\u{61}",
            "^*",
            "a{1,2000}",
        ] {
            assert!(read(source).is_none(), "{source}");
        }
        let flags = Flags { unicode_sets: true, ..Flags::default() };
        assert!(pattern(&[0x61], flags).is_none());
    }
}
