// All or nothing; a nested transaction is a savepoint.
async function main() {
    const seen = [];
    try {
        await db.transaction(async (tx) => {
            await tx.update('orders', { id: 1 }, { note: 'lost' });
            throw new Error('no');
        });
    } catch (error) {
        seen.push(error.message);
    }
    const kept = await db.transaction(async (tx) => {
        await tx.update('orders', { id: 2 }, { note: 'kept' });
        await tx.transaction(async (inner) => {
            await inner.update('orders', { id: 3 }, { note: 'lost' });
            throw new Error('inner');
        }).catch((error) => seen.push(error.message));
        return 'done';
    });
    const notes = (await db.findMany('orders', { id: { lte: 3 } }, { orderBy: 'id' })).map((order) => order.note);
    return [kept, seen, notes];
}
