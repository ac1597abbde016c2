function attempt(work) {
    try { return work(); } catch (error) { return `${error.name}: ${error.message}`; }
}
class Point { constructor(x) { this.x = x; } get twice() { return 2 * this.x; } }
function main() {
    const shared = { n: 1 };
    const original = {
        date: new Date(0), pattern: /a+/gi, map: new Map([[shared, new Set([1, shared])]]), list: [1, , shared], big: 5n, nothing: undefined,
        bytes: new Uint8Array([1, 2, 3]), floats: new Float64Array([0.5]), boxed: Object('text'), point: new Point(3),
        error: new RangeError('too far', { cause: shared }), get read() { return 'once'; },
    };
    original.self = original;
    const copy = structuredClone(original);
    const [key, value] = [...copy.map][0];
    const words = new Uint16Array([1, 2, 3, 4]);
    const views = structuredClone({ whole: words, part: words.subarray(1, 3), data: new DataView(words.buffer, 2) });
    let deep = {};
    for (let i = 0; i < 20000; i++) deep = { deep };
    return {
        isOther: copy !== original && copy.list !== original.list && copy.date !== original.date,
        cycle: copy.self === copy, shared: key === copy.list[2] && value.has(key) && key !== shared,
        date: copy.date.getTime(), pattern: [String(copy.pattern), copy.pattern instanceof RegExp], holes: [copy.list.length, 1 in copy.list],
        big: copy.big === 5n, nothing: 'nothing' in copy, bytes: [...copy.bytes, copy.bytes.constructor.name], floats: [...copy.floats],
        boxed: typeof copy.boxed, point: [copy.point.x, copy.point instanceof Point, copy.point.twice === undefined],
        error: [copy.error instanceof RangeError, copy.error.message, copy.error.cause === key, copy.error !== original.error],
        read: Object.getOwnPropertyDescriptor(copy, 'read').value,
        views: [views.whole.buffer === views.part.buffer, views.data.buffer === views.whole.buffer, [...views.part], views.part.byteOffset, views.data.byteLength],
        primitives: [structuredClone(1), structuredClone('a'), structuredClone(null), structuredClone(undefined) === undefined],
        refused: [
            () => structuredClone({ f() {} }), () => structuredClone(Symbol('s')), () => structuredClone(Promise.resolve()), () => structuredClone(new Proxy({}, {})),
            () => structuredClone(new WeakMap()), () => structuredClone(new URL('https://a.example')), () => structuredClone(deep), () => structuredClone(),
            () => structuredClone(1, { transfer: [] }), () => structuredClone({ get x() { throw new Error('getter ran'); } }),
        ].map(attempt),
    };
}
