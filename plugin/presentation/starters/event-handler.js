// Called for every event that one of its patterns fits, at least once: the same event may come again after a crash.
// Type the patterns into "Events" beside the code: order.created, or order.* for all that happens to orders.

async function main(event) {
    const seen = `seen:${event.id}`;
    if (await storage.get(seen)) return { repeated: true };

    console.log(event.type, 'at', event.at, event.data);
    const day = utils.date.format(event.at, 'YYYY-MM-DD');
    const count = ((await storage.get(`events:${day}`)) ?? 0) + 1;
    await storage.set(`events:${day}`, count, 90 * 24 * 3600);

    await storage.set(seen, true, 24 * 3600);
    return { day, count };
}
