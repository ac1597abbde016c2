//! Iteration that is left early or changes the collection: patterns in loop heads, generators, async loops, maps, sets,
//! arrays with holes, and array-likes whose length changes.

use super::logged;
use crate::{program::Node, random::Random};

/// Returns whether the program awaits, and its statements.
pub(crate) fn body(random: &mut Random) -> (bool, Vec<Node>) {
    match random.below(4) {
        0 => (true, asynchronous(random)),
        1 => (false, labelled(random)),
        2 => (false, generators(random)),
        _ => (false, changing(random)),
    }
}

const HEADS: [&str; 12] = [
    "[x, y = 'none']",
    "[x, [y] = [0]]",
    "[x, ...y]",
    "{ x, y = x }",
    "{ x, ...y }",
    "{ length: x, 0: y }",
    "[x = log('default'), y]",
    "{ [log('key', 'x')]: x, y }",
    "[, x, y]",
    "[x, { y = 1 } = {}]",
    "{ x: { y = 2 } = {}, x }",
    "[]",
];
const LISTS: [&str; 9] = [
    "[[1, 2], [3], [], [4, [5], 6]]",
    "[{ x: 1, y: 2, z: 3 }, { x: 4 }, 'text', { x: { y: 5 } }]",
    "new Map([[1, 'a'], [2, 'b'], [3, 'c']])",
    "[iter('inner', 3), iter('second', 1), [7, 8]]",
    "iter('outer', 2)",
    "['ab', 'c', '']",
    "[[1, , 3], [, 2], [undefined, null]]",
    "Object.entries({ p: 1, q: [2] })",
    "[gen('g', 3), gen('h', 1), null]",
];

fn jump(random: &mut Random, labels: &[&str]) -> String {
    let label = random.pick(labels);
    match random.below(8) {
        0 => "break;".to_owned(),
        1 => "continue;".to_owned(),
        2 => format!("break {label};"),
        3 => format!("continue {label};"),
        4 => "return [x, y];".to_owned(),
        5 => "throw 'thrown';".to_owned(),
        _ => "log('on', x);".to_owned(),
    }
}

fn head(random: &mut Random) -> String {
    // All three declare the names that the body reads.
    let pattern = random.pick(&HEADS);
    let kind = random.pick(&["const", "let", "var", ""]);
    let pattern = if pattern == "[]" { "[x = 1, y = x]" } else { pattern };
    format!("{kind} {pattern} of {}", random.pick(&LISTS))
}

fn labelled(random: &mut Random) -> Vec<Node> {
    let mut nodes = vec![Node::line("var x, y;")];
    for _ in 0..2 {
        let condition = random.pick(&["fuel % 2", "x", "typeof y === 'string'", "y === undefined", "fuel < 70"]);
        let mut inner = vec![
            Node::line("if (!tick()) break one;"),
            Node::line("log('inner', x, y);"),
            Node::line(format!("if ({condition}) {}", jump(random, &["one", "two"]))),
        ];
        if random.one_in(2) {
            let mut guarded = Node::block("try {", inner);
            guarded.parts.push((
                "} finally {".to_owned(),
                vec![
                    Node::line("log('finally');"),
                    Node::line(format!("if (fuel % 3) {}", jump(random, &["one", "two"]))),
                ],
            ));
            inner = vec![guarded];
        }
        let inner = Node::block(format!("two: for ({}) {{", head(random)), inner);
        let outer = Node::block(
            format!("one: for ({}) {{", head(random)),
            vec![
                Node::line("if (!tick()) break;"),
                Node::line("log('outer', x, y);"),
                inner,
                Node::line(format!("if (x) {}", jump(random, &["one"]))),
            ],
        );
        nodes.push(Node { parts: vec![("log(attempt(() => {".to_owned(), vec![outer])], tail: "}));" });
    }
    nodes
}

