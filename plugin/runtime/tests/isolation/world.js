// Lists all reachable objects, one per line, in the order in which they are found.
function main() {
    const roots = [
        globalThis, function () {}, function* () {}, async function () {}, async function* () {}, () => {}, class {}, async () => {},
        [], {}, '', 0, true, 0n, Symbol.iterator, /x/, new Error(), [][Symbol.iterator](), new Map().entries(), new Set().entries(),
        ''[Symbol.iterator](), 'a'.matchAll(/a/g), (function* () {})(), (async function* () {})(), [].values().map(x => x),
        Iterator.from({ next() { return { done: true } } }), (function () { return arguments })(),
        (function () { 'use strict'; return arguments })(), Promise.resolve(), new Proxy({}, {}), new Int8Array(1), new Date(0),
        (strings => strings)`x`, new WeakRef({}), new AggregateError([]), console, utils, storage, events, services, context,
    ];
    const numbers = new Map();
    const queue = [];
    const number = object => {
        if (!numbers.has(object)) {
            numbers.set(object, numbers.size);
            queue.push(object);
        }
        return '#' + numbers.get(object);
    };
    const show = value => {
        if (typeof value === 'function' || (typeof value === 'object' && value !== null)) return number(value);
        return typeof value === 'symbol' ? String(value) : typeof value + ' ' + String(value);
    };
    const lines = [roots.map(root => show(typeof root === 'object' || typeof root === 'function' ? root : Object(root))).join(' ')];
    while (queue.length > 0) {
        const object = queue.shift();
        const parts = [typeof object, show(Object.getPrototypeOf(object)), String(Object.isExtensible(object))];
        for (const key of Reflect.ownKeys(object)) {
            const property = Object.getOwnPropertyDescriptor(object, key);
            if (key === 'stack') continue;
            parts.push(Object.entries(property).map(([name, value]) => String(key) + '.' + name + '=' + show(value)).join(' '));
        }
        lines.push(parts.join(', '));
    }
    return lines.join('\n');
}
