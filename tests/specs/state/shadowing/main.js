class MyError extends Error {
    name = 'MyError';
    constructor(message) { super(message); this.code = 'E1'; this.stack2 = 1; this.toString = () => 'mine'; }
}
class Stack extends Array {
    constructor(...items) { super(...items); this.at = () => 'at'; this.total = 1; }
    map(f) { return super.map(f); }
}
class Cache extends Map {
    get(key) { return super.get(key) ?? 'none'; }
}
class Later extends Promise {}
class Moment extends Date {}
Moment.now = () => 7;
Cache.groupBy = 'mine';
function Old() {}
Old.prototype = Object.create(Array.prototype);
Old.prototype.push = function (item) { this.pushed = item; return 'pushed'; };
function main() {
    const list = [3, 1];
    list.total = 1;
    list.map = () => 'mapped';
    list.push = 'x';
    list[Symbol.iterator] = function* () { yield 'own'; };
    const map = new Map();
    map.size2 = 1;
    map.get = () => 'got';
    const fn = () => 1;
    fn.cache = {};
    fn.call = () => 'called';
    fn.bind = 1;
    const cache = new Cache([['a', 1]]);
    cache.set = 5;
    const date = new Date(0);
    date.getTime = () => 42;
    const like = Object.assign(Object.create(Array.prototype), { length: 1, 0: 'a', slice: 'own', filter: 2 });
    const child = Object.create(Math);
    child.max = () => 'max';
    const object = {};
    for (const name of ['constructor', 'toString', 'valueOf', 'hasOwnProperty', 'isPrototypeOf', 'propertyIsEnumerable', 'toLocaleString']) object[name] = name;
    const error = new MyError('m');
    error.message = 'changed';
    const plain = new TypeError('t');
    plain.name = 'Other';
    const text = new String('abc');
    text.trim = 'own';
    const old = new Old();
    const later = Later.resolve(1);
    later.then2 = 1;
    later.catch = 'own';
    const typed = new Uint8Array(2);
    typed.set = 'own';
    const regexp = /a/;
    regexp.test = () => 'tested';
    const counts = {};
    for (const word of ['constructor', 'a', 'a', 'valueOf']) counts[word] = (Object.hasOwn(counts, word) ? counts[word] : 0) + 1;
    const descriptor = Object.getOwnPropertyDescriptor(list, 'map');
    return {
        list: [list.total, list.map(), list.push, [...list], Object.keys(list), list.length],
        map: [map.size2, map.get('x'), map.size, Object.keys(map)], fn: [fn(), fn.cache, fn.call(), fn.bind],
        cache: [cache.get('a'), cache.get('b'), cache.set, cache.size, Cache.groupBy], date: [date.getTime(), +date, Moment.now(), typeof Moment.UTC],
        like, slice: Array.prototype.slice.call(like).length, child: [child.max(), Math.max(1, 2)], object,
        error: [error.name, error.code, `${error}`, error.message, error instanceof MyError, Object.keys(error)], plain: `${plain}`,
        text: [text.trim, `${text}`], old: [old.push(1), old.pushed], later: [later.then2, later.catch], typed: typed.set, regexp: regexp.test('a'),
        stack: [new Stack(1, 2, 3).at(), new Stack(1, 2, 3).map(x => x * 2).length, new Stack(1, 2).total], counts,
        descriptor: [descriptor.writable, descriptor.enumerable, descriptor.configurable],
        untouched: [[1, 2].map(x => x), [...[1]], new Map([[1, 2]]).get(1), (() => 1).call(), {}.toString(), `${new Error('e')}`, Date.now() > 7],
    };
}
