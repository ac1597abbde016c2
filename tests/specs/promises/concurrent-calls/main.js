async function main() {
    const order = [];
    const get = async (id) => {
        const client = await services.clients.get(id);
        order.push(id);
        return client;
    };
    const clients = await Promise.all([get(1), get(2), get(3)]);
    return { clients, order };
}
