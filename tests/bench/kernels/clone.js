// n: 20000
// only here
function main(n) {
    const shared = { at: new Date(0) };
    const rows = Array.from({ length: n }, (_, i) => ({ id: i, tags: ['a', 'b'], shared, more: new Map([[i, { i }]]) }));
    return structuredClone(rows).length;
}
