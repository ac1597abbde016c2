//! Regular expressions with all features of the language, on short texts.

use super::logged;
use crate::{program::Node, random::Random};

const LETTERS: [&str; 18] = [
    "a",
    "b",
    "c",
    "A",
    "B",
    "1",
    "2",
    "/",
    "-",
    "_",
    " ",
    "\\n",
    "\u{e9}",
    "\u{1F600}",
    "\u{212A}",
    "\u{17F}",
    "k",
    "s",
];
const ATOMS: [&str; 34] = [
    "a",
    "b",
    "c",
    "k",
    "s",
    ".",
    "\\d",
    "\\w",
    "\\W",
    "\\s",
    "\\S",
    "\\b",
    "\\B",
    "^",
    "$",
    "\\/",
    "\\-",
    "\\u0061",
    "\\x62",
    "\\n",
    "\\cJ",
    "\\0",
    "\u{e9}",
    "\u{1F600}",
    "[/]",
    "[^/]",
    "[/a\\]]",
    "[\\w-]",
    "[a-c/1-3]",
    "[^\\s\\d]",
    "[]",
    "[^]",
    "[\\b]",
    "[a\\-c]",
];
const UNICODE: [&str; 8] = [
    "\\p{L}",
    "\\P{L}",
    "\\p{Lu}",
    "[\\p{L}\\d]",
    "[^\\p{Ll}]",
    "\\u{1F600}",
    "\\p{Script=Greek}",
    "[\\u{1F600}-\\u{1F64F}]",
];
const SETS: [&str; 4] = ["[\\p{L}--[a-c]]", "[\\w&&[^\\d]]", "[[ab][cA]]", "[\\q{ab|c}k]"];
const TIMES: [&str; 13] = ["", "", "", "", "", "*", "+", "?", "*?", "+?", "{1,2}", "{2,}", "{0}"];

struct Writer<'r> {
    random: &'r mut Random,
    groups: usize,
    flags: String,
}

impl Writer<'_> {
    /// A part of a pattern with its quantifier; rarely on a part that cannot be repeated.
    fn atom(&mut self, depth: usize) -> String {
        let careless = self.random.one_in(60);
        let mut is_assertion = false;
        let atom = if depth > 0 && self.random.one_in(3) {
            let group = match self.random.below(9) {
                0 => "(?:".to_owned(),
                1 => "(?=".to_owned(),
                2 => "(?!".to_owned(),
                3 => "(?<=".to_owned(),
                4 => "(?<!".to_owned(),
                5 | 6 => {
                    self.groups += 1;
                    format!("(?<n{}>", self.groups)
                }
                _ => {
                    self.groups += 1;
                    "(".to_owned()
                }
            };
            is_assertion = group.starts_with("(?<=") || group.starts_with("(?<!");
            // Without `u` and `v`, a lookahead can be repeated.
            is_assertion |= self.is_unicode() && (group == "(?=" || group == "(?!");
            format!("{group}{})", self.alternatives(depth - 1))
        } else if (self.groups > 0 || careless) && self.random.one_in(8) {
            format!("\\{}", 1 + self.random.below(self.groups.max(1)))
        } else if self.flags.contains('u') && self.random.one_in(3) {
            self.random.pick(&UNICODE).to_owned()
        } else if self.flags.contains('v') && self.random.one_in(2) {
            self.random.pick(&SETS).to_owned()
        } else {
            let atom = self.random.pick(&ATOMS);
            is_assertion = matches!(atom, "^" | "$" | "\\b" | "\\B");
            let needs_neither = matches!(atom, "\\-") && self.is_unicode();
            let needs_no_sets = atom.starts_with('[') && self.flags.contains('v');
            // Node.js 20 treats `[^]` with `v` as an empty class.
            let is_misread = atom == "[^]" && needs_no_sets;
            if is_misread || !careless && (needs_neither || needs_no_sets) { "a" } else { atom }.to_owned()
        };
        let times = if is_assertion && !careless { "" } else { self.random.pick(&TIMES) };
        format!("{atom}{times}")
    }

    fn is_unicode(&self) -> bool {
        self.flags.contains(['u', 'v'])
    }

    fn alternatives(&mut self, depth: usize) -> String {
        let mut text = String::new();
        for _ in 0..1 + self.random.below(4) {
            text.push_str(&self.atom(depth));
            if self.random.one_in(7) {
                text.push('|');
            }
        }
        text
    }
}

