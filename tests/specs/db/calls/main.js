async function main() {
    const rows = await db.query('SELECT id, name FROM clients WHERE id > $1', [1]);
    await db.query('SELECT 1 AS one');
    const one = await db.findOne('clients', { id: 7, name: { like: 'A%' } });
    await db.findOne('clients');
    await db.findMany('clients', { id: { in: [1, 2n] }, gone: null }, {
        columns: ['id'],
        orderBy: ['name', 'since desc', { id: 'asc' }],
        limit: 5,
        offset: 1,
    });
    const made = await db.insert('clients', { id: 1, note: undefined, tags: ['a'] });
    const many = await db.insert('clients', [{ id: 2 }, { id: 3 }]);
    const changed = await db.update('clients', { id: 1 }, { name: 'B' });
    const gone = await db.delete('clients', { id: { between: [1, 3] } });
    return { rows, count: rows.rowCount, one, made, many: many.length, changed, gone, frozen: Object.isFrozen(db) };
}
