//! Classes with all kinds of elements and heritage.

use crate::{program::Node, random::Random};

const ELEMENTS: [&str; 36] = [
    "[key('m')]() { return 'm' + this.x; }",
    "static [key('s')] = log('static', this.name);",
    "[key('f')] = log('field', typeof this);",
    "get [key('g')]() { return 'g' + this.x; }",
    "static set [key('t')](v) { log('set', v); }",
    "x = log('x', 4);",
    "x = super.who?.();",
    "y = () => this.x;",
    "static { log('block', this.name, typeof A, this === A); }",
    "static { this.z = super.who; }",
    "static z = [new.target, this.name];",
    "#p = 5; getP() { return this.#p++; } hasP(o) { return #p in o; } takeP(o) { return o.#p; }",
    "get #q() { return 'q' + this.x; } set #q(v) { this.x = v; } q() { this.#q += 1; return this.#q; }",
    "#m(a = this.x) { return a; } m2() { return [this.#m(), this.#m(3), this.#m?.name]; } setM() { this.#m = 1; }",
    "static #s = 1; static s() { return A.#s++; } static t() { return this.#s; }",
    "static #sm() { return this.name; } static sm() { return this.#sm(); }",
    "get #only() { return 1; } only() { this.#only = 2; }",
    "set #put(v) { log('put', v); } put() { this.#put = 2; return this.#put; }",
    "who() { return super.who() + '!'; }",
    "who() { return (() => super.who())() + '?'; }",
    "static who() { return super.who() + '!'; }",
    "get v() { return super.v + 1; } set v(x) { super.v = x; }",
    "get v() { return 'own'; }",
    "put2() { super.made = 3; return [this.made, Object.hasOwn(this, 'made')]; }",
    "by() { return super[log('key', 'who')](); }",
    "del() { return delete super.who; }",
    "async am() { return await super.who(); }",
    "*gm() { yield* [1, super.who()]; }",
    "static name = 'N';",
    "static name() { return 1; }",
    "['con' + 'structor']() { return 'method'; }",
    "'quoted'() { return 1; } 1() { return 2; } static static() { } get get() { return 3; } set; async; await = 1;",
    "toString() { return 'A' + this.x; }",
    "[Symbol.toPrimitive](hint) { return hint.length; }",
    "static [Symbol.hasInstance](o) { return o === 1; }",
    "rename() { A = 1; }",
];
const CONSTRUCTORS: [&str; 13] = [
    "",
    "",
    "constructor() { super(); }",
    "constructor(...all) { super(...all); log(new.target === A, new.target.name, this.x); }",
    "constructor() { log(attempt(() => this)); super(); log(this.x); }",
    "constructor() { const later = () => super(); later(); log(attempt(later)); }",
    "constructor() { }",
    "constructor() { return { other: 1 }; }",
    "constructor() { return 1; }",
    "constructor() { super(); return undefined; }",
    "constructor() { try { this.x; } catch (error) { log(error.name); } finally { super(); } }",
    "constructor(a = super()) { log(a === this); }",
    "constructor() { super(); this.who = () => new.target === A; }",
];
/// Only constructors: Node.js reports any other heritage only after it has computed all names.
const HERITAGE: [&str; 14] = [
    "extends Base",
    "extends Base",
    "extends Base",
    "extends Base",
    "extends (log('heritage'), Base)",
    "extends null",
    "extends A",
    "extends (() => A)()",
    "extends class Middle extends Base { who() { return super.who() + 'm'; } }",
    "extends mixin(Base)",
    "extends Array",
    "extends Map",
    "extends Error",
    "extends (class { constructor() { return { made: 1 }; } })",
];
const USES: [&str; 34] = [
    "new A()",
    "new A(1, 2)",
    "Reflect.construct(A, [1], Base)",
    "new (class B extends A { })()",
    "A()",
    "A.call({})",
    "new A().m?.()",
    "new A().getP?.()",
    "(a => [a.getP?.(), a.getP?.(), a.hasP?.(a), a.hasP?.({}), attempt(() => a.takeP?.({}))])(new A())",
    "new A().q?.()",
    "new A().m2?.()",
    "new A().setM?.()",
    "[A.s?.(), A.s?.(), A.t?.()]",
    "A.t?.call(class extends A { })",
    "(class extends A { }).s?.()",
    "A.sm?.call({ name: 1 })",
    "new A().only?.()",
    "new A().put?.()",
    "new A().who?.()",
    "A.who?.()",
    "(a => [a.v, a.v = 5, a.v, Object.keys(a)])(new A())",
    "new A().put2?.()",
    "new A().by?.()",
    "new A().del?.()",
    "[...new A().gm?.() ?? []]",
    "Object.getOwnPropertyNames(A)",
    "Object.getOwnPropertyNames(A.prototype)",
    "Object.keys(new A())",
    "[A.name, A.length, typeof A.prototype, A.prototype?.constructor === A, Object.getPrototypeOf(A) === Base]",
    "`${new A()}${+new A()}`",
    "[1 instanceof A, new A() instanceof A, new A() instanceof Base]",
    "new A().rename?.()",
    "(a => [a.y?.(), a.x, A.z, a.z])(new A())",
    "Object.fromEntries(Object.entries(Object.getOwnPropertyDescriptors(A)).map(([k, d]) => [k, [d.writable, d.enumerable, d.configurable]]))",
];

pub(crate) fn body(random: &mut Random) -> Vec<Node> {
    let mut nodes = vec![
        Node::line("let keys = 0; const key = name => log('key', name + keys++);"),
        Node::line(
            "class Base { constructor(a) { log('base', new.target.name); if (a) this.a = a; } who() { return 'base'; } static who() { return 'static base'; } get v() { return 'v' + this.x; } set v(x) { this.set = x; } }",
        ),
        Node::line("const mixin = B => class Mixed extends B { who() { return 'mixed ' + super.who(); } mixed = 1; };"),
    ];
    let heritage = if random.one_in(4) { "" } else { random.pick(&HERITAGE) };
    let mut elements: Vec<Node> = Vec::new();
    let mut taken: Vec<usize> = Vec::new();
    for _ in 0..1 + random.below(8) {
        let element = random.below(ELEMENTS.len());
        // Private names must not repeat.
        if taken.contains(&element) && ELEMENTS[element].contains('#') {
            continue;
        }
        taken.push(element);
        elements.push(Node::line(ELEMENTS[element]));
    }
    let constructor = random.pick(&CONSTRUCTORS);
    if !constructor.is_empty() && (!heritage.is_empty() || !constructor.contains("super")) {
        elements.push(Node::line(constructor));
    }
    let uses = (0..10).map(|_| Node::line(format!("log(attempt(() => {}));", random.pick(&USES)))).collect::<Vec<_>>();
    let made = |head: String, elements| {
        let class = Node { parts: vec![(format!("const A = attempt(() => {head} {{"), elements)], tail: "});" };
        vec![class, Node::line("if (typeof A !== 'function') return A;")]
    };
    match random.below(4) {
        0 => nodes.extend(made(format!("class A {heritage}"), elements)),
        1 => nodes.extend(made(format!("class {heritage}"), elements)),
        _ => {
            let mut declared = vec![Node::block(format!("class A {heritage} {{"), elements)];
            if random.one_in(3) {
                declared.extend(uses);
                nodes.push(Node::block("for (let round = 0; round < 2; round++) {", declared));
                return nodes;
            }
            nodes.extend(declared);
        }
    }
    nodes.extend(uses);
    nodes
}
