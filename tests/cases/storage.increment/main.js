// Counts correctly, also concurrently.
async function main() {
    const counted = await Promise.all(Array.from({ length: 10 }, () => storage.increment('n')));
    await storage.set('text', 'x');
    let refused;
    try {
        await storage.increment('text');
    } catch (error) {
        refused = error.code;
    }
    return [counted.sort((a, b) => a - b), await storage.increment('n', -3.5), refused];
}
