// Everything but one allowed statement over declared tables is refused, with a code.
async function main() {
    const codes = [];
    for (const sql of [
        'SELECT * FROM shop_passwords',
        'SELECT secret FROM clients',
        'DROP TABLE clients',
        'SELECT 1; SELECT 2',
        'SELECT * FROM clients WHERE',
    ]) {
        try {
            await db.query(sql);
            codes.push('read');
        } catch (error) {
            codes.push(error.code);
        }
    }
    return codes;
}
