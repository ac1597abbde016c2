// SQL with values, over the tenant's rows only.
async function main() {
    const rows = await db.query(
        'SELECT c.name, count(*) AS orders, sum(o.total) AS total FROM clients c JOIN orders o ON o.client_id = c.id WHERE o.total > $1 GROUP BY c.name ORDER BY c.name',
        [100],
    );
    return rows.map((row) => [row.name, Number(row.orders), Number(row.total)]);
}
