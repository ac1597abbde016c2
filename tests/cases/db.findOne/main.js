// The first matching row, or null, with values of their types.
async function main() {
    const one = await db.findOne('clients', { id: 2 });
    const kind = (value) => (value === null ? null : value.constructor.name);
    return [
        one.name, kind(one.id), kind(one.active), kind(one.balance), kind(one.since), kind(one.born), one.extra, kind(one.photo),
        await db.findOne('clients', { id: 99 }),
    ];
}
