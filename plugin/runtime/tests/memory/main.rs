//! Checks that memory does not grow over thousands of runs that create garbage of all kinds.

#[path = "../isolation/runs.rs"]
mod runs;

use iota_scripts_runtime::allocator::{self, CountingAllocator};

use runs::{Runs, on_a_big_stack};

#[global_allocator]
static MEMORY: CountingAllocator = CountingAllocator::new();

/// Runs before the first measurement, in which caches are filled and tables grow.
const WARM_UP: u32 = 1_000;
/// Runs between two measurements.
const RUNS: u32 = 4_000;
/// Tolerated variation in bytes.
const SLACK: u64 = 64 << 10;

/// Bodies of functions whose `input` is a different number in every run.
const GARBAGE: &[(&str, &str)] = &[
    (
        "names of properties",
        "const o = {}; for (let i = 0; i < 20; i++) o['name' + input + '_' + i] = i; delete o['name' + input + '_3']; return Object.keys(o).length;",
    ),
    (
        "registered symbols",
        "const o = {}; for (let i = 0; i < 20; i++) o[Symbol.for('symbol' + input + '_' + i)] = i; return Object.getOwnPropertySymbols(o).length;",
    ),
    ("symbols", "const o = {}; for (let i = 0; i < 20; i++) o[Symbol('symbol' + input)] = i; return 1;"),
    (
        "texts as JSON",
        "const text = JSON.stringify({ ['key' + input]: ['value' + input, input] }); return Object.keys(JSON.parse(text, (key, value) => value)).length;",
    ),
    (
        "regular expressions",
        "return new RegExp('a(b)' + input + '|[xyz]+', 'gi').exec('ab' + input)?.length + 'a1b2'.replace(/\\d/g, '').length + 'a,b'.split(/,/).length;",
    ),
    ("regular expressions of the other kind", "return new RegExp('(a)\\\\1(?=' + input + ')').test('aa' + input);"),
    (
        "closures and classes",
        "class A { #x = input; get x() { return this.#x } static s = [input] } const all = []; for (let i = 0; i < 20; i++) all.push(() => new A().x + i); return all.map(f => f()).length;",
    ),
    ("cycles", "for (let i = 0; i < 50; i++) { const a = { i }, b = { a }; a.b = b; a.self = a; } return 1;"),
    (
        "promises that never settle",
        "for (let i = 0; i < 20; i++) { const never = new Promise(() => {}); never.then(() => i); (async () => { await never; return i })(); } return 1;",
    ),
    (
        "promises",
        "return (await Promise.all(Array.from({ length: 20 }, async (_, i) => { await null; return i }))).length;",
    ),
    ("rejections", "for (let i = 0; i < 20; i++) Promise.reject(new Error('e' + input)); return 1;"),
    (
        "generators",
        "for (let i = 0; i < 20; i++) { const g = (function* () { yield i; yield input })(); g.next(); } return 1;",
    ),
    (
        "errors",
        "let n = 0; for (let i = 0; i < 20; i++) { try { throw new TypeError('e' + input) } catch (error) { n += error.stack.length } } return n > 0;",
    ),
    (
        "weak references",
        "const r = new FinalizationRegistry(() => {}); for (let i = 0; i < 20; i++) { const o = {}; r.register(o, i); new WeakRef(o); new WeakMap([[o, o]]) } return 1;",
    ),
    (
        "maps and sets",
        "const m = new Map(), s = new Set(); for (let i = 0; i < 100; i++) { m.set('k' + input + i, { i }); s.add(m) } return m.size;",
    ),
    ("buffers", "return new Uint8Array(10000).fill(input).length + new DataView(new ArrayBuffer(100)).byteLength;"),
    ("proxies", "const p = new Proxy({}, { get: (t, k) => k + input }); return p.x.length;"),
    ("templates", "const tag = (strings, ...values) => strings.raw.join() + values; return tag`a${input}b`.length;"),
    (
        "globals",
        "globalThis['global' + input] = input; globalThis[Symbol('g' + input)] = input; left = input; return 1;",
    ),
    ("thrown", "if (input % 2) throw new Error('e' + input); return 1;"),
    (
        "dates and numbers",
        "return new Date(input * 1e6).toISOString().length + (input / 7).toFixed(3).length + String(BigInt(input) ** 20n).length;",
    ),
    (
        "prototypes",
        "const proto = { ['m' + input]() { return 1 } }; const o = Object.create(proto); Object.setPrototypeOf(o, { input }); return o.input;",
    ),
    (
        "accessors",
        "const o = {}; Object.defineProperty(o, 'p' + input, { get: () => input, configurable: true }); return Object.freeze(o) && 1;",
    ),
    (
        "timers",
        "for (let i = 0; i < 20; i++) { const t = setTimeout(() => i, 1000 + input); if (i % 2) clearTimeout(t); utils.sleep(500).then(() => i); } setInterval(() => input, 10); return 1;",
    ),
    (
        "objects of the web",
        "const u = new URL('https://a.example/' + input + '?a=1'); u.searchParams.append('n', input); new URLSearchParams({ input }); const d = new TextDecoder(); d.decode(new TextEncoder().encode('x' + input), { stream: true }); crypto.getRandomValues(new Uint8Array(16)); queueMicrotask(() => input); return atob(btoa('x' + input)).length + u.href.length;",
    ),
    (
        "structured clones",
        "const o = { input, m: new Map([['k' + input, new Set([input])]]), d: new Date(input), b: new Uint8Array(100), e: new Error('e' + input) }; o.self = o; return structuredClone(o).m.size;",
    ),
    (
        "tables and texts for people",
        "const rows = utils.csv.parse('name' + input + ',b\\n' + 'x,y\\n'.repeat(20)); utils.format.money(input, 'UZS', { locale: 'ru' }); utils.format.date(input * 1e6, 'full', { locale: 'uz' }); return utils.csv.stringify(rows).length + utils.base64.encode('x' + input).length;",
    ),
    (
        "languages",
        "const languages = ['ru', 'de', 'uz-Cyrl', 'en-GB', 'tr']; const language = languages[input % 5]; const money = new Intl.NumberFormat(language, { style: 'currency', currency: 'USD', minimumIntegerDigits: input % 21 + 1 }); const order = new Intl.Collator(language, { numeric: true }); return [money, new Intl.Segmenter(language)].length + money.format(input).length + new Date(input).toLocaleString(language, { hour12: input % 2 > 0, weekday: 'short' }).length + ['b', 'a'].sort(order.compare).length;",
    ),
    (
        "groups and stopwatches",
        "console.group('g' + input); console.time('t' + input); console.count('c' + input); console.table([{ input }]); return 1;",
    ),
    ("hosts that do not answer", "storage.get('k' + input).then(() => 1); return 1;"),
];

#[test]
fn memory_is_flat_over_thousands_of_runs() {
    on_a_big_stack(|| {
        let mut grown = Vec::new();
        for (what, body) in GARBAGE {
            let source = format!("async function main(input) {{ {body} }}");
            let mut runs = Runs::default();
            let mut live_after = |count: u32| {
                for _ in 0..count {
                    let outcome = runs.run(&source);
                    let fails = matches!(*what, "thrown" | "hosts that do not answer");
                    assert!(!outcome.tainted && (fails || !outcome.failed), "{what}: {}", outcome.result);
                }
                boa_gc::force_collect();
                allocator::live_bytes()
            };
            let looks = [WARM_UP, RUNS, RUNS].map(&mut live_after);
            // A table that grows once is not growth from run to run, which would show in both parts.
            let growth = looks[1].saturating_sub(looks[0]).min(looks[2].saturating_sub(looks[1]));
            if growth > SLACK {
                grown.push(format!("{what}: {} bytes a run", growth / u64::from(RUNS)));
            }
        }
        assert!(grown.is_empty(), "memory grows from run to run:\n{}", grown.join("\n"));
    });
}
