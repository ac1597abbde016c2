// A property that a pattern has extracted is not in its rest, however it was extracted.
function main() {
    const src = { a: 1, b: { c: 2, d: 3 }, e: 4, 0: 'zero', [Symbol.iterator]: 5 };
    const log = [];
    const loud = new Proxy({ a: 1, b: { c: [2, 3] }, d: 4 }, { get: (object, key) => (log.push('get ' + String(key)), object[key]), getOwnPropertyDescriptor: (object, key) => (log.push('own ' + String(key)), Reflect.getOwnPropertyDescriptor(object, key)) });
    const key = name => ({ toString() { log.push('key ' + name); return name; } });
    const o = { list: [] };
    let x, y, z;
    const { a, b: { c, ...inner }, ...outer } = src;
    const { ['a']: a2, b: { ['c']: c2, ...inner2 }, ...outer2 } = src;
    const { 0: zero, [Symbol.iterator]: symbol, ...named } = src;
    const { b: [] = [], ...gone } = { b: undefined, f: 1 };
    const { [key('a')]: a3, [key('b')]: { c: [c3] }, ...outer3 } = loud;
    ({ b: { c: x, ...y }, ...z } = src);
    const results = [a, c, inner, outer, a2, c2, inner2, outer2, zero, symbol, named, gone, a3, c3, outer3, x, y, z];
    ({ [key('a')]: x, ...o.rest } = src); results.push(o.rest);
    ({ a: x, ...o.rest } = src); results.push(o.rest);
    ({ [key('a')]: o.x, ...y } = src); results.push(y);
    ({ [key('a')]: o.x, ...o.rest } = src); results.push(o.rest);
    ({ a: o.x, b: o['y'], ...o.list[0] } = src); results.push(o.list);
    ({ b: { c: o.c, ...o.inner }, ...o.rest } = src); results.push(o.inner, o.rest);
    ({ [key('b')]: { [key('d')]: o.d, ...o['inner'] }, ...o.rest } = src); results.push(o.inner, o.rest);
    ({ [key('b')]: [x] = 'q', ...o.rest } = { b: undefined, g: 1 }); results.push(x, o.rest);
    for (const { b: { d }, ...rest } of [src, src]) results.push(d, rest);
    for ({ b: { d: x }, ...o.rest } of [src]) results.push(x, o.rest);
    const functions = [
        ({ b: { ...i }, ...o }) => [i, o],
        ({ b: { c: { ...i } = {}, ...j }, e, ...o }) => [i, j, o],
        ({ b: [{ ...i }] = [{}], ...o }) => [i, o],
        ({ b: { d = ({ ...q } = { w: 1 }).w } = {}, ...o }) => [d, o],
        ({ e = (({ b, ...p }) => p)({ b: 1, v: 2 }), ...o }) => [e, o],
    ];
    const rows = [src, { e: 1 }, { b: { c: 1, d: undefined }, h: 2 }, { b: [{ k: 1 }], e: undefined }];
    for (const f of functions) results.push(rows.map(row => { try { return f(row); } catch (error) { return error.name; } }));
    return [results, log];
}
