// Names and values that try to inject SQL.
async function main() {
    const said = [];
    const attempt = async (what, work) => {
        try {
            const result = await work();
            said.push(`${what}: ${Array.isArray(result) ? result.length : JSON.stringify(result)}`);
        } catch (error) {
            said.push(`${what}: ${error.code ?? error.name}`);
        }
    };
    await attempt('a statement as a column', () => db.findMany('orders', { 'id; DROP TABLE shop_orders': 1 }));
    await attempt('a quote in a column', () => db.findMany('orders', { 'id" = 1 OR "id': 1 }));
    await attempt('a backquote in a column', () => db.findMany('orders', { 'id` = 1 OR `id': 1 }));
    await attempt('a quote in a table', () => db.findMany('orders" WHERE 1 = 1 --', {}));
    await attempt('a hidden table', () => db.findOne('shop_passwords', {}));
    await attempt('the tenant as a condition', () => db.findMany('orders', { tenant_id: 'globex' }));
    await attempt('the tenant as a value', () => db.update('orders', { id: 1 }, { tenant_id: 'globex' }));
    await attempt('the tenant in a row', () => db.insert('orders', { id: 50, client_id: 1, total: 1, code: 'x', tenant_id: 'globex' }));
    await attempt('the tenant in another case', () => db.insert('orders', { id: 50, client_id: 1, total: 1, code: 'x', TENANT_ID: 'globex' }));
    await attempt('a hidden column', () => db.findMany('clients', { secret: 'hidden-secret' }));
    await attempt('hidden columns', () => db.findMany('clients', {}, { columns: ['secret'] }));
    await attempt('every column and more', () => db.findMany('clients', {}, { columns: ['*', 'secret'] }));
    await attempt('an order by a hidden column', () => db.findMany('clients', {}, { orderBy: 'secret desc' }));
    await attempt('an order with a statement', () => db.findMany('orders', {}, { orderBy: 'id; DELETE FROM orders' }));
    await attempt('a direction', () => db.findMany('orders', {}, { orderBy: { id: 'desc; DELETE FROM orders' } }));
    await attempt('a limit of text', () => db.findMany('orders', {}, { limit: '1; DELETE FROM orders' }));
    await attempt('a limit below zero', () => db.findMany('orders', {}, { limit: -1 }));
    await attempt('a fractional limit', () => db.findMany('orders', {}, { limit: 1.5 }));
    await attempt('a limit of null', () => db.findMany('orders', {}, { limit: null }));
    await attempt('an infinite offset', () => db.findMany('orders', {}, { offset: Infinity }));
    await attempt('an unknown option', () => db.findMany('orders', {}, { where: '1 = 1' }));
    await attempt('an unknown operator', () => db.findMany('orders', { id: { $gt: 0 } }));
    await attempt('unknown operators', () => db.findMany('orders', { $or: [{ id: 1 }, { id: 2 }] }));
    await attempt('an operator with a statement', () => db.findMany('orders', { id: { '= 1 OR 1 =': 1 } }));
    await attempt('a prototype', () => db.findMany('orders', JSON.parse('{"__proto__": 1}')));
    await attempt('a prototype with conditions', () => db.delete('orders', Object.create({ id: 1 })));
    await attempt('a reserved tag', () => db.findMany('orders', { id: { $n: '1' } }));
    await attempt('a reserved tag in a row', () => db.update('orders', { id: 1 }, { note: { $b: 'AAAA' } }));
    await attempt('an empty condition', () => db.delete('orders', {}));
    await attempt('undefined as a condition', () => db.delete('orders', { id: undefined }));
    await attempt('a missing condition', () => db.delete('orders'));
    await attempt('a getter that throws', () => db.findMany('orders', { get id() { throw new RangeError('no'); } }));
    await attempt('a proxy', () => db.findMany('orders', new Proxy({ id: 1 }, {})));
    await attempt('a function', () => db.findMany('orders', { id: () => 1 }));
    await attempt('a symbol', () => db.findMany('orders', { id: Symbol('x') }));
    await attempt('a cycle', () => { const circle = {}; circle.id = { in: [circle] }; return db.findMany('orders', circle); });
    await attempt('an array', () => db.findMany('orders', [{ id: 1 }]));
    await attempt('too long a list', () => db.findMany('orders', { id: { in: Array.from({ length: 60000 }, (_, id) => id) } }));
    await attempt('a lone surrogate', () => db.findMany('orders', { note: '\ud800' }));
    await attempt('a text that ends early', () => db.findMany('orders', { note: 'a\u0000b' }));
    await attempt('a text of SQL', () => db.findMany('orders', { note: "' OR '1' = '1" }));
    await attempt('a text with backslashes', () => db.update('orders', { id: 1 }, { note: "\\'; DELETE FROM shop_orders; --" }));
    await attempt('read back', async () => (await db.findOne('orders', { id: 1 })).note);
    await attempt('values without placeholders', () => db.query('SELECT id FROM orders', [1]));
    await attempt('placeholders without values', () => db.query('SELECT id FROM orders WHERE id = $1'));
    await attempt('a placeholder for a table', () => db.query('SELECT * FROM $1', ['shop_passwords']));
    await attempt('a placeholder for a column', () => db.query('SELECT id FROM orders ORDER BY $1', ['secret']));
    await attempt('a placeholder in a text', () => db.query("SELECT id FROM orders WHERE note = '$1'", ['acme']));
    await attempt('a long statement', () => db.query(`SELECT ${'1, '.repeat(100000)}1`));
    await attempt('a deep statement', () => db.query(`SELECT ${'('.repeat(5000)}1${')'.repeat(5000)}`));
    await attempt('a chain of joins', () => db.query(`SELECT * FROM orders${' JOIN orders'.repeat(1000)}`));
    await attempt('an empty statement', () => db.query(''));
    await attempt('not a text', () => db.query({ toString: () => 'DELETE FROM orders' }));
    return [said, (await db.findMany('orders')).length];
}