fn generators(random: &mut Random) -> Vec<Node> {
    let mut nodes = Vec::new();
    for number in 0..3 {
        let piece = |random: &mut Random| {
            Node::line(match random.below(10) {
                0 => "yield* iter('delegate', 2);".to_owned(),
                1 => "yield* [7, 8];".to_owned(),
                2 => "log('got', yield 'ask');".to_owned(),
                3 => "return 'returned';".to_owned(),
                4 => "if (fuel % 2) throw 'thrown';".to_owned(),
                5 => "for (const x of [1, 2, 3]) { if (x === 2) continue; yield x; }".to_owned(),
                6 => "const [p, q = yield 'default'] = [yield 'first']; log(p, q);".to_owned(),
                7 => "try { yield 'nested'; } finally { log('nested finally'); }".to_owned(),
                8 => "log(yield* (function* () { try { yield 'deep'; return 'deep end'; } finally { log('deep finally'); } })());".to_owned(),
                _ => format!("yield {};", random.below(9)),
            })
        };
        let mut body = vec![piece(random)];
        let mut guarded = Node::block("try {", (0..2).map(|_| piece(random)).collect());
        if random.one_in(2) {
            guarded
                .parts
                .push(("} catch (error) {".to_owned(), vec![Node::line("log('caught', error);"), piece(random)]));
        }
        guarded.parts.push(("} finally {".to_owned(), vec![Node::line("log('finally');"), piece(random)]));
        body.push(guarded);
        body.push(piece(random));
        nodes.push(Node::block(format!("function* made{number}(a = log('parameter')) {{"), body));
        let steps: Vec<String> = (0..5)
            .map(|_| match random.below(5) {
                0 => "attempt(() => it.return('r'))".to_owned(),
                1 => "attempt(() => it.throw('t'))".to_owned(),
                _ => format!("attempt(() => it.next({}))", random.below(9)),
            })
            .collect();
        nodes.push(Node::line(format!("log(...(it => [{}])(made{number}()));", steps.join(", "))));
        nodes.push(Node::line(format!(
            "log(attempt(() => {}));",
            random.pick(&[
                format!("[...made{number}()]"),
                format!("(([a, b]) => [a, b])(made{number}())"),
                format!("{{ for (const x of made{number}()) {{ log(x); if (!tick() || x === 8) return x; }} }}"),
                format!("Array.from(made{number}(), x => [x])"),
                format!("new Set(made{number}())"),
                format!("((a, ...b) => [a, b])(...made{number}())"),
                format!("Object.fromEntries(made{number}())"),
            ])
        )));
    }
    nodes
}

fn asynchronous(random: &mut Random) -> Vec<Node> {
    let mut nodes = vec![
        Node::line(
            "async function* produce(name, end) { try { for (let i = 0; i < end; i++) { await null; yield i; } return 'end'; } catch (error) { log('in', error); yield 'caught'; } finally { log('closed', name); await null; log('really', name); } }",
        ),
        Node::line(
            "const slow = (name, end, fails) => { let i = 0; return { [Symbol.asyncIterator]() { return this; }, async next() { await null; if (fails === i) throw name + ' fails'; return { value: Promise.resolve(i), done: i++ >= end }; }, async return(v) { log('return', name); return { value: v, done: true }; } }; };",
        ),
    ];
    for number in 0..2 {
        let list = random.pick(&[
            "produce('p', 3)",
            "slow('s', 3)",
            "slow('s', 3, 1)",
            "[1, Promise.resolve(2), 3]",
            "[1, Promise.reject('rejected'), 3]",
            "iter('i', 3)",
            "iter('i', 3, 'return')",
            "gen('g', 3)",
            "[[1], [2]]",
            "new Set([Promise.resolve('x'), 'y'])",
            "iter('i', 3, 'next')",
        ]);
        let out = random.pick(&[
            "break;",
            "return x;",
            "throw 'thrown';",
            "continue;",
            "break outer;",
            "await Promise.reject('later');",
            "{ await null; continue outer; }",
        ]);
        let condition = random.pick(&["x === 1", "x", "fuel % 2", "true"]);
        let body = vec![
            Node::line("if (!tick()) break;"),
            Node::line("log('item', x);"),
            Node::line(format!("if ({condition}) {out}")),
        ];
        let inner = Node::block(
            format!("for await ({} of {list}) {{", random.pick(&["const x", "let x", "var x", "const [x = 'd']"])),
            body,
        );
        let mut guarded =
            Node::block("try {", vec![Node::block("outer: for (let round = 0; round < 2; round++) {", vec![inner])]);
        if random.one_in(2) {
            guarded.parts.push(("} catch (error) {".to_owned(), vec![Node::line("log('caught', error);")]));
        }
        guarded.parts.push((
            "} finally {".to_owned(),
            vec![
                Node::line("log('finally');"),
                Node::line(random.pick(&["", "await null;", "if (fuel % 2) return 'over';"])),
            ],
        ));
        nodes.push(Node::block(format!("async function run{number}() {{"), vec![guarded, Node::line("return 'end';")]));
    }
    nodes.push(Node::line(match random.below(3) {
        0 => "log(await Promise.allSettled([run0(), run1()]));".to_owned(),
        1 => "for (const run of [run0, run1]) log(await run().catch(error => ['rejected', error]));".to_owned(),
        _ => "const it = produce('q', 3); log(await Promise.allSettled([it.next(), it.next(), it.return('r'), it.next()])); log(await run0().catch(error => error));".to_owned(),
    }));
    nodes
}

