//! Numbers to text and back, regular expressions, JSON, sorting.

use super::logged;
use crate::{program::Node, random::Random};

pub(crate) fn numbers(random: &mut Random) -> Vec<Node> {
    let expressions = (0..30).map(|_| {
        let number = random.number();
        let number = if number.is_finite() { format!("({number:e})") } else { "NaN".to_owned() };
        let digits = random.between(0, 21);
        match random.below(10) {
            0 => format!("String{number}"),
            1 => format!("{number}.toFixed({digits})"),
            2 => format!("{number}.toPrecision({})", digits.max(1)),
            3 => format!("{number}.toExponential({digits})"),
            4 => format!("Math.trunc{number}.toString({})", random.between(2, 36)),
            5 => format!("[Number('{0}'), parseFloat('{0}x'), parseInt('{0}')]", text_of_number(random)),
            6 => format!("parseInt('{}', {})", random.pick(&["ff", "0x1F", "777", "-12.5", "  42px", "zz", "1e3", ""]), random.between(0, 36)),
            7 => format!("[Math.round{number}, Math.floor{number}, Math.fround{number}, Math.sign{number}, {number} | 0, {number} >>> 0]"),
            8 => format!("BigInt(Math.trunc{number}).toString({})", random.between(2, 36)),
            _ => format!("[{number} % {}, {number} / 3, {number} * 1.1, {number} + 0.1]", random.between(1, 99)),
        }
    });
    logged(expressions.collect::<Vec<_>>())
}

fn text_of_number(random: &mut Random) -> String {
    let number = random.number();
    match random.below(5) {
        0 => format!(" {number} "),
        1 => format!("{number:e}"),
        2 => format!("+{}", number.abs()),
        3 => format!("0x{:x}", random.below(1 << 30)),
        _ => format!("{}{}", number, random.pick(&["", "0", ".", "e2", "_1"])),
    }
}

const ATOMS: [&str; 26] = [
    "a", "b", "c", ".", "\\d", "\\w", "\\s", "\\b", "[ab]", "[^a]", "[a-c1-3]", "(a)", "(b|c)", "(?:ab)", "(?<n>a)",
    "\\1", "^", "$", "(?=b)", "(?!a)", "(?<=a)", "(?<!b)", "é", "\\u0041", "\\D", "-",
];
const TIMES: [&str; 9] = ["", "", "", "*", "+", "?", "*?", "{1,2}", "{2}"];
const FLAGS: [&str; 9] = ["", "g", "i", "gi", "m", "s", "u", "y", "gu"];

fn pattern(random: &mut Random) -> String {
    let (mut named, mut grouped) = (false, false);
    let mut pattern = String::new();
    for _ in 0..1 + random.below(5) {
        let atom = random.pick(&ATOMS);
        if atom.contains("<n>") && std::mem::replace(&mut named, true) {
            continue;
        }
        if atom == "\\1" && !grouped {
            continue;
        }
        grouped |= matches!(atom, "(a)" | "(b|c)" | "(?<n>a)");
        pattern.push_str(atom);
        let repeatable = !matches!(atom, "^" | "$" | "\\b")
            && !atom.starts_with("(?=")
            && !atom.starts_with("(?!")
            && !atom.starts_with("(?<");
        if repeatable {
            pattern.push_str(random.pick(&TIMES));
        }
        if random.one_in(6) {
            pattern.push('|');
        }
    }
    pattern
}

pub(crate) fn expressions(random: &mut Random) -> Vec<Node> {
    let expressions = (0..14).map(|_| {
        let (pattern, flags) = (pattern(random), random.pick(&FLAGS));
        let subject: String = (0..random.below(12))
            .map(|_| random.pick(&['a', 'b', 'c', 'A', '1', '2', ' ', '\u{e9}', '-', '\u{1F600}']))
            // Node.js also matches inside surrogate pairs, which `u` forbids.
            .filter(|letter| !flags.contains('u') || *letter != '\u{1F600}')
            .collect();
        let regexp = format!("/{pattern}/{flags}");
        let global = format!("new RegExp(/{pattern}/.source, '{}g')", flags.replace(['g', 'y'], ""));
        match random.below(8) {
            0 => format!("'{subject}'.match({regexp})"),
            1 => format!("'{subject}'.replace({regexp}, '[$&|$1|$`]')"),
            2 => format!("'{subject}'.split({regexp}, {})", random.pick(&["undefined", "3"])),
            3 => format!("[...'{subject}'.matchAll({global})].map(m => [m.index, ...m])"),
            4 => format!("(r => [r.exec('{subject}'), r.lastIndex, r.test('{subject}'), r.lastIndex])({regexp})"),
            5 => format!("'{subject}'.replaceAll({global}, found => '<' + found + '>')"),
            6 => format!("(m => m && [m.index, m.groups && {{ ...m.groups }}, m.length])({regexp}.exec('{subject}'))"),
            _ => format!("['{subject}'.search({regexp}), {regexp}.source, {regexp}.flags, String({regexp})]"),
        }
    });
    logged(expressions.collect::<Vec<_>>())
}

