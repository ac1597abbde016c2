// Reading, writing and adding properties without descriptors: objects with traps or accessors still run them.
'use strict';
function attempt(work) { try { return work(); } catch (error) { return error.name; } }
function main() {
  const out = [];
  const log = [];
  const getter = { get a() { return this.b; }, b: 1 }, child = Object.create(getter, { b: { value: 2, writable: true, configurable: true, enumerable: true } });
  out.push(getter.a, child.a, attempt(() => { child.a = 3; }), Object.create({ set s(v) { log.push(v); } }).s);
  const holder = Object.create({ set s(v) { log.push(['s', v, this === holder]); } });
  holder.s = 5;
  out.push(Object.keys(holder).length, 's' in holder);
  const frozen = Object.freeze({ x: 1, 3: 4 }), sealed = Object.seal({ x: 1 }), closed = Object.preventExtensions({ x: 1, 0: 'a' });
  out.push(attempt(() => { frozen.x = 2; }), attempt(() => { frozen[3] = 2; }), attempt(() => { frozen.y = 2; }), frozen.x);
  out.push((sealed.x = 2, sealed.x), attempt(() => { sealed.y = 1; }), (closed.x = 3, closed[0] = 'b', closed.x + closed[0]), attempt(() => { closed.y = 1; }), attempt(() => { closed[1] = 1; }));
  const fixed = Object.defineProperty({}, 'r', { value: 1, configurable: true }), heir = Object.create(fixed);
  out.push(attempt(() => { fixed.r = 2; }), attempt(() => { heir.r = 2; }), Object.hasOwn(heir, 'r'));
  const hidden = Object.defineProperty({ a: 1 }, 'h', { value: 1, writable: true, configurable: true });
  hidden.h = 2;
  out.push(JSON.stringify(hidden), hidden.h, JSON.stringify(Object.getOwnPropertyDescriptor(hidden, 'h')));
  const traps = [];
  const proxy = new Proxy({ p: 1 }, {
    get: (target, key) => (traps.push('get ' + String(key)), target[key]), set: (target, key, value) => (traps.push('set ' + key), Reflect.set(target, key, value)),
    has: (target, key) => (traps.push('has ' + key), key in target), getOwnPropertyDescriptor: (target, key) => (traps.push('desc ' + key), Reflect.getOwnPropertyDescriptor(target, key)),
    defineProperty: (target, key, desc) => (traps.push('define ' + key), Reflect.defineProperty(target, key, desc)),
  });
  const over = Object.create(proxy);
  out.push(over.p, (over.q = 1), 'z' in over, (proxy.p = 2), Reflect.set({}, 'k', 1, proxy), traps);
  const array = [1, 2, 3], short = Object.defineProperty([1], 'length', { writable: false }), empty = new Array(3);
  array[3] = 4; array[5] = 6; array.name = 'list';
  empty[0] = 'a'; empty[1] = 'b'; empty[4] = 'c';
  out.push(array.length, 4 in array, array, attempt(() => { short[1] = 2; }), short.length, empty.length, empty, Object.keys(array));
  const late = [];
  for (let i = 0; i < 5; i++) late[i] = i / 2;
  late.length = 2; late[2] = 'x'; late[late.length] = -0;
  out.push(late, Object.is(late[3], -0), late.length);
  const ice = Object.freeze([1, 2]);
  out.push(attempt(() => { ice[0] = 9; }), attempt(() => { ice[2] = 9; }), attempt(() => { ice.push(9); }), ice.length);
  const trapped = Object.setPrototypeOf([], { set 0(v) { log.push(['element', v]); }, get 1() { return 'inherited'; } });
  trapped[0] = 7;
  out.push(trapped.length, trapped[1], attempt(() => { trapped[1] = 1; }));
  class Late extends Array { set 2(v) { log.push(['late', v]); } }
  const sub = new Late();
  sub[0] = 1; sub[1] = 2; sub[2] = 3;
  out.push(sub.length, [...sub]);
  const numbered = {};
  numbered[0] = 'a'; numbered[1] = 'b'; numbered[7] = 'c'; numbered['x'] = 'd'; numbered[3] = 'e'; delete numbered[1]; numbered[1] = 'f'; numbered[7] = 'g';
  out.push(Object.keys(numbered), Object.values(numbered));
  const sparse = Object.defineProperty([1, 2, 3], 1, { get: () => 'got', configurable: true });
  out.push(sparse, attempt(() => { sparse[1] = 5; }), (sparse[3] = 4, sparse.length));
  const literal = { a: 1, a: 2, ['b']: 3, b: 4, __proto__: { inherited: 5 }, 1: 'one', get c() { return 6; }, c: 7 };
  out.push(JSON.stringify(literal), literal.inherited, Object.keys(literal));
  const base = { v: 1 }, receiver = { v: 'own' };
  out.push(Reflect.set(base, 'v', 2, receiver), base.v, receiver.v, Reflect.set(base, 'w', 3, receiver), receiver.w, 'w' in base, Reflect.get({ get g() { return this.v; } }, 'g', receiver), Reflect.set({}, 'n', 1, 5));
  const f = function named() {};
  out.push(attempt(() => { f.name = 'x'; }), f.name, (f.extra = 1, f.extra), (function () { arguments[0] = 2; arguments[2] = 3; return [arguments.length, arguments[0], arguments[2]]; })(1));
  const bytes = new Uint8Array(2);
  bytes[0] = 257; bytes[5] = 1; bytes.tag = 't';
  out.push([...bytes], 5 in bytes, bytes.tag, Object('text')[1], attempt(() => { Object('text')[1] = 'x'; }), attempt(() => { Object('text').length = 1; }));
  return [out, log];
}
