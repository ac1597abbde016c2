// Deleting takes constant time, and the remaining properties keep their order.
function objects() {
  const byId = {};
  for (let i = 0; i < 40000; i++) byId['k' + i] = i;
  for (let i = 0; i < 40000; i += 2) delete byId['k' + i];
  const left = Object.keys(byId);
  for (let i = 39999; i > 10; i -= 2) delete byId['k' + i];
  byId.k4 = 'again'; byId[Symbol.iterator] = 1; byId[7] = 'index';
  return [left.length, left[0], left.at(-1), JSON.stringify(byId), Object.values(byId).length];
}
function small() {
  const seen = [];
  for (let n = 1; n < 14; n++) {
    const o = {};
    for (let i = 0; i < n; i++) o['p' + i] = i;
    Object.defineProperty(o, 'get', { get() { return 'got' + this.last; }, configurable: true, enumerable: true });
    o.last = n;
    delete o.p0; delete o['p' + (n >> 1)]; delete o.none;
    o.p0 = 'new';
    seen.push(JSON.stringify(o));
    delete o.get; delete o.last;
    Object.defineProperty(o, 'p1', { get: () => 'p1', configurable: true, enumerable: true });
    seen.push(JSON.stringify(o));
  }
  return seen;
}
function maps() {
  const map = new Map(), set = new Set();
  for (let i = 0; i < 40000; i++) { map.set('k' + i, i); set.add(i); }
  for (let i = 0; i < 40000; i += 2) { map.delete('k' + i); set.delete(i); }
  const queue = new Map(Array.from({ length: 20000 }, (_, i) => [i, i]));
  let sum = 0;
  while (queue.size) { const first = queue.keys().next().value; sum += first; queue.delete(first); if (first % 3 === 0) queue.set(-first - 1, 1); }
  const during = new Map([[1, 'a'], [2, 'b'], [3, 'c']]), visited = [];
  for (const [key] of during) { visited.push(key); during.delete(key); if (key < 3) during.set(key + 10, 0); if (key === 3) { during.clear(); during.set('after', 1); } }
  const inSet = new Set([1, 2, 3, 4]);
  inSet.forEach(value => { visited.push(value); inSet.delete(value + 1); if (value === 3) inSet.add(9); });
  return [map.size, set.size, [...map.keys()].slice(0, 3), [...set].slice(-2), sum, visited, [...during], [...inSet], new Set([1, 2, 3]).size];
}
function main() {
  return [objects(), small(), maps()];
}
