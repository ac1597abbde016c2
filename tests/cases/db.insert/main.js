// Returns the inserted row, or all of several rows.
async function main() {
    const one = await db.insert('orders', { id: 10, client_id: 1, total: 5, code: 'new-10' });
    const more = await db.insert('orders', [
        { id: 11, client_id: 1, total: 6, code: 'new-11' },
        { id: 12, client_id: 2, total: 7, code: 'new-12' },
    ]);
    let twice = 'inserted';
    try {
        await db.insert('orders', { id: 10, client_id: 1, total: 5, code: 'new-10' });
    } catch (error) {
        twice = error.code;
    }
    return [one, more.map((row) => row.code), twice, (await db.findMany('orders')).length];
}
