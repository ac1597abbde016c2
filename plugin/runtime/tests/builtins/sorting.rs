//! Sorting: the engine's order for consistent comparators, and any order for inconsistent ones.

use proptest::prelude::*;

use crate::{agree, all_agree, cases, ours};

fn values() -> impl Strategy<Value = String> {
    let value = prop::sample::select(vec![
        "1",
        "2",
        "10",
        "-1",
        "0",
        "-0",
        "NaN",
        "Infinity",
        "undefined",
        "null",
        "'a'",
        "'b'",
        "'ab'",
        "'\\u0416'",
        "'\\ud83d'",
        "''",
        "true",
        "3n",
        "[2]",
        "{ toString: () => 'o' }",
        "",
    ]);
    prop::collection::vec(value, 0..40).prop_map(|values| format!("[{},]", values.join(",")).replace("[,]", "[]"))
}

fn numbers() -> impl Strategy<Value = String> {
    let number = prop::sample::select(vec!["1.5", "2.5", "-1.5", "-0", "NaN", "Infinity", "-Infinity", "0.5"]);
    prop::collection::vec(number, 0..30).prop_map(|values| values.join(","))
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn values_sort_as_in_the_engine(values in values()) {
        for order in ["", "undefined", "(a, b) => String(a).length - String(b).length", "() => 0", "() => NaN"] {
            agree(&format!("{values}.sort({order})"))?;
            agree(&format!("{values}.toSorted({order})"))?;
        }
    }

    #[test]
    fn floats_sort_as_in_the_engine(numbers in numbers()) {
        agree(&format!("[...new Float64Array([{numbers}]).sort()]"))?;
        agree(&format!("[...new Float32Array([{numbers}]).toSorted()]"))?;
    }

    #[test]
    fn inconsistent_comparators_are_accepted(
        answers in prop::collection::vec(prop::sample::select(vec!["-1", "0", "1", "NaN", "true", "false", "'x'"]), 1..50),
        length in 0..300_u32,
    ) {
        let answers = answers.join(",");
        let comparator = format!("() => [{answers}][asked++ % [{answers}].length]");
        for array in ["Array.from({ length: LENGTH }, (_, i) => i)", "Uint16Array.from({ length: LENGTH }, (_, i) => i)"] {
            let array = array.replace("LENGTH", &length.to_string());
            for method in ["sort", "toSorted"] {
                let there = ours(&format!(
                    "{{ let asked = 0; const sorted = {array}.{method}({comparator}); [...new Set(sorted)].length }}"
                ));
                prop_assert_eq!(there, length.to_string());
            }
        }
    }
}

#[test]
fn unusual_arrays_sort_as_in_the_engine() {
    all_agree(&[
        "[3, , 1, , undefined, 2].sort()",
        "[3, , 1, , undefined, 2].toSorted()",
        "[5, 1, 4].sort(null)",
        "[5, 1, 4].sort({})",
        "[5, 1, 4].toSorted('x')",
        "[Symbol()].sort()",
        "[Symbol(), 1].sort()",
        "[3, 1, 2].sort((a, b) => { throw new RangeError() })",
        "[3, 1, 2].sort(() => Symbol())",
        "[3, 1, 2].sort((a, b) => ({ valueOf: () => a - b }))",
        "[3, 1, 2].sort((a, b) => String(a - b))",
        "Object.freeze([3, 1, 2]).sort()",
        "Object.freeze([3, 1, 2]).toSorted()",
        "Object.freeze([1]).sort()",
        "Array.prototype.sort.call({ length: 3, 0: 'b', 2: 'a' })",
        "Array.prototype.toSorted.call({ length: 3, 0: 'b', 2: 'a' })",
        "Array.prototype.toSorted.call({ length: 2 ** 32 })",
        "Array.prototype.sort.call({ length: -1, 0: 1 })",
        "Array.prototype.sort.call('ab')",
        "Array.prototype.sort.call(5)",
        "(class Sub extends Array {}).from([2, 1]).sort()",
        "(class Sub extends Array {}).from([2, 1]).toSorted()",
        "((array) => array.sort((a, b) => { array.length = 0; array.push(9); return a - b }))([4, 3, 2, 1])",
        "new Proxy([3, 1, , 2], { has(t, k) { note('has', k); return k in t }, get(t, k) { note('get', k); return t[k] }, set(t, k, v) { note('set', k, v); t[k] = v; return true }, deleteProperty(t, k) { note('delete', k); return delete t[k] } }).sort() && 1",
        "Object.defineProperty([3, 1, 2], 1, { get: () => note(7), set: v => note('set', v), configurable: true, enumerable: true }).sort()",
        "[...new BigInt64Array([3n, -1n, 2n]).sort()]",
        "[...new BigInt64Array([3n, -1n, 2n]).toSorted()]",
        "new Int8Array([3, 1, 2]).sort()",
        "new Int8Array([3, 1, 2]).toSorted((a, b) => b - a)",
        "new Int8Array([3, 1, 2]).sort(5)",
        "new (class extends Int8Array {})([3, 1, 2]).toSorted()",
        "Int8Array.prototype.sort.call([2, 1])",
        "Int8Array.prototype.sort.call(1)",
        "Int8Array.prototype.toSorted.call({})",
        "((array) => { array.buffer.transfer(); return array.sort() })(new Int8Array([2, 1]))",
        "((array) => { array.buffer.transfer(); return array.toSorted() })(new Int8Array([2, 1]))",
        "Object.defineProperty(new Int8Array([3, 1, 2]), 'length', { value: 1 }).sort()",
    ]);
}

#[test]
fn comparators_that_return_booleans_sort() {
    assert_eq!(ours("Array.from({ length: 100 }, (_, i) => (i * 37) % 100).sort((a, b) => a > b).join()"), {
        (0..100).map(|number| number.to_string()).collect::<Vec<_>>().join(",")
    });
    assert_eq!(ours("[...new Int8Array([2, 1, 2, 1]).sort((a, b) => 0)].join()"), "2,1,2,1");
    assert_eq!(ours("[...new Float64Array([2, 0.5, 1]).sort()].join()"), "0.5,1,2");
}
