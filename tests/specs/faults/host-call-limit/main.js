async function main() {
    const seen = [];
    for (let i = 0; i < 4; i++) {
        try {
            await storage.get('k' + i);
            seen.push('ok');
        } catch (error) {
            seen.push(error.code);
        }
    }
    await storage.get('last');
}
