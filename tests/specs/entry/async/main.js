async function main(id) {
    const client = await services.clients.get(id);
    return client.name;
}