/// A regular expression, which may be invalid, whether it is global, and whether it matches whole characters.
fn pattern(random: &mut Random) -> (String, bool, bool) {
    let mut flags: String = "dgimsy".chars().filter(|flag| random.one_in(if *flag == 'g' { 2 } else { 5 })).collect();
    match random.below(6) {
        0 | 1 => flags.push('u'),
        2 => flags.push('v'),
        _ => {}
    }
    let (global, is_unicode) = (flags.contains('g'), flags.contains(['u', 'v']));
    let mut writer = Writer { random, groups: 0, flags };
    let mut text = writer.alternatives(2);
    // A name that exists, or no reference at all.
    if text.contains("(?<n1>") && writer.random.one_in(3) {
        text.push_str("\\k<n1>");
    }
    let flags = writer.flags;
    if random.one_in(20) {
        return (format!("/{text}/{flags}"), global, is_unicode);
    }
    (format!("new RegExp({}, '{flags}')", quoted(&text)), global, is_unicode)
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// A text to search. Node.js also matches inside surrogate pairs, which `u` and `v` forbid.
fn subject(random: &mut Random, is_unicode: bool) -> String {
    let text = (0..random.below(9)).map(|_| random.pick(&LETTERS));
    let text: String = text.filter(|letter| !is_unicode || *letter != "\u{1F600}").collect();
    format!("'{text}'")
}

pub(crate) fn body(random: &mut Random) -> Vec<Node> {
    let expressions = (0..18).map(|_| {
        let (r, global, is_unicode) = pattern(random);
        let s = subject(random, is_unicode);
        let from = random.below(6);
        match random.below(13) {
            0 => format!("(r => [r.lastIndex = {from}, r.exec({s}), r.lastIndex, r.exec({s}), r.lastIndex])({r})"),
            1 => format!("(m => m && [m.index, m.length, [...m], m.groups && Object.entries(m.groups).sort(), m.indices && [...m.indices]])({r}.exec({s}))"),
            2 => format!("{s}.replace({r}, (...all) => '<' + all.map(x => typeof x === 'object' ? Object.keys(x).sort().join() : x).join('|') + '>')"),
            3 => format!("{s}.replace({r}, {})", random.pick(&["'[$&]'", "'$1-$2'", "\"$`|$'\"", "'$<n1>$$'", "'$0$10'", "''"])),
            4 => format!("{s}.split({r})"),
            5 => format!("{s}.split({r}, {})", random.below(5)),
            6 if global => format!("[...{s}.matchAll({r})].map(m => [m.index, ...m])"),
            6 => format!("{s}.matchAll({r})"),
            7 => format!("(r => [r.test({s}), r.lastIndex, r.test({s}), r.lastIndex, r.test({s}), r.lastIndex])({r})"),
            8 => format!("{s}.match({r})"),
            9 => format!("(r => [{s}.search(r), r.lastIndex, r.lastIndex = {from}, {s}.search(r), r.lastIndex])({r})"),
            10 => format!("(r => [r.source, r.flags, String(r), r.global, r.hasIndices, r.unicodeSets, new RegExp(r, 'g').flags])({r})"),
            11 => format!("{s}.replaceAll({r}, (m, ...more) => more.length + m.toUpperCase())"),
            _ => format!("(r => [r.lastIndex = {from}, {s}.replace(r, '<$&>'), r.lastIndex, {s}.match(r), r.lastIndex])({r})"),
        }
    });
    logged(expressions.collect::<Vec<_>>())
}
