// The meaning of a name if there are more names than the engine searches one by one, and in nested classes, arrows and
// blocks.
function many(a, b, c, d, e, f, g, h, i, j, k) {
  let l = 12, m = 13, n = 14; const o = 15; var p = 16, a, q = 17;
  const both = () => [a, k, l, q];
  { let a = 'inner', l = a; var r = l; }
  a += 1; l++; q = p;
  return [both(), arguments.length, r, [b, c, d, e, f, g, h, i, j, m, n, o].join()];
}
function mapped(a, b, c, d, e, f, g, h, i, j) { arguments[9] = 'new'; b = 'written'; return [j, arguments[1], arguments.length]; }
function twice(a, b, a, c, d, e, f, g, h, a) { return [a, b, arguments[0]]; }
function defaults(a, b = () => [a, c], c = a + 1, d = b, e = d(), f = 6, g = 7, h = 8, i = 9, j = () => arguments.length) { var a, c = 'var'; return [a, c, b(), e, j(), defaults.length]; }
function variables(a, b = 2) { var a, b, c; var kept = [a, b, c]; a = 3; return [kept, a]; }
function constants() {
  const a1 = 1, a2 = 2, a3 = 3, a4 = 4, a5 = 5, a6 = 6, a7 = 7, a8 = 8, a9 = 9, a10 = 10; let seen = [];
  try { a10 = 11; } catch (error) { seen.push(error.name); }
  try { (() => { a9 = 1; })(); } catch (error) { seen.push(error.name); }
  try { late; } catch (error) { seen.push(error.name); }
  let late = 1;
  return [seen, a1 + a10, late];
}
function shadowed() {
  const seen = []; let x = 0;
  { let x = 1; { let x = 2; { let x = 3; seen.push(x); } seen.push(x); } seen.push(x); }
  for (let x = 10; x < 12; x++) { let y = x; { let x = y * 2; seen.push(x); } }
  try { throw 5; } catch (x) { seen.push(x); { let x = 6; seen.push(x); } }
  seen.push(x);
  return seen;
}
class Outer {
  #a = 'outer a'; #b = 'outer b';
  static inner(outer) {
    class Inner { #a = 'inner a'; both(other) { return [this.#a, other.#b, #b in other, #a in other, other?.#b]; } }
    return [...new Inner().both(outer), outer.#a, outer.#b, class { #c = 1; static has(it) { return #c in it; } }.has(outer)];
  }
}
const privately = () => Outer.inner(new Outer());
const arrows = () => ((a) => (b = a) => ({ c } = { c: b }) => async ([d] = [c]) => () => [a, b, c, d])(1)()()().then(last => last());
function around() {
  const inThis = () => () => (() => this)(); const made = () => () => new.target; const all = () => () => arguments.length;
  return [inThis()() === this, made()() === around, all()()];
}
class Base { who() { return 'base'; } static who() { return 'static base'; } }
class Heir extends Base { who() { return (() => () => super.who() + '!')()(); } static who() { return [0].map(() => (() => super.who())())[0]; } constructor() { (() => () => super())()(); } }
function tested(x, y) { const before = x + (y ? (x = 5) : 0) + x; return [before, x]; }
function operands(a) { return [a ** a ** a, a - (a - (a - (a = 7))), a + a++ + a, a * (() => a)() * (a -= 1), a < (a = 100) && a]; }
const deep = n => n + (n + (n + (n + (n + (n + (n + (n + (n + (n + (n + (n + (n + (n + (n + (n + (n + (n + (n + (n + (n + (n + (n + (n = 2)))))))))))))))))))))));
function blockFunctions() {
  const seen = [typeof f, typeof g, typeof h];
  { function f() { return 'f'; } }
  { let f = 1; }
  for (let g = 0; g < 1; g++) { }
  { function g() { return 'g'; } }
  switch (1) { case 1: function h() { return 'h'; } }
  for (const h of [1]) { }
  try { throw [1]; } catch ([f]) { }
  { let k; { function k() { } } }
  return [seen, typeof f, typeof g, typeof h, typeof k];
}

function computed() {
  const key = 'key', other = Symbol('other'); let made = 0;
  class A { [key]() { return 1; } static [other]() { return 2; } get [(() => key + made++)()]() { return made; } set [key + 'set'](value) { made = value; } async *[`${key}s`]() { yield key; } [key + 'field'] = made; static { made += 10; } }
  const B = class { [[key, 'x'].map(part => part + made).join('-')]() { return made; } ['con' + 'structor']() { return 'method'; } };
  return [new A()[key](), A[other](), new A().key0, (new A().keyset = 7, made), Object.getOwnPropertyNames(B.prototype), new A().keyfield, new B().constructor()];
}
function strictly() {
  'use strict';
  const attempt = work => { try { return work(); } catch (error) { return error.name; } };
  return [attempt(function f() { f = 1; return typeof f; }), attempt(function f() { (() => { f = 1; })(); return typeof f; }), attempt(() => (function* f() { f = 1; })().next().value), attempt(new (class { m = function f() { f = 1; } })().m), attempt(function f(a = (f = 2)) { return a; })];
}
const sloppily = () => [function f() { f = 1; return typeof f; }(), function f() { (() => { f = 1; })(); return typeof f; }()];
const inClass = () => { try { return class { static m = function f() { f = 1; } }.m(); } catch (error) { return error.name; } };

async function main() {
  return {
    many: many(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), mapped: mapped(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), twice: twice(1, 2, 3, 4, 5, 6, 7, 8, 9, 'last'),
    defaults: defaults(1), variables: variables(1), constants: constants(), shadowed: shadowed(), privately: privately(), arrows: await arrows(),
    around: new around(1, 2).length, seen: around.call({}, 1, 2, 3), heir: [new Heir().who(), Heir.who()], tested: [tested(1, true), tested(1, false)],
    operands: operands(2), deep: deep(1), blockFunctions: blockFunctions(), computed: computed(), strictly: strictly(), sloppily: sloppily(), inClass: inClass(),
  };
}
