// Tries to set, add, redefine and delete properties of every reachable object that the run did not create, and to change its prototype.
function main() {
    const mine = new Set();
    const roots = [
        globalThis, function* () {}, async function () {}, async function* () {}, () => {}, [][Symbol.iterator](), new Map().entries(),
        new Set().entries(), ''[Symbol.iterator](), 'a'.matchAll(/a/g), (function* () {})(), (async function* () {})(),
        [].values().map(x => x), Iterator.from({ next() { return { done: true } } }), (function () { return arguments })(),
        Object.getOwnPropertyDescriptor((function () { 'use strict'; return arguments })(), 'callee').get,
        Object.getPrototypeOf(Int8Array), new Proxy({}, {}), Promise.resolve(), /x/, new Date(0), new Error(), 0n, Symbol.iterator,
        (strings => strings)`left`,
    ].map(Object);
    const seen = new Set([globalThis]);
    const queue = [...roots];
    const found = [];
    const follow = value => {
        if ((typeof value === 'object' || typeof value === 'function') && value !== null && !seen.has(value)) {
            seen.add(value);
            queue.push(value);
        }
    };
    while (queue.length > 0) {
        const object = queue.pop();
        found.push(object);
        follow(Object.getPrototypeOf(object));
        for (const key of Reflect.ownKeys(object)) {
            const { value, get, set } = Object.getOwnPropertyDescriptor(object, key);
            [value, get, set].forEach(follow);
        }
    }
    const attempt = work => { try { work() } catch {} };
    const left = function left() {};
    let changed = 0;
    for (const object of found) {
        if (object === globalThis) continue;
        for (const key of Reflect.ownKeys(object)) {
            attempt(() => { object[key] = left });
            attempt(() => Reflect.set(object, key, left, object));
            attempt(() => Reflect.defineProperty(object, key, { value: left, get: undefined }));
            attempt(() => Reflect.defineProperty(object, key, { get: left, configurable: true }));
            attempt(() => Reflect.deleteProperty(object, key));
            // Setters that replace properties of prototypes.
            const { set } = Object.getOwnPropertyDescriptor(object, key) ?? {};
            attempt(() => set.call(object, left));
            // Changing the prototype of the global object would taint the isolate, as intended.
            if (key !== '__proto__') attempt(() => set.call(globalThis, left));
        }
        attempt(() => { object.left = left });
        attempt(() => { object[Symbol('left')] = left });
        attempt(() => { object[0] = left });
        attempt(() => Object.defineProperty(object, 'left', { value: left }));
        attempt(() => Object.setPrototypeOf(object, { left }));
        attempt(() => Object.assign(object, { left }));
        attempt(() => { object.__proto__ = { left } });
        attempt(() => Array.prototype.push.call(object, left));
        attempt(() => Array.prototype.sort.call(object));
        attempt(() => Array.prototype.splice.call(object, 0, 1, left));
        changed++;
    }
    return changed;
}
