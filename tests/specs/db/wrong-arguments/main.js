async function main() {
    const calls = [
        () => db.query(),
        () => db.query('SELECT 1', 7),
        () => db.query('SELECT $1', [undefined]),
        () => db.query('SELECT $1', [NaN]),
        () => db.query('SELECT $1', [new Date(NaN)]),
        () => db.query('SELECT $1', [Symbol('x')]),
        () => db.findOne(7),
        () => db.findOne('clients', 7),
        () => db.findOne('clients', { id: undefined }),
        () => db.findOne('clients', { id: [1, 2] }),
        () => db.findMany('clients', {}, 'id'),
        () => db.findMany('clients', {}, { orderBy: 'id upwards' }),
        () => db.findMany('clients', {}, { orderBy: 7 }),
        () => db.insert('clients', 'x'),
        () => db.update('clients', { id: 1 }),
        () => db.transaction(),
    ];
    const errors = [];
    for (const call of calls) {
        try {
            await call();
            errors.push('nothing');
        } catch (error) {
            errors.push(`${error.name}: ${error.message}`);
        }
    }
    return errors;
}