fn changing(random: &mut Random) -> Vec<Node> {
    let expressions = (0..12).map(|_| {
        let at = random.below(5);
        let change = random.pick(&[
            "m.delete(k)", "m.set(k + 10, 'new')", "m.clear()", "m.delete(k + 1)", "(m.delete(k), m.set(k, 'again'))", "m.set(1, 'first')",
        ]);
        let list_change = random.pick(&[
            "a.push(x)", "a.pop()", "a.shift()", "a.unshift(0)", "a.length = 2", "a.splice(1, 1)", "delete a[i + 1]", "a[i + 2] = 'set'", "a.reverse()",
            "a.length = 0",
        ]);
        let list = random.pick(&["[1, 2, 3, 4]", "[1, , 3, , 5]", "[, ,]", "[1, 2]", "['x', , undefined, null]"]);
        match random.below(12) {
            0 => format!("((m, seen) => {{ for (const [k, v] of m) {{ if (!tick()) break; seen.push(k, v); if (k === {at}) {change}; }} return [seen, m]; }})(new Map([[1, 'a'], [2, 'b'], [3, 'c']]), [])"),
            1 => format!("((m, seen) => {{ m.forEach((v, k) => {{ if (!tick()) return; seen.push(k, v); {change}; }}); return [seen, m.size]; }})(new Map([[1, 'a'], [2, 'b'], [3, 'c']]), [])"),
            2 => format!(
                "((m, seen) => {{ for (const k of m) {{ if (!tick()) break; seen.push(k); if (k > {at}) {}; }} return [seen, m]; }})(new Set([1, 2, 3]), [])",
                random.pick(&["m.delete(k)", "m.add(k + 1)", "m.clear()", "(m.delete(k), m.add(k))", "m.add(7)"])
            ),
            3 => format!("((a, seen) => {{ let i = 0; for (const x of a) {{ if (!tick()) break; seen.push(x); if (i++ === {at}) {list_change}; }} return [seen, a]; }})({list}, [])"),
            4 | 5 => format!(
                "((a, seen) => [a.{}((x, i) => {{ if (!tick()) return false; seen.push([i, x]); if (i >= {at}) {list_change}; return i % 2; }}), seen, a])({list}, [])",
                random.pick(&["map", "filter", "forEach", "some", "every", "find", "findIndex", "findLast", "findLastIndex", "flatMap"])
            ),
            6 => format!("((a, seen) => [a.{}((all, x, i) => {{ if (!tick()) return all; seen.push(i); {list_change}; return all + x; }}, 0), seen, a])({list}, [])", random.pick(&["reduce", "reduceRight"])),
            7 => format!("[...{list}, ...new Set([1]), ...'xy', ...{list}.entries()].length + Math.max(...{list}.map(x => x ?? 9))"),
            8 => format!("((...all) => [all, all.length, 0 in all, 1 in all])(...{list})"),
            9 => format!("(a => [a.{}, a])({list})", random.pick(&["flat()", "concat([, 1], 2)", "slice(1)", "toSorted()", "toReversed()", "with(0, 9)", "toSpliced(1, 1, 'n', 'm')", "join('-')", "indexOf(undefined)", "includes(undefined)", "lastIndexOf(3)", "keys().next()", "fill('f', 1, 2)", "copyWithin(0, 2)", "sort()", "reverse()", "at(-1)", "splice(1, 2)", "findLast(x => x === undefined)"])),
            10 => {
                let like = random.pick(&[
                    "{ length: 3, 0: 'a', 1: 'b', 2: 'c' }", "{ length: 4, 0: 1, 2: 3 }", "{ 0: 'x' }", "{ length: '2', 0: 1, 1: 2, 2: 3 }", "{ length: -1, 0: 1 }", "{ get length() { return fuel-- % 4; }, 0: 1, 1: 2, 2: 3 }",
                    "{ length: 3, get 0() { this.length = 1; return 'got'; }, 1: 'b', 2: 'c' }", "{ length: 2, get 1() { delete this[0]; return 'one'; }, 0: 'zero' }", "'text'", "Object.freeze([1, 2, 3])", "{ length: 1.9, 0: 3 }",
                ]);
                format!("(o => [attempt(() => Array.prototype.{}), o])({like})", random.pick(&[
                    "push.call(o, 'p')", "pop.call(o)", "shift.call(o)", "unshift.call(o, 'u')", "reverse.call(o)", "splice.call(o, 1, 1, 's', 't')", "fill.call(o, 7)", "copyWithin.call(o, 1, 0)", "sort.call(o)", "slice.call(o, -2)", "map.call(o, x => [x])", "filter.call(o, x => x)", "concat.call(o, 1)", "join.call(o)", "indexOf.call(o, 'b')", "lastIndexOf.call(o, 3)", "includes.call(o, undefined)", "at.call(o, -1)", "toSorted.call(o)", "toReversed.call(o)", "with.call(o, 0, 'w')", "toSpliced.call(o, 0, 1)", "flat.call(o)", "reduce.call(o, (a, b) => a + b)", "findLast.call(o, x => x)", "keys.call(o).next()", "values.call(o).next()", "entries.call(o).next()", "forEach.call(o, x => log(x))", "every.call(o, x => x)",
                ]))
            }
            _ => format!("Array.from({}, (x, i) => [x, i])", random.pick(&["{ length: 2, 0: 'a' }", "iter('from', 3)", "'a\\u{1F600}b'", "new Map([[1, 2]])", "[, 1]", "{ length: 2, [Symbol.iterator]: undefined, 1: 'x' }", "gen('g', 2)"])),
        }
    });
    let mut nodes = Vec::new();
    nodes.extend(logged(expressions.collect::<Vec<_>>()));
    nodes
}
