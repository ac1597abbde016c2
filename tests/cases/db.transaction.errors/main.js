// A failed statement in a transaction undoes only itself; the callback decides about the rest.
async function main() {
    const said = [];
    const attempt = async (work) => {
        try {
            await work();
            said.push('done');
        } catch (error) {
            said.push(error.code);
        }
    };
    await db.transaction(async (tx) => {
        await tx.update('orders', { id: 1 }, { note: 'kept' });
        await attempt(() => tx.insert('orders', { id: 9, client_id: 1, total: 1, code: 'acme-1' }));
        await attempt(() => tx.query('SELECT * FROM nothing'));
        await attempt(() => tx.transaction(async (inner) => {
            await inner.update('orders', { id: 2 }, { note: 'lost' });
            await attempt(() => inner.insert('orders', { id: 9, client_id: 1, total: 1, code: 'acme-1' }));
            await inner.update('orders', { id: 3 }, { code: 'acme-4' });
        }));
        await tx.update('orders', { id: 4 }, { note: 'kept too' });
    });
    await attempt(() => db.transaction(async (tx) => {
        await tx.update('orders', { id: 2 }, { note: 'lost' });
        await tx.update('orders', { id: 2 }, { code: 'acme-1' });
    }));
    return [said, (await db.findMany('orders', {}, { orderBy: 'id' })).map((order) => order.note)];
}
