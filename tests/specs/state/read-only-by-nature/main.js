// Properties that the language makes read-only are read-only in inheriting objects; others may be set, although built-in objects are frozen.
function strictly(object, key, value) { 'use strict'; object[key] = value; return object[key] === value; }
function loosely(object, key, value) { object[key] = value; return object[key] === value; }
function nameless(make) { const made = make(); delete made.name; delete made.length; return made; }
const attempt = work => { try { return work(); } catch (error) { return error.name; } };
const { toStringTag, unscopables, toPrimitive, hasInstance, iterator } = Symbol;
const cases = [
    [() => nameless(() => class { }), 'name'], [() => nameless(() => () => 1), 'length'], [() => Object.create(Function.prototype), 'name'], [() => Object.create(Math.max), 'name'], [() => Object.create(Array), 'length'],
    [() => Object.create(Math), 'PI'], [() => Object.create(Math), 'max'], [() => Object.create(Number), 'MAX_VALUE'], [() => Object.create(Uint8Array), 'BYTES_PER_ELEMENT'], [() => Object.create(Promise), 'prototype'], [() => Object.create(Promise), 'all'],
    [() => new Map(), toStringTag], [() => new Map(), 'get'], [() => Object.create(JSON), toStringTag], [() => Promise.resolve(), toStringTag], [() => new Uint8Array(1), iterator], [() => [], unscopables], [() => [], 'concat'], [() => new Date(0), toPrimitive], [() => Object(Symbol()), toPrimitive],
    [() => () => 1, hasInstance], [() => () => 1, 'call'], [() => Object.create(Symbol), 'iterator'], [() => new Error(), 'name'], [() => new Error(), 'message'], [() => ({}), 'toString'], [() => ({}), 'constructor'], [() => Object.create(Array.prototype), 'length'], [() => (function* () { })(), toStringTag],
];
function main() {
    return cases.map(([make, key]) => [String(key), attempt(() => strictly(make(), key, 'mine')), attempt(() => loosely(make(), key, 'mine')), attempt(() => Reflect.set(make(), key, 'mine'))]);
}
