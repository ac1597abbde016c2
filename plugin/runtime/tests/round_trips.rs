//! Checks round trips of the API: a value that one function encodes, another decodes unchanged.

#[path = "isolation/runs.rs"]
mod runs;

use proptest::{
    prelude::*,
    test_runner::{Config, TestCaseError, TestRunner},
};
use runs::{Runs, on_a_big_stack};
use serde_json::{Value, json};

const CASES: u32 = 200;

/// Runs a script with generated inputs; it must return true for each.
fn holds_for<T: std::fmt::Debug>(body: &str, inputs: impl Strategy<Value = T>, json: impl Fn(&T) -> Value) {
    let mut runner = TestRunner::new(Config { cases: CASES, failure_persistence: None, ..Config::default() });
    let runs = std::cell::RefCell::new(Runs::default());
    let outcome = runner.run(&inputs, |input| {
        let source = format!("const INPUT = {};\nfunction main() {{ {body} }}", json(&input));
        let outcome = runs.borrow_mut().run(&source);
        let expected = !outcome.failed && !outcome.tainted && outcome.result == "true";
        if expected { Ok(()) } else { Err(TestCaseError::fail(format!("{outcome:?}"))) }
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![".{0,40}", "[ -~]{0,40}", "[a-c,;\"\r\n\t ]{0,20}"]
}

#[test]
fn base64_preserves_text_and_bytes() {
    on_a_big_stack(|| {
        let body = "const { encode, decode } = utils.base64; \
            return [{}, { urlSafe: true }].every(as => decode(encode(INPUT, as)) === INPUT && !/[+/=]/.test(encode(INPUT, { urlSafe: true })));";
        holds_for(body, text(), |text| json!(text));
        let body = "const bytes = new Uint8Array(INPUT); const binary = String.fromCharCode(...bytes); \
            return String(utils.base64.decode(utils.base64.encode(bytes), { as: 'bytes' })) === String(bytes) && atob(btoa(binary)) === binary \
                && btoa(binary) === utils.base64.encode(bytes);";
        holds_for(body, prop::collection::vec(any::<u8>(), 0..60), |bytes| json!(bytes));
    });
}

#[test]
fn utf_8_preserves_text_in_any_chunks() {
    on_a_big_stack(|| {
        let body = "const bytes = new TextEncoder().encode(INPUT[0]), decoder = new TextDecoder('utf-8', { ignoreBOM: true }); \
            const at = INPUT[1] % (bytes.length + 1); \
            return decoder.decode(bytes.subarray(0, at), { stream: true }) + decoder.decode(bytes.subarray(at)) === INPUT[0];";
        holds_for(body, (text(), 0_u32..200), |(text, at)| json!([text, at]));
    });
}

#[test]
fn csv_preserves_tables() {
    on_a_big_stack(|| {
        let body = "const rows = INPUT[0].map(([a, b]) => ({ a, b })), [separator, newline, quoteAll] = INPUT[1]; \
            const text = utils.csv.stringify(rows, { separator, newline, quoteAll }); \
            return JSON.stringify(utils.csv.parse(text, { separator })) === JSON.stringify(rows);";
        let rows = prop::collection::vec((text(), text()), 1..8);
        let style =
            (prop::sample::select(vec![",", ";", "\t", "|"]), prop::sample::select(vec!["\n", "\r\n"]), any::<bool>());
        holds_for(body, (rows, style), |(rows, style)| json!([rows, style]));
    });
}

#[test]
fn csv_and_base64_errors_start_with_their_name() {
    on_a_big_stack(|| {
        let body = "for (const read of [() => utils.csv.parse(INPUT), () => utils.csv.parse(INPUT, { header: false }), () => utils.base64.decode(INPUT), () => atob(INPUT)]) { \
                try { read() } catch (error) { if (!/^(utils|atob)/.test(error.message)) return error.message } \
            } return true;";
        holds_for(body, text(), |text| json!(text));
    });
}

#[test]
fn urls_preserve_their_parameters() {
    on_a_big_stack(|| {
        let body = "const params = new URLSearchParams(INPUT), url = new URL('https://a.example/p?q#h'); \
            for (const [name, value] of INPUT) url.searchParams.append(name, value); url.searchParams.delete('q', ''); \
            const same = pairs => JSON.stringify([...pairs]) === JSON.stringify(INPUT.filter(([name, value]) => name !== 'q' || value !== '')); \
            return JSON.stringify([...new URLSearchParams(String(params))]) === JSON.stringify(INPUT) && same(url.searchParams) \
                && same(new URL(url.href).searchParams) && new URL(url.href).href === url.href;";
        holds_for(body, prop::collection::vec((text(), text()), 0..6), |pairs| json!(pairs));
    });
}

#[test]
fn clones_equal_their_originals() {
    on_a_big_stack(|| {
        let value = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            text().prop_map(Value::from)
        ];
        let value = value.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec((text(), inner), 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        });
        let body = "const copy = structuredClone(INPUT); \
            return JSON.stringify(copy) === JSON.stringify(INPUT) && (Object(INPUT) !== INPUT || copy !== INPUT);";
        holds_for(body, value, Value::clone);
    });
}
