// Values of the tenant, by key.
async function main() {
    await storage.set('a:1', { deep: [1, 'Ж', null] });
    await storage.set('a:2', 2, 60);
    await storage.set('b', true, { ttl: 60 });
    const seen = [await storage.get('a:1'), await storage.get('none'), await storage.list('a:'), await storage.list('', { limit: 1, after: 'a:1' })];
    seen.push(await storage.delete('a:1'), await storage.delete('a:1'), await storage.get('a:1'));
    return seen;
}
