// `for … in` asks a proxy for its prototype.
const over = object => { const seen = []; for (const key in object) seen.push(key); return seen; };
function main() {
    const base = { inherited: 1, shadowed: 2 }, object = Object.create(base, { own: { value: 1, enumerable: true }, hidden: { value: 1 }, shadowed: { value: 1 } });
    return [
        over(object), over(new Proxy(object, {})), over(new Proxy(new Proxy(object, {}), {})),
        over(new Proxy({ a: 1 }, { getPrototypeOf: () => ({ b: 1 }) })), over(new Proxy({ a: 1 }, { ownKeys: () => ['c', 'a'] })),
        (() => { try { return over(new Proxy({ a: 1 }, { getPrototypeOf() { throw 'asked'; } })); } catch (error) { return error; } })(),
    ];
}
