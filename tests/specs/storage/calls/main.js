async function main() {
    await storage.set('a', { n: 1 }, 60);
    await storage.set('b');
    const value = await storage.get('a');
    const gone = await storage.delete('a');
    const errors = [];
    for (const call of [() => storage.get(5), () => storage.set('a', 1, -1), () => storage.delete()]) {
        try {
            await call();
        } catch (error) {
            errors.push(error.message);
        }
    }
    return { value, gone, errors };
}
