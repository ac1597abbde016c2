// The language's own iterators are stepped without result objects, unless the difference is observable.
function main() {
  const out = [];
  const holes = [1, , 3], grows = [1, 2, 3], shrinks = [1, 2, 3, 4], seen = [];
  for (const value of grows) { seen.push(value); if (grows.length < 6) grows.push(value * 10); }
  for (const value of shrinks) { seen.push(value); shrinks.length = 2; }
  out.push([...holes], seen);
  const dressed = Object.defineProperty([1, 2], 1, { get: () => 'got' });
  out.push([...dressed], Math.max(...[3, 9, 4]), Array.from(new Set('abca')), [...new Map([[1, 2], [3, 4]])], [...'a😀b'], Object.fromEntries(new Map([['k', 1]])));
  const reader = [1, 2, 3][Symbol.iterator](), step = reader.next();
  const own = Object.defineProperty([1, 2, 3][Symbol.iterator](), 'next', { value: () => ({ done: out.length % 2 === 0, value: 'mine' }) });
  out.push(step, Object.getPrototypeOf(step) === Object.prototype, Object.keys(step), [...reader], reader.next());
  let turns = 0;
  for (const value of own) { out.push(value); if (++turns > 2) break; }
  const odd = [7, 8];
  odd[Symbol.iterator] = function* () { yield 'own'; };
  out.push([...odd], (([first]) => first)(odd), Array.from(odd));
  class Twice extends Array { *[Symbol.iterator]() { for (let i = 0; i < this.length; i++) { yield this[i]; yield this[i]; } } }
  out.push([...Twice.of(1, 2)], Math.max(...Twice.of(1, 5)));
  const [a, , b = 'default', ...rest] = [1, 2, undefined, 4, 5];
  const [x, y] = 'é№', [[p, q]] = new Map([['p', 'q']]);
  out.push(a, b, rest, x, y, p, q);
  const nested = [[1, [2]], [3, [4]]];
  for (const [left, [right]] of nested) out.push(left + right);
  const map = new Map([[1, 'a'], [2, 'b'], [3, 'c']]), visited = [];
  for (const [key] of map) { visited.push(key); if (key === 1) { map.delete(2); map.set(4, 'd'); } }
  const set = new Set([1, 2, 3]);
  for (const value of set) { visited.push(value); if (value === 1) { set.delete(1); set.add(9); } }
  out.push(visited, [...[5, 6].entries()], [...[5, 6].keys()], [...map.keys()], [...set.entries()]);
  const again = [1, 2, 3].values(), pairs = [];
  for (const value of again) { pairs.push([value, again.next().value]); }
  out.push(pairs);
  const loop = [0, 1, 2];
  let stepped;
  Object.defineProperty(loop, 1, { get() { const inner = stepped.next(); return ['within', inner.value, inner.done]; } });
  stepped = loop[Symbol.iterator]();
  out.push([...stepped]);
  function* all() { yield* [1, 2]; const got = yield* 'ab'; return got; }
  out.push([...all()], (() => { const it = all(); return [it.next(), it.return('early'), it.next()]; })());
  const typed = new Uint8Array([1, 2, 3]);
  out.push([...typed], (() => { try { const [z] = { [Symbol.iterator]: () => 5 }; return z; } catch (error) { return error.name; } })());
  return out;
}
