// Sets a value only if the old one is as expected.
async function main() {
    return [
        await storage.setIf('lock', null, 'me'),
        await storage.setIf('lock', null, 'you'),
        await storage.setIf('lock', 'me', 'you'),
        await storage.get('lock'),
    ];
}
