// Returns the number of changed rows; other tenants' rows do not change.
async function main() {
    const changed = await db.update('orders', { total: { gte: 300 } }, { note: 'large' });
    const none = await db.update('orders', { id: 99 }, { note: 'x' });
    return [changed, none, (await db.findMany('orders', { note: 'large' }, { orderBy: 'id' })).map((order) => order.id)];
}
