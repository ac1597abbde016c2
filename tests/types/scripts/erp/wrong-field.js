// errors: 4
async function main() {
    const clients = await services.clients.list({ limit: 3 });
    return clients.map((client) => client.nmae);
}
