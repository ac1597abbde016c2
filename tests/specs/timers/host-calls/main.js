// A timer is not a host call: only host calls are counted.
async function main() {
    for (let i = 0; i < 20; i++) await utils.sleep(1);
    await storage.get('a');
    try { await storage.get('b'); } catch (error) { return error.code; }
}
