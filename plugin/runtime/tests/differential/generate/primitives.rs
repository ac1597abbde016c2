//! Operators on BigInts and on values that convert to primitives, string methods, date setters, and copies.

use super::logged;
use crate::{program::Node, random::Random};

const BIG: [&str; 22] = [
    "0n",
    "1n",
    "-1n",
    "7n",
    "-5n",
    "10n ** 20n",
    "2n ** 64n",
    "-(2n ** 63n)",
    "1",
    "2.5",
    "-0",
    "NaN",
    "Infinity",
    "'3'",
    "'x'",
    "''",
    "true",
    "null",
    "undefined",
    "[4n]",
    "{ valueOf() { return log('valueOf', 6n); } }",
    "{ [Symbol.toPrimitive](hint) { return log(hint) === 'number' ? 3 : 4n; } }",
];
const OPERATORS: [&str; 22] = [
    "+", "-", "*", "/", "%", "**", "&", "|", "^", "<<", ">>", ">>>", "<", ">", "<=", ">=", "==", "!=", "===", "!==",
    "&&", "??",
];

fn big(random: &mut Random) -> String {
    let (one, two) = (random.pick(&BIG), random.pick(&BIG));
    match random.below(9) {
        0 => format!(
            "({}({one}))",
            random.pick(&[
                "-",
                "+",
                "~",
                "!",
                "typeof ",
                "BigInt",
                "Number",
                "String",
                "BigInt.asIntN(8, 300n) + ",
                "Math.abs",
                "isNaN",
                "Number.isInteger"
            ])
        ),
        1 => format!(
            "BigInt.{}({}, {one})",
            random.pick(&["asIntN", "asUintN"]),
            random.pick(&["0", "1", "8", "64", "3.7", "-1"])
        ),
        2 => format!("(x => [x++, x, --x, x += {two}, x])({one})"),
        3 => format!("({one}).toString({})", random.pick(&["", "2", "16", "36", "10", "1"])),
        4 => format!(
            "BigInt({})",
            random.pick(&[
                "'12'", "' 0x1f '", "''", "'1n'", "'-7'", "'-0x1'", "'1e3'", "1.5", "1e21", "'0b101'", "Symbol()",
                "'\\n9'"
            ])
        ),
        6 => format!("[{one} == {two}, {two} == {one}, {one} < {two}, {two} < {one}, Object.is({one}, {two})]"),
        _ => {
            let operator = random.pick(&OPERATORS);
            // Large powers take long, and large shifts need much memory.
            if matches!(operator, "**" | "<<" | ">>") {
                return format!("(({one}) {operator} {})", random.pick(&["3n", "0n", "-1n", "2", "'2'", "17n", "1n"]));
            }
            format!("(({one}) {operator} ({two}))")
        }
    }
}

const LETTERS: [&str; 15] = [
    "a",
    "b",
    "A",
    " ",
    "\\t",
    "\u{e9}",
    "e\\u0301",
    "\\ufb01",
    "\\u1e9b\\u0323",
    "\u{1F600}",
    "\\ud83d",
    "\\ude00",
    "\u{df}",
    "\u{130}",
    "$&",
];

fn text(random: &mut Random) -> String {
    let text: String = (0..random.below(7)).map(|_| random.pick(&LETTERS)).collect();
    format!("'{text}'")
}

