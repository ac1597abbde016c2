//! String methods whose patterns are strings.

use proptest::prelude::*;

use crate::{agree, all_agree, cases, ours, text};

/// Positions, counts and limits, as numbers and as other values that scripts pass.
fn number() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "undefined",
        "0",
        "1",
        "2",
        "3",
        "5",
        "8",
        "-1",
        "-2",
        "2.9",
        "NaN",
        "Infinity",
        "-Infinity",
        "'2'",
        "null",
        "true",
        "4294967297",
        "{ valueOf() { return note(2) } }",
        "{ valueOf() { throw note(1) } }",
        "Symbol()",
        "2n",
    ])
}

/// Replacements: texts with many dollar signs, functions, and values that convert to text.
fn replacement() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "$", "$$", "$&", "$`", "$'", "$1", "$0", "$01", "$<", "$<a>", "x", "\\u0416", "é", "\\ud83d", "2", "",
    ]);
    let template = prop::collection::vec(part, 0..5).prop_map(|parts| format!("\"{}\"", parts.concat()));
    let other = prop::sample::select(vec![
        "(...all) => note(...all)",
        "(matched, at) => matched + at",
        "() => { throw new RangeError() }",
        "() => undefined",
        "() => '$&'",
        "undefined",
        "null",
        "12",
        "{ toString() { return note('$&') } }",
        "Symbol()",
    ]);
    prop_oneof![3 => template, 1 => other.prop_map(str::to_owned)]
}

fn pattern() -> impl Strategy<Value = String> {
    let other = prop::sample::select(vec![
        "undefined",
        "null",
        "1",
        "/a/",
        "/a/g",
        "/(a)|(?<a>b)/g",
        "{ toString() { return note('a') } }",
        "{ [Symbol.split](...all) { return note('split', ...all) } }",
        "{ [Symbol.replace](...all) { return note('replace', ...all) } }",
        "{ [Symbol.replace]: 1, [Symbol.split]: 1 }",
        "{ [Symbol.replace]: null, [Symbol.split]: undefined, toString() { return 'a' } }",
        "{ [Symbol.match]: true, flags: 'y', toString() { return 'a' } }",
        "{ [Symbol.match]: true, flags: 'g', toString() { return 'a' } }",
        "{ [Symbol.match]: true, flags: null }",
        "Symbol()",
    ]);
    prop_oneof![5 => text(3), 1 => other.prop_map(str::to_owned)]
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn strings_are_found_as_in_the_engine(string in text(12), pattern in pattern(), from in number()) {
        agree(&format!("{string}.indexOf({pattern}, {from})"))?;
        agree(&format!("{string}.lastIndexOf({pattern}, {from})"))?;
        agree(&format!("{string}.includes({pattern}, {from})"))?;
    }

    #[test]
    fn strings_are_split_as_in_the_engine(string in text(12), pattern in pattern(), limit in number()) {
        agree(&format!("{string}.split({pattern})"))?;
        agree(&format!("{string}.split({pattern}, {limit})"))?;
    }

    #[test]
    fn strings_are_replaced_as_in_the_engine(
        string in text(12), pattern in pattern(), replacement in replacement()
    ) {
        // The engine keeps an unclosed `$<` and the text after it if the pattern has names; see below.
        let is_open = replacement.rfind("$<").is_some_and(|at| !replacement[at..].contains('>'));
        prop_assume!(!is_open || !pattern.contains("(?<"));
        agree(&format!("{string}.replace({pattern}, {replacement})"))?;
        agree(&format!("{string}.replaceAll({pattern}, {replacement})"))?;
    }

    #[test]
    fn strings_are_repeated_and_padded_as_in_the_engine(string in text(4), filler in pattern(), times in number()) {
        prop_assume!(times != "4294967297" || !string.contains('"'));
        agree(&format!("{string}.repeat({times})"))?;
        agree(&format!("{string}.padStart({times}, {filler})"))?;
        agree(&format!("{string}.padEnd({times}, {filler})"))?;
        agree(&format!("{string}.padEnd(3 * {times})"))?;
    }
}

/// ECMAScript, GetSubstitution: without a `>`, only the `$<` itself is literal.
#[test]
fn an_unclosed_group_name_is_literal() {
    assert_eq!(ours("'a'.replace(/(a)|(?<a>b)/g, '$<$$') + 'ab'.replace(/(?<a>b)/, '$<$&')"), "$<$a$<b");
}

#[test]
fn strings_are_escaped_as_in_the_engine() {
    all_agree(&[
        "escape()",
        "escape(null)",
        "escape(Symbol())",
        "escape({ toString: () => note('a b') })",
        "escape('\\u0000\\t az AZ 09 @*_+-./ ~!#$%^&()=[]{};:,<>? \\x7f\\x80\\xff\\u0100\\u0416\\ud83d\\ude00')",
        "unescape(escape('\\xe9\\u0416'))",
    ]);
}

#[test]
fn arguments_are_converted_to_strings() {
    let calls = [
        "indexOf.call(THIS, 1)",
        "lastIndexOf.call(THIS, 1)",
        "includes.call(THIS, 1)",
        "split.call(THIS, 1)",
        "replace.call(THIS, 1, 2)",
        "replaceAll.call(THIS, 1, 2)",
        "repeat.call(THIS, 2)",
        "padStart.call(THIS, 9)",
        "padEnd.call(THIS, 9)",
    ];
    for this in ["undefined", "null", "1213", "true", "[1, 2]", "{ toString: () => note('151') }", "Symbol()", "1n"] {
        for call in calls {
            all_agree(&[&format!("String.prototype.{}", call.replace("THIS", this))]);
        }
    }
}

#[test]
fn uniform_strings_are_searched_in_linear_time() {
    for wide in ["", ".replaceAll('a', '\\u0416')"] {
        all_agree(&[
            &format!("'a'.repeat(3000){wide}.indexOf(('a'.repeat(200) + 'b'){wide})"),
            &format!("('a'.repeat(300) + 'b' + 'a'.repeat(900)){wide}.indexOf(('a'.repeat(200) + 'ba'){wide})"),
            &format!("('a'.repeat(900) + 'ba' + 'a'.repeat(300)){wide}.lastIndexOf(('ab' + 'a'.repeat(200)){wide})"),
            &format!("('abab'.repeat(90)){wide}.split(('baba'){wide}).length"),
        ]);
    }
}

#[test]
fn too_long_strings_throw_a_catchable_error() {
    for script in [
        "'ab'.repeat(2 ** 28)",
        "'a'.padStart(2 ** 30)",
        "'a'.padEnd(2 ** 53)",
        "'a'.repeat(2 ** 20).replaceAll('a', 'b'.repeat(2 ** 10))",
    ] {
        assert_eq!(ours(&format!("try {{ {script} }} catch (error) {{ error.constructor.name }}")), "RangeError");
    }
    assert_eq!(ours("''.repeat(2 ** 53 - 1)"), "");
}
