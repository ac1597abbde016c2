// Conditions with operators, order, limit and offset.
async function main() {
    const ids = async (conditions, options) => (await db.findMany('orders', conditions, options)).map((order) => order.id);
    return {
        all: await ids({}, { orderBy: 'id' }),
        last: await ids({}, { orderBy: { id: 'desc' }, limit: 2 }),
        page: await ids({}, { orderBy: 'id', limit: 2, offset: 1 }),
        among: await ids({ id: { in: [1, 4, 9] } }, { orderBy: 'id' }),
        between: await ids({ total: { between: [200, 300] } }, { orderBy: 'id' }),
        not: await ids({ client_id: { ne: 1 }, total: { gte: 100, lt: 400 } }, { orderBy: 'id' }),
        like: await ids({ code: { like: 'acme-%' } }, { orderBy: 'id desc', limit: 1 }),
        columns: Object.keys((await db.findMany('orders', { id: 1 }, { columns: ['id', 'code'] }))[0]),
    };
}
