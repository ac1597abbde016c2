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
    await attempt('a table that is hidden', () => db.findOne('shop_passwords', {}));
    await attempt('the tenant as a condition', () => db.findMany('orders', { tenant_id: 'globex' }));
    await attempt('the tenant as a value', () => db.update('orders', { id: 1 }, { tenant_id: 'globex' }));
    await attempt('the tenant in a row', () => db.insert('orders', { id: 50, client_id: 1, total: 1, code: 'x', tenant_id: 'globex' }));
    await attempt('the tenant in another case', () => db.insert('orders', { id: 50, client_id: 1, total: 1, code: 'x', TENANT_ID: 'globex' }));
    await attempt('a hidden column', () => db.findMany('clients', { secret: 'hidden-secret' }));
    await attempt('hidden columns', () => db.findMany('clients', {}, { columns: ['secret'] }));
    await attempt('every column and more', () => db.findMany('clients', {}, { columns: ['*', 'secret'] }));
    await attempt('an order that is hidden', () => db.findMany('clients', {}, { orderBy: 'secret desc' }));
    await attempt('an order with a statement', () => db.findMany('orders', {}, { orderBy: 'id; DELETE FROM orders' }));
    await attempt('a direction', () => db.findMany('orders', {}, { orderBy: { id: 'desc; DELETE FROM orders' } }));
    await attempt('a limit that is text', () => db.findMany('orders', {}, { limit: '1; DELETE FROM orders' }));
    await attempt('a limit below zero', () => db.findMany('orders', {}, { limit: -1 }));
    await attempt('a limit with a part', () => db.findMany('orders', {}, { limit: 1.5 }));
    await attempt('a limit of null', () => db.findMany('orders', {}, { limit: null }));
    await attempt('an offset without end', () => db.findMany('orders', {}, { offset: Infinity }));
    await attempt('an option that is none', () => db.findMany('orders', {}, { where: '1 = 1' }));
    await attempt('an operator that is none', () => db.findMany('orders', { id: { $gt: 0 } }));
    await attempt('operators that are none', () => db.findMany('orders', { $or: [{ id: 1 }, { id: 2 }] }));
    await attempt('an operator with a statement', () => db.findMany('orders', { id: { '= 1 OR 1 =': 1 } }));
    await attempt('a prototype', () => db.findMany('orders', JSON.parse('{"__proto__": 1}')));
    await attempt('a prototype with conditions', () => db.delete('orders', Object.create({ id: 1 })));
    await attempt('a tag of ours', () => db.findMany('orders', { id: { $n: '1' } }));
    await attempt('a tag of ours in a row', () => db.update('orders', { id: 1 }, { note: { $b: 'AAAA' } }));
    await attempt('nothing as a condition', () => db.delete('orders', {}));
    await attempt('undefined as a condition', () => db.delete('orders', { id: undefined }));
    await attempt('no condition', () => db.delete('orders'));
    await attempt('a getter that throws', () => db.findMany('orders', { get id() { throw new RangeError('no'); } }));
    await attempt('a proxy', () => db.findMany('orders', new Proxy({ id: 1 }, {})));
    await attempt('a function', () => db.findMany('orders', { id: () => 1 }));
    await attempt('a symbol', () => db.findMany('orders', { id: Symbol('x') }));
    await attempt('a circle', () => { const circle = {}; circle.id = { in: [circle] }; return db.findMany('orders', circle); });
    await attempt('an array', () => db.findMany('orders', [{ id: 1 }]));
    await attempt('too long a list', () => db.findMany('orders', { id: { in: Array.from({ length: 60000 }, (_, id) => id) } }));
    await attempt('half a character', () => db.findMany('orders', { note: '\ud800' }));
    await attempt('a text that ends early', () => db.findMany('orders', { note: 'a\u0000b' }));
    await attempt('a text of SQL', () => db.findMany('orders', { note: "' OR '1' = '1" }));
    await attempt('a text with backslashes', () => db.update('orders', { id: 1 }, { note: "\\'; DELETE FROM shop_orders; --" }));
    await attempt('which came back', async () => (await db.findOne('orders', { id: 1 })).note);
    await attempt('values and no places', () => db.query('SELECT id FROM orders', [1]));
    await attempt('places and no values', () => db.query('SELECT id FROM orders WHERE id = $1'));
    await attempt('a place for a table', () => db.query('SELECT * FROM $1', ['shop_passwords']));
    await attempt('a place for a column', () => db.query('SELECT id FROM orders ORDER BY $1', ['secret']));
    await attempt('a place in a text', () => db.query("SELECT id FROM orders WHERE note = '$1'", ['acme']));
    await attempt('a long statement', () => db.query(`SELECT ${'1, '.repeat(100000)}1`));
    await attempt('a deep statement', () => db.query(`SELECT ${'('.repeat(5000)}1${')'.repeat(5000)}`));
    await attempt('a chain of joins', () => db.query(`SELECT * FROM orders${' JOIN orders'.repeat(1000)}`));
    await attempt('no statement', () => db.query(''));
    await attempt('no text', () => db.query({ toString: () => 'DELETE FROM orders' }));
    return [said, (await db.findMany('orders')).length];
}
