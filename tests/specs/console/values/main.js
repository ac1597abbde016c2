class Point { constructor() { this.x = 1; } }
function main() {
    console.log('text', 1, -0, 1.5, NaN, true, null, undefined, 10n, Symbol('s'));
    console.info({ a: [1, 'x', { b: null }], u: undefined, f() {}, n: NaN, big: 5n });
    console.warn([1, , 3], new Map([['k', { v: 1 }]]), new Set([1, 2]), new Date(0), /x/g);
    console.error(new TypeError('wrong'), new Point(), () => 1, class A {}, Promise.resolve(1), new Uint8Array([1, 2]));
    console.debug();
    const cycle = { name: 'c' };
    cycle.self = cycle;
    console.log(cycle);
    console.log({ get secret() { throw new Error('getter ran'); } }, new Proxy({}, { get() { throw new Error('trap ran'); } }));
    let deep = {};
    for (let i = 0; i < 50; i++) deep = { deep };
    console.log(deep);
    console.log(Array.from({ length: 300 }, (_, i) => i).length, new Array(4294967295).length);
    console.log(Array.from({ length: 103 }, (_, i) => i));
    console.log({ error: new Error('inside') }, 'lone \ud800 surrogate', Object.create(null));
}
