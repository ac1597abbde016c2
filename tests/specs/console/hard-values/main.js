// Printing a value does not run the script's code.
class Client { #secret = 1; constructor() { this.id = 7; } get secret() { throw new Error('getter ran'); } toString() { throw new Error('toString ran'); } toJSON() { throw new Error('toJSON ran'); } }
function main() {
    const trap = () => { throw new Error('trap ran'); };
    const wild = new Proxy({}, { get: trap, ownKeys: trap, getPrototypeOf: trap, has: trap, getOwnPropertyDescriptor: trap });
    console.log(new Client(), [new Client()], wild, { wild }, new Proxy(() => 1, { apply: trap }));
    console.log(new Date(NaN), new Date(0), Object('boxed'), Object(1n), Symbol('s'), Object(Symbol('t')), { [Symbol('k')]: 1 });
    console.log(new URL('https://a.example/x?y=1'), new URLSearchParams({ q: 'a b' }), new ArrayBuffer(8), new BigInt64Array(2), new Float32Array([0.5]), new WeakMap());
    const error = new TypeError('outer', { cause: new Error('inner') });
    Object.defineProperty(error, 'message', { get: trap });
    console.log(error, class Named {}, function* generator() {}, async () => 1);
    const map = new Map(); map.set(map, new Set([map]));
    console.log(map, Object.create(null, { hidden: { value: 1 } }), -0, 1e21, -1e-7, Infinity);
    console.log({ long: 'x'.repeat(20000) }.long.length, Array(3), [undefined, , null], Object.assign([1], { extra: true }));
}
