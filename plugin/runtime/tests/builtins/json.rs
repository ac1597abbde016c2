//! `JSON`: texts to values and back.

use proptest::prelude::*;

use crate::{agree, all_agree, cases, on_a_big_stack, ours};

/// Values as a script writes them, with all special cases of `JSON.stringify`.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "null",
        "undefined",
        "true",
        "false",
        "0",
        "-0",
        "1.5",
        "-12",
        "1e21",
        "NaN",
        "Infinity",
        "''",
        "'a\\\"b\\\\'",
        "'\\u0000\\u001f\\b\\t\\n\\f\\r\\u007f\\u2028'",
        "'\\ud83d\\ude00'",
        "'\\ud83d'",
        "'\\ude00\\ud83d'",
        "'\\xe9'",
        "Symbol('s')",
        "() => 1",
        "new Number(3)",
        "new String('s')",
        "new Boolean(false)",
        "Object(1n)",
        "new Date(0)",
        "new Date(NaN)",
        "/x/g",
        "new Map([[1, 2]])",
        "new Error('e')",
        "new Uint8Array([1, 2])",
        "{ toJSON(key) { return note(key) } }",
        "{ toJSON: 5 }",
        "{ toJSON() { return undefined } }",
        "{ get x() { return note(1) } }",
        "JSON.rawJSON('1.00e9')",
        "Object.assign(() => 1, { toJSON: () => 'f' })",
        "Object.create({ inherited: 1 })",
        "Object.create(null)",
        "[, 1]",
        "Object.defineProperty({ a: 1 }, 'b', { value: 2 })",
        "Object.assign(new Number(3), { valueOf: () => 4 })",
        "Object.assign(new String('s'), { toString: () => note('t') })",
    ]);
    let leaf = prop_oneof![12 => leaf.prop_map(str::to_owned), 1 => Just("12n".to_owned())];
    leaf.prop_recursive(4, 24, 5, |inner| {
        let key = prop::sample::select(vec![
            "a", "b", "['1']", "['0']", "['-1']", "['\\u0416']", "['__proto__']", "['']", "[Symbol('k')]", "['\\ud83d']",
        ]);
        let members = prop::collection::vec((key, inner.clone()), 0..5);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(|items| format!("[{}]", items.join(","))),
            members.prop_map(|members| {
                let members: Vec<_> = members.iter().map(|(key, value)| format!("{key}: {value}")).collect();
                format!("({{ {} }})", members.join(","))
            }),
            inner.prop_map(|inner| format!(
                "new Proxy(Object({inner}), {{ ownKeys(t) {{ note('keys'); return Reflect.ownKeys(t) }}, get(t, k) {{ note(String(k)); return Reflect.get(t, k) }} }})"
            )),
        ]
    })
}

fn replacer() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "undefined",
        "null",
        "(key, value) => note(key, value)",
        "function (key, value) { note(this === Object(this), key); return typeof value === 'number' ? String(value) : value }",
        "(key, value) => key === 'a' ? undefined : value",
        "(key, value) => key === '' ? { a: value } : value",
        "['a', 'b', 1, 'a', new String('0'), new Number(1), {}, null]",
        "[]",
        "new Proxy(['a'], {})",
        "{}",
        "5",
    ])
}

fn space() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "undefined",
        "0",
        "1",
        "4",
        "20",
        "-1",
        "1.9",
        "''",
        "'--'",
        "'0123456789abc'",
        "'\\u0416'",
        "new Number(2)",
        "new String('x')",
        "true",
        "null",
        "Infinity",
        "{ valueOf() { throw 1 } }",
    ])
}

/// JSON texts and texts that are almost JSON.
fn document() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "null",
        "true",
        "false",
        "0",
        "-0",
        "-0.0",
        "1",
        "-1",
        "123456789",
        "1234567890",
        "-2147483648",
        "12.5",
        "1e5",
        "1E-7",
        "1.5e+3",
        "9007199254740993",
        "0.1",
        "1e-40",
        "123456789012345678901234567890",
        "\"\"",
        "\"a\"",
        "\"\\\\n\\\\u0041\\\\\\\"\\\\/\"",
        "\"\\u00e9\"",
        "\"\\u0416\\ud83d\\ude00\"",
        "\"\\\\ud83d\\\\ude00\"",
        "\"\\u2028\"",
        "\"\\u007f\"",
        "[]",
        "{}",
        "[ ]",
        "{ }",
    ]);
    leaf.prop_map(str::to_owned).prop_recursive(5, 40, 5, |inner| {
        let key = prop::sample::select(vec!["a", "b", "1", "0", "__proto__", "", "\\u0416", "\\\\u0061"]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(|items| format!("[{}]", items.join(" ,"))),
            prop::collection::vec((key, inner), 0..5).prop_map(|members| {
                let members: Vec<_> = members.iter().map(|(key, value)| format!("\"{key}\": {value}")).collect();
                format!("{{{}}}", members.join(",\\n"))
            }),
        ]
    })
}

