//! Objects that change between reads of the same line: prototypes, getters that are added and removed, lengths, deletes.

use super::expression::Scope;
use crate::{program::Node, random::Random};

const KEYS: [&str; 6] = ["a", "b", "c", "d", "length", "x"];

pub(crate) fn body(random: &mut Random) -> Vec<Node> {
    let mut nodes = vec![
        Node::line(
            "const p1 = { a: 'p1a', b: 'p1b' }, p2 = { get a() { return 'p2a' + this.n; }, c: 'p2c' }, p3 = Object.create(p1, { d: { value: 'p3d' } });",
        ),
        Node::line("class Base { n = 1; get x() { return 'x' + this.n; } a() { return 'method'; } static s = 0; }"),
        Node::line(
            "class Derived extends Base { #secret = 2; b = this.n + 1; set x(v) { this.n = v; } get x() { return super.x + this.#secret++; } }",
        ),
        Node::line(
            "const things = [{ n: 1, a: 1, b: 2, c: 3 }, Object.create(p1), Object.create(p2), Object.create(p3), [1, 2, 3], new Base(), new Derived(), Object.assign(new Map([[1, 2]]), { a: 1 })];",
        ),
        Node::line("const names = things.map((_, at) => at);"),
        Node::line("const read = o => [o.a, o.b, o.c, o.d, o.x, o.length, o.n];"),
        Node::line("const readBy = (o, k) => o[k];"),
        Node::line("const write = (o, v) => { 'use strict'; o.a = v; o.x = v; o.n = v; return o.a; };"),
        Node::line("const add = (o, v) => { o.n += v; o.n++; return o.n--; };"),
        Node::line("const keys = o => [Object.keys(o), JSON.stringify(o), Object.entries(o).length];"),
        Node::line(
            "const over = o => { const seen = []; for (const k in o) { seen.push(k); if (seen.length > 12) break; } return seen; };",
        ),
    ];
    for _ in 0..12 + random.below(20) {
        nodes.push(change(random));
        if random.one_in(2) {
            let thing = thing(random);
            let look = random.pick(&["read", "keys", "over", "read", "Reflect.ownKeys"]);
            nodes.push(Node::line(format!("log(attempt(() => {look}({thing})));")));
        }
    }
    nodes.push(Node::line("for (const o of things) log(attempt(() => read(o)), attempt(() => write(o, 5)), attempt(() => add(o, 2)), attempt(() => keys(o)));"));
    nodes
}

fn thing(random: &mut Random) -> String {
    match random.below(10) {
        0 => "p1".to_owned(),
        1 => "p2".to_owned(),
        at => format!("things[{}]", at - 2),
    }
}

fn change(random: &mut Random) -> Node {
    let scope =
        Scope { variables: vec!["things.length".to_owned()], functions: Vec::new(), awaits: false, yields: false };
    let value = if random.one_in(3) { scope.variable(random) } else { random.below(9).to_string() };
    let (o, key, other) = (
        thing(random),
        random.pick(&KEYS),
        random.pick(&["p1", "p2", "p3", "null", "Base.prototype", "Array.prototype"]),
    );
    let text = match random.below(20) {
        0 => format!("delete {o}.{key}"),
        1 => format!("delete {o}[{}]", random.below(3)),
        2 => format!("{o}.{key} = {value}"),
        3 => format!(
            "Object.defineProperty({o}, '{key}', {{ get() {{ return 'got{value}'; }}, set(v) {{ log('set', v); }}, configurable: true, enumerable: {} }})",
            random.one_in(2)
        ),
        4 => format!(
            "Object.defineProperty({o}, '{key}', {{ value: {value}, configurable: true, writable: {} }})",
            random.one_in(2)
        ),
        5 => format!("Object.setPrototypeOf({o}, {other})"),
        6 => format!("things[4].length = {}", random.below(6)),
        7 => format!("things[4].push({value}, 'more')"),
        8 => format!("things[4][{}] = {value}", random.below(9)),
        9 => format!("things[4].splice({}, {}, 'new')", random.below(4), random.below(3)),
        10 => format!("write({o}, {value})"),
        11 => format!("add({o}, {value})"),
        12 => format!("readBy({o}, '{key}')"),
        13 => format!("[read({o}), read({o})]"),
        14 if random.one_in(4) => format!("Object.{}({o})", random.pick(&["freeze", "seal", "preventExtensions"])),
        15 => format!("({o}.{key}++, {o}.{key} += '{value}')"),
        16 => format!("Object.assign({o}, {{ {}: {value}, z: 1 }})", random.pick(&["a", "b", "n"])),
        17 => format!("({{ ...{o}, a: {value} }})"),
        18 => format!("(({{ a, b = 'dflt', ...others }}) => [a, b, others])({o})"),
        _ => format!("['a' in {o}, Object.hasOwn({o}, '{key}'), {o}.propertyIsEnumerable('{key}')]"),
    };
    Node::line(format!("log(attempt(() => {text}));"))
}
