export async function tenant(): Promise<string> {
    await storage.set('asked', true);
    return context.tenant.id + ': ' + (await services.clients.get(1));
}
