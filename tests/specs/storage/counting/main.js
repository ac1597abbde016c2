async function main() {
    await storage.increment('n');
    await storage.increment('n', 5, 60);
    await storage.increment('n', undefined, { ttl: 60 });
    await storage.set('k', 1, { ttl: 1.5 });
    await storage.set('k', 1, {});
    await storage.setIf('k', undefined, { a: 1 });
    await storage.setIf('k', { a: 1 }, undefined, { ttl: 9 });
    await storage.list();
    await storage.list('order_', { limit: 10, after: 'order_7' });
}