fn value(random: &mut Random, depth: usize) -> String {
    if depth == 0 || random.one_in(4) {
        let leaves = [
            "1",
            "-0",
            "1.5e300",
            "NaN",
            "null",
            "undefined",
            "true",
            "'text'",
            "'\\u2028\"\\\\\\n'",
            "'\\ud800'",
            "new Date(0)",
            "() => 1",
            "Symbol()",
            "{ toJSON(k) { return 'json' + k; } }",
            "new Number(3)",
            "[,1]",
            "new Map([[1, 2]])",
        ];
        return random.pick(&leaves).to_owned();
    }
    let items: Vec<String> = (0..random.below(4)).map(|_| value(random, depth - 1)).collect();
    if random.one_in(2) {
        return format!("[{}]", items.join(", "));
    }
    let keys = ["a", "b", "2", "1", "'x y'", "'\\u00e9'", "__proto__x", "length"];
    let members: Vec<String> = items.iter().map(|item| format!("{}: {item}", random.pick(&keys))).collect();
    format!("{{ {} }}", members.join(", "))
}

pub(crate) fn json(random: &mut Random) -> Vec<Node> {
    let expressions = (0..12).map(|_| {
        let value = value(random, 3);
        let indent = random.pick(&["undefined", "2", "'--'", "11", "'\\t'", "new Number(1)", "new String('..')", "'0123456789abc'", "-1", "1.9"]);
        match random.below(11) {
            0 | 1 => format!("JSON.stringify({value}, undefined, {indent})"),
            2 => format!("JSON.stringify({value}, ['a', 'b', 1], {indent})"),
            6 => format!("JSON.stringify({value}, ['b', new Number(2), 'a', 'b', {{}}, new String('length')], {indent})"),
            7 => format!("JSON.stringify({value}, function (k, v) {{ return Array.isArray(this) ? [k, v].length && v : k === 'a' ? {{ k, v: 1 }} : k === 'b' ? undefined : v; }}, {indent})"),
            8 => format!("JSON.stringify({{ a: {value}, toJSON(k) {{ return {{ k, b: this.a, toJSON() {{ return 'never'; }} }}; }} }}, null, {indent})"),
            9 => format!("JSON.parse(JSON.stringify({value}) ?? '0', function (k, v) {{ log(k, typeof v); if (k === '0') {{ delete this[1]; this[2] = 'new'; }} return k === '1' ? undefined : v; }})"),
            10 => format!("JSON.stringify([{value}, Object.create({value} ?? null), new Proxy([1], {{}}), Object('s'), Object(false)], null, {indent})"),
            3 => format!("JSON.stringify({value}, (k, v) => typeof v === 'number' ? k + v : v, {indent})"),
            4 => format!("JSON.parse(JSON.stringify({value}) ?? '0', (k, v) => k === 'a' ? undefined : v)"),
            _ => {
                let texts = [
                    "1.",
                    "01",
                    "-0",
                    "[1,]",
                    "{\"a\":1,\"a\":2}",
                    "\"\\u00e9\\n\"",
                    " [ 1 , 2 ] ",
                    "{\"__proto__\":1}",
                    "nul",
                    "1e400",
                    "\"\\x\"",
                    "{\"b\":[{}]}",
                ];
                format!("JSON.parse({:?})", random.pick(&texts))
            }
        }
    });
    logged(expressions.collect::<Vec<_>>())
}

pub(crate) fn sorting(random: &mut Random) -> Vec<Node> {
    let expressions = (0..10).map(|_| {
        let items: Vec<String> = (0..random.below(30))
            .map(|_| match random.below(8) {
                0 => "undefined".to_owned(),
                1 => "null".to_owned(),
                2 => format!("'{}'", random.pick(&["b", "a", "10", "9", "", "B", "\u{e9}"])),
                _ => random.between(-5, 30).to_string(),
            })
            .collect();
        let items = items.join(", ");
        // An inconsistent comparison may sort in any order.
        let numbers: Vec<String> = (0..random.below(30)).map(|_| random.between(-5, 30).to_string()).collect();
        let numbers = numbers.join(", ");
        match random.below(11) {
            7 => format!("(list => [attempt(() => list.sort((a, b) => {{ if (a === 7 || b === 7) throw 'seven'; return a - b; }})), list])([{numbers}])"),
            8 => format!("[{numbers}].sort(() => fuel-- % 3 - 1).sort((a, b) => a - b)"),
            9 => format!("[{items}].sort((a, b) => {}).length", random.pick(&["undefined", "NaN", "'x'", "true", "a > b", "1", "-1"])),
            10 => format!("[attempt(() => [{items}].sort({0})), attempt(() => [{items}].toSorted({0}))]", random.pick(&["undefined", "null", "{}", "1", "(a, b) => ({ valueOf() { return (String(a) > String(b)) - (String(a) < String(b)); } })"])),
            0 => format!("[{items}].sort()"),
            1 => format!("[{numbers}].sort((a, b) => a - b)"),
            2 => format!("[{numbers}].map((k, i) => ({{ k: k % 3, i }})).sort((a, b) => a.k - b.k).map(o => o.i)"),
            3 => format!("[{items}].toSorted((a, b) => (String(a) < String(b)) - (String(a) > String(b)))"),
            4 => format!("(list => [list.reverse(), list.flatMap(x => [x, x]), list.indexOf(9), list.at(-1), list.findLast(x => x > 3)])([{items}])"),
            5 => format!("Object.entries([{items}].reduce((all, x) => ({{ ...all, [x]: (all[x] ?? 0) + 1 }}), {{}}))"),
            _ => format!("(list => [list.slice(-3, {0}), list.splice({0}, 2, 'n'), list.fill(0, 1, {0}), list.copyWithin(0, {0}), list.join('-')])([{items}])", random.below(5)),
        }
    });
    logged(expressions.collect::<Vec<_>>())
}
