function main() {
    return {
        date: new Date(0), invalid: new Date(NaN), big: 123456789012345678901234567890n, undefined: undefined, f() {}, nan: NaN, infinity: -Infinity,
        zero: -0, float: 0.1, large: 1e21, whole: 1e15, small: 1e-7, map: new Map([[1, 2]]), set: new Set([1]), holes: [1, , undefined, () => 1],
        boxed: [new String('s'), new Number(5), new Boolean(false)], toJSON: { toJSON(key) { return 'as ' + key; } }, nested: { a: { b: [[]] } },
        surrogate: '\ud83d\ude00 \ud800', quote: '"\n\u0001', symbol: Symbol('x'), error: new Error('e'), regexp: /x/, bytes: new Uint8Array([1, 2]),
        proxy: new Proxy({ a: 1 }, {}), nulled: Object.assign(Object.create(null), { z: 1 }), order: { b: 1, a: 2, 1: 3, 0: 4 }, shared: (() => { const s = {}; return [s, s]; })(),
        get getter() { return 'got'; }, ['__proto__']: 'own',
    };
}
