// n: 8000
function main(n) {
    const clients = [];
    for (let i = 0; i < n / 10; i++) clients.push({ id: 'k' + i, name: 'Client ' + i, region: i % 13 });
    const byId = new Map(clients.map(client => [client.id, client]));
    const seen = new Set();
    const regions = new Map();
    let unknown = 0;
    for (let i = 0; i < n; i++) {
        const order = { client: 'k' + ((i * 31) % (n / 9 | 0)), amount: i % 250 };
        const client = byId.get(order.client);
        if (!client) {
            unknown++;
            continue;
        }
        seen.add(client.name);
        regions.set(client.region, (regions.get(client.region) ?? 0) + order.amount);
    }
    const table = [...regions].sort(([a], [b]) => a - b).map(([region, sum]) => region + ':' + sum);
    return table.join() + unknown + seen.size;
}
