// A copy by spread has the properties of its source, in their order, and shares nothing with it.
const describe = o => Reflect.ownKeys(o).map(key => { const d = Object.getOwnPropertyDescriptor(o, key); return [String(key), 'value' in d ? d.value : 'accessor', d.writable, d.enumerable, d.configurable]; });

function main() {
  const seen = [];
  const plain = { b: 1, 2: 'two', a: 'x', [Symbol('s')]: 3, 1: 'one' };
  const deleted = {};
  for (let i = 0; i < 12; i++) deleted['k' + i] = i;
  for (let i = 0; i < 12; i += 3) delete deleted['k' + i];
  const getter = { get a() { seen.push('read'); return 'got'; }, b: 1 };
  const hidden = Object.defineProperty({ a: 1, c: 2 }, 'b', { value: 2, enumerable: false });
  const fixed = Object.freeze({ a: 1 });
  class Point { constructor() { this.x = 1; } get y() { return 2; } }
  const bare = Object.assign(Object.create(null), { a: 1 });
  const sparse = { 5: 'five', 100000: 'far', a: 1 };
  const copies = [plain, deleted, getter, hidden, fixed, new Point(), bare, sparse, [1, , 3], 'ab', null, new Proxy({ p: 1 }, { ownKeys() { seen.push('keys'); return ['p']; } })].map(source => describe({ ...source }));
  const source = { a: 1, b: 2 }, copy = { ...source };
  copy.c = 3; source.d = 4; delete copy.a; source.a = 'changed';
  const unique = { ...deleted }; unique.k1 = 'mine'; deleted.k2 = 'theirs'; delete unique.k4; deleted.new = 1;
  const after = { first: 0, ...plain, b: 'later', ...source };
  const grown = Array.from({ length: 1500 }, (_, i) => 'k' + i).reduce((all, key) => ({ ...all, [key]: 1 }), {});
  return [copies, seen, source, copy, unique, Object.keys(deleted), after, Object.keys(grown).length, Object.keys(grown).at(-1), ({ ...{ __proto__: { z: 1 } } }).z === undefined, Object.getPrototypeOf({ ...new Point() }) === Object.prototype];
}
