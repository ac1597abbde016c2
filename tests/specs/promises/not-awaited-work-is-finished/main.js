async function main() {
    ['a', 'b'].forEach(async (key) => {
        const value = await storage.get(key);
        await storage.set(key, value + 1);
    });
    return 'returned first';
}
