// Attributes set by `defineProperty` stay when another property is deleted, or becomes an accessor.
'use strict';
const name = work => { try { return work(); } catch (error) { return error.name; } };
function once() {
    const o = { id: 1, note: 'x', tmp: 2 };
    Object.defineProperty(o, 'id', { writable: false });
    delete o.tmp;
    const q = { a: 1, b: 2, c: 3 };
    Object.defineProperty(q, 'a', { enumerable: false });
    delete q.c;
    const p = { a: 1, b: 2 };
    Object.defineProperties(p, { a: { enumerable: false }, b: { get() { return 3; } } });
    const a = [1, 2];
    a.z = 1;
    Object.defineProperty(a, 'length', { writable: false });
    delete a.z;
    const r = { x: 1, y: 2, z: 3, w: 4 };
    Object.defineProperty(r, 'y', { configurable: false });
    Object.defineProperty(r, 'x', { enumerable: false });
    delete r.z;
    r.v = 5;
    const s = { z: 1 };
    s.secret = 2;
    Object.defineProperty(s, 'secret', { enumerable: false });
    s.tmp = 1;
    delete s.tmp;
    delete s.z;
    const t = Object.setPrototypeOf({ k: 1, l: 2, m: 3 }, { proto: true });
    Object.defineProperty(t, 'k', { writable: false, enumerable: false });
    Object.setPrototypeOf(t, { other: true });
    Object.defineProperty(t, 'l', { get: () => 'got', enumerable: true, configurable: true });
    delete t.m;
    t.n = 4;
    return [
        name(() => { o.id = 7; }), o.id, JSON.stringify(q), Object.keys(p), p.b, name(() => a.push(1)), a.length,
        name(() => delete r.y), Object.keys(r), r.x, JSON.stringify(s), s.secret, name(() => { t.k = 2; }), t.k, t.l, t.other, t.proto, Object.keys(t),
        Reflect.ownKeys(t).map(String),
    ];
}
function main() {
    const all = [];
    for (let i = 0; i < 20; i++) all.push(JSON.stringify(once()));
    return [JSON.parse(all[0]), all.every(one => one === all[0])];
}
