// A pattern does not call an iterator again that is done.
function source(length, log) {
    let calls = 0;
    return { [Symbol.iterator]() { return { next() { calls++; log.push('next'); return calls % (length + 1) ? { done: false, value: calls } : { done: true, get value() { log.push('value'); return 'last'; } }; }, return() { log.push('return'); return {}; } }; } };
}
function main() {
    const results = [];
    const run = work => { const log = []; let seen; try { seen = work(length => source(length, log)); } catch (error) { seen = error.name; } results.push([seen, log.join()]); };
    run(of => { const [a, b, ...rest] = of(1); return [a, b, rest]; });
    run(of => { const [, , , a = 'default', [b] = ['nested']] = of(2); return [a, b]; });
    run(of => { const [a, ...[b, c]] = of(0); return [a, b, c]; });
    run(of => { const o = {}; [o.a, o.b, ...o.rest] = of(1); return o; });
    run(of => { const [] = of(0); return 'empty'; });
    run(of => { const [a] = of(1); return a; });
    run(of => { const [...a] = of(2); const [b, ...c] = of(0); return [a, b, c]; });
    run(of => (([a, b, c = 3]) => [a, b, c])(of(1)));
    run(of => { for (const [a, b, c] of [of(1), of(2)]) results.push([a, b, c]); return 'loop'; });
    run(() => { let asked = 0; const [a, b, ...c] = (function* () { asked++; yield 1; })(); return [a, b, c, asked]; });
    run(() => { let n = 0; const failing = { [Symbol.iterator]: () => ({ next() { n++; throw new RangeError('next'); } }) }; try { const [a, b] = failing; } catch (error) { return [error.name, n]; } });
    run(of => { const [a, b = (() => { throw new TypeError('default'); })(), c] = of(1); });
    run(of => { const [a, { b }] = of(2); return [a, b]; });
    return results;
}
