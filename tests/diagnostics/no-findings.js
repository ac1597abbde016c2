// functions: main
async function main(input) {
    const client = await services.clients.get(input.id);
    const lines = [];
    for (const order of client.orders) lines.push(`${order.id}: ${order.total}`);
    await storage.set("last", { at: utils.date.now(), lines: lines.join("\n") }, 60);
    return lines.length;
}
// found:
