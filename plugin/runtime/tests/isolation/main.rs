//! Checks that a run leaves nothing behind for the next run in the same isolate.
//!
//! Scripts try to leave data in every place that they can reach. Then another script walks all reachable objects, from the globals
//! and from objects created by syntax, and must find them unchanged. Memory is checked separately, in its own process.

mod runs;

use runs::{Outcome, Runs, on_a_big_stack};

/// Walks every object that a script can reach and lists its properties.
const WORLD: &str = include_str!("world.js");
/// Tries to change every object that a script can reach.
const VANDAL: &str = include_str!("vandal.js");

/// Attempts to leave data. Each is the body of an async function with `input`, the number of the run, and `t`, which calls a function
/// and ignores its error.
const ATTEMPTS: &[(&str, &str)] = &[
    (
        "sloppy globals",
        "left = 1; this.left2 = 2; globalThis.left3 = function () {}; var left4 = 4; function left5() {}",
    ),
    ("symbols on the global object", "globalThis[Symbol('left')] = 1; globalThis[Symbol.for('left')] = 2;"),
    (
        "a getter on the global object",
        "Object.defineProperty(globalThis, 'left', { get: () => 1, configurable: true });",
    ),
    (
        "getters of the old kind",
        "globalThis.__defineGetter__('left', () => 1); try { Object.prototype.__defineGetter__('left', () => 1) } catch {}",
    ),
    ("index properties of the global object", "globalThis[0] = 1; globalThis[4294967295] = 2;"),
    (
        "a new context and new services",
        "try { context = 1 } catch {} try { services = 2 } catch {} delete globalThis.context; globalThis.services = 3;",
    ),
    ("the registry of symbols", "for (let i = 0; i < 100; i++) Symbol.for('left' + i);"),
    ("settings of errors", "Error.stackTraceLimit = 0; Error.prepareStackTrace = () => 'left';"),
    (
        "settings of regular expressions",
        "'left'.match(/(l)(e)/g); /(f)/.exec('f'); t(() => { RegExp.$1 = 'x' }); t(() => { RegExp.lastIndex = 3 }); t(() => { RegExp.input = 'x' }); t(() => { RegExp.prototype.lastIndex = 5 });",
    ),
    (
        "a compiled-over regular expression",
        "try { RegExp.prototype.compile('x') } catch {} const r = /a/; r.compile('b', 'g'); r.test('b');",
    ),
    (
        "promises that never settle",
        "new Promise(() => {}).then(() => console.log('left')); (async () => { try { await new Promise(() => {}) } finally { console.log('left') } })();",
    ),
    (
        "generators that are not finished",
        "globalThis.left = (function* () { try { yield 1 } finally { console.log('left') } })(); left.next();",
    ),
    (
        "async generators that are not finished",
        "const g = (async function* () { try { yield 1 } finally { console.log('left') } })(); await g.next();",
    ),
    (
        "finalisation registries",
        "const r = new FinalizationRegistry(held => console.log('left', held)); for (let i = 0; i < 1000; i++) r.register({}, i); globalThis.left = r;",
    ),
    ("weak references", "globalThis.left = new WeakRef({}); left.deref();"),
    (
        "tagged templates",
        "const tag = strings => strings; const strings = tag`left ${1}`; try { strings.push(1) } catch {} strings.left = 1; try { strings.raw.left = 1 } catch {} Object.setPrototypeOf({}, strings);",
    ),
    ("a rejection that nobody handles", "Promise.reject(new Error('left')); Promise.reject(Symbol('left'));"),
    (
        "shadows of prototypes",
        "const own = {}; own.toString = 1; own.constructor = 2; [].constructor = 3; (() => {}).name2 = 4; class E extends Error { name = 'left' } new E();",
    ),
    (
        "prototypes of functions",
        "for (const f of [Map, Array.prototype.map, parseInt, console.log, utils.uuid]) { t(() => { f.prototype = {} }); t(() => { f.left = 1 }); t(() => { f.prototype.left = 1 }); }",
    ),
    ("the callee", "(function () { arguments.callee.left = 1 })();"),
    ("its own maker", "try { maker.left = 1; maker.prototype.left = 1; maker.call = 1 } catch {}"),
    (
        "iterators",
        "[][Symbol.iterator]().left = 1; t(() => { Object.getPrototypeOf([][Symbol.iterator]()).left = 1 }); new Map().entries().next = 1; 'a'.matchAll(/a/g).next = 2;",
    ),
    (
        "dates",
        "Date.prototype.setYear.call(new Date(), 99); t(() => { Date.left = 1 }); new Date().left = 1; try { Date.prototype.setTime(1) } catch {}",
    ),
    (
        "what the API gave",
        "t(() => { console.left = 1 }); t(() => { utils.date.left = 1 }); t(() => { storage.get = 1 }); delete events.publish; try { Object.assign(services, { left: 1 }) } catch {}",
    ),
];

/// Changes that cannot be undone, after which the isolate is tainted.
const IRREVERSIBLE: &[(&str, &str)] = &[
    ("a global that cannot be deleted", "Object.defineProperty(globalThis, 'left', { value: 1 });"),
    (
        "a global that cannot be deleted, with a symbol",
        "Object.defineProperty(globalThis, Symbol('left'), { value: 1 });",
    ),
    ("a context that cannot be replaced", "Object.defineProperty(globalThis, 'context', { configurable: false });"),
    (
        "services that cannot be replaced",
        "Object.defineProperty(globalThis, 'services', { value: 1, configurable: false });",
    ),
    ("a global object that takes no properties", "Object.preventExtensions(globalThis);"),
    ("a frozen global object", "Object.freeze(globalThis);"),
    ("another prototype of the global object", "Object.setPrototypeOf(globalThis, { left: 1 });"),
    ("no prototype of the global object", "globalThis.__proto__ = null;"),
];

fn script(body: &str) -> String {
    format!(
        "const maker = arguments.callee; const t = work => {{ try {{ work() }} catch {{}} }}; async function main(input) {{ {body} }}"
    )
}

#[test]
fn the_next_run_finds_all_objects_unchanged() {
    on_a_big_stack(|| {
        let mut runs = Runs::default();
        let before = runs.run(WORLD);
        assert!(before.result.len() > 100_000, "the walk did not get far: {}", before.result);
        for (what, body) in ATTEMPTS {
            for _ in 0..2 {
                let outcome = runs.run(&script(body));
                assert!(!outcome.tainted && !outcome.failed, "{what}: {}", outcome.result);
            }
            assert_same(what, &before, &runs.run(WORLD));
        }
    });
}

#[test]
fn no_reachable_object_can_be_changed() {
    on_a_big_stack(|| {
        let mut runs = Runs::default();
        let before = runs.run(WORLD);
        for _ in 0..2 {
            let outcome = runs.run(VANDAL);
            assert!(!outcome.tainted && !outcome.failed, "{}", outcome.result);
        }
        assert_same("a vandal", &before, &runs.run(WORLD));
    });
}

#[test]
fn a_change_that_cannot_be_undone_taints_the_isolate() {
    on_a_big_stack(|| {
        for (what, body) in IRREVERSIBLE {
            let mut runs = Runs::default();
            let outcome = runs.run(&script(body));
            assert!(outcome.tainted && !outcome.failed, "{what}: {}", outcome.result);
        }
    });
}

#[test]
fn a_cancelled_or_failed_run_leaves_nothing_either() {
    on_a_big_stack(|| {
        let mut runs = Runs::default();
        let before = runs.run(WORLD);
        for body in [
            "left = 1; storage.get('k').then(() => console.log('left')); await storage.get('l'); console.log('left');",
            "left = 1; Promise.resolve().then(() => { left2 = 2 }); throw new Error('thrown');",
            "left = 1; setTimeout(() => console.log('left')); await utils.sleep(1000); console.log('left');",
            "left = 1; await new Promise(() => {});",
        ] {
            let outcome = runs.run_and_keep_logs(&script(body));
            assert!(outcome.failed && !outcome.tainted, "{body}: {}", outcome.result);
            assert_same(body, &before, &runs.run(WORLD));
        }
    });
}

/// Adds private names to objects that may outlive a run, with many classes, so that some get the addresses of classes of the run
/// before. Reports which objects already had a name and which accepted one.
const PRIVATE_NAMES: &str = "
class Given { constructor(object) { return object } }
const tag = strings => strings;
const site = () => tag`left ${1}`;
function main(run) {
    const places = { globalThis, context, user: context.user, services, template: site(), raw: site().raw, maths: Math };
    const found = [], takes = [];
    for (const [name, object] of Object.entries(places)) {
        for (let i = 0; i < 300; i++) {
            class Mark extends Given { #left = run; static read(of) { return #left in of ? of.#left : undefined } }
            const before = Mark.read(object);
            if (before !== undefined) found.push(name);
            try { new Mark(object); if (!takes.includes(name)) takes.push(name) } catch {}
        }
    }
    return `found ${found}; put on ${takes}; ${site() === places.template}`;
}";

#[test]
fn private_names_do_not_reach_the_next_run() {
    on_a_big_stack(|| {
        let mut runs = Runs::default();
        for _ in 0..4 {
            let outcome = runs.run(PRIVATE_NAMES);
            assert_eq!(outcome.result, "found ; put on template,raw; true");
            assert!(!outcome.tainted && !outcome.failed);
            boa_gc::force_collect();
        }
    });
}

fn assert_same(what: &str, before: &Outcome, after: &Outcome) {
    assert_eq!(after.logs, [""; 0], "{what}: a job of the run before still runs");
    if before.result != after.result {
        let differs = |(one, other): &(&str, &str)| one != other;
        let (was, is) = before.result.lines().zip(after.result.lines()).find(differs).unwrap_or_default();
        panic!("{what}: reachable objects have changed\n  before {was}\n  after  {is}");
    }
}
