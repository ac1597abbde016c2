// Any value can be logged, and lines keep their order.
async function main() {
    const cycle = { name: 'cycle' };
    cycle.self = cycle;
    console.log(cycle);
    console.warn(new Proxy({}, { get() { throw new Error('no'); }, ownKeys() { throw new Error('no'); } }));
    console.error(new Map([[1, new Set(['a'])]]), 10n, Symbol('s'), undefined, () => 1);
    console.info('%s is %d', 'six', 6);
    return 'shown';
}
