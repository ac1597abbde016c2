// Fixed properties of a function stay when others are replaced, deleted or made accessors.
const attempt = work => { try { return work(); } catch (error) { return error.name; } };
const describe = (object, key) => { const found = Object.getOwnPropertyDescriptor(object, key); return found && [found.value, found.writable, found.enumerable, found.configurable, typeof found.get]; };
const changes = [
    f => { delete f.name; }, f => { Object.defineProperty(f, 'name', { value: 'other' }); }, f => { Object.defineProperty(f, 'name', { get() { return 'got'; } }); },
    f => { f.extra = 1; delete f.extra; }, f => { f.prototype = 5; }, f => { Object.defineProperty(f, 'prototype', { writable: false }); }, f => { delete f.name; f.name = 'again'; }, f => { Object.setPrototypeOf(f, null); },
    f => { for (let i = 0; i < 12; i++) f['p' + i] = i; delete f.p3; }, f => { f.extra = 1; Object.defineProperty(f, 'extra', { get() { return 2; } }); delete f.name; },
];
const makers = [() => function f(a, b) { }, () => (a, b) => a, () => class { constructor(a, b) { } }, () => class { static x = 1; constructor(a, b) { } }, () => function* f(a, b) { }, () => ({ m(a, b) { } }).m, () => async (a, b) => a, () => function f(a, b) { }.bind(null)];
function main() {
    const seen = [];
    for (const make of makers) for (const change of changes) {
        const f = make();
        Object.defineProperty(f, 'length', { value: 2, writable: false, configurable: false });
        attempt(() => change(f));
        const tried = [attempt(() => Object.defineProperty(f, 'length', { value: 9 }).length), attempt(() => { 'use strict'; f.length = 7; }), attempt(() => { 'use strict'; return delete f.length; }), Reflect.defineProperty(f, 'length', { get() { return 1; } }), Reflect.defineProperty(f, 'length', { writable: true }), describe(f, 'length')];
        seen.push(JSON.stringify(tried));
    }
    const kinds = [...new Set(seen)];
    return [seen.length, kinds];
}
