// Returns the number of deleted rows.
async function main() {
    return [await db.delete('orders', { id: { in: [1, 2, 99] } }), (await db.findMany('orders', {}, { orderBy: 'id' })).map((o) => o.id)];
}
