//! Methods that move the elements of arrays, and `join`.

use proptest::prelude::*;

use crate::{agree, all_agree, cases, on_a_big_stack, ours};

fn element() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "1",
        "2",
        "-0",
        "1.5",
        "NaN",
        "'a'",
        "'\\u0416'",
        "null",
        "undefined",
        "[1, [2]]",
        "{}",
        "true",
    ])
}

/// Arrays with all kinds of storage, some with holes or other special cases.
fn array() -> impl Strategy<Value = String> {
    let elements = prop::collection::vec(element(), 0..8).prop_map(|elements| format!("[{}]", elements.join(", ")));
    let unusual = prop::sample::select(vec![
        "ARRAY",
        "ARRAY",
        "ARRAY",
        "Object.assign(ARRAY, { own: 1 })",
        "(a => { delete a[1]; return a })(ARRAY)",
        "(a => { a.length += 2; return a })(ARRAY)",
        "(a => { a[a.length + 1] = 9; return a })(ARRAY)",
        "Object.freeze(ARRAY)",
        "Object.seal(ARRAY)",
        "Object.preventExtensions(ARRAY)",
        "Object.defineProperty(ARRAY, 'length', { writable: false })",
        "Object.defineProperty(ARRAY, 0, { get: () => note(7), configurable: true })",
        "(class extends Array {}).from(ARRAY)",
        "Object.setPrototypeOf(ARRAY, null)",
        "Object.assign(ARRAY, { constructor: { [Symbol.species]: function (n) { return note({ n }) } } })",
        "new Proxy(ARRAY, { set(t, k, v) { note(k); t[k] = v; return true } })",
    ]);
    (elements, unusual).prop_map(|(elements, unusual)| unusual.replace("ARRAY", &elements))
}

fn number() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "0",
        "1",
        "2",
        "5",
        "-1",
        "-3",
        "100",
        "-100",
        "1.9",
        "NaN",
        "Infinity",
        "-Infinity",
        "undefined",
        "'1'",
        "null",
        "{ valueOf() { return note(1) } }",
        "{ valueOf() { throw note(1) } }",
    ])
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn elements_move_as_in_the_engine(
        array in array(), start in number(), count in number(), items in prop::collection::vec(element(), 0..4)
    ) {
        let items = items.join(", ");
        for call in [
            format!("unshift({items})"), "splice()".to_owned(), format!("splice({start})"), format!("splice({start}, {count})"),
            format!("splice({start}, {count}, {items})"), format!("join({start})"), "join()".to_owned(),
        ] {
            let method = call.split('(').next().unwrap_or_default();
            let args = call[method.len() + 1..].trim_end_matches(')');
            let args = if call.ends_with("})") { &call[method.len() + 1..call.len() - 1] } else { args };
            let comma = if args.is_empty() { "" } else { ", " };
            agree(&format!("(a => [Array.prototype.{method}.call(a{comma}{args}), a])({array})"))?;
        }
    }
}

#[test]
fn other_objects_work_as_in_the_engine() {
    all_agree(&[
        "(o => [Array.prototype.unshift.call(o, 1), o])({ length: 1, 0: 'a' })",
        "(o => [Array.prototype.splice.call(o, 0, 1, 'x', 'y'), o])({ length: 2, 0: 'a', 1: 'b' })",
        "Array.prototype.unshift.call({ length: 2 ** 53 - 1 }, 1)",
        "Array.prototype.join.call({ length: 3, 1: 'b' }, '-')",
        "Array.prototype.join.call('abc')",
        "Array.prototype.join.call({ length: -5 })",
        "[Symbol()].join()",
        "[1, { toString: () => note('x') }, { toString() { throw new RangeError() } }].join()",
        "((...a) => a.splice(1, 1, 'x', 'y').concat(a))(1, 2, 3)",
        "(function () { return Array.prototype.splice.call(arguments, 0, 1) })(1, 2)",
        "(a => { a.splice(0, 2); a.push(1); a.unshift(2); return a })([1, 2, 3])",
        "(a => { for (let i = 0; i < 50; i++) { a.unshift(i); a.splice(i / 2, i % 3, 'x') } return a })([])",
        "[1, [2, [3, [4]]], 5].join(';')",
        "String([1, [2, []], null, undefined])",
    ]);
}

#[test]
fn an_array_in_itself_joins_as_an_empty_string() {
    for (script, outcome) in [
        ("(a => { a.push(a, 2); return a.join() })([1])", "1,,2"),
        ("(a => { const b = [a, 3]; a.push(b); return a.join() })([1])", "1,,3"),
        ("(a => [a, a].join('|'))([1, 2])", "1,2|1,2"),
    ] {
        assert_eq!(ours(&format!("String({script})")), outcome, "{script}");
    }
    on_a_big_stack(|| {
        let nested = |depth: u32| {
            format!(
                "try {{ let a = []; for (let i = 0; i < {depth}; i++) a = [a]; a.join() + 'joined' }} \
                 catch (error) {{ error.constructor.name }}"
            )
        };
        assert_eq!(ours(&nested(9_000)), "joined");
        assert_eq!(ours(&nested(20_000)), "RangeError");
    });
    assert_eq!(ours("try { new Array(2 ** 31).join('ab') } catch (error) { error.constructor.name }"), "RangeError");
}
