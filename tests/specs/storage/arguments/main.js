async function main() {
    const seen = [];
    for (const call of [
        () => storage.increment(7),
        () => storage.increment('n', '1'),
        () => storage.increment('n', NaN),
        () => storage.increment('n', 1, -1),
        () => storage.setIf('k', 1),
        () => storage.set('k', 1, { ttl: '5' }),
        () => storage.list(7),
        () => storage.list('a', 7),
    ]) {
        try {
            await call();
            seen.push('sent');
        } catch (error) {
            seen.push(String(error));
        }
    }
    return seen;
}
