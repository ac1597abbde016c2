// A transaction that has ended, is not the innermost one, or is a second one: each is an error to catch, without partial changes.
async function main() {
    const said = [];
    const attempt = async (what, work) => {
        try {
            await work();
            said.push(`${what}: done`);
        } catch (error) {
            said.push(`${what}: ${error.code ?? error.name}`);
        }
    };
    let escaped;
    await db.transaction(async (tx) => {
        escaped = tx;
        await attempt('concurrently', () => db.transaction(async () => {}));
        await attempt('a write outside of it', () => db.update('orders', { id: 1 }, { note: 'outside' }));
        await attempt('a read outside of it', () => db.query('SELECT 1 AS one'));
        await tx.transaction(async (inner) => {
            await attempt('the outer one', () => tx.update('orders', { id: 1 }, { note: 'outer' }));
            await attempt('the inner one', () => inner.update('orders', { id: 2 }, { note: 'inner' }));
        });
        await attempt('all at once', () =>
            Promise.all([1, 2, 3].map((id) => tx.update('orders', { id }, { total: id }))));
    });
    await attempt('ended around another', () => db.transaction(async (tx) => {
        await tx.update('orders', { id: 4 }, { note: 'lost' });
        tx.transaction(() => new Promise(() => {}));
        await tx.query('SELECT 1 AS one').catch(() => {});
    }));
    await attempt('thrown around another', () => db.transaction(async (tx) => {
        await tx.update('orders', { id: 4 }, { note: 'lost' });
        tx.transaction(() => new Promise(() => {}));
        await tx.query('SELECT 1 AS one').catch(() => {});
        throw Object.assign(new Error('own'), { code: 'OWN' });
    }));
    await attempt('the next one', () => db.transaction((tx) => tx.query('SELECT 1 AS one')));
    await attempt('escaped', () => escaped.update('orders', { id: 4 }, { note: 'escaped' }));
    await attempt('escaped and nested', () => escaped.transaction(async () => {}));
    await attempt('not a function', () => db.transaction('SELECT 1'));
    await attempt('two at once', async () => {
        const both = await Promise.allSettled([
            db.transaction((tx) => tx.update('orders', { id: 3 }, { note: 'first' })),
            db.transaction((tx) => tx.update('orders', { id: 3 }, { note: 'second' })),
        ]);
        throw both.find((one) => one.status === 'rejected').reason;
    });
    await attempt('not a promise', () => db.transaction(() => 1));
    await attempt('thrown at once', () => db.transaction(() => { throw Object.assign(new Error('own'), { code: 'OWN' }); }));
    const orders = await db.findMany('orders', {}, { orderBy: 'id' });
    return [said, orders.map((order) => [order.id, order.total, order.note])];
}