fn of_text(random: &mut Random) -> String {
    let (s, t) = (text(random), text(random));
    let number = |random: &mut Random| {
        random.pick(&["0", "1", "2", "-1", "-3", "7", "NaN", "undefined", "1.7", "Infinity", "'1'", "null"])
    };
    let (i, j) = (number(random), number(random));
    let length = random.pick(&["0", "3", "6", "9", "2.5", "-1", "NaN"]);
    match random.below(22) {
        0 => format!(
            "{s}.normalize({})",
            random.pick(&["", "'NFC'", "'NFD'", "'NFKC'", "'NFKD'", "'nfc'", "undefined", "null"])
        ),
        1 => format!("[{s}.at({i}), {s}.charAt({i}), {s}.charCodeAt({i}), {s}.codePointAt({i})]"),
        2 => format!("[{s}.padStart({length}, {t}), {s}.padEnd({length}, {t}), {s}.padStart({length})]"),
        3 => format!("[{s}.slice({i}, {j}), {s}.substring({i}, {j}), {s}.substr({i}, {j})]"),
        4 => format!("[{s}.indexOf({t}, {i}), {s}.lastIndexOf({t}, {i}), {s}.includes({t}, {i})]"),
        5 => format!("[{s}.startsWith({t}, {i}), {s}.endsWith({t}, {i})]"),
        6 => format!("[{s}.trim(), {s}.trimStart(), {s}.trimEnd()].map(x => x.length)"),
        7 => format!("[{s}.toUpperCase(), {s}.toLowerCase()]"),
        8 => format!("{s}.split({t}, {i})"),
        9 => format!("{s}.split('')"),
        10 => format!("[...{s}].map(c => c.codePointAt(0))"),
        11 => format!(
            "{s}.replace({t}, {})",
            random.pick(&["'[$&$`$\\'$$$1]'", "(...all) => all.join('|')", "undefined", "''"])
        ),
        12 => {
            format!("{s}.replaceAll({t}, {})", random.pick(&["'[$&$`$\\'$$$1]'", "(...all) => all.join('|')", "'x'"]))
        }
        13 => format!("[{s}.isWellFormed(), {s}.toWellFormed()]"),
        14 => format!("attempt(() => {s}.repeat({length})).length"),
        15 => format!("[{s} < {t}, {s} === {t}, {s}.concat({t}, {i}).length]"),
        16 => format!("String.fromCodePoint(...[...{s}].map(c => c.codePointAt(0)))"),
        17 => format!("[parseFloat({0}), Number({0}), parseInt({0}), +{0}]", numeral(random)),
        18 => format!("[encodeURIComponent({s}), encodeURI({s}), escape({s})]"),
        19 => format!(
            "[decodeURIComponent({0}), decodeURI({0}), unescape({0})]",
            random.pick(&[
                "'%41%20'",
                "'%C3%A9'",
                "'%'",
                "'%u0041%e9'",
                "'%2F%3b'",
                "'%F0%9F%98%80'",
                "'%c3'",
                "'a%zz'"
            ])
        ),
        20 => format!(
            "[{s}.length, {s}[{i}], {s}.{}]",
            random.pick(&["link('\"')", "anchor('a')", "bold()", "at()", "valueOf()", "fontsize(3)"])
        ),
        _ => format!("JSON.stringify({s})"),
    }
}

fn numeral(random: &mut Random) -> String {
    let pieces = [
        "1", "0", "9", ".", "e", "-", "+", "x", "0x", "Infinity", "_", " ", "5", "e5", "E-3", "n", "0b1", "\\n",
        "\\u00a0",
    ];
    let text: String = (0..1 + random.below(5)).map(|_| random.pick(&pieces)).collect();
    format!("'{text}'")
}

