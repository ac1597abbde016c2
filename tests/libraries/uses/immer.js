// library: immer/dist/cjs/immer.cjs.production.js
function main() {
    const { produce } = library;
    const order = { id: 1, lines: [{ sku: 'a', count: 1 }, { sku: 'b', count: 2 }], note: { text: 'x' } };
    const changed = produce(order, draft => {
        draft.lines.push({ sku: 'c', count: 3 });
        draft.lines[0].count++;
        delete draft.lines[1];
    });
    return { order, changed, shared: order.note === changed.note, other: order.lines === changed.lines, frozen: Object.isFrozen(changed) };
}
