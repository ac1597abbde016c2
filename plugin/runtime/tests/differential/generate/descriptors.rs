//! Properties with attributes: read-only, hidden and fixed ones, accessors without a setter, and proxies that record every
//! access.

use crate::{program::Node, random::Random};

const KEYS: [&str; 9] = ["a", "b", "c", "d", "0", "1", "3", "length", "name"];
const THINGS: usize = 9;

pub(crate) fn body(random: &mut Random) -> Vec<Node> {
    let mut nodes = vec![
        Node::line("const base = { get b() { return 'b' + this.n; }, set c(v) { log('c', v); }, n: 1, d: 'base' };"),
        Node::line("Object.defineProperty(base, 'a', { value: 'fixed', enumerable: true });"),
        Node::line(
            "const traced = target => new Proxy(target, new Proxy({}, { get: (_, trap) => (...all) => { log(trap, typeof all[1] === 'string' ? all[1] : ''); return Reflect[trap](...all); } }));",
        ),
        Node::line(
            "const things = [{ a: 1, b: 2, c: 3, d: 4 }, [1, 2, 3, 4], Object.create(base), (a, b) => a, class { static a = 1; static b() { } }, Object.create(null), (function () { return arguments; })(1, 2), traced({ a: 1, b: 2 }), traced([1, 2])];",
        ),
        Node::line("const sloppy = (o, k, v) => { o[k] = v; return o[k]; };"),
        Node::line("const strict = (o, k, v) => { 'use strict'; o[k] = v; return o[k]; };"),
        Node::line("const named = (o, v) => { 'use strict'; o.a = v; o.b = v; return o.a; };"),
        Node::line("const loose = (o, v) => { o.a = v; o.b = v; o.d = v; return o.a; };"),
        Node::line("const add = (o, v) => { o.a += v; o.d ??= v; return o.b++; };"),
        Node::line("const without = (o, k) => { 'use strict'; return delete o[k]; };"),
        Node::line("const read = o => [o.a, o.b, o.c, o.d, o.length, o[0], o[1], o.name];"),
        Node::line("const keys = o => [Object.keys(o), Reflect.ownKeys(o).map(String), JSON.stringify(o)];"),
        Node::line(
            "const over = o => { const seen = []; for (const k in o) if (seen.push(k) > 12) break; return seen; };",
        ),
        Node::line(
            "const describe = (o, k) => { const d = Object.getOwnPropertyDescriptor(o, k); return d && [d.value, d.writable, d.enumerable, d.configurable, typeof d.get, typeof d.set]; };",
        ),
    ];
    for _ in 0..10 + random.below(20) {
        let change = change(random);
        nodes.push(Node::line(format!("log(attempt(() => {change}));")));
        if random.one_in(2) {
            let look = random.pick(&["read", "keys", "over", "read", "Object.entries"]);
            // The order in which a proxy is asked is unspecified there.
            let things = if look == "over" { THINGS - 2 } else { THINGS };
            nodes.push(Node::line(format!("log(attempt(() => {look}(things[{}])));", random.below(things))));
        }
    }
    nodes.push(Node::line("for (const o of things) log(attempt(() => read(o)), attempt(() => keys(o)), attempt(() => Object.keys(o).map(k => describe(o, k))));"));
    nodes
}

fn attributes(random: &mut Random) -> String {
    let value = random.below(9);
    let mut parts = match random.below(6) {
        0 => vec![format!("get() {{ return 'got{value}'; }}")],
        1 => vec![format!("get() {{ return 'got{value}'; }}, set(v) {{ log('set', v); }}")],
        2 => vec!["set(v) { log('only set', v); }".to_owned()],
        3 => Vec::new(),
        _ => vec![format!("value: {value}")],
    };
    let is_accessor = parts.first().is_some_and(|part| !part.starts_with("value"));
    for name in ["writable", "enumerable", "configurable"] {
        if (name != "writable" || !is_accessor) && random.one_in(2) {
            parts.push(format!("{name}: {}", random.one_in(2)));
        }
    }
    format!("{{ {} }}", parts.join(", "))
}

fn change(random: &mut Random) -> String {
    let thing = format!("things[{}]", random.below(THINGS));
    let key = random.pick(&KEYS);
    let value = random.pick(&["1", "2", "'v'", "0", "7"]);
    let other = random.pick(&["base", "null", "things[0]", "things[1]", "Object.prototype", "things[2]"]);
    match random.below(22) {
        0..4 => {
            format!("(Object.defineProperty({thing}, '{key}', {}), describe({thing}, '{key}'))", attributes(random))
        }
        4 => format!("Reflect.defineProperty({thing}, '{key}', {})", attributes(random)),
        5 => format!("delete {thing}['{key}']"),
        6 => format!("without({thing}, '{key}')"),
        7 => format!("[sloppy({thing}, '{key}', {value}), describe({thing}, '{key}')]"),
        8 => format!("[strict({thing}, '{key}', {value}), describe({thing}, '{key}')]"),
        9 => format!("named({thing}, {value})"),
        10 => format!("loose({thing}, {value})"),
        11 => format!("add({thing}, {value})"),
        12 => format!(
            "[Reflect.set({thing}, '{key}', {value}, things[{}]), Reflect.get({thing}, '{key}', {{ n: 5 }})]",
            random.below(3)
        ),
        13 => format!(
            "(child => [sloppy(child, '{key}', {value}), named(child, {value}), keys(child)])(Object.create({thing}))"
        ),
        14 => format!("Reflect.setPrototypeOf({thing}, {other})"),
        15 if random.one_in(3) => format!("Object.{}({thing})", random.pick(&["freeze", "seal", "preventExtensions"])),
        16 => format!("({{ ...{thing} }})"),
        17 => format!("Object.assign({thing}, {{ {key}: {value}, get z() {{ return this['{key}']; }} }})"),
        18 => format!("[{thing}.push?.({value}), {thing}.length]"),
        19 => format!("[{thing}.pop?.(), {thing}.length]"),
        20 => format!("(({{ a, ['{key}']: k = 'none', ...others }}) => [a, k, others])({thing})"),
        _ => format!(
            "['{key}' in {thing}, Object.hasOwn({thing}, '{key}'), Object.isFrozen({thing}), Object.isSealed({thing}), describe({thing}, '{key}')]"
        ),
    }
}
