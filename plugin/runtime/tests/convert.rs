//! JSON that is read into the engine and written again stays the same.

use boa_engine::{Context, JsValue};
use iota_scripts_runtime::convert::{Bounds, Unserializable, from_json, to_json};
use proptest::prelude::*;
use serde_json::{Number, Value};

const BOUNDS: Bounds = Bounds { bytes: 1 << 20, depth: 64 };

fn round_trip(text: &str, bounds: Bounds) -> Result<String, Unserializable> {
    let mut context = Context::default();
    let value: JsValue = from_json(text, &mut context).expect("the text is JSON");
    Ok(to_json(&value, bounds, &mut context)?.expect("JSON has no undefined").get().to_owned())
}

/// Keys in the order that JavaScript objects keep; array indexes would come first, so they are excluded.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        (-(1_i64 << 53)..(1 << 53)).prop_map(Value::from),
        any::<f64>()
            .prop_filter_map("numbers of JSON", |number| Number::from_f64(number).filter(|_| number.fract() != 0.0))
            .prop_map(Value::Number),
        ".{0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::vec(("[^0-9].{0,8}", inner), 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn json_round_trips(value in json()) {
        let back = round_trip(&value.to_string(), BOUNDS).expect("it is within the bounds");
        let back: Value = serde_json::from_str(&back).expect("JSON");
        prop_assert_eq!(back, value);
    }
}

#[test]
fn bounds_are_enforced() {
    let deep = format!("{}{}", "[".repeat(65), "]".repeat(65));
    assert!(matches!(round_trip(&deep, BOUNDS), Err(Unserializable::TooDeep { limit: 64, .. })));
    assert!(round_trip(&deep[1..129], BOUNDS).is_ok());
    let long = format!("[{}0]", "0,".repeat(100));
    let bounds = Bounds { bytes: 100, depth: 64 };
    assert!(matches!(round_trip(&long, bounds), Err(Unserializable::TooLarge { limit: 100 })));
}

#[test]
fn invalid_json_is_refused() {
    for text in ["", "{", "[1,]", "undefined", "1 2", &"[".repeat(1000)] {
        assert!(from_json(text, &mut Context::default()).is_err(), "{text}");
    }
}

/// Objects that a fast path could read incorrectly; the engine's `JSON.stringify` is the reference.
const OBJECTS: &[&str] = &[
    "(() => { const o = {a: {toJSON() { delete o.b; o.c = 9; o.d = 1; return 1 }}, b: 2, c: 3}; return o })()",
    "(() => { const o = {a: {get x() { o.b = [7]; return o.n = 1 }}, b: 2, n: 3}; return {o, after: o} })()",
    "(() => { const o = {a: [1], b: 2}; Object.defineProperty(o.a, 0, {get() { delete o.b; return 5 }}); return o })()",
    "(() => { class P { toJSON() { return 'p' } } class Q { x = 1 } return {p: new P, q: new Q, n: Object.create(null)} })()",
    "(() => { class N extends Number { valueOf() { return 9 } } class S extends String { toString() { return 'own' } } return {n: new N(5), s: new S('x'), o: Object.setPrototypeOf(new Number(5), Object.prototype), b: new Boolean(false)} })()",
    "(() => { const o = Object.create({toJSON: () => 'inherited'}); o.a = 1; return {o} })()",
    "(() => { const o = {a: 1, b: 2, c: 3}; delete o.b; o.b = 4; return o })()",
    "({toJSON: 1, a: undefined, b: () => 1, c: Symbol('c'), [Symbol('d')]: 1, 2: 'two', 1: 'one', ['__proto__']: 0})",
    "Object.defineProperty({a: 1, b: 2}, 'a', {enumerable: false})",
    "Object.freeze({a: Object.freeze([1]), b: {c: new Date(0), d: new Number(3), e: new String('é'), f: 'я\\u2028\"\\\\\\n\\ud83d\\ude00'}})",
];

#[test]
fn objects_convert_as_in_json_stringify() {
    for object in OBJECTS {
        let mut context = Context::default();
        let mut evaluate = |code: &str| context.eval(boa_engine::Source::from_bytes(code)).expect(code);
        let expected = evaluate(&format!("JSON.stringify({object})"));
        let value = evaluate(object);
        let read = to_json(&value, BOUNDS, &mut context).expect(object).expect("a value");
        assert_eq!(read.get(), expected.as_string().expect("a text").to_std_string_escaped(), "{object}");
    }
}