fn reviver() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "undefined",
        "5",
        "function (key, value, context) { note(Array.isArray(this), key, value, context); return value }",
        "(key, value) => typeof value === 'number' ? value + 1 : value",
        "(key, value) => key === 'a' || key === '0' ? undefined : value",
        "(key, value) => { if (key === 'b') throw new RangeError(); return value }",
        "function (key, value) { if (key === 'a') this.b = 'changed'; if (key === '0') this.length = 1; return value }",
        "function (key, value) { if (key === 'a') Object.freeze(this); return typeof value === 'number' ? 1 : value }",
        "(key, value) => Array.isArray(value) ? Object.assign({}, value) : value",
    ])
}

/// Cuts a text, or inserts text into it.
fn damage() -> impl Strategy<Value = (prop::sample::Index, &'static str)> {
    let signs = vec!["", "x", "\\\"", "[", "]", "}", ",", ":", "0", "-", ".", " ", "\\n", "\\u00a0", "\\u0416", "\\\\"];
    (any::<prop::sample::Index>(), prop::sample::select(signs))
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn values_are_written_as_in_the_engine(
        value in expression(), replacer in replacer(), space in space()
    ) {
        agree(&format!("JSON.stringify({value})"))?;
        agree(&format!("JSON.stringify({value}, {replacer}, {space})"))?;
    }

    #[test]
    fn texts_are_read_as_in_the_engine(document in document(), reviver in reviver()) {
        // One-byte texts stay one-byte; two-byte ones come from an appended character that is removed again.
        let text = format!("'{document}'");
        agree(&format!("JSON.parse({text})"))?;
        agree(&format!("JSON.parse(('\\u0416' + {text}).slice(1))"))?;
        agree(&format!("JSON.parse({text}, {reviver})"))?;
    }

    #[test]
    fn invalid_json_is_refused_as_in_the_engine(document in document(), (at, sign) in damage()) {
        // Lone surrogates are valid JSON, but the engine refuses them.
        prop_assume!(!document.contains("ud83d"));
        // A position in the text itself, not in its escapes in the script.
        let places: Vec<usize> = document.char_indices().map(|(place, _)| place).filter(|place| {
            !document[..*place].ends_with('\\') && !document[place.saturating_sub(5)..*place].contains('\\')
        }).collect();
        let place = places[at.index(places.len())];
        let stays = if sign.is_empty() { document[place..].chars().next().map_or(0, char::len_utf8) } else { 0 };
        prop_assume!(!document[place..].starts_with('\\') || stays == 0);
        let text = format!("{}{sign}{}", &document[..place], &document[place + stays..]);
        agree(&format!("JSON.parse('{text}')"))?;
    }
}

