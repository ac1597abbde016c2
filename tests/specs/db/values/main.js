async function main() {
    const values = [1, 1.5, 'x', true, null, 9007199254740993n, new Date(0), new Uint8Array([0, 255]), { a: [1] }, [1, 'x']];
    const [row] = await db.query('SELECT …', values);
    return {
        kinds: Object.values(row).map(value => value === null ? 'null' : typeof value === 'object' ? value.constructor.name : typeof value),
        big: row.big === 9007199254740993n,
        at: row.at,
        bytes: Array.from(row.bytes),
        json: row.json,
    };
}
