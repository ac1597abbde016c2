function attempt(work) {
    try { return work(); } catch (error) { return `${error.name}: ${error.message}`; }
}
function main() {
    const { parse, stringify } = utils.csv;
    const rows = [{ id: 1, name: 'Ada "A" Lovelace' }, { id: 2n, note: 'two\nlines', paid: true }, { id: null, at: new Date(0) }];
    const there = [{ a: 'x,y', b: '"' }, { a: '', b: ' z ' }, { a: '\r\n', b: 'ж' }];
    return {
        objects: stringify(rows), columns: stringify(rows, { columns: ['name', 'id'], header: false }), lists: stringify([['a', 1], [], ['b,c']]),
        excel: stringify([{ a: 1.5, b: 'x;y' }], { separator: ';', newline: '\r\n', quoteAll: true }), nothing: [stringify([]), stringify([{}])],
        backAndForth: JSON.stringify(parse(stringify(there))) === JSON.stringify(there),
        refused: [
            () => stringify('a'), () => stringify([1]), () => stringify([{ a: {} }]), () => stringify([['a', Symbol('s')]]), () => stringify([{ a: new Date(NaN) }]), () => stringify([], { newline: '\t' }),
            () => stringify([{ get a() { throw new Error('getter ran'); } }]),
        ].map(attempt),
    };
}