#[test]
fn unusual_arguments_work_as_in_the_engine() {
    all_agree(&[
        "JSON.parse()",
        "JSON.parse(null)",
        "JSON.parse(undefined)",
        "JSON.parse(12)",
        "JSON.parse({ toString: () => note('[1]') })",
        "JSON.parse(Symbol())",
        "JSON.parse('')",
        "JSON.parse('\\ufeff1')",
        "JSON.parse('1 1')",
        "JSON.parse('01')",
        "JSON.parse('+1')",
        "JSON.parse('1.')",
        "JSON.parse('.5')",
        "JSON.parse('1e')",
        "JSON.parse('- 1')",
        "JSON.parse('tru')",
        "JSON.parse('nulll')",
        "JSON.parse('[1,]')",
        "JSON.parse('{\"a\":1,}')",
        "JSON.parse(\"{'a':1}\")",
        "JSON.parse('{a:1}')",
        "JSON.parse('\"\\\\x41\"')",
        "JSON.parse('\"\\\\u004\"')",
        "JSON.parse('\"\\t\"')",
        "JSON.parse('{\"a\":1,\"b\":2,\"a\":3}')",
        "JSON.parse('{\"b\":1,\"2\":2,\"a\":3,\"1\":4}')",
        "Object.getPrototypeOf(JSON.parse('{\"__proto__\":[]}')) === Object.prototype",
        "JSON.parse('{\"a\":{\"__proto__\":[1]}}')",
        "JSON.parse('[1, 2]', new Proxy(function (key, value) { return value }, {}))",
        "JSON.stringify()",
        "JSON.stringify(undefined)",
        "JSON.stringify(Symbol())",
        "JSON.stringify(1n)",
        "JSON.stringify({ a: 1n })",
        "(o => { o.o = o; return JSON.stringify(o) })({})",
        "(a => { a[0] = [a]; return JSON.stringify(a) })([])",
        "(shared => JSON.stringify([shared, shared]))({ a: 1 })",
        "JSON.stringify({ a: [{}, [], { b: [1, { c: 2 }] }] }, null, 2)",
        "JSON.stringify({ a: 1, get b() { throw new RangeError() } })",
        "JSON.stringify(new Proxy({}, { ownKeys() { throw new RangeError() } }))",
        "JSON.stringify(new Proxy([1, 2], { get(t, k) { note(String(k)); return t[k] } }))",
        "JSON.stringify({ a: 1, b: 2 }, new Proxy(['b', 'a'], { get(t, k) { note(String(k)); return t[k] } }))",
        "(p => { p.revoke(); return JSON.stringify(p.proxy) })(Proxy.revocable([], {}))",
        "JSON.stringify({ key: 'value' }, (key, value) => key ? undefined : value)",
        "JSON.stringify([undefined, () => 1, Symbol()])",
        "JSON.stringify('\\u2028\\u2029')",
        "JSON.rawJSON('1')",
        "JSON.rawJSON('\"x\"')",
        "JSON.rawJSON('{}')",
        "JSON.rawJSON('[]')",
        "JSON.rawJSON('')",
        "JSON.rawJSON(' 1')",
        "JSON.rawJSON('1\\n')",
        "JSON.rawJSON('x')",
        "JSON.rawJSON(undefined)",
        "JSON.rawJSON(Symbol())",
        "Object.isFrozen(JSON.rawJSON('1'))",
        "JSON.isRawJSON(JSON.rawJSON('1'))",
        "JSON.isRawJSON({ rawJSON: '1' })",
        "JSON.isRawJSON()",
        "JSON.stringify({ a: JSON.rawJSON('1.000') })",
    ]);
}

#[test]
fn errors_of_the_engine_are_not_reproduced() {
    for (script, outcome) in [
        ("JSON.parse('\"\\\\ud83d\"').charCodeAt(0).toString(16)", "d83d"),
        ("JSON.parse('\"\\ude00x\"').length", "2"),
        ("JSON.parse('1e400')", "Infinity"),
        ("JSON.parse('-1e400')", "-Infinity"),
        ("JSON.stringify(JSON.parse('\"\\\\ud83d\\\\ud83d\\\\ude00\"'))", "\"\\ud83d😀\""),
        // A value that the reviver replaced has no text, even if it looks the same.
        (
            "JSON.parse('[[1], 2]', function (k, v, { source }) { if (k === '0' && this.length === 2) this[1] = [2]; return source ?? v }).join('|')",
            "1|2",
        ),
    ] {
        assert_eq!(ours(&format!("String({script})")), outcome, "{script}");
    }
}

#[test]
fn too_deep_nesting_throws_a_catchable_error() {
    on_a_big_stack(nesting_is_bounded);
}

fn nesting_is_bounded() {
    for script in [
        "JSON.parse('['.repeat(20000))",
        "JSON.parse('{\"a\":'.repeat(20000) + '1' + '}'.repeat(20000))",
        "(() => { let value = []; for (let i = 0; i < 20000; i++) value = [value]; return JSON.stringify(value) })()",
        "(() => { const o = {}; o.toJSON = JSON.stringify.bind(null, [o]); return JSON.stringify(o) })()",
        "JSON.parse('[0, 1]', function (key, value) { if (key === '0') this[1] = this; return value })",
    ] {
        let seen = ours(&format!("try {{ {script} }} catch (error) {{ error.constructor.name }}"));
        assert_eq!(seen, "RangeError", "{script}");
    }
    let deep = "JSON.stringify(JSON.parse('['.repeat(5000) + ']'.repeat(5000))).length";
    assert_eq!(ours(deep), "10000");
    assert_eq!(
        ours("try { JSON.parse('[1, x]') } catch (error) { error.message }"),
        "JSON.parse: unexpected `x` at line 1, column 5"
    );
}
