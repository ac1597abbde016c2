async function main() {
    const value = await db.transaction(async tx => {
        await tx.update('clients', { id: 1 }, { name: 'x' });
        return tx.transaction(inner => inner.findOne('clients', { id: 1 }));
    });
    let thrown;
    try {
        await db.transaction(() => {
            throw new RangeError('no');
        });
    } catch (error) {
        thrown = [error.name, error.message];
    }
    let failed;
    try {
        await db.transaction(async tx => tx.delete('clients', { id: 1 }));
    } catch (error) {
        failed = error.code;
    }
    return { value, thrown, failed };
}