fn of_number(random: &mut Random) -> String {
    let number = random.number();
    let number = if number.is_finite() { format!("({number:e})") } else { "(NaN)".to_owned() };
    match random.below(8) {
        0 => format!("{number}.toFixed({})", random.between(0, 30)),
        1 => format!("{number}.toPrecision({})", random.between(1, 40)),
        2 => format!("{number}.toExponential({})", random.pick(&["", "undefined", "0", "5", "20", "40"])),
        3 => format!(
            "(x => x % 1 === 0 || Math.abs(x) > 1e21 ? x.toString({}).slice(0, 14) : 0)({number})",
            random.between(2, 36)
        ),
        4 => format!(
            "{number}.{}({})",
            random.pick(&["toFixed", "toPrecision", "toExponential", "toString"]),
            random.pick(&["-1", "101", "1.9", "'3'", "NaN", "null", "Infinity", "undefined"])
        ),
        5 => format!(
            "[{number} ** 2 > 0, Math.max{number}, Math.hypot({number}, 0), Math.cbrt(8), Math.clz32{number}, Math.imul({number}, 3)]"
        ),
        6 => format!(
            "[Number.isSafeInteger{number}, Number.parseFloat(String{number}) === {number}, ~~{number}, {number} << 3, {number} >> 1, {number} & 255]"
        ),
        _ => format!(
            "[new Uint8Array([{number}])[0], new Int16Array([{number}])[0], new Uint8ClampedArray([{number}])[0], new Float32Array([{number}])[0], new Int32Array([{number}])[0]]"
        ),
    }
}

fn of_date(random: &mut Random) -> String {
    let at = random.between(-2_000_000_000_000, 3_500_000_000_000);
    let value = |random: &mut Random| {
        random.pick(&[
            "0",
            "1",
            "-1",
            "12",
            "31",
            "59",
            "99",
            "2020",
            "NaN",
            "undefined",
            "'5'",
            "1.9",
            "-400",
            "130",
            "null",
        ])
    };
    let setter = random.pick(&[
        "setDate",
        "setMonth",
        "setFullYear",
        "setHours",
        "setMinutes",
        "setSeconds",
        "setMilliseconds",
        "setUTCDate",
        "setUTCMonth",
        "setUTCFullYear",
        "setUTCHours",
        "setUTCMinutes",
        "setUTCSeconds",
        "setUTCMilliseconds",
        "setTime",
        "setYear",
    ]);
    let values: Vec<&str> = (0..random.below(5)).map(|_| value(random)).collect();
    let start = if random.one_in(6) { "NaN".to_owned() } else { at.to_string() };
    match random.below(4) {
        0 => format!("new Date({}).getTime()", values.join(", ")).replace("new Date().getTime()", "0"),
        1 => format!("Date.UTC({})", values.join(", ")),
        _ => format!("(d => [d.{setter}({}), d.getTime(), d.getDay()])(new Date({start}))", values.join(", ")),
    }
}

fn copied(random: &mut Random) -> String {
    let leaves = [
        "1",
        "'t'",
        "-0",
        "9n",
        "null",
        "undefined",
        "new Date(5)",
        "new Map([[1, { a: 1 }]])",
        "new Set([[1]])",
        "/a/gi",
        "[1, , 3]",
        "{ get a() { return 1; } }",
        "new Error('m')",
        "new TypeError('t')",
        "() => 1",
        "Symbol()",
        "new Uint8Array([1, 2])",
        "Object(1)",
        "Object('s')",
        "new (class K { x = 1; #y = 2; })",
        "Object.create({ inherited: 1 })",
        "Object.freeze([1])",
        "new Map([['m', new Map()]])",
    ];
    let (one, two) = (random.pick(&leaves), random.pick(&leaves));
    match random.below(4) {
        0 => format!("structuredClone({one})"),
        1 => format!(
            "(shared => {{ const copy = structuredClone([shared, shared, {two}]); return [copy, copy[0] === copy[1], copy[0] === shared]; }})({one})"
        ),
        2 => format!(
            "(o => {{ o.self = o; const copy = structuredClone(o); return [copy.self === copy, copy.one, Object.keys(copy)]; }})({{ one: {one} }})"
        ),
        _ => format!("structuredClone({{ a: {one}, b: [{two}] }})"),
    }
}

pub(crate) fn body(random: &mut Random) -> Vec<Node> {
    let kind = random.below(5);
    let expressions = (0..20).map(|_| match kind {
        0 => big(random),
        1 => of_text(random),
        2 => of_number(random),
        3 => of_date(random),
        _ => copied(random),
    });
    logged(expressions.collect::<Vec<_>>())
}
