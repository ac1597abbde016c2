//! Expressions over the variables in scope.

use crate::random::Random;

const LITERALS: [&str; 22] = [
    "0",
    "1",
    "2",
    "-1",
    "3.5",
    "-0",
    "NaN",
    "1e21",
    "2147483647",
    "4294967296",
    "''",
    "'a'",
    "'12'",
    "'x y'",
    "true",
    "false",
    "null",
    "undefined",
    "[]",
    "[1, 2, 3]",
    "{ p: 1, q: 'z' }",
    "7n",
];
const BINARY: [&str; 22] = [
    "+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", ">>>", "<", ">", "<=", ">=", "==", "!=", "===", "!==", "&&",
    "||", "??",
];
const ASSIGN: [&str; 13] = ["=", "+=", "-=", "*=", "%=", "&=", "|=", "^=", "<<=", ">>>=", "&&=", "||=", "??="];

/// The names that expressions can use.
pub(crate) struct Scope {
    pub(crate) variables: Vec<String>,
    pub(crate) functions: Vec<String>,
    pub(crate) awaits: bool,
    pub(crate) yields: bool,
}

impl Scope {
    pub(crate) fn variable(&self, random: &mut Random) -> String {
        if self.variables.is_empty() { "0".to_owned() } else { random.pick(&self.variables) }
    }

    /// An assignment target.
    pub(crate) fn place(&self, random: &mut Random) -> String {
        let variable = self.variable(random);
        match random.below(8) {
            0 => "box.p".to_owned(),
            1 => format!("box[{}]", random.pick(&["'q'", "0", "'p'"])),
            2 => format!("list[{}]", random.below(4)),
            3 => "box.counted".to_owned(),
            _ if self.variables.is_empty() => "box.p".to_owned(),
            _ => variable,
        }
    }

    pub(crate) fn expression(&self, random: &mut Random, depth: usize) -> String {
        if depth == 0 || random.one_in(5) {
            return if random.one_in(2) { self.variable(random) } else { parenthesised(random.pick(&LITERALS)) };
        }
        let inner = |random: &mut Random| self.expression(random, depth - 1);
        match random.below(24) {
            0..5 => {
                let (left, right) = (inner(random), inner(random));
                format!("({left} {} {right})", random.pick(&BINARY))
            }
            5 => format!("({} {})", random.pick(&["!", "-", "+", "~", "typeof", "void"]), inner(random)),
            6 => format!("({} ? {} : {})", inner(random), inner(random), inner(random)),
            7 => format!("`<${{small({})}}|${{small({})}}>`", inner(random), inner(random)),
            8 | 9 => format!("{}{}", self.place(random), random.pick(&["++", "--"])),
            10 => format!("{}{}", random.pick(&["++", "--"]), self.place(random)),
            11 | 12 => format!("({} {} small({}))", self.place(random), random.pick(&ASSIGN), inner(random)),
            13 => format!("log({})", inner(random)),
            14 => format!("({}, {})", inner(random), inner(random)),
            15 => format!("[{}, ...[{}], {}]", inner(random), inner(random), inner(random)),
            16 => {
                format!("({{ a: {}, ['b' + {}]: 1, ...{{ c: {} }} }})", inner(random), random.below(3), inner(random))
            }
            17 => {
                let (one, two) = (self.place(random), self.place(random));
                format!("([{one}, {two} = small({})] = [{two}, {one}])", inner(random))
            }
            18 => format!(
                "({{ p: {}, ...box.rest }} = {{ p: small({}), r: small({}) }})",
                self.place(random),
                inner(random),
                inner(random)
            ),
            19 if !self.functions.is_empty() => {
                format!("{}({}, {})", random.pick(&self.functions), inner(random), inner(random))
            }
            20 => format!("{}?.{}", self.variable(random), random.pick(&["p", "length", "q?.r", "[0]", "p.q"])),
            21 => format!("(({}) => {})({})", "z = 5", "z", random.pick(&["undefined", "1", "null"])),
            22 if self.awaits => format!("(await {})", inner(random)),
            23 if self.yields => format!("(yield {})", inner(random)),
            _ => format!("box.take({}, {})", inner(random), inner(random)),
        }
    }
}

fn parenthesised(literal: &str) -> String {
    if literal.starts_with(['{', '-']) { format!("({literal})") } else { literal.to_owned() }
}
